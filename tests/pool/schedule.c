// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Schedules: who is to take what, on machines that are only described. */
#include <errno.h>
#include <stdlib.h>

#include "support.h"

static uint64_t most(const uint64_t *values, size_t nr)
{
	uint64_t found = values[0];

	for (size_t i = 1; i < nr; i++)
		found = values[i] > found ? values[i] : found;
	return found;
}

static uint64_t least(const uint64_t *values, size_t nr)
{
	uint64_t found = values[0];

	for (size_t i = 1; i < nr; i++)
		found = values[i] < found ? values[i] : found;
	return found;
}

/* The 2018 machine: eight sockets, 48 namespaces of 128 GiB. */
static void eight_sockets_are_balanced(void **state)
{
	enum { NODES = 8, WORKERS = 8 * 28, JOBS = 48 };
	struct mms_topology *topology = make_topology("numa:8 core:28 pu:1");
	struct mms_pool_options options = unbound(WORKERS);
	uint64_t by_node[NODES] = {0}, by_worker[WORKERS] = {0};
	struct mms_geometry geometries[JOBS];
	struct mms_placed_job jobs[JOBS];
	struct mms_schedule *schedule;
	unsigned int *takers;

	(void)state;
	for (int i = 0; i < JOBS; i++) {
		geometries[i] = fsdax_geometry(1024 * GIB + 128 * GIB * (unsigned int)i, 128 * GIB);
		jobs[i] = planned_job(&geometries[i], i % NODES);
	}
	assert_success(
		mms_schedule_create(topology, &options, jobs, JOBS, MMS_SPLIT_CHUNKS, &schedule));
	takers = calloc(schedule->nr_chunks, sizeof(*takers));
	assert_success(mms_schedule_expect(schedule, takers));
	for (size_t i = 0; i < schedule->nr_chunks; i++) {
		const struct mms_worker *worker = &schedule->workers[takers[i]];

		assert_int_equal(worker->node, schedule->jobs[schedule->chunks[i].job].node);
		by_node[worker->node] += schedule->chunks[i].nr_pages;
		by_worker[worker->index] += schedule->chunks[i].nr_pages;
	}
	assert_in_range(most(by_node, NODES) - least(by_node, NODES), 0, MMS_PAGES_PER_SECTION);
	assert_in_range(most(by_worker, WORKERS) - least(by_worker, WORKERS), 0,
	                MMS_PAGES_PER_SECTION);
	assert_int_equal(by_node[0], 6 * 128 * GIB / MMS_PAGE_SIZE);
	free(takers);
	mms_schedule_destroy(schedule);
	mms_topology_destroy(topology);
}

/* One namespace only: its own node's workers must not take so much at once that others run dry. */
static void help_is_balanced(void **state)
{
	enum { WORKERS = 8 * 28 };
	struct mms_topology *topology = make_topology("numa:8 core:28 pu:1");
	struct mms_pool_options options = unbound(WORKERS);
	struct mms_geometry geometry = fsdax_geometry(GIB, 100 * GIB);
	struct mms_schedule *schedule =
		make_schedule(topology, &options, planned_job(&geometry, 1), MMS_SPLIT_CHUNKS);
	unsigned int *takers = calloc(schedule->nr_chunks, sizeof(*takers));
	uint64_t by_worker[WORKERS] = {0};

	(void)state;
	assert_success(mms_schedule_expect(schedule, takers));
	for (size_t i = 0; i < schedule->nr_chunks; i++)
		by_worker[takers[i]] += schedule->chunks[i].nr_pages;
	assert_in_range(most(by_worker, WORKERS) - least(by_worker, WORKERS), 0,
	                MMS_PAGES_PER_SECTION);
	free(takers);
	mms_schedule_destroy(schedule);
	mms_topology_destroy(topology);
}

static void workers_are_spread_over_nodes_and_cores(void **state)
{
	static const struct {
		int node;
		unsigned int core;
	} places[] = {{0, 0}, {1, 8}, {0, 2}, {1, 10}, {0, 4}, {1, 12}, {0, 6}, {1, 14}, {0, 0}};
	struct mms_topology *topology = make_topology("numa:2 core:4 pu:2");
	struct mms_pool_options options = unbound(9);
	struct mms_geometry geometry = fsdax_geometry(GIB, GIB);
	struct mms_schedule *schedule =
		make_schedule(topology, &options, planned_job(&geometry, 0), MMS_SPLIT_CHUNKS);

	(void)state;
	assert_int_equal(schedule->nr_workers, 9);
	for (unsigned int i = 0; i < 9; i++) {
		assert_int_equal(schedule->workers[i].index, i);
		assert_int_equal(schedule->workers[i].node, places[i].node);
		assert_int_equal(schedule->workers[i].core, places[i].core);
		assert_int_equal(schedule->workers[i].queue, places[i].node);
	}
	assert_int_equal(schedule->nr_queues, 3);
	assert_int_equal(schedule->queues[0].nr_workers, 5);
	assert_int_equal(schedule->queues[1].nr_workers, 4);
	assert_int_equal(schedule->queues[2].node, MMS_NODE_ANY);
	mms_schedule_destroy(schedule);
	mms_topology_destroy(topology);
}

/* Chunks are 0x8000 pfns; the namespace begins and ends inside sections. */
static void chunks_are_whole_sections(void **state)
{
	static const uint64_t borders[] = {0x40200, 0x48000, 0x50000, 0x58000, 0x58200};
	struct mms_topology *topology = make_topology("core:2 pu:1");
	struct mms_pool_options options = unbound(2);
	struct mms_geometry geometry = fsdax_geometry(0x40200000, 0x18000000);
	struct mms_schedule *schedule =
		make_schedule(topology, &options, planned_job(&geometry, 0), MMS_SPLIT_CHUNKS);

	(void)state;
	assert_int_equal(schedule->nr_chunks, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(schedule->chunks[i].start_pfn, borders[i]);
		assert_int_equal(schedule->chunks[i].end_pfn, borders[i + 1]);
		assert_int_equal(schedule->chunks[i].nr_pages, borders[i + 1] - borders[i]);
	}
	mms_schedule_destroy(schedule);
	mms_topology_destroy(topology);
}

static void large_compounds_are_chunks(void **state)
{
	struct mms_topology *topology = make_topology("core:2 pu:1");
	struct mms_pool_options options = unbound(2);
	struct mms_geometry geometry = devdax_geometry(4 * GIB, 3 * GIB, GIB);
	struct mms_schedule *schedule =
		make_schedule(topology, &options, planned_job(&geometry, 0), MMS_SPLIT_CHUNKS);

	(void)state;
	assert_true(geometry.dedup);
	assert_int_equal(schedule->nr_chunks, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(schedule->chunks[i].start_pfn, (4 + i) * GIB / MMS_PAGE_SIZE);
		assert_int_equal(schedule->chunks[i].end_pfn, (5 + i) * GIB / MMS_PAGE_SIZE);
		assert_int_equal(schedule->chunks[i].nr_pages, MMS_VMEMMAP_RESERVE_PAGES);
	}
	mms_schedule_destroy(schedule);
	mms_topology_destroy(topology);
}

static void shares_are_equal_and_contiguous(void **state)
{
	struct mms_topology *topology = make_topology("numa:2 core:8 pu:1");
	struct mms_pool_options options = unbound(14);
	struct mms_geometry geometry = fsdax_geometry(GIB, 10 * GIB + 6 * MIB);
	struct mms_schedule *schedule =
		make_schedule(topology, &options, planned_job(&geometry, 1), MMS_SPLIT_SHARES);
	uint64_t at = geometry.start_pfn, sizes[7];

	(void)state;
	assert_int_equal(schedule->nr_chunks, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(schedule->chunks[i].start_pfn, at);
		at = schedule->chunks[i].end_pfn;
		assert_int_equal(at % MMS_PAGEBLOCK_NR_PAGES, 0);
		sizes[i] = schedule->chunks[i].nr_pages;
	}
	assert_int_equal(at, geometry.end_pfn);
	assert_in_range(most(sizes, 7) - least(sizes, 7), 0, MMS_PAGEBLOCK_NR_PAGES);
	mms_schedule_destroy(schedule);
	mms_topology_destroy(topology);
}

static void few_pages_leave_workers_without(void **state)
{
	struct mms_topology *topology = make_topology("core:16 pu:1");
	struct mms_pool_options options = unbound(16);
	struct mms_geometry geometry = devdax_geometry(4 * GIB, 3 * GIB, GIB);

	(void)state;
	for (enum mms_split split = MMS_SPLIT_CHUNKS; split <= MMS_SPLIT_SHARES; split++) {
		struct mms_schedule *schedule =
			make_schedule(topology, &options, planned_job(&geometry, 0), split);

		assert_int_equal(schedule->nr_chunks, 3);
		mms_schedule_destroy(schedule);
	}
	mms_topology_destroy(topology);
}

/* How many chunks of a job on node 0 the workers of node 1 are expected to take. */
static size_t taken_by_node_1(const struct mms_schedule *schedule)
{
	unsigned int *takers = calloc(schedule->nr_chunks, sizeof(*takers));
	size_t nr = 0;

	assert_success(mms_schedule_expect(schedule, takers));
	for (size_t i = 0; i < schedule->nr_chunks; i++)
		nr += schedule->workers[takers[i]].node == 1;
	free(takers);
	return nr;
}

static void chunks_are_helped_with_and_shares_are_not(void **state)
{
	struct mms_topology *topology = make_topology("numa:2 core:4 pu:1");
	struct mms_pool_options options = unbound(8);
	struct mms_geometry geometry = fsdax_geometry(GIB, 64 * GIB);
	struct mms_schedule *chunks =
		make_schedule(topology, &options, planned_job(&geometry, 0), MMS_SPLIT_CHUNKS);
	struct mms_schedule *shares =
		make_schedule(topology, &options, planned_job(&geometry, 0), MMS_SPLIT_SHARES);

	(void)state;
	assert_int_equal(taken_by_node_1(chunks), 512 / 2);
	assert_int_equal(taken_by_node_1(shares), 0);
	mms_schedule_destroy(chunks);
	mms_schedule_destroy(shares);
	mms_topology_destroy(topology);
}

static void work_for_all_is_taken_by_all(void **state)
{
	struct mms_topology *topology = make_topology("numa:2 core:4 pu:1");
	struct mms_pool_options options = unbound(8);
	struct mms_geometry geometry = fsdax_geometry(GIB, 64 * GIB);
	struct mms_placed_job job = planned_job(&geometry, MMS_NODE_ANY);

	(void)state;
	for (enum mms_split split = MMS_SPLIT_CHUNKS; split <= MMS_SPLIT_SHARES; split++) {
		struct mms_schedule *schedule = make_schedule(topology, &options, job, split);

		assert_int_equal(schedule->queues[2].end - schedule->queues[2].first,
		                 schedule->nr_chunks);
		assert_int_equal(taken_by_node_1(schedule), schedule->nr_chunks / 2);
		mms_schedule_destroy(schedule);
	}
	mms_topology_destroy(topology);
}

/* Queue 0 has all chunks, and its workers are on @node. */
static void check_adopted(const struct mms_topology *topology,
                          const struct mms_pool_options *options, int job_node, int node)
{
	struct mms_geometry geometry = fsdax_geometry(GIB, GIB);
	struct mms_schedule *schedule = make_schedule(
		topology, options, planned_job(&geometry, job_node), MMS_SPLIT_SHARES);

	assert_int_equal(schedule->nr_queues, 2);
	assert_int_equal(schedule->queues[0].node, node);
	assert_int_equal(schedule->queues[0].end, schedule->nr_chunks);
	for (unsigned int i = 0; i < options->threads; i++)
		assert_int_equal(schedule->workers[i].node, node);
	mms_schedule_destroy(schedule);
}

static void work_of_nodes_without_workers_is_adopted(void **state)
{
	struct mms_topology *topology = make_topology("pack:2 [numa] [numa] core:4 pu:1");
	struct mms_pool_options options = {.threads = 4, .node = 3};

	(void)state;
	/* Node 3 has only memory, beside node 2's. */
	check_adopted(topology, &options, 3, 2);
	/* All workers are on node 2. */
	check_adopted(topology, &options, 0, 2);
	options.node = 0;
	check_adopted(topology, &options, 3, 0);
	mms_topology_destroy(topology);
}

static void many_jobs_and_none(void **state)
{
	struct mms_topology *topology = make_topology("numa:2 core:2 pu:1");
	struct mms_pool_options options = unbound(4);
	struct mms_geometry geometry = fsdax_geometry(GIB, 128 * MIB);
	struct mms_placed_job jobs[5];
	struct mms_schedule *schedule;

	(void)state;
	for (int i = 0; i < 5; i++)
		jobs[i] = planned_job(&geometry, 1 - i % 2);
	assert_success(
		mms_schedule_create(topology, &options, jobs, 5, MMS_SPLIT_CHUNKS, &schedule));
	assert_int_equal(schedule->nr_jobs, 5);
	assert_int_equal(schedule->nr_chunks, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(schedule->chunks[i].job, i < 2 ? 2 * i + 1 : 2 * (i - 2));
	mms_schedule_destroy(schedule);

	assert_success(
		mms_schedule_create(topology, &options, NULL, 0, MMS_SPLIT_SHARES, &schedule));
	assert_int_equal(schedule->nr_chunks, 0);
	assert_success(mms_schedule_expect(schedule, NULL));
	mms_schedule_destroy(schedule);
	mms_topology_destroy(topology);
}

static void nonsense_is_refused(void **state)
{
	struct mms_topology *topology = make_topology("numa:2 core:2 pu:1");
	struct mms_geometry geometry = fsdax_geometry(GIB, GIB);
	struct mms_placed_job job = planned_job(&geometry, 0);
	struct mms_pool_options options = unbound(0);
	struct mms_schedule *schedule = NULL;

	(void)state;
	assert_refused(
		mms_schedule_create(topology, &options, &job, 1, MMS_SPLIT_CHUNKS, &schedule),
		EINVAL, "0 threads");
	options.threads = 16385;
	assert_refused(
		mms_schedule_create(topology, &options, &job, 1, MMS_SPLIT_CHUNKS, &schedule),
		EINVAL, "16384");
	options.threads = 2;
	options.node = 2;
	assert_refused(
		mms_schedule_create(topology, &options, &job, 1, MMS_SPLIT_CHUNKS, &schedule),
		EINVAL, "no NUMA node 2");
	options.node = 1;
	job.node = 7;
	assert_refused(
		mms_schedule_create(topology, &options, &job, 1, MMS_SPLIT_CHUNKS, &schedule),
		EINVAL, "no NUMA node 7");
	job.node = 0;
	assert_refused(
		mms_schedule_create(topology, &options, &job, 1, (enum mms_split)2, &schedule),
		EINVAL, "2 is no way to split");
	assert_null(schedule);
	mms_schedule_destroy(NULL);
	mms_topology_destroy(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eight_sockets_are_balanced),
		cmocka_unit_test(help_is_balanced),
		cmocka_unit_test(workers_are_spread_over_nodes_and_cores),
		cmocka_unit_test(chunks_are_whole_sections),
		cmocka_unit_test(large_compounds_are_chunks),
		cmocka_unit_test(shares_are_equal_and_contiguous),
		cmocka_unit_test(few_pages_leave_workers_without),
		cmocka_unit_test(chunks_are_helped_with_and_shares_are_not),
		cmocka_unit_test(work_for_all_is_taken_by_all),
		cmocka_unit_test(work_of_nodes_without_workers_is_adopted),
		cmocka_unit_test(many_jobs_and_none),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
