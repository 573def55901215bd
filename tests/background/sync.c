// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Pfns are right as soon as mms_background_sync() returns: all policies and stages, random
 * geometries, whichever initializers run here, and several threads that want pfns at once.
 */
#include "support.h"

#include <inttypes.h>
#include <pthread.h>

#include "background/background.h"
#include "pool/pool.h"

#define ROUNDS     150
#define NR_THREADS 4
#define SYNCS      60 /* of each thread, in a round */

struct round {
	struct random_source random;
	struct random_geometry made;
	struct mms_memmap *map;
	struct mms_background *background;
};

struct syncer {
	const struct round *round;
	struct random_source random;
	unsigned int helped, waited;
	uint64_t start, end; /* the last range */
	int err;
	uint64_t wrong; /* pfn; 0: none */
};

static struct mms_pool *pools[3];

static int set_up(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		pools[i] = make_pool(1 + i);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	held_release(); /* what a failed test left */
	for (unsigned int i = 0; i < 3; i++)
		mms_pool_destroy(pools[i]);
	return 0;
}

/* A page, a 2 MiB or a 1 GiB fault's worth, or whatever, anywhere in the geometry. */
static void choose_range(struct syncer *syncer)
{
	const uint64_t sizes[] = {1, 512, UINT64_C(1) << 18, 0};
	const struct mms_geometry *geometry = &syncer->round->made.geometry;
	uint64_t pfns = geometry->end_pfn - geometry->start_pfn;
	uint64_t size = sizes[random_below(&syncer->random, 4)];

	if (!size)
		size = 1 + random_below(&syncer->random, pfns);
	syncer->start = geometry->start_pfn + random_below(&syncer->random, pfns);
	syncer->end = syncer->start + size;
	if (syncer->end > geometry->end_pfn)
		syncer->end = geometry->end_pfn;
}

/* Both ends of the range, and some between. */
static void check_range(struct syncer *syncer)
{
	for (unsigned int i = 0; i < 16 && !syncer->wrong; i++) {
		uint64_t pfn = syncer->start;

		if (i == 1)
			pfn = syncer->end - 1;
		else if (i > 1)
			pfn += random_below(&syncer->random, syncer->end - syncer->start);
		if (!pfn_is_right(syncer->round->map, pfn))
			syncer->wrong = pfn;
	}
}

static void *sync_at_random(void *argument)
{
	struct syncer *syncer = argument;

	for (unsigned int i = 0; i < SYNCS && !syncer->err && !syncer->wrong; i++) {
		unsigned int done = 0;

		choose_range(syncer);
		syncer->err = mms_background_sync(syncer->round->background, syncer->start,
		                                  syncer->end, &done);
		syncer->helped += !!(done & MMS_SYNC_HELPED);
		syncer->waited += !!(done & MMS_SYNC_WAITED);
		check_range(syncer);
	}
	return NULL;
}

static void assert_all_counted(const struct round *round, const struct syncer *syncers)
{
	struct mms_background_progress progress;
	uint64_t helped = 0, waited = 0;

	for (unsigned int i = 0; i < NR_THREADS; i++) {
		helped += syncers[i].helped;
		waited += syncers[i].waited;
	}
	mms_background_progress(round->background, &progress);
	assert_int_equal(progress.pages, progress.total_pages);
	assert_int_equal(progress.chunks_by_workers + progress.chunks_by_waiters,
	                 progress.total_chunks);
	assert_int_equal(progress.syncs_helped, helped);
	assert_int_equal(progress.syncs_waited, waited);
}

static void sync_from_threads(struct round *round)
{
	struct syncer syncers[NR_THREADS];
	pthread_t threads[NR_THREADS];

	for (unsigned int i = 0; i < NR_THREADS; i++) {
		syncers[i] = (struct syncer){
			.round = round,
			.random = random_source(random_u64(&round->random)),
		};
		assert_int_equal(pthread_create(&threads[i], NULL, sync_at_random, &syncers[i]), 0);
	}
	for (unsigned int i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		if (syncers[i].err)
			random_fail(&round->random, &round->made, "sync returned %d",
			            syncers[i].err);
		if (syncers[i].wrong)
			random_fail(&round->random, &round->made,
			            "pfn 0x%" PRIx64 " is wrong after waiting for 0x%" PRIx64
			            " to 0x%" PRIx64,
			            syncers[i].wrong, syncers[i].start, syncers[i].end);
	}
	assert_int_equal(mms_background_wait(round->background, MMS_FOREVER), 0);
	assert_all_counted(round, syncers);
}

static const struct mms_initializer *choose_initializer(struct random_source *random)
{
	const struct mms_initializer *initializer;

	do
		initializer = mms_initializer_at(random_below(random, mms_initializer_count()));
	while (initializer->cpu & ~mms_cpu_features());
	return initializer;
}

static void pfns_are_right_after_sync(void **state)
{
	uint64_t seed = random_first_seed();

	(void)state;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct round round = {.random = random_source(seed + i)};
		struct mms_background_options options = {
			.wait = (enum mms_wait)random_below(&round.random, MMS_NR_WAITS),
			.async = (enum mms_async)random_below(&round.random, MMS_NR_ASYNCS),
			.node = random_one_in(&round.random, 2) ? 0 : MMS_NODE_ANY,
			.gates = random_one_in(&round.random, 8) ? MMS_GATE_PAGE_REF_SET : 0,
		};
		struct mms_pool *pool = pools[random_below(&round.random, 3)];
		const struct mms_initializer *initializer = choose_initializer(&round.random);

		random_geometry(&round.random, RANDOM_ANY, NULL, &round.made);
		round.map = make_memmap(&round.made.geometry);
		assert_int_equal(mms_background_start(pool, initializer, round.map, &options,
		                                      &round.background),
		                 0);
		sync_from_threads(&round);
		assert_memmap_right(round.map);
		mms_background_destroy(round.background);
		mms_memmap_destroy(round.map);
	}
}

/* What a sync had to do, and who did the chunks: by policy. */
static void syncs_tell_what_they_did(void **state)
{
	struct mms_geometry geometry;
	struct mms_memmap *map;

	(void)state;
	make_geometry(4, &geometry);
	map = make_memmap(&geometry);
	for (unsigned int wait = MMS_WAIT_HELP; wait < MMS_NR_WAITS; wait++) {
		struct mms_background_progress progress;
		struct mms_background *background;
		unsigned int done = 7;

		/* The only worker is kept in the first chunk. */
		held_hold(mms_memmap_vmemmap(map), geometry.start_pfn, geometry.start_pfn + 1);
		background = start(pools[0], &held_initializer, map, wait);
		held_await(1);
		assert_int_equal(sync_chunk(background, 2, &done), 0);
		assert_int_equal(done, MMS_SYNC_HELPED);
		assert_int_equal(sync_chunk(background, 2, &done), 0);
		assert_int_equal(done, 0);
		mms_background_progress(background, &progress);
		assert_int_equal(progress.chunks_by_waiters, 1);
		assert_int_equal(progress.chunks_by_workers, 0);
		assert_int_equal(progress.pages, background->cut.chunk_pfns);
		held_release();
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
		done = 7;
		assert_int_equal(sync_chunk(background, 0, &done), 0);
		assert_int_equal(done, 0);
		mms_background_destroy(background);
	}
	mms_memmap_destroy(map);
}

/* Two cores on each of two nodes. Workers have their places even if they aren't bound to them. */
static void only_the_workers_of_a_node_take_part(void **state)
{
	const struct mms_pool_options pool_options = {
		.threads = 4,
		.node = MMS_NODE_ANY,
		.bind = MMS_BIND_NONE,
	};
	struct mms_background_options options = {.wait = MMS_WAIT_ITEM, .async = MMS_ASYNC_ALL};
	struct mms_topology *topology;
	struct mms_geometry geometry;
	struct mms_memmap *map;
	struct mms_pool *pool;

	(void)state;
	assert_int_equal(mms_topology_create("numa:2 core:2 pu:1", NULL, &topology), 0);
	assert_int_equal(mms_pool_create(topology, &pool_options, &pool), 0);
	make_geometry(4, &geometry);
	map = make_memmap(&geometry);
	for (options.node = MMS_NODE_ANY; options.node < 3; options.node++) {
		bool all = options.node == MMS_NODE_ANY || options.node == 2;
		struct mms_background *background;

		assert_int_equal(mms_background_start(pool, mms_initializer_at(0), map, &options,
		                                      &background),
		                 0);
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
		assert_int_equal(background->cut.nr_items, all ? 4 : 2);
		for (unsigned int i = 0; i < 4 && !all; i++)
			if (mms_pool_workers(pool)[i].node != options.node)
				assert_int_equal(background->item_of[i], 0);
		mms_background_destroy(background);
	}
	mms_memmap_destroy(map);
	mms_pool_destroy(pool);
	mms_topology_destroy(topology);
}

static void other_pfns_have_nothing_to_wait_for(void **state)
{
	struct mms_geometry geometry;
	struct mms_memmap *map;

	(void)state;
	make_geometry(4, &geometry);
	map = make_memmap(&geometry);
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *background;
		unsigned int done = 7;

		held_hold(mms_memmap_vmemmap(map), geometry.start_pfn, geometry.end_pfn);
		background = start(pools[0], &held_initializer, map, wait);
		held_await(1);
		assert_int_equal(mms_background_sync(background, geometry.start_pfn - 1000,
		                                     geometry.start_pfn, &done),
		                 0);
		assert_int_equal(done, 0);
		assert_int_equal(mms_background_sync(background, geometry.end_pfn,
		                                     geometry.end_pfn + 1000, NULL),
		                 0);
		held_release();
		mms_background_destroy(background);
	}
	mms_memmap_destroy(map);
}

/* Whether all of @map's memory is there. */
static bool is_resident(const struct mms_memmap *map)
{
	struct mms_memmap_info info;

	assert_int_equal(mms_memmap_info(map, &info), 0);
	return info.resident_bytes >= info.needed_bytes;
}

static void memory_is_there_when_the_stage_says_so(void **state)
{
	struct mms_background_options options = {.wait = MMS_WAIT_CHUNK, .node = MMS_NODE_ANY};
	struct mms_geometry geometry;

	(void)state;
	make_geometry(16, &geometry);
	for (unsigned int async = 0; async < MMS_NR_ASYNCS; async++) {
		struct mms_background *background;
		struct mms_memmap *map;

		options.async = async;
		assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
		held_hold(mms_memmap_vmemmap(map), geometry.start_pfn, geometry.end_pfn);
		assert_int_equal(mms_background_start(pools[0], &held_initializer, map, &options,
		                                      &background),
		                 0);
		held_await(1);
		assert_int_equal(is_resident(map), async == MMS_ASYNC_PAGES);
		held_release();
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
		assert_true(is_resident(map));
		mms_background_destroy(background);
		mms_memmap_destroy(map);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pfns_are_right_after_sync),
		cmocka_unit_test(syncs_tell_what_they_did),
		cmocka_unit_test(only_the_workers_of_a_node_take_part),
		cmocka_unit_test(other_pfns_have_nothing_to_wait_for),
		cmocka_unit_test(memory_is_there_when_the_stage_says_so),
	};

	return cmocka_run_group_tests_name("background-sync", tests, set_up, tear_down);
}
