// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "bind.h"

#include "clock.h"
#include "footprint.h"

/* What the jobs of fills point to: a geometry without pageblocks to mark after a job. */
struct plain_geometry {
	struct mms_kernel kernel;
	struct mms_geometry geometry;
};

static void make_plain(const struct mms_geometry *geometry, struct plain_geometry *plain)
{
	plain->kernel = *geometry->kernel;
	plain->kernel.pageblock_policy = MMS_PAGEBLOCK_PER_PAGE;
	plain->geometry = *geometry;
	plain->geometry.kernel = &plain->kernel;
}

/* All that comes before the init. @return how long the altmap's pages took, in ns */
static uint64_t begin(struct mms_memmap *map, size_t flush_bytes)
{
	uint64_t start, ns;

	mms_memmap_reset_pageblocks(map);
	start = mms_now();
	mms_init_altmap(map);
	ns = mms_now() - start;
	if (flush_bytes)
		mms_footprint_flush(map, flush_bytes);
	return ns;
}

static int init_alone(const struct mms_binder *binder, const struct mms_job *jobs,
                      unsigned int nr_jobs)
{
	int error = 0;

	for (unsigned int i = 0; i < nr_jobs && !error; i++)
		error = mms_init_range(binder->initializer, &jobs[i]);
	return error;
}

int mms_bind(struct mms_memmap *map, const struct mms_binder *binder,
             struct mms_bind_result *result)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	unsigned int nr_jobs = geometry->pgmap.nr_range;
	struct mms_schedule *schedule = NULL;
	struct mms_job jobs[MMS_MAX_RANGES];
	struct plain_geometry plain;
	uint64_t whole, start;
	int error = 0;

	*result = (struct mms_bind_result){0};
	if (binder->plain)
		make_plain(geometry, &plain);
	for (unsigned int i = 0; i < nr_jobs && !error; i++) {
		error = mms_job_create(map, i, &jobs[i]);
		jobs[i].gates = binder->gates;
		if (binder->plain)
			jobs[i].geometry = &plain.geometry;
	}
	if (!error && binder->crew) {
		start = mms_now();
		error = mms_crew_schedule(binder->crews, binder->crew, jobs, nr_jobs, &schedule);
		result->schedule_ns = mms_now() - start;
	}
	if (error)
		return error;
	result->nr_chunks = schedule ? schedule->nr_chunks : 0;
	whole = mms_now();
	result->altmap_ns = begin(map, binder->flush_bytes);
	start = mms_now();
	result->init_error =
		schedule ? mms_pool_run(binder->crew->pool, binder->initializer, schedule)
			 : init_alone(binder, jobs, nr_jobs);
	result->init_ns = mms_now() - start;
	result->whole_ns = mms_now() - whole;
	mms_schedule_destroy(schedule);
	return 0;
}
