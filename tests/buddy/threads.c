// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Many threads under one zone lock end where one does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "sanitizers.h"
#include "support.h"

#define MOST_THREADS 6

struct crew {
	struct mms_topology *topology;
	struct mms_pool_options options;
	struct mms_pool *pool;
};

static void crew_init(struct crew *crew, unsigned int threads)
{
	*crew = (struct crew){
		.options = {.threads = threads, .node = MMS_NODE_ANY, .bind = MMS_BIND_NONE}};
	assert_int_equal(mms_topology_create(NULL, NULL, &crew->topology), 0);
	assert_int_equal(mms_pool_create(crew->topology, &crew->options, &crew->pool), 0);
}

static void crew_finish(struct crew *crew)
{
	mms_pool_destroy(crew->pool);
	mms_topology_destroy(crew->topology);
}

static struct mms_schedule *schedule_zone(const struct crew *crew, const struct zone_bench *bench,
                                          enum mms_split split)
{
	struct mms_placed_job jobs[MMS_MAX_RANGES];
	struct mms_schedule *schedule;
	unsigned int nr = 0;

	while (bench_job(bench, nr, &jobs[nr].job))
		jobs[nr++].node = MMS_NODE_ANY;
	assert_int_equal(
		mms_schedule_create(crew->topology, &crew->options, jobs, nr, split, &schedule), 0);
	return schedule;
}

static void test_random_zones_by_threads(void **state)
{
	uint64_t first = random_first_seed();
	struct crew crews[MOST_THREADS];

	(void)state;
	for (unsigned int i = 0; i < MOST_THREADS; i++)
		crew_init(&crews[i], i + 1);
	for (uint64_t seed = first; seed < first + 120; seed++) {
		/* Any initializer with any crew and any split. */
		const struct crew *crew = &crews[seed / mms_initializer_count() % MOST_THREADS];
		const struct mms_initializer *initializer =
			mms_initializer_at(seed % mms_initializer_count());
		enum mms_split split = seed / mms_initializer_count() / MOST_THREADS % 2;
		struct mms_deferred_options options = {0};
		struct mms_schedule *schedule;
		struct zone_bench bench;

		if (!runs_here(initializer))
			continue;
		bench_init(&bench, seed, NULL);
		options.chunk_pages = random_below(&bench.random, 3) * MMS_MAX_ORDER_NR_PAGES;
		schedule = schedule_zone(crew, &bench, split);
		bench_boot(&bench);
		assert_int_equal(mms_pool_deferred_init(crew->pool, bench.buddy, initializer,
		                                        schedule, &options, NULL),
		                 0);
		bench_check_freed(&bench, initializer->name);
		mms_schedule_destroy(schedule);
		bench_finish(&bench);
	}
	for (unsigned int i = 0; i < MOST_THREADS; i++)
		crew_finish(&crews[i]);
}

static int fails(const struct mms_job *job)
{
	(void)job;
	return -EIO;
}

static void test_a_failure_comes_back(void **state)
{
	static const struct mms_initializer failing = {
		.name = "failing", .cuttable = true, .init_normal = fails};
	static const struct mms_deferred_options good = {0}, bad = {.chunk_pages = 1};
	struct mms_initializer whole = failing;
	struct mms_schedule *schedule;
	struct zone_bench bench;
	struct crew crew;

	(void)state;
	crew_init(&crew, 2);
	bench_init(&bench, random_first_seed(), NULL);
	schedule = schedule_zone(&crew, &bench, MMS_SPLIT_CHUNKS);
	bench_boot(&bench);
	if (bench.made.zone->free_pages) {
		assert_int_equal(mms_pool_deferred_init(crew.pool, bench.buddy, &failing, schedule,
		                                        &good, NULL),
		                 -EIO);
		assert_non_null(strstr(mms_last_error(), "failing failed on pfns"));
	}
	assert_int_equal(
		mms_pool_deferred_init(crew.pool, bench.buddy, &failing, schedule, &bad, NULL),
		-EINVAL);
	whole.cuttable = false;
	assert_int_equal(
		mms_pool_deferred_init(crew.pool, bench.buddy, &whole, schedule, &good, NULL),
		-EINVAL);
	assert_int_equal(mms_buddy_managed_pages(bench.buddy), 0);
	mms_schedule_destroy(schedule);
	bench_finish(&bench);
	crew_finish(&crew);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_zones_by_threads),
		cmocka_unit_test(test_a_failure_comes_back),
	};

	return cmocka_run_group_tests_name("zones by threads", tests, NULL, NULL);
}
