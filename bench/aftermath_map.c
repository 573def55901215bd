// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The memory that the aftermath experiment works on, and what an init is there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aftermath_bench.h"
#include "clock.h"
#include "error.h"
#include "footprint.h"

bool mms_aftermath_takes_part(const struct mms_aftermath_config *config,
                              enum mms_aftermath_part part)
{
	return config->parts >> part & 1;
}

int mms_aftermath_init(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row)
{
	uint64_t start = mms_now();
	int error = 0;

	if (!row->initializer)
		return 0;
	bench->author = row;
	for (unsigned int i = 0; i < bench->nr_jobs && !error; i++)
		error = mms_init_range(row->initializer, &bench->jobs[i]);
	bench->init_ns = mms_now() - start;
	return error;
}

void mms_aftermath_begin(struct mms_aftermath_bench *bench, const struct mms_aftermath_row *row)
{
	if (row->initializer)
		mms_memmap_reset_pageblocks(bench->map);
	mms_init_altmap(bench->map);
	mms_footprint_flush(bench->map, bench->flush_bytes);
	bench->flush_bytes = mms_footprint_cached();
}

int mms_aftermath_restore(struct mms_aftermath_bench *bench)
{
	bench->author = NULL;
	return mms_memmap_bind(bench->map, bench->naive, 0);
}

/* Pages that no code writes, into @pfns unless that is NULL. @return how many there are */
static uint64_t list_never_written(const struct mms_geometry *geometry, uint64_t *pfns)
{
	uint64_t count = 0;

	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range range = mms_geometry_range_pfns(geometry, i);

		for (uint64_t pfn = range.start; pfn < range.end; pfn++) {
			if (mms_geometry_page_kind(geometry, pfn) != MMS_PAGE_NEVER_WRITTEN)
				continue;
			if (pfns)
				pfns[count] = pfn;
			count++;
		}
	}
	return count;
}

int mms_aftermath_find_never_written(struct mms_aftermath_bench *bench)
{
	const struct mms_geometry *geometry = bench->config->geometry;

	bench->nr_never_written = list_never_written(geometry, NULL);
	bench->never_written = calloc(bench->nr_never_written + 1, sizeof(*bench->never_written));
	if (!bench->never_written)
		return mms_fail(ENOMEM, "out of memory for a list of pages");
	list_never_written(geometry, bench->never_written);
	return 0;
}

bool mms_aftermath_strayed(const struct mms_aftermath_bench *bench)
{
	for (uint64_t i = 0; i < bench->nr_never_written; i++) {
		uint64_t pfn = bench->never_written[i];
		struct mms_page dirt;

		mms_dirty_page(bench->config->seed, pfn, &dirt);
		if (memcmp(mms_memmap_page(bench->map, pfn), &dirt, sizeof(dirt)) != 0)
			return true;
	}
	return mms_memmap_check(bench->map) != 0;
}

static int find_jobs(struct mms_aftermath_bench *bench)
{
	int error = 0;

	bench->nr_jobs = mms_memmap_geometry(bench->map)->pgmap.nr_range;
	for (unsigned int i = 0; i < bench->nr_jobs && !error; i++) {
		error = mms_job_create(bench->map, i, &bench->jobs[i]);
		bench->jobs[i].gates = bench->config->gates;
	}
	return error;
}

static int create_map(struct mms_aftermath_bench *bench)
{
	const struct mms_aftermath_config *config = bench->config;
	const struct mms_device_options options = {.memmap = config->memmap};
	int error;

	if (!mms_aftermath_takes_part(config, MMS_AFTERMATH_FAULT))
		return mms_memmap_create(config->geometry, &config->memmap, &bench->map);
	error = mms_device_create(bench->devices, config->geometry, &options, &bench->device);
	if (!error)
		bench->map = mms_device_memmap(bench->device);
	return error;
}

void mms_aftermath_close_map(struct mms_aftermath_bench *bench)
{
	if (bench->device)
		mms_device_destroy(bench->device);
	else
		mms_memmap_destroy(bench->map);
	bench->device = NULL;
	bench->map = NULL;
}

int mms_aftermath_open_map(struct mms_aftermath_bench *bench)
{
	struct mms_bind_options bind = {.initializer = bench->naive, .by = MMS_BIND_BY_CALLER};
	int error = create_map(bench);

	if (error)
		return error;
	mms_memmap_dirty(bench->map, bench->config->seed);
	bench->author = NULL;
	error = find_jobs(bench);
	mms_aftermath_find_compounds(bench);
	if (!error)
		error = bench->device ? mms_device_bind(bench->device, &bind)
		                      : mms_aftermath_restore(bench);
	bench->flush_bytes = SIZE_MAX;
	return error;
}
