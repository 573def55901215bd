// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "usable_result.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "rounds.h"

static struct mms_ways ways_of(const struct mms_usable_config *config)
{
	return (struct mms_ways){&config->crew, config->waits, config->nr_waits};
}

size_t mms_usable_nr_rows(const struct mms_usable_config *config)
{
	struct mms_ways ways = ways_of(config);

	return config->nr_initializers * mms_ways_count(&ways);
}

/* Rows and samples that are still to be given out. */
struct making {
	const struct mms_usable_config *config;
	struct mms_usable_row *row;
	uint64_t *storage;
};

static void add_row(struct making *making, const struct mms_initializer *initializer,
                    struct mms_way way)
{
	const struct mms_usable_config *config = making->config;
	struct mms_usable_row *row = making->row++;

	row->initializer = initializer;
	row->ran = mms_initializer_effective(initializer, config->gates);
	row->way = way;
	row->verified = true;
	mms_samples_take_room(&row->returns, &making->storage, config->binds);
	mms_samples_take_room(&row->done, &making->storage, config->binds);
	mms_samples_take_room(&row->fault, &making->storage, config->binds);
	mms_samples_take_room(&row->stream.done, &making->storage, config->streams);
}

struct mms_usable_result *mms_usable_result_create(const struct mms_usable_config *config)
{
	size_t nr_rows = mms_usable_nr_rows(config);
	struct mms_usable_result *result = calloc(1, sizeof(*result));
	struct mms_ways ways = ways_of(config);
	struct making making = {.config = config};

	if (!result)
		return NULL;
	result->rows = calloc(nr_rows, sizeof(*result->rows));
	/* What add_row() gives out, and altmap pages. */
	result->storage =
		calloc(nr_rows * (4 * (size_t)config->binds + config->streams), sizeof(uint64_t));
	if (!result->rows || !result->storage) {
		mms_usable_free(result);
		return NULL;
	}
	result->nr_rows = nr_rows;
	result->rows_per_initializer = mms_ways_count(&ways);
	making.row = result->rows;
	making.storage = result->storage;
	mms_samples_take_room(&result->altmap, &making.storage, nr_rows * config->binds);
	for (size_t i = 0; i < nr_rows; i++)
		add_row(&making, config->initializers[i / result->rows_per_initializer],
		        mms_way_at(&ways, i % result->rows_per_initializer));
	return result;
}

void mms_usable_free(struct mms_usable_result *result)
{
	if (!result)
		return;
	free(result->rows);
	free(result->storage);
	free(result);
}

static void finish_row(struct mms_usable_row *row, double *scratch)
{
	if (!row->verified) {
		/* Times of something that isn't right say nothing. */
		row->returns.count = row->done.count = row->fault.count = 0;
		row->helped = row->waited = 0;
		memset(&row->stream, 0, sizeof(row->stream));
		return;
	}
	mms_summarize(&row->returns, scratch);
	mms_summarize(&row->done, scratch);
	mms_summarize(&row->fault, scratch);
	mms_summarize(&row->stream.done, scratch);
}

/* The pool's row of as many threads, among those of the same initializer. */
static const struct mms_usable_row *parallel_of(const struct mms_usable_row *rows, size_t nr_rows,
                                                unsigned int threads)
{
	for (size_t i = 0; i < nr_rows; i++)
		if (rows[i].way.by == MMS_BIND_BY_POOL && rows[i].way.threads == threads)
			return &rows[i];
	return NULL;
}

bool mms_usable_is_precise(const struct mms_usable_result *result,
                           const struct mms_usable_config *config, double *scratch)
{
	size_t nr_rows = result->rows_per_initializer;

	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_usable_row *row = &result->rows[i];
		const struct mms_usable_row *parallel =
			parallel_of(row - i % nr_rows, nr_rows, row->way.threads);

		if (parallel && parallel != row && row->verified && parallel->verified &&
		    !mms_rounds_precise(&row->done, &parallel->done, config->precision, scratch))
			return false;
	}
	return true;
}

/* What rows of an initializer are to each other; the first one is the caller's. */
static void compare_rows(struct mms_usable_row *rows, size_t nr_rows, double *scratch)
{
	for (size_t i = 0; i < nr_rows; i++) {
		const struct mms_usable_row *parallel =
			parallel_of(rows, nr_rows, rows[i].way.threads);
		struct mms_usable_row *row = &rows[i];

		if (row->verified && parallel && parallel->verified)
			row->done_to_parallel = mms_paired_ratio(row->done.ns, parallel->done.ns,
			                                         row->done.count, scratch);
		if (row->verified && rows[0].verified)
			row->chunk_ns = rows[0].done.summary.median / (double)row->nr_chunks;
	}
}

int mms_usable_result_finish(struct mms_usable_result *result,
                             const struct mms_usable_config *config)
{
	size_t most = config->binds > config->streams ? config->binds : config->streams;
	double *scratch = calloc(result->nr_rows * most, sizeof(*scratch));

	if (!scratch)
		return mms_fail(ENOMEM, "out of memory for statistics");
	mms_summarize(&result->altmap, scratch);
	result->ok = true;
	for (size_t i = 0; i < result->nr_rows; i++) {
		finish_row(&result->rows[i], scratch);
		result->ok &= result->rows[i].verified;
	}
	for (size_t i = 0; i < result->nr_rows; i += result->rows_per_initializer)
		compare_rows(&result->rows[i], result->rows_per_initializer, scratch);
	free(scratch);
	return 0;
}

void mms_usable_describe_failure(const struct mms_usable_row *row, char *text, size_t size)
{
	char who[96];

	mms_way_describe(&row->way, row->initializer, who, sizeof(who));
	mms_failure_describe(&row->failure, who, text, size);
}
