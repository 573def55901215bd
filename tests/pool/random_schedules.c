// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Random jobs on many machines: each pfn is dealt out once, and nothing is cut that must not be. */
#include <inttypes.h>
#include <stdlib.h>

#include "support.h"

static const char *const machines[] = {
	"pu:1",
	"core:1 pu:2",
	"core:5 pu:1",
	"numa:2 core:1 pu:1",
	"numa:3 core:2 pu:2",
	"numa:8 core:28 pu:1",
	"pack:2 [numa] [numa] core:4 pu:1",
	"numa:2 pu:4",
};
#define NR_MACHINES (sizeof(machines) / sizeof(*machines))

/* Struct pages of pfns [start, end) that an initializer writes. */
static uint64_t pages_written(const struct mms_geometry *geometry, uint64_t start, uint64_t end)
{
	uint64_t nr = 0;

	for (uint64_t pfn = start; pfn < end; pfn++)
		nr += mms_geometry_backing_pfn(geometry, pfn) == pfn &&
		      mms_geometry_page_kind(geometry, pfn) != MMS_PAGE_NEVER_WRITTEN;
	return nr;
}

static void check_chunk(const struct random_source *random, const struct random_geometry *made,
                        const struct mms_schedule *schedule, const struct mms_chunk *chunk)
{
	const struct mms_job *job = &schedule->jobs[chunk->job].job;
	uint64_t whole = mms_pgmap_vmemmap_nr(&made->geometry.pgmap);
	struct mms_job part;

	if (mms_job_cut(job, chunk->start_pfn, chunk->end_pfn, &part))
		random_fail(random, made, "%s", mms_last_error());
	if (chunk->nr_pages != pages_written(&made->geometry, chunk->start_pfn, chunk->end_pfn))
		random_fail(random, made,
		            "0x%" PRIx64 " to 0x%" PRIx64 " have %" PRIu64 " pages, not %" PRIu64,
		            chunk->start_pfn, chunk->end_pfn,
		            pages_written(&made->geometry, chunk->start_pfn, chunk->end_pfn),
		            chunk->nr_pages);
	if (schedule->split != MMS_SPLIT_CHUNKS)
		return;
	if (whole < MMS_PAGES_PER_SECTION)
		whole = MMS_PAGES_PER_SECTION;
	if ((chunk->start_pfn != job->start_pfn && chunk->start_pfn % whole) ||
	    (chunk->end_pfn != job->end_pfn && chunk->end_pfn % whole) ||
	    chunk->start_pfn / whole != (chunk->end_pfn - 1) / whole)
		random_fail(random, made, "0x%" PRIx64 " to 0x%" PRIx64 " are no section",
		            chunk->start_pfn, chunk->end_pfn);
}

/* Each pfn of each job is in one chunk, and chunks of a job are in order. */
static void check_cover(const struct random_source *random, const struct random_geometry *made,
                        const struct mms_schedule *schedule)
{
	uint64_t at[MMS_MAX_RANGES];

	for (unsigned int i = 0; i < schedule->nr_jobs; i++)
		at[i] = schedule->jobs[i].job.start_pfn;
	for (size_t i = 0; i < schedule->nr_chunks; i++) {
		const struct mms_chunk *chunk = &schedule->chunks[i];

		check_chunk(random, made, schedule, chunk);
		if (chunk->start_pfn != at[chunk->job])
			random_fail(random, made, "0x%" PRIx64 " comes after 0x%" PRIx64,
			            chunk->start_pfn, at[chunk->job]);
		at[chunk->job] = chunk->end_pfn;
	}
	for (unsigned int i = 0; i < schedule->nr_jobs; i++)
		if (at[i] != schedule->jobs[i].job.end_pfn)
			random_fail(random, made, "job %u ends at 0x%" PRIx64, i, at[i]);
}

/* Queues follow each other, jobs are in their node's, and takers may take what they take. */
static void check_queues(const struct random_source *random, const struct random_geometry *made,
                         const struct mms_schedule *schedule)
{
	unsigned int *takers = calloc(schedule->nr_chunks, sizeof(*takers));
	unsigned int nr_workers = 0;
	size_t at = 0;

	assert_success(mms_schedule_expect(schedule, takers));
	for (unsigned int i = 0; i < schedule->nr_queues; i++) {
		const struct mms_queue *queue = &schedule->queues[i];

		if (queue->first != at)
			random_fail(random, made, "queue %u begins with %zu", i, queue->first);
		for (; at < queue->end; at++) {
			if (takers[at] >= schedule->nr_workers ||
			    (schedule->split == MMS_SPLIT_SHARES && queue->node != MMS_NODE_ANY &&
			     schedule->workers[takers[at]].queue != i))
				random_fail(random, made, "worker %u takes chunk %zu", takers[at],
				            at);
		}
		nr_workers += queue->node == MMS_NODE_ANY ? 0 : queue->nr_workers;
	}
	assert_int_equal(at, schedule->nr_chunks);
	assert_int_equal(nr_workers, schedule->nr_workers);
	free(takers);
}

static void random_jobs_are_covered_once(void **state)
{
	uint64_t seed = random_first_seed();

	(void)state;
	for (int round = 0; round < 60; round++, seed++) {
		struct random_source random = random_source(seed);
		struct mms_topology *topology =
			make_topology(machines[random_below(&random, NR_MACHINES)]);
		size_t nr_nodes = mms_topology_node_count(topology);
		struct mms_pool_options options =
			unbound(1 + (unsigned int)random_below(&random, 40));
		struct mms_placed_job jobs[MMS_MAX_RANGES];
		struct random_geometry made;
		struct mms_schedule *schedule;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		for (unsigned int i = 0; i < made.geometry.pgmap.nr_range; i++) {
			struct mms_pfn_range pfns = mms_geometry_device_pfns(&made.geometry, i);

			jobs[i] = planned_job(&made.geometry,
			                      (int)random_below(&random, nr_nodes + 1) - 1);
			jobs[i].job.start_pfn = pfns.start;
			jobs[i].job.end_pfn = pfns.end;
		}
		assert_success(
			mms_schedule_create(topology, &options, jobs, made.geometry.pgmap.nr_range,
		                            (enum mms_split)random_below(&random, 2), &schedule));
		check_cover(&random, &made, schedule);
		check_queues(&random, &made, schedule);
		mms_schedule_destroy(schedule);
		mms_topology_destroy(topology);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_jobs_are_covered_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
