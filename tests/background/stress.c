// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads that want pfns of a memmap that is initialized in the background again and again, by an
 * initializer that yields inside chunks and counts how often each pageblock is initialized.
 */
#include "support.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#define NR_SECTIONS 4
#define NR_BLOCKS   (NR_SECTIONS * MMS_PAGES_PER_SECTION / MMS_PAGEBLOCK_NR_PAGES)
#define NR_THREADS  4
#define NR_WORKERS  2
#define STARTS      100 /* or as many as fit into some seconds, with each policy */
#define SECONDS     3
#define SYNCS       500 /* of each thread, per start */

static struct mms_geometry geometry;
static atomic_uint times[NR_BLOCKS];

static int yield_and_count(const struct mms_job *job)
{
	const struct mms_initializer *naive = mms_initializer_at(0);

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += MMS_PAGEBLOCK_NR_PAGES) {
		struct mms_job part = *job;
		int err;

		part.start_pfn = pfn;
		part.end_pfn = pfn + MMS_PAGEBLOCK_NR_PAGES;
		err = naive->init(&part);
		if (err)
			return err;
		atomic_fetch_add(&times[(pfn - geometry.start_pfn) / MMS_PAGEBLOCK_NR_PAGES], 1);
		if (pfn / MMS_PAGEBLOCK_NR_PAGES % 8 == 0)
			sched_yield();
	}
	return 0;
}

static const struct mms_initializer counting = {
	.name = "counting",
	.kernel_usable = true,
	.cuttable = true,
	.init = yield_and_count,
};

/* What became of syncs. Those with nothing to do only the caller can count. */
struct paths {
	uint64_t nothing_pending, helped, waited, while_active;
};

struct syncer {
	struct mms_background *background;
	const struct mms_memmap *map;
	struct random_source random;
	struct paths paths;
	uint64_t wrong; /* pfn; 0: none */
};

static void sync_once(struct syncer *syncer)
{
	uint64_t pfns = geometry.end_pfn - geometry.start_pfn;
	uint64_t pfn = geometry.start_pfn + random_below(&syncer->random, pfns);
	uint64_t end = random_one_in(&syncer->random, 4) ? pfn / 512 * 512 + 512 : pfn + 1;
	bool active = mms_background_active(syncer->background);
	unsigned int done = 0;

	if (mms_background_sync(syncer->background, pfn, end, &done) ||
	    !pfn_is_right(syncer->map, pfn) || !pfn_is_right(syncer->map, end - 1))
		syncer->wrong = pfn;
	syncer->paths.nothing_pending += !done;
	syncer->paths.helped += !!(done & MMS_SYNC_HELPED);
	syncer->paths.waited += !!(done & MMS_SYNC_WAITED);
	syncer->paths.while_active += active;
}

static void *sync_many(void *argument)
{
	struct syncer *syncer = argument;

	for (unsigned int i = 0; i < SYNCS && !syncer->wrong; i++)
		sync_once(syncer);
	return NULL;
}

static void assert_each_once(void)
{
	for (size_t i = 0; i < NR_BLOCKS; i++)
		if (atomic_exchange(&times[i], 0) != 1)
			fail_msg("pageblock %zu was not initialized once", i);
}

static void start_and_sync(struct mms_pool *pool, struct mms_memmap *map, enum mms_wait wait,
                           struct random_source *random, struct paths *paths)
{
	struct syncer syncers[NR_THREADS];
	pthread_t threads[NR_THREADS];
	struct mms_background *background;

	dirty_memmap(map);
	background = start(pool, &counting, map, wait);
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		syncers[i] = (struct syncer){
			.background = background,
			.map = map,
			.random = random_source(random_u64(random)),
		};
		assert_int_equal(pthread_create(&threads[i], NULL, sync_many, &syncers[i]), 0);
	}
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		pthread_join(threads[i], NULL);
		paths->nothing_pending += syncers[i].paths.nothing_pending;
		paths->helped += syncers[i].paths.helped;
		paths->waited += syncers[i].paths.waited;
		paths->while_active += syncers[i].paths.while_active;
		if (syncers[i].wrong)
			fail_msg("pfn 0x%" PRIx64 " is wrong", syncers[i].wrong);
	}
	assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
	mms_background_destroy(background);
	assert_each_once();
}

static void no_pfn_is_wrong_and_no_chunk_done_twice(void **state)
{
	struct mms_pool *pool = make_pool(NR_WORKERS);
	struct mms_memmap *map;

	(void)state;
	make_geometry(NR_SECTIONS, &geometry);
	map = make_memmap(&geometry);
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct random_source random = random_source(random_first_seed() + wait);
		time_t end = time(NULL) + SECONDS;
		struct paths paths = {0};
		unsigned int starts;

		for (starts = 0; starts < STARTS && time(NULL) < end; starts++)
			start_and_sync(pool, map, wait, &random, &paths);
		print_message("# %s: %u starts, %" PRIu64 " syncs with nothing pending, %" PRIu64
		              " helped, %" PRIu64 " waited; %" PRIu64 " begun while active\n",
		              wait_names[wait], starts, paths.nothing_pending, paths.helped,
		              paths.waited, paths.while_active);
		assert_true(paths.nothing_pending);
		assert_true(wait == MMS_WAIT_ITEM || paths.helped);
		assert_true(wait != MMS_WAIT_ITEM || paths.waited);
	}
	assert_memmap_right(map);
	mms_memmap_destroy(map);
	mms_pool_destroy(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_pfn_is_wrong_and_no_chunk_done_twice),
	};

	return cmocka_run_group_tests_name("background-stress", tests, NULL, NULL);
}
