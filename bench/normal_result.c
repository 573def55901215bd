// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "normal_result.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "rounds.h"

static size_t rows_per_initializer(const struct mms_normal_config *config)
{
	return config->nr_chunks + config->crew.nr_threads;
}

size_t mms_normal_nr_rows(const struct mms_normal_config *config)
{
	return config->nr_initializers * rows_per_initializer(config);
}

static void take_room(struct mms_normal_times *times, uint64_t **storage, size_t room)
{
	mms_samples_take_room(&times->init, storage, room);
	mms_samples_take_room(&times->free, storage, room);
	mms_samples_take_room(&times->total, storage, room);
}

static void make_rows(struct mms_normal_result *result, const struct mms_normal_config *config)
{
	uint64_t *storage = result->storage;

	mms_samples_take_room(&result->mapping, &storage,
	                      config->nr_initializers * config->first_touches);
	for (size_t i = 0; i < result->nr_rows; i++) {
		size_t index = i % result->rows_per_initializer;
		bool direct = index < config->nr_chunks;
		struct mms_normal_row *row = &result->rows[i];

		row->initializer = config->initializers[i / result->rows_per_initializer];
		row->ran = mms_initializer_effective(row->initializer, config->gates);
		row->chunk_pages = config->chunks[direct ? index : 0];
		row->threads = direct ? 0 : config->crew.threads[index - config->nr_chunks];
		row->verified = true;
		take_room(&row->first_touch, &storage, config->first_touches);
		take_room(&row->steady, &storage, config->rounds);
	}
}

struct mms_normal_result *mms_normal_result_create(const struct mms_normal_config *config)
{
	size_t per_row = 3 * ((size_t)config->first_touches + config->rounds);
	struct mms_normal_result *result = calloc(1, sizeof(*result));

	if (!result)
		return NULL;
	result->nr_rows = mms_normal_nr_rows(config);
	result->rows_per_initializer = rows_per_initializer(config);
	result->pages = config->geometry->nr_initialised;
	result->bytes = result->pages * sizeof(struct mms_page);
	result->least_huge_bytes = UINT64_MAX;
	result->rows = calloc(result->nr_rows, sizeof(*result->rows));
	result->traffic = calloc(config->nr_initializers, sizeof(*result->traffic));
	result->storage =
		calloc(result->nr_rows * per_row + config->nr_initializers * config->first_touches,
	               sizeof(*result->storage));
	if (!result->rows || !result->traffic || !result->storage) {
		mms_normal_free(result);
		return NULL;
	}
	make_rows(result, config);
	return result;
}

void mms_normal_free(struct mms_normal_result *result)
{
	if (!result)
		return;
	free(result->rows);
	free(result->traffic);
	free(result->storage);
	free(result);
}

static void summarize(struct mms_normal_times *times, double *scratch)
{
	mms_summarize(&times->init, scratch);
	mms_summarize(&times->free, scratch);
	mms_summarize(&times->total, scratch);
}

static struct mms_ratio compare(const struct mms_samples *samples, const struct mms_samples *base,
                                double *scratch)
{
	if (!samples->count || samples->count != base->count)
		return (struct mms_ratio){0};
	return mms_paired_ratio(samples->ns, base->ns, samples->count, scratch);
}

/* The row of initializer @name with the same chunks and threads; NULL: there is none. */
static const struct mms_normal_row *same_of(const struct mms_normal_result *result,
                                            const struct mms_normal_row *row, const char *name)
{
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_normal_row *other = &result->rows[i];

		if (strcmp(other->initializer->name, name) == 0 &&
		    other->chunk_pages == row->chunk_pages && other->threads == row->threads)
			return other;
	}
	return NULL;
}

static struct mms_normal_ratios ratios_to(const struct mms_normal_result *result,
                                          const struct mms_normal_row *row, const char *name,
                                          double *scratch)
{
	const struct mms_normal_row *base = same_of(result, row, name);
	const struct mms_normal_times *times = &row->steady;

	if (!base)
		return (struct mms_normal_ratios){0};
	return (struct mms_normal_ratios){
		.init = compare(&times->init, &base->steady.init, scratch),
		.free = compare(&times->free, &base->steady.free, scratch),
		.total = compare(&times->total, &base->steady.total, scratch),
	};
}

bool mms_normal_is_precise(const struct mms_normal_result *result,
                           const struct mms_normal_config *config, double *scratch)
{
	bool alone = config->nr_initializers == 1;

	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_normal_row *row = &result->rows[i];
		const struct mms_normal_row *base = same_of(result, row, "naive");

		if (!base)
			base = &result->rows[i % result->rows_per_initializer];
		if (!row->verified || !base->verified || (base == row && !alone))
			continue;
		if (!mms_rounds_precise(&row->steady.total,
		                        base == row ? NULL : &base->steady.total, config->precision,
		                        scratch))
			return false;
	}
	return true;
}

int mms_normal_result_finish(struct mms_normal_result *result,
                             const struct mms_normal_config *config)
{
	size_t most = config->rounds + config->nr_initializers * (size_t)config->first_touches;
	double *scratch = calloc(most, sizeof(*scratch));

	if (!scratch)
		return mms_fail(ENOMEM, "out of memory for statistics");
	mms_summarize(&result->mapping, scratch);
	result->ok = true;
	for (size_t i = 0; i < result->nr_traffic; i++)
		result->ok &= !result->traffic[i].both.findings;
	for (size_t i = 0; i < result->nr_rows; i++) {
		struct mms_normal_row *row = &result->rows[i];

		result->ok &= row->verified;
		/* Times of something that isn't right say nothing. */
		if (!row->verified)
			row->first_touch = row->steady = (struct mms_normal_times){0};
		summarize(&row->first_touch, scratch);
		summarize(&row->steady, scratch);
	}
	for (size_t i = 0; i < result->nr_rows; i++) {
		struct mms_normal_row *row = &result->rows[i];

		row->to_naive = ratios_to(result, row, "naive", scratch);
		row->to_template = ratios_to(result, row, "template", scratch);
	}
	free(scratch);
	return 0;
}

void mms_normal_describe_failure(const struct mms_normal_row *row, char *text, size_t size)
{
	char who[96], what[192], threads[32] = "";

	if (row->threads)
		snprintf(threads, sizeof(threads), ", %u thread%s", row->threads,
		         row->threads > 1 ? "s" : "");
	snprintf(who, sizeof(who), "%s (chunks of %llu pages%s)", row->initializer->name,
	         (unsigned long long)row->chunk_pages, threads);
	if (row->failure.error || !row->freed.fault || !mms_report_ok(&row->freed.pages)) {
		mms_failure_describe(&row->failure, who, text, size);
		return;
	}
	mms_free_report_describe(&row->freed, what, sizeof(what));
	snprintf(text, size, "initializer %s failed in %s %u: %s", who, row->failure.stage,
	         row->failure.turn, what);
}
