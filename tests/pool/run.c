// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Running schedules: right bytes, errors that reach the caller, many runs, many callers. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "support.h"

static struct mms_pool *make_pool(const struct mms_topology *topology,
                                  const struct mms_pool_options *options)
{
	struct mms_pool *pool;

	assert_success(mms_pool_create(topology, options, &pool));
	assert_int_equal(mms_pool_threads(pool), options->threads);
	return pool;
}

/* All that is needed to run jobs of one memmap, on a machine of two nodes that isn't there. */
struct bench {
	struct mms_topology *topology;
	struct mms_pool_options options;
	struct mms_pool *pool;
	struct mms_geometry geometry;
	struct mms_memmap *map;
	struct mms_placed_job job;
	struct mms_schedule *schedule;
};

static void bench_init(struct bench *bench, unsigned int threads, uint64_t size)
{
	bench->topology = make_topology("numa:2 core:2 pu:1");
	bench->options = unbound(threads);
	bench->pool = make_pool(bench->topology, &bench->options);
	bench->geometry = fsdax_geometry(GIB, size);
	assert_success(mms_memmap_create(&bench->geometry, NULL, &bench->map));
	assert_success(mms_job_create(bench->map, 0, &bench->job.job));
	bench->job.node = 0;
	bench->schedule =
		make_schedule(bench->topology, &bench->options, bench->job, MMS_SPLIT_CHUNKS);
}

static void bench_finish(struct bench *bench)
{
	mms_schedule_destroy(bench->schedule);
	mms_memmap_destroy(bench->map);
	mms_pool_destroy(bench->pool);
	mms_topology_destroy(bench->topology);
}

static const struct mms_initializer *find(const char *name)
{
	const struct mms_initializer *initializer;

	assert_success(mms_initializer_find(name, &initializer));
	return initializer;
}

/* Bind @map on dirty memory, all ranges in one schedule, and hold it against the oracle. */
static void bind_and_verify(struct random_source *random, const struct random_geometry *made,
                            struct mms_memmap *map, struct mms_pool *pool,
                            const struct mms_topology *topology,
                            const struct mms_pool_options *options)
{
	/* What plain stores write, ThreadSanitizer sees. */
	static const char *const names[] = {"naive", "template", "auto"};
	const struct mms_initializer *initializer = find(names[random_below(random, 3)]);
	unsigned int nr_jobs = made->geometry.pgmap.nr_range;
	size_t nr_nodes = mms_topology_node_count(topology);
	struct mms_placed_job jobs[MMS_MAX_RANGES];
	uint64_t dirt = random_u64(random);
	struct mms_schedule *schedule;
	struct mms_report report;
	char sentence[256];

	for (unsigned int i = 0; i < nr_jobs; i++) {
		assert_success(mms_job_create(map, i, &jobs[i].job));
		jobs[i].node = (int)random_below(random, nr_nodes + 1) - 1;
	}
	assert_success(mms_schedule_create(topology, options, jobs, nr_jobs,
	                                   (enum mms_split)random_below(random, 2), &schedule));
	mms_memmap_dirty(map, dirt);
	mms_memmap_reset_pageblocks(map);
	mms_init_altmap(map);
	if (mms_pool_run(pool, initializer, schedule))
		random_fail(random, made, "%s: %s", initializer->name, mms_last_error());
	mms_verify_memmap(map, &dirt, &report);
	mms_report_describe(&report, sentence, sizeof(sentence));
	if (!mms_report_ok(&report))
		random_fail(random, made, "%s, %u threads: %s", initializer->name, options->threads,
		            sentence);
	mms_schedule_destroy(schedule);
}

static void random_binds_are_right(void **state)
{
	static const char *const machines[] = {"core:4 pu:1", "numa:2 core:1 pu:1",
	                                       "numa:3 core:2 pu:1"};
	uint64_t seed = random_first_seed();

	(void)state;
	for (int round = 0; round < 40; round++, seed++) {
		struct random_source random = random_source(seed);
		struct mms_topology *topology = make_topology(machines[random_below(&random, 3)]);
		struct mms_pool_options options =
			unbound(1 + (unsigned int)random_below(&random, 8));
		struct mms_pool *pool = make_pool(topology, &options);
		struct random_geometry made;
		struct mms_memmap *map;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		if (mms_memmap_create(&made.geometry, NULL, &map))
			random_fail(&random, &made, "%s", mms_last_error());
		for (int i = 0; i < 2; i++)
			bind_and_verify(&random, &made, map, pool, topology, &options);
		mms_memmap_destroy(map);
		mms_pool_destroy(pool);
		mms_topology_destroy(topology);
	}
}

static atomic_uint calls, calls_before_failure;

static int count(const struct mms_job *job)
{
	(void)job;
	atomic_fetch_add(&calls, 1);
	return 0;
}

/* Fails once it has been called calls_before_failure times; each time with another error. */
static int fail_late(const struct mms_job *job)
{
	unsigned int call = atomic_fetch_add(&calls, 1);

	(void)job;
	return call < calls_before_failure ? 0 : -(int)(EDOM + call - calls_before_failure);
}

static const struct mms_initializer counting = {
	.name = "counting", .cuttable = true, .init = count};
static const struct mms_initializer failing = {
	.name = "failing", .cuttable = true, .init = fail_late};

static void error_stops_the_job(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench, 1, 64 * GIB);
	atomic_store(&calls, 0);
	calls_before_failure = 3;
	assert_refused(mms_pool_run(bench.pool, &failing, bench.schedule), EDOM,
	               "failing failed on pfns 0x");
	assert_int_equal(calls, 4);
	/* Nothing is left of it for the next run. */
	atomic_store(&calls, 0);
	assert_success(mms_pool_run(bench.pool, &counting, bench.schedule));
	assert_true(calls > 4);
	bench_finish(&bench);
}

static void first_of_many_errors_is_told(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench, 8, 64 * GIB);
	for (int i = 0; i < 50; i++) {
		int err;

		atomic_store(&calls, 0);
		calls_before_failure = 5;
		err = mms_pool_run(bench.pool, &failing, bench.schedule);
		/* Those that were under way fail, too, and which is first is chance. */
		assert_in_range(-err, EDOM, EDOM + 7);
		assert_in_range(calls, 6, 6 + 7);
		assert_non_null(strstr(mms_last_error(), strerror(-err)));
	}
	bench_finish(&bench);
}

static void sentence_of_a_worker_reaches_the_caller(void **state)
{
	static const struct mms_initializer demanding = {
		.name = "demanding", .cpu = MMS_CPU_AVX512F, .cuttable = true, .init = count};
	struct bench bench;
	int err;

	(void)state;
	bench_init(&bench, 2, GIB);
	setenv("MMS_CPU", "-avx512", 1);
	err = mms_pool_run(bench.pool, &demanding, bench.schedule);
	unsetenv("MMS_CPU");
	assert_int_equal(err, -EOPNOTSUPP);
	assert_non_null(strstr(mms_last_error(), "demanding needs avx512"));
	bench_finish(&bench);
}

static void whole_ranges_are_refused(void **state)
{
	static const struct mms_initializer whole = {
		.name = "whole", .gates = MMS_GATE_SANITIZER, .init = count};
	struct mms_schedule *gated;
	struct bench bench;

	(void)state;
	/* Even if a single chunk is the whole range: whether it is, depends on the size. */
	bench_init(&bench, 2, 64 * MIB);
	atomic_store(&calls, 0);
	assert_refused(mms_pool_run(bench.pool, &whole, bench.schedule), EINVAL,
	               "whole takes whole ranges only");
	/* What really runs then may be cut. */
	bench.job.job.gates = MMS_GATE_SANITIZER;
	gated = make_schedule(bench.topology, &bench.options, bench.job, MMS_SPLIT_CHUNKS);
	assert_success(mms_pool_run(bench.pool, &whole, gated));
	assert_int_equal(calls, 0);
	mms_schedule_destroy(gated);
	bench_finish(&bench);
}

static void schedules_for_others_are_refused(void **state)
{
	struct mms_topology *larger = make_topology("numa:4 core:2 pu:1");
	struct mms_pool_options options = unbound(5);
	struct mms_schedule *other;
	struct bench bench;

	(void)state;
	bench_init(&bench, 4, GIB);
	atomic_store(&calls, 0);
	other = make_schedule(bench.topology, &options, bench.job, MMS_SPLIT_CHUNKS);
	assert_refused(mms_pool_run(bench.pool, &counting, other), EINVAL, "the pool's 4");
	mms_schedule_destroy(other);
	options.threads = 4;
	other = make_schedule(larger, &options, bench.job, MMS_SPLIT_CHUNKS);
	assert_refused(mms_pool_run(bench.pool, &counting, other), EINVAL, "other workers");
	mms_schedule_destroy(other);
	assert_int_equal(calls, 0);
	mms_topology_destroy(larger);
	bench_finish(&bench);
}

/* Each pfn that was initialized, added up: shows chunks that were left out or done twice. */
static atomic_ullong sum;

static int add(const struct mms_job *job)
{
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += MMS_PAGEBLOCK_NR_PAGES)
		atomic_fetch_add_explicit(&sum, pfn, memory_order_relaxed);
	return 0;
}

static const struct mms_initializer adding = {.name = "adding", .cuttable = true, .init = add};

static void pool_is_used_again_and_again(void **state)
{
	struct bench bench;
	uint64_t expected = 0;

	(void)state;
	bench_init(&bench, 8, 8 * GIB);
	for (uint64_t pfn = bench.geometry.start_pfn; pfn < bench.geometry.end_pfn;
	     pfn += MMS_PAGEBLOCK_NR_PAGES)
		expected += pfn;
	for (int i = 0; i < 1000; i++) {
		atomic_store(&sum, 0);
		assert_success(mms_pool_run(bench.pool, &adding, bench.schedule));
		assert_int_equal(sum, expected);
	}
	bench_finish(&bench);
}

static void jobs_are_kept_apart(void **state)
{
	struct mms_schedule *schedule;
	struct mms_placed_job jobs[2];
	uint64_t expected = 0;
	struct bench bench;

	(void)state;
	bench_init(&bench, 1, 8 * GIB);
	jobs[0] = jobs[1] = bench.job;
	jobs[0].job.end_pfn = jobs[0].job.start_pfn + 10 * MMS_PAGES_PER_SECTION;
	jobs[1].job.start_pfn = jobs[0].job.end_pfn + 10 * MMS_PAGES_PER_SECTION;
	for (unsigned int i = 0; i < 2; i++)
		for (uint64_t pfn = jobs[i].job.start_pfn; pfn < jobs[i].job.end_pfn;
		     pfn += MMS_PAGEBLOCK_NR_PAGES)
			expected += pfn;
	assert_success(mms_schedule_create(bench.topology, &bench.options, jobs, 2,
	                                   MMS_SPLIT_CHUNKS, &schedule));
	atomic_store(&sum, 0);
	assert_success(mms_pool_run(bench.pool, &adding, schedule));
	assert_int_equal(sum, expected);
	mms_schedule_destroy(schedule);
	bench_finish(&bench);
}

static void empty_schedules_run(void **state)
{
	struct mms_schedule *empty;
	struct bench bench;

	(void)state;
	bench_init(&bench, 2, GIB);
	assert_success(mms_schedule_create(bench.topology, &bench.options, NULL, 0,
	                                   MMS_SPLIT_CHUNKS, &empty));
	assert_success(mms_pool_run(bench.pool, &counting, empty));
	mms_schedule_destroy(empty);
	bench_finish(&bench);
}

/* A caller with a namespace of its own on a pool that it shares. */
struct caller {
	pthread_t thread;
	struct mms_pool *pool;
	const struct mms_topology *topology;
	struct mms_pool_options options;
	uint64_t seed;
};

static void *call_often(void *argument)
{
	const struct caller *caller = argument;
	struct random_source random = random_source(caller->seed);
	struct random_geometry made = {
		.geometry = fsdax_geometry(GIB, 300 * MIB + 2 * MIB * caller->seed),
	};
	struct mms_memmap *map;

	assert_success(mms_memmap_create(&made.geometry, NULL, &map));
	for (int i = 0; i < 10; i++)
		bind_and_verify(&random, &made, map, caller->pool, caller->topology,
		                &caller->options);
	mms_memmap_destroy(map);
	return NULL;
}

static void callers_share_a_pool(void **state)
{
	struct caller callers[4];
	struct bench bench;

	(void)state;
	bench_init(&bench, 3, GIB);
	for (unsigned int i = 0; i < 4; i++) {
		callers[i] = (struct caller){
			.pool = bench.pool,
			.topology = bench.topology,
			.options = bench.options,
			.seed = i,
		};
		assert_int_equal(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]),
		                 0);
	}
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
	bench_finish(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_binds_are_right),
		cmocka_unit_test(error_stops_the_job),
		cmocka_unit_test(first_of_many_errors_is_told),
		cmocka_unit_test(sentence_of_a_worker_reaches_the_caller),
		cmocka_unit_test(whole_ranges_are_refused),
		cmocka_unit_test(schedules_for_others_are_refused),
		cmocka_unit_test(pool_is_used_again_and_again),
		cmocka_unit_test(jobs_are_kept_apart),
		cmocka_unit_test(empty_schedules_run),
		cmocka_unit_test(callers_share_a_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
