// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "normal_turn.h"

#include "clock.h"
#include "footprint.h"

int mms_normal_map(struct mms_normal_bench *bench, uint64_t *ns)
{
	uint64_t start = mms_now();
	struct mms_memmap_info info;
	int error = mms_memmap_create(bench->config->geometry, &bench->memmap, &bench->map);

	if (error)
		return error;
	*ns = mms_now() - start;
	error = mms_buddy_create(bench->map, &bench->buddy);
	if (error || bench->memmap.backing != MMS_BACKING_AUTO)
		return error;
	/* Mappings of different kinds could not be compared: what auto chose now stays chosen. */
	error = mms_memmap_info(bench->map, &info);
	if (!error)
		bench->memmap.backing = info.backing;
	return error;
}

void mms_normal_unmap(struct mms_normal_bench *bench)
{
	mms_buddy_destroy(bench->buddy);
	mms_memmap_destroy(bench->map);
	bench->buddy = NULL;
	bench->map = NULL;
}

/* All that boot has done before, and none of which is timed. */
static void boot(struct mms_normal_bench *bench, bool flush)
{
	mms_memmap_reset_pageblocks(bench->map);
	mms_init_reserved(bench->map);
	mms_buddy_reset(bench->buddy);
	if (flush)
		mms_footprint_flush(bench->map, bench->flush_bytes);
}

static int make_jobs(const struct mms_normal_bench *bench, struct mms_job *jobs,
                     unsigned int *nr_jobs)
{
	*nr_jobs = bench->config->geometry->pgmap.nr_range;
	for (unsigned int i = 0; i < *nr_jobs; i++) {
		int error = mms_job_create(bench->map, i, &jobs[i]);

		if (error)
			return error;
		jobs[i].gates = bench->config->gates;
	}
	return 0;
}

static int run_alone(const struct mms_normal_bench *bench, const struct mms_normal_row *row,
                     const struct mms_job *jobs, unsigned int nr_jobs, struct mms_normal_turn *turn)
{
	const struct mms_deferred_options options = {row->chunk_pages, mms_now};
	int error = 0;

	for (unsigned int i = 0; i < nr_jobs && !error; i++)
		error = mms_deferred_init(bench->buddy, row->initializer, &jobs[i], &options,
		                          &turn->times);
	return error;
}

int mms_normal_take_turn(struct mms_normal_bench *bench, const struct mms_normal_row *row,
                         bool flush, struct mms_normal_turn *turn)
{
	const struct mms_crew *crew = mms_crews_find(&bench->crews, row->threads);
	const struct mms_deferred_options options = {.chunk_pages = row->chunk_pages};
	struct mms_schedule *schedule = NULL;
	struct mms_job jobs[MMS_MAX_RANGES];
	unsigned int nr_jobs;
	uint64_t start;
	int error = make_jobs(bench, jobs, &nr_jobs);

	*turn = (struct mms_normal_turn){0};
	if (!error && crew)
		error = mms_crew_schedule(&bench->crews, crew, jobs, nr_jobs, &schedule);
	if (error)
		return error;
	boot(bench, flush);
	start = mms_now();
	turn->error = schedule ? mms_pool_deferred_init(crew->pool, bench->buddy, row->initializer,
	                                                schedule, &options, NULL)
	                       : run_alone(bench, row, jobs, nr_jobs, turn);
	turn->total_ns = mms_now() - start;
	mms_schedule_destroy(schedule);
	return 0;
}

int mms_normal_init_only(struct mms_normal_bench *bench, const struct mms_normal_row *row,
                         int *init_error)
{
	struct mms_job jobs[MMS_MAX_RANGES];
	unsigned int nr_jobs;
	int error = make_jobs(bench, jobs, &nr_jobs);

	if (error)
		return error;
	boot(bench, false);
	*init_error = 0;
	for (unsigned int i = 0; i < nr_jobs && !*init_error; i++)
		*init_error = mms_init_range(row->initializer, &jobs[i]);
	return 0;
}
