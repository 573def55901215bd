// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What fails midway, timeouts, and canceling at any moment. */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include "background/background.h"

#define NR_THREADS 3
#define ROUNDS     60

/* Whether @pfn holds what dirty_memmap() left. */
static bool pfn_is_dirty(const struct mms_memmap *map, uint64_t pfn)
{
	unsigned char image[64];

	mms_dirty_page(DIRTY_SEED, pfn, image);
	return memcmp(mms_memmap_page(map, pfn), image, sizeof(image)) == 0;
}

/* Pfns that can be had are right, and those that can't fail with @error and were not touched. */
static void assert_all_or_nothing(struct mms_background *background, const struct mms_memmap *map,
                                  int error)
{
	struct mms_background_progress progress;
	uint64_t nr_done = 0;

	assert_false(mms_background_active(background));
	mms_background_progress(background, &progress);
	for (size_t i = 0; i < progress.total_chunks; i++) {
		struct mms_job job;
		int err;

		mms_cut_job(&background->cut, i, &job);
		err = mms_background_sync(background, job.start_pfn, job.end_pfn, NULL);
		assert_true(err == 0 || err == error);
		for (uint64_t pfn = job.start_pfn; pfn < job.end_pfn; pfn += 61)
			assert_true(err ? pfn_is_dirty(map, pfn) : pfn_is_right(map, pfn));
		nr_done += !err;
	}
	assert_int_equal(nr_done, progress.chunks_by_workers + progress.chunks_by_waiters);
	assert_int_equal(mms_background_wait(background, MMS_FOREVER),
	                 nr_done < progress.total_chunks ? error : 0);
}

struct canceling {
	struct mms_background *background;
	pthread_t thread;
	bool too_early; /* something was under way when mms_background_cancel() returned */
};

static void *cancel(void *argument)
{
	struct canceling *canceling = argument;

	mms_background_cancel(canceling->background);
	canceling->too_early = mms_background_active(canceling->background);
	return NULL;
}

/* In a thread of its own; on return nothing is pending any more, and the last chunk is finished. */
static void start_canceling(struct canceling *canceling, struct mms_background *background)
{
	size_t last = background->cut.nr_chunks - 1;

	canceling->background = background;
	assert_int_equal(pthread_create(&canceling->thread, NULL, cancel, canceling), 0);
	while (!(atomic_load(&background->states[last]) & MMS_CHUNK_FINISHED))
		sched_yield();
}

static void canceling_finishes_what_is_under_way(void **state)
{
	struct mms_memmap *map = make_memmap(&eight_sections);

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *background;
		struct canceling canceling;

		dirty_memmap(map);
		held_hold(mms_memmap_vmemmap(map), eight_sections.start_pfn,
		          eight_sections.start_pfn + 1);
		background = start(two_workers, &held_initializer, map, wait);
		held_await(1);
		start_canceling(&canceling, background);
		assert_int_equal(mms_background_wait(background, 1000000), -ETIMEDOUT);
		assert_true(mms_background_active(background));
		held_release();
		pthread_join(canceling.thread, NULL);
		assert_false(canceling.too_early);
		assert_int_equal(sync_chunk(background, 0, NULL), 0);
		assert_all_or_nothing(background, map, -ECANCELED);
		mms_background_cancel(background);
		mms_background_destroy(background);
	}
	mms_memmap_destroy(map);
}

static void canceling_what_is_done_changes_nothing(void **state)
{
	struct mms_memmap *map = make_memmap(&eight_sections);

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *background =
			start(two_workers, &held_initializer, map, wait);

		assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
		mms_background_cancel(background);
		assert_int_equal(mms_background_wait(background, 0), 0);
		assert_int_equal(mms_background_sync(background, eight_sections.start_pfn,
		                                     eight_sections.end_pfn, NULL),
		                 0);
		mms_background_destroy(background);
	}
	assert_memmap_right(map);
	mms_memmap_destroy(map);
}

/* A chunk that was under way when all was canceled may fail then; that changes nothing. */
static void the_first_error_stays(void **state)
{
	struct mms_memmap *map = make_memmap(&eight_sections);
	struct mms_background *background;
	struct canceling canceling;

	(void)state;
	held_hold(mms_memmap_vmemmap(map), eight_sections.start_pfn, eight_sections.end_pfn);
	held_fail(eight_sections.start_pfn, -EIO);
	background = start(two_workers, &held_initializer, map, MMS_WAIT_CHUNK);
	held_await(2);
	start_canceling(&canceling, background);
	held_release();
	pthread_join(canceling.thread, NULL);
	held_fail(0, 0);
	assert_int_equal(mms_background_wait(background, 0), -ECANCELED);
	assert_int_equal(sync_chunk(background, 0, NULL), -ECANCELED);
	assert_non_null(strstr(mms_last_error(), "canceled"));
	mms_background_destroy(background);
	mms_memmap_destroy(map);
}

/* A waiter that helps may be the one who fails. */
static void waiters_meet_errors_too(void **state)
{
	struct mms_memmap *map = make_memmap(&eight_sections);

	(void)state;
	for (unsigned int wait = MMS_WAIT_HELP; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *background;
		unsigned int done = 0;

		dirty_memmap(map);
		held_hold(mms_memmap_vmemmap(map), eight_sections.start_pfn,
		          eight_sections.end_pfn);
		background = start(two_workers, &held_initializer, map, wait);
		held_await(2);
		held_hold(mms_memmap_vmemmap(map), eight_sections.start_pfn,
		          chunk_pfn(background, background->cut.nr_chunks - 1));
		held_fail(eight_sections.end_pfn - 1, -EIO);
		assert_int_equal(mms_background_sync(background, eight_sections.end_pfn - 1,
		                                     eight_sections.end_pfn, &done),
		                 -EIO);
		assert_int_equal(done, MMS_SYNC_HELPED);
		assert_non_null(strstr(mms_last_error(), "held failed on pfns"));
		/* Nobody begins what was pending. */
		assert_int_equal(atomic_load(&background->pending), 0);
		held_release();
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), -EIO);
		assert_all_or_nothing(background, map, -EIO);
		mms_background_destroy(background);
		held_fail(0, 0);
	}
	mms_memmap_destroy(map);
}

struct syncer {
	struct mms_background *background;
	const struct mms_memmap *map;
	struct random_source random;
	int error; /* that may come */
	bool wrong;
	atomic_bool *stop;
};

static void *sync_until_stopped(void *argument)
{
	struct syncer *syncer = argument;

	while (!atomic_load(syncer->stop) && !syncer->wrong) {
		uint64_t pfn =
			eight_sections.start_pfn +
			random_below(&syncer->random,
		                     eight_sections.end_pfn - eight_sections.start_pfn - 600);
		uint64_t last = pfn + random_below(&syncer->random, 600);
		int err = mms_background_sync(syncer->background, pfn, last + 1, NULL);

		if (!err)
			syncer->wrong =
				!pfn_is_right(syncer->map, pfn) || !pfn_is_right(syncer->map, last);
		else
			syncer->wrong = err != syncer->error;
	}
	return NULL;
}

/* It ends with @error, or not, and waits for it time out, while others want pfns. */
static void in_the_middle(struct random_source *random, struct mms_memmap *map, enum mms_wait wait,
                          int error)
{
	struct syncer syncers[NR_THREADS];
	pthread_t threads[NR_THREADS];
	struct mms_background *background;
	atomic_bool stop = false;
	int err;

	dirty_memmap(map);
	if (error == -EIO)
		held_fail(eight_sections.start_pfn +
		                  random_below(random,
		                               eight_sections.end_pfn - eight_sections.start_pfn),
		          -EIO);
	background = start(two_workers, &held_initializer, map, wait);
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		syncers[i] = (struct syncer){
			.background = background,
			.map = map,
			.random = random_source(random_u64(random)),
			.error = error,
			.stop = &stop,
		};
		assert_int_equal(pthread_create(&threads[i], NULL, sync_until_stopped, &syncers[i]),
		                 0);
	}
	err = mms_background_wait(background, random_below(random, 3000000));
	if (error == -ECANCELED)
		mms_background_cancel(background);
	while (err == -ETIMEDOUT)
		err = mms_background_wait(background, random_below(random, 3000000));
	atomic_store(&stop, true);
	for (unsigned int i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	held_fail(0, 0);
	for (unsigned int i = 0; i < NR_THREADS; i++)
		assert_false(syncers[i].wrong);
	assert_true(err == 0 || err == error);
	assert_all_or_nothing(background, map, error);
	mms_background_destroy(background);
}

static void trouble_may_come_at_any_moment(void **state)
{
	struct mms_memmap *map = make_memmap(&eight_sections);
	uint64_t seed = random_first_seed();

	(void)state;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct random_source random = random_source(seed + i);

		in_the_middle(&random, map, i % MMS_NR_WAITS,
		              random_one_in(&random, 2) ? -EIO : -ECANCELED);
	}
	mms_memmap_destroy(map);
}

/* An unbind doesn't wait for all of the memmap. */
static void destroying_cancels(void **state)
{
	struct mms_memmap *map = make_memmap(&eight_sections);

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		dirty_memmap(map);
		for (unsigned int i = 0; i < 20; i++)
			mms_background_destroy(start(two_workers, &held_initializer, map, wait));
		assert_int_equal(mms_memmap_check(map), 0);
	}
	mms_memmap_destroy(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canceling_finishes_what_is_under_way),
		cmocka_unit_test(canceling_what_is_done_changes_nothing),
		cmocka_unit_test(the_first_error_stays),
		cmocka_unit_test(waiters_meet_errors_too),
		cmocka_unit_test(trouble_may_come_at_any_moment),
		cmocka_unit_test(destroying_cancels),
	};

	return cmocka_run_group_tests_name("background-trouble", tests, start_two_workers,
	                                   end_two_workers);
}
