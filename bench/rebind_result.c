// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fill.h"
#include "rebind_result.h"

void mms_samples_add(struct mms_samples *samples, uint64_t ns)
{
	samples->ns[samples->count++] = ns;
}

/* Struct pages that mms_init_range() writes over all ranges. */
static uint64_t pages_written(const struct mms_geometry *geometry)
{
	uint64_t step = mms_pgmap_vmemmap_nr(&geometry->pgmap), pages = 0;

	if (!geometry->dedup)
		return geometry->nr_initialised;
	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range pfns = mms_geometry_device_pfns(geometry, i);

		for (uint64_t pfn = pfns.start; pfn < pfns.end; pfn += step)
			pages += mms_geometry_compound_nr_pages(geometry, pfn);
	}
	return pages;
}

/* Give @samples the next @room values of the result's storage. */
static uint64_t *give_room(struct mms_samples *samples, uint64_t *storage, size_t room)
{
	samples->ns = storage;
	return storage + room;
}

size_t mms_rebind_nr_rows(const struct mms_rebind_config *config)
{
	size_t fills = 0;

	while (config->fills && mms_fill_at(fills))
		fills++;
	return config->nr_initializers + fills;
}

struct mms_rebind_result *mms_rebind_result_create(const struct mms_rebind_config *config)
{
	size_t nr = config->nr_initializers, nr_rows = mms_rebind_nr_rows(config);
	size_t first_binds = nr * config->first_binds, rebinds = nr * config->rebinds;
	size_t verified = nr * MMS_MAX_VERIFIED;
	struct mms_rebind_result *result = calloc(1, sizeof(*result));
	uint64_t *storage;

	if (!result)
		return NULL;
	result->rows = calloc(nr_rows, sizeof(*result->rows));
	/* Mapping, teardown, altmap and init of first binds; altmap, checks and init of rebinds. */
	result->storage =
		calloc(4 * first_binds + rebinds + 2 * verified + nr_rows * config->rebinds,
	               sizeof(*result->storage));
	if (!result->rows || !result->storage) {
		mms_rebind_free(result);
		return NULL;
	}
	storage = give_room(&result->mapping, result->storage, first_binds);
	storage = give_room(&result->teardown, storage, first_binds);
	storage = give_room(&result->altmap_first_bind, storage, first_binds);
	storage = give_room(&result->altmap_rebind, storage, rebinds);
	storage = give_room(&result->verify, storage, verified);
	storage = give_room(&result->read, storage, verified);
	for (size_t i = 0; i < nr_rows; i++) {
		struct mms_rebind_row *row = &result->rows[i];

		row->fill = i >= nr;
		row->initializer = row->fill ? mms_fill_at(i - nr) : config->initializers[i];
		row->ran = mms_initializer_effective(row->initializer, config->gates);
		row->verified = true;
		if (!row->fill)
			storage = give_room(&row->first_bind, storage, config->first_binds);
		storage = give_room(&row->rebind, storage, config->rebinds);
	}
	result->nr_rows = nr_rows;
	result->least_huge_bytes = UINT64_MAX;
	return result;
}

void mms_rebind_free(struct mms_rebind_result *result)
{
	if (!result)
		return;
	free(result->rows);
	free(result->storage);
	free(result);
}

static void summarize(struct mms_samples *samples, double *scratch)
{
	if (samples->count)
		mms_summarize(samples, scratch);
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

/* The fastest of the rows whose names begin with @prefix; NULL if there is none. */
static const struct mms_rebind_row *fastest_row(const struct mms_rebind_result *result,
                                                const char *prefix)
{
	const struct mms_rebind_row *fastest = NULL;

	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_rebind_row *row = &result->rows[i];

		if (row->verified && strncmp(row->initializer->name, prefix, strlen(prefix)) == 0 &&
		    (!fastest || row->rebind.summary.median < fastest->rebind.summary.median))
			fastest = row;
	}
	return fastest;
}

static struct mms_ratio ratio_to(const struct mms_rebind_row *row,
                                 const struct mms_rebind_row *base, double *scratch)
{
	if (!base || !row->verified)
		return (struct mms_ratio){0};
	return mms_paired_ratio(row->rebind.ns, base->rebind.ns, row->rebind.count, scratch);
}

/* Tails of their own are what compounds have; without, a template for heads is one for all pages.
 */
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
			family ? fastest_row(result, steps[i].initializer)
			       : find_row(result, steps[i].initializer);
		const struct mms_rebind_row *base = find_row(result, steps[i].base);

		if (!row || !base || steps[i].scope == (compounds ? NO_COMPOUNDS : COMPOUNDS))
			continue;
		if (row->ran != row->initializer || base->ran != base->initializer)
			continue; /* gates have taken the step back */
		result->steps[result->nr_steps++] = (struct mms_rebind_step){
			steps[i].name, row, base, ratio_to(row, base, scratch)};
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
	summarize(&row->first_bind, scratch);
	summarize(&row->rebind, scratch);
	median = row->rebind.summary.median;
	row->ns_per_page = median / (double)nr_initialised;
	row->gb_per_s = (double)result->bytes_written / median;
}

int mms_rebind_result_finish(struct mms_rebind_result *result,
                             const struct mms_rebind_config *config)
{
	size_t most = config->first_binds > config->rebinds ? config->first_binds : config->rebinds;
	size_t values = result->nr_rows * (most > MMS_MAX_VERIFIED ? most : MMS_MAX_VERIFIED);
	const struct mms_rebind_row *naive;
	double *scratch = calloc(values, sizeof(*scratch));

	if (!scratch)
		return mms_fail(ENOMEM, "out of memory for statistics");
	result->pages_written = pages_written(config->geometry);
	result->bytes_written = result->pages_written << MMS_STRUCT_PAGE_SHIFT;
	summarize(&result->mapping, scratch);
	summarize(&result->teardown, scratch);
	summarize(&result->altmap_first_bind, scratch);
	summarize(&result->altmap_rebind, scratch);
	summarize(&result->verify, scratch);
	summarize(&result->read, scratch);
	result->ok = true;
	for (size_t i = 0; i < result->nr_rows; i++) {
		finish_row(&result->rows[i], result, config->geometry->nr_initialised, scratch);
		result->ok &= result->rows[i].verified;
	}
	naive = find_row(result, "naive");
	result->limit = fastest_row(result, "fill-");
	for (size_t i = 0; i < result->nr_rows; i++) {
		struct mms_rebind_row *row = &result->rows[i];

		row->ratio_to_naive = ratio_to(row, naive, scratch);
		row->ratio_to_limit = ratio_to(row, result->limit, scratch);
	}
	finish_steps(result, config->geometry->pgmap.vmemmap_shift > 0, scratch);
	free(scratch);
	return 0;
}

const char *mms_rebind_stage_name(enum mms_rebind_stage stage)
{
	static const char *const names[] = {
		[MMS_REBIND_TOUCH] = "machine first touch",
		[MMS_REBIND_WARM_UP] = "warm-up",
		[MMS_REBIND_FIRST_BIND] = "first bind",
		[MMS_REBIND_REBIND] = "rebind",
	};

	return names[stage];
}

void mms_rebind_describe_failure(const struct mms_rebind_row *row, char *text, size_t size)
{
	const struct mms_rebind_failure *failure = &row->failure;
	char what[192];

	if (failure->error)
		snprintf(what, sizeof(what), "it returned %d (%s)", failure->error,
		         strerror(-failure->error));
	else
		mms_report_describe(&failure->report, what, sizeof(what));
	snprintf(text, size, "initializer %s failed in %s %u: %s", row->initializer->name,
	         mms_rebind_stage_name(failure->stage), failure->turn, what);
}
