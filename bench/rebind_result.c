// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
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

struct mms_rebind_result *mms_rebind_result_create(const struct mms_rebind_config *config)
{
	size_t nr = config->nr_initializers;
	size_t first_binds = nr * config->first_binds, rebinds = nr * config->rebinds;
	struct mms_rebind_result *result = calloc(1, sizeof(*result));
	uint64_t *storage;

	if (!result)
		return NULL;
	result->rows = calloc(nr, sizeof(*result->rows));
	/* Mapping, teardown, altmap and init of first binds; altmap and init of rebinds. */
	result->storage = calloc(4 * first_binds + 2 * rebinds, sizeof(*result->storage));
	if (!result->rows || !result->storage) {
		mms_rebind_free(result);
		return NULL;
	}
	storage = give_room(&result->mapping, result->storage, first_binds);
	storage = give_room(&result->teardown, storage, first_binds);
	storage = give_room(&result->altmap_first_bind, storage, first_binds);
	storage = give_room(&result->altmap_rebind, storage, rebinds);
	for (size_t i = 0; i < nr; i++) {
		struct mms_rebind_row *row = &result->rows[i];

		row->initializer = config->initializers[i];
		row->ran = mms_initializer_effective(row->initializer, config->gates);
		row->verified = true;
		storage = give_room(&row->first_bind, storage, config->first_binds);
		storage = give_room(&row->rebind, storage, config->rebinds);
	}
	result->nr_rows = nr;
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

/* The row that the others are compared with; NULL if it has no part, or failed. */
static const struct mms_rebind_row *naive_row(const struct mms_rebind_result *result)
{
	for (size_t i = 0; i < result->nr_rows; i++)
		if (strcmp(result->rows[i].initializer->name, "naive") == 0 &&
		    result->rows[i].verified)
			return &result->rows[i];
	return NULL;
}

static void finish_row(struct mms_rebind_row *row, const struct mms_rebind_row *naive,
                       const struct mms_rebind_result *result, uint64_t nr_initialised,
                       double *scratch)
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
	if (naive)
		row->ratio_to_naive = mms_median_ratio(row->rebind.ns, naive->rebind.ns,
		                                       row->rebind.count, scratch);
}

int mms_rebind_result_finish(struct mms_rebind_result *result,
                             const struct mms_rebind_config *config)
{
	size_t most = config->first_binds > config->rebinds ? config->first_binds : config->rebinds;
	const struct mms_rebind_row *naive = naive_row(result);
	double *scratch = calloc(result->nr_rows * most, sizeof(*scratch));

	if (!scratch)
		return mms_fail(ENOMEM, "out of memory for statistics");
	result->pages_written = pages_written(config->geometry);
	result->bytes_written = result->pages_written << MMS_STRUCT_PAGE_SHIFT;
	summarize(&result->mapping, scratch);
	summarize(&result->teardown, scratch);
	summarize(&result->altmap_first_bind, scratch);
	summarize(&result->altmap_rebind, scratch);
	result->ok = true;
	for (size_t i = 0; i < result->nr_rows; i++) {
		finish_row(&result->rows[i], naive, result, config->geometry->nr_initialised,
		           scratch);
		result->ok &= result->rows[i].verified;
	}
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
