// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fill.h"
#include "footprint.h"
#include "rebind_result.h"
#include "rounds.h"

static size_t nr_fills(const struct mms_rebind_config *config)
{
	size_t fills = 0;

	while (config->fills && mms_fill_at(fills))
		fills++;
	return fills;
}

/* Whether a crew can share out the work of an initializer. */
static bool takes_parts(const struct mms_rebind_config *config, size_t initializer)
{
	return mms_initializer_effective(config->initializers[initializer], config->gates)
	        ->cuttable;
}

size_t mms_rebind_nr_pooled(const struct mms_rebind_config *config)
{
	size_t cuttable = 0;

	for (size_t i = 0; i < config->nr_initializers; i++)
		cuttable += takes_parts(config, i);
	return cuttable * config->crew.nr_threads;
}

size_t mms_rebind_nr_turns(const struct mms_rebind_config *config)
{
	size_t crews = config->crew.nr_threads;

	return config->nr_initializers + nr_fills(config) + mms_rebind_nr_pooled(config) +
	       crews * (nr_fills(config) + 1);
}

/* A result in the making: rows and samples that are still to be given out. */
struct making {
	const struct mms_rebind_config *config;
	struct mms_rebind_row *row;
	uint64_t *storage;
	double *probes;
};

static void add_row(struct making *making, const struct mms_initializer *initializer, bool fill,
                    unsigned int threads)
{
	const struct mms_rebind_config *config = making->config;
	struct mms_rebind_row *row = making->row++;

	row->initializer = initializer;
	row->ran = mms_initializer_effective(initializer, config->gates);
	row->fill = fill;
	row->threads = threads;
	row->verified = true;
	if (!fill && !threads)
		mms_samples_take_room(&row->first_bind, &making->storage, config->first_binds);
	mms_samples_take_room(&row->rebind, &making->storage, config->rebinds);
	if (!threads) {
		row->adds_per_cycle = making->probes;
		making->probes += config->rebinds;
	}
}

/* The rows of all initializers and fills, for a crew if there are @threads. */
static size_t add_rows(struct making *making, unsigned int threads)
{
	const struct mms_rebind_config *config = making->config;
	const struct mms_rebind_row *first = making->row;

	for (size_t i = 0; i < config->nr_initializers; i++)
		if (!threads || takes_parts(config, i))
			add_row(making, config->initializers[i], false, threads);
	for (size_t i = 0; i < nr_fills(config); i++)
		add_row(making, mms_fill_at(i), true, threads);
	if (threads)
		add_row(making, mms_fill_nothing(), true, threads);
	return (size_t)(making->row - first);
}

static void add_crew(struct making *making, struct mms_rebind_crew *crew, unsigned int threads)
{
	crew->threads = threads;
	crew->rows = making->row;
	crew->nr_rows = add_rows(making, threads);
	crew->empty = &crew->rows[crew->nr_rows - 1];
	mms_samples_take_room(&crew->schedule, &making->storage,
	                      crew->nr_rows * making->config->rebinds);
}

struct mms_rebind_result *mms_rebind_result_create(const struct mms_rebind_config *config)
{
	size_t nr = config->nr_initializers, turns = mms_rebind_nr_turns(config);
	size_t to_verify = nr + mms_rebind_nr_pooled(config);
	size_t first_binds = nr * config->first_binds;
	size_t rebinds = turns * config->rebinds;
	size_t verified = to_verify * MMS_MAX_VERIFIED;
	struct mms_rebind_result *result = calloc(1, sizeof(*result));
	struct making making = {.config = config};

	if (!result)
		return NULL;
	result->rows = calloc(turns, sizeof(*result->rows));
	result->crews = calloc(config->crew.nr_threads + 1, sizeof(*result->crews));
	/* Mapping, teardown, altmap and init of first binds; schedule, altmap and init of rebinds;
	 * checks and reads. */
	result->storage =
		calloc(4 * first_binds + 3 * rebinds + 2 * verified, sizeof(*result->storage));
	result->probes = calloc(rebinds, sizeof(*result->probes));
	if (!result->rows || !result->crews || !result->storage || !result->probes) {
		mms_rebind_free(result);
		return NULL;
	}
	making.row = result->rows;
	making.storage = result->storage;
	making.probes = result->probes;
	mms_samples_take_room(&result->mapping, &making.storage, first_binds);
	mms_samples_take_room(&result->teardown, &making.storage, first_binds);
	mms_samples_take_room(&result->altmap_first_bind, &making.storage, first_binds);
	mms_samples_take_room(&result->altmap_rebind, &making.storage, rebinds);
	mms_samples_take_room(&result->verify, &making.storage, verified);
	mms_samples_take_room(&result->read, &making.storage, verified);
	result->nr_rows = add_rows(&making, 0);
	while (result->nr_crews < config->crew.nr_threads) {
		add_crew(&making, &result->crews[result->nr_crews],
		         config->crew.threads[result->nr_crews]);
		result->nr_crews++;
	}
	result->least_huge_bytes = UINT64_MAX;
	return result;
}

void mms_rebind_free(struct mms_rebind_result *result)
{
	if (!result)
		return;
	free(result->rows);
	free(result->crews);
	free(result->storage);
	free(result->probes);
	free(result);
}

/* The row of a name; NULL if it has no part, or failed. */
static const struct mms_rebind_row *find_row(const struct mms_rebind_result *result,
                                             const char *name)
{
	for (size_t i = 0; i < result->nr_rows; i++)
		if (strcmp(result->rows[i].initializer->name, name) == 0 &&
		    result->rows[i].verified)
			return &result->rows[i];
	return NULL;
}

const struct mms_rebind_row *mms_rebind_base(const struct mms_rebind_result *result)
{
	const struct mms_rebind_row *naive = find_row(result, "naive");

	for (size_t i = 0; i < result->nr_rows && !naive; i++)
		if (result->rows[i].verified && !result->rows[i].fill)
			naive = &result->rows[i];
	return naive;
}

const struct mms_rebind_row *mms_rebind_fastest(const struct mms_rebind_row *rows, size_t nr_rows,
                                                const char *prefix)
{
	const struct mms_rebind_row *fastest = NULL;

	for (size_t i = 0; i < nr_rows; i++)
		if (rows[i].verified &&
		    strncmp(rows[i].initializer->name, prefix, strlen(prefix)) == 0 &&
		    (!fastest || rows[i].rebind.summary.median < fastest->rebind.summary.median))
			fastest = &rows[i];
	return fastest;
}

struct mms_ratio mms_rebind_ratio(const struct mms_rebind_row *row,
                                  const struct mms_rebind_row *base, double *scratch)
{
	if (!base || !base->verified || !row->verified)
		return (struct mms_ratio){0};
	return mms_paired_ratio(row->rebind.ns, base->rebind.ns, row->rebind.count, scratch);
}

bool mms_rebind_is_precise(const struct mms_rebind_result *result,
                           const struct mms_rebind_config *config, double *scratch)
{
	const struct mms_rebind_row *first = mms_rebind_base(result);
	bool alone = config->nr_initializers == 1;

	/* Crews' rows come after all that are called directly. */
	for (size_t i = 0; i < mms_rebind_all_rows(result); i++) {
		const struct mms_rebind_row *row = &result->rows[i];
		const struct mms_rebind_row *base =
			row->threads ? mms_rebind_thread_base(result, row) : first;

		if (row->fill || !row->verified || !base->verified || (base == row && !alone))
			continue;
		if (!mms_rounds_precise(&row->rebind, base == row ? NULL : &base->rebind,
		                        config->precision, scratch))
			return false;
	}
	return true;
}

/* Without compounds there are no tails, and a template for heads is one for all pages. */
enum step_scope { ANY, COMPOUNDS, NO_COMPOUNDS };

static const struct {
	enum step_scope scope;
	const char *name, *initializer, *base; /* "stream-": the fastest of those */
} steps[] = {
	{ANY, "template for heads", "template-heads", "naive"},
	{COMPOUNDS, "template for tails", "template", "template-heads"},
	{COMPOUNDS, "MOVNTI", "template-movnti", "template"},
	{NO_COMPOUNDS, "MOVNTI", "template-movnti", "template-heads"},
	{ANY, "plain at pageblocks", "template-movnti-pb", "template-movnti"},
	{ANY, "our streams", "stream-", "template-movnti"},
};

static void finish_steps(struct mms_rebind_result *result, bool compounds, double *scratch)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		bool family = strcmp(steps[i].initializer, "stream-") == 0;
		const struct mms_rebind_row *row =
			family ? mms_rebind_fastest(result->rows, result->nr_rows,
		                                    steps[i].initializer)
			       : find_row(result, steps[i].initializer);
		const struct mms_rebind_row *base = find_row(result, steps[i].base);

		if (!row || !base || steps[i].scope == (compounds ? NO_COMPOUNDS : COMPOUNDS))
			continue;
		if (row->ran != row->initializer || base->ran != base->initializer)
			continue; /* gates have taken the step back */
		result->steps[result->nr_steps++] = (struct mms_rebind_step){
			steps[i].name, row, base, mms_rebind_ratio(row, base, scratch)};
	}
}

static void finish_row(struct mms_rebind_row *row, const struct mms_rebind_result *result,
                       uint64_t nr_initialised, double *scratch)
{
	double median;

	if (!row->verified) {
		/* Times of something that isn't right say nothing. */
		row->first_bind.count = 0;
		row->rebind.count = 0;
		return;
	}
	mms_summarize(&row->first_bind, scratch);
	mms_summarize(&row->rebind, scratch);
	median = row->rebind.summary.median;
	row->ns_per_page = median / (double)nr_initialised;
	row->gb_per_s = (double)result->bytes_written / median;
}

/* Of all rows that were called directly. */
static int finish_core(struct mms_rebind_result *result)
{
	size_t count = 0, room = 0;
	double *probes, *scratch;

	for (size_t i = 0; i < result->nr_rows; i++)
		room += result->rows[i].rebind.count;
	probes = calloc(2 * room + 1, sizeof(*probes));
	if (!probes)
		return mms_fail(ENOMEM, "out of memory for statistics");
	scratch = probes + room;
	for (size_t i = 0; i < result->nr_rows; i++)
		for (size_t j = 0; j < result->rows[i].rebind.count; j++)
			probes[count++] = result->rows[i].adds_per_cycle[j];
	result->core = mms_core_summarize(probes, count, scratch);
	free(probes);
	return 0;
}

int mms_rebind_result_finish(struct mms_rebind_result *result,
                             const struct mms_rebind_config *config)
{
	size_t most = config->first_binds > config->rebinds ? config->first_binds : config->rebinds;
	size_t turns = mms_rebind_nr_turns(config);
	size_t values = turns * (most > MMS_MAX_VERIFIED ? most : MMS_MAX_VERIFIED);
	const struct mms_rebind_row *naive;
	double *scratch = calloc(values, sizeof(*scratch));

	if (!scratch)
		return mms_fail(ENOMEM, "out of memory for statistics");
	result->pages_written = mms_footprint_pages(config->geometry);
	result->bytes_written = result->pages_written << MMS_STRUCT_PAGE_SHIFT;
	mms_summarize(&result->mapping, scratch);
	mms_summarize(&result->teardown, scratch);
	mms_summarize(&result->altmap_first_bind, scratch);
	mms_summarize(&result->altmap_rebind, scratch);
	mms_summarize(&result->verify, scratch);
	mms_summarize(&result->read, scratch);
	result->ok = true;
	for (size_t i = 0; i < turns; i++) {
		finish_row(&result->rows[i], result, config->geometry->nr_initialised, scratch);
		result->ok &= result->rows[i].verified;
	}
	naive = find_row(result, "naive");
	result->limit = mms_rebind_fastest(result->rows, result->nr_rows, "fill-");
	for (size_t i = 0; i < result->nr_rows; i++) {
		struct mms_rebind_row *row = &result->rows[i];

		row->ratio_to_naive = mms_rebind_ratio(row, naive, scratch);
		row->ratio_to_limit = mms_rebind_ratio(row, result->limit, scratch);
	}
	finish_steps(result, config->geometry->pgmap.vmemmap_shift > 0, scratch);
	mms_rebind_finish_crews(result, scratch);
	free(scratch);
	return finish_core(result);
}

int mms_rebind_compare_sizes(struct mms_rebind_result *result, uint64_t pages,
                             const struct mms_rebind_result *largest, uint64_t largest_pages)
{
	double scale = (double)largest_pages / (double)pages;

	for (size_t i = 0; i < result->nr_rows; i++) {
		struct mms_rebind_row *row = &result->rows[i];
		double *scratch = calloc(row->rebind.count + 1, sizeof(*scratch));

		if (!scratch)
			return mms_fail(ENOMEM, "out of memory for statistics");
		row->ratio_to_largest = mms_rebind_ratio(row, &largest->rows[i], scratch);
		row->ratio_to_largest.median *= scale;
		row->ratio_to_largest.low *= scale;
		row->ratio_to_largest.high *= scale;
		free(scratch);
	}
	return 0;
}

void mms_rebind_describe_failure(const struct mms_rebind_row *row, char *text, size_t size)
{
	char who[96], where[32] = "";

	if (row->threads)
		snprintf(where, sizeof(where), " on %u thread%s", row->threads,
		         row->threads > 1 ? "s" : "");
	snprintf(who, sizeof(who), "%s%s", row->initializer->name, where);
	mms_failure_describe(&row->failure, who, text, size);
}
