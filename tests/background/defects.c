// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What was wrong in the 2018 series and must not be here: a failed work item's error was never
 * looked at; a wait on one namespace also waited for older ones; a range that straddled two
 * sub-ranges waited only for the first; the state file waited for one item too few.
 */
#include "support.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "background/background.h"

#define NR_WORKERS 2

/* Whoever needs a failed chunk, or waits for all, gets its error, and a sentence with its pfns. */
static void errors_reach_all_who_wait(void **state)
{
	struct mms_memmap *map = make_memmap(&eight_sections);

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *background;
		struct mms_background_progress progress;
		uint64_t nr_right = 0;

		held_fail(eight_sections.start_pfn, -EIO);
		background = start(two_workers, &held_initializer, map, wait);
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), -EIO);
		assert_non_null(strstr(mms_last_error(), "held failed on pfns 0x1000000 to "));
		assert_false(mms_background_active(background));

		assert_int_equal(sync_chunk(background, 0, NULL), -EIO);
		assert_int_equal(mms_background_sync(background, eight_sections.start_pfn,
		                                     eight_sections.end_pfn, NULL),
		                 -EIO);
		assert_non_null(strstr(mms_last_error(), "held failed on pfns 0x1000000 to "));

		/* Of the others, those are fine that were begun before. */
		mms_background_progress(background, &progress);
		for (size_t i = 0; i < progress.total_chunks; i++) {
			int err = sync_chunk(background, i, NULL);

			assert_true(err == 0 || err == -EIO);
			nr_right += err == 0 && pfn_is_right(map, chunk_pfn(background, i));
		}
		assert_int_equal(nr_right, progress.chunks_by_workers);
		mms_background_destroy(background);
	}
	held_fail(0, 0);
	mms_memmap_destroy(map);
}

/* All of @background is there for the asking, whatever else there is. */
static void assert_not_kept_waiting(struct mms_background *background)
{
	assert_int_equal(mms_background_sync(background, eight_sections.start_pfn,
	                                     eight_sections.end_pfn, NULL),
	                 0);
	assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
	assert_false(mms_background_active(background));
}

static void no_wait_is_for_an_older_device(void **state)
{
	struct mms_memmap *older_map = make_memmap(&eight_sections);
	struct mms_memmap *map = make_memmap(&eight_sections);

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *older, *background;

		/* One of two workers is kept by the older device. */
		dirty_memmap(map);
		held_hold(mms_memmap_vmemmap(older_map), eight_sections.start_pfn,
		          eight_sections.start_pfn + 1);
		older = start(two_workers, &held_initializer, older_map, wait);
		held_await(1);
		background = start(two_workers, &held_initializer, map, wait);
		assert_not_kept_waiting(background);
		assert_memmap_right(map);
		assert_true(mms_background_active(older));
		mms_background_destroy(background);
		held_release();
		assert_not_kept_waiting(older);
		mms_background_destroy(older);
	}
	mms_memmap_destroy(map);
	mms_memmap_destroy(older_map);
}

/* Even if the older device has got all workers: waiters do it themselves, if the policy lets them.
 */
static void no_wait_is_for_workers(void **state)
{
	struct mms_memmap *older_map = make_memmap(&eight_sections);
	struct mms_memmap *map = make_memmap(&eight_sections);

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *older, *background;
		struct mms_background_progress progress;

		dirty_memmap(map);
		held_hold(mms_memmap_vmemmap(older_map), eight_sections.start_pfn,
		          eight_sections.end_pfn);
		older = start(two_workers, &held_initializer, older_map, wait);
		held_await(NR_WORKERS);
		background = start(two_workers, &held_initializer, map, wait);
		if (wait != MMS_WAIT_ITEM) {
			assert_not_kept_waiting(background);
			assert_memmap_right(map);
			mms_background_progress(background, &progress);
			assert_int_equal(progress.chunks_by_waiters, progress.total_chunks);
			assert_int_equal(progress.syncs_helped, 1);
		}
		/* Nor are cancelling and destroying. */
		mms_background_destroy(background);
		assert_true(mms_background_active(older));
		held_release();
		mms_background_destroy(older);
	}
	mms_memmap_destroy(map);
	mms_memmap_destroy(older_map);
}

/* Whoever wants the last pfn of one chunk and the first of the next also sleeps for the latter. */
static void ranges_that_straddle_wait_for_all(void **state)
{
	uint64_t border =
		eight_sections.start_pfn + (eight_sections.end_pfn - eight_sections.start_pfn) / 2;
	struct mms_memmap *map = make_memmap(&eight_sections);

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct sleeper sleeper = {.start = border - 1, .end = border + 1};
		struct mms_chunks both;

		dirty_memmap(map);
		held_hold(mms_memmap_vmemmap(map), border, border + 1);
		sleeper.background = start(two_workers, &held_initializer, map, wait);
		held_await(1);
		both = mms_cut_chunks(&sleeper.background->cut, border - 1, border + 1);
		assert_int_equal(both.end - both.first, 2);
		put_to_sleep(&sleeper, border);
		held_release();
		await_sleeper(&sleeper);
		assert_int_equal(sleeper.err, 0);
		assert_true(pfn_is_right(map, border - 1) && pfn_is_right(map, border));
		mms_background_destroy(sleeper.background);
	}
	mms_memmap_destroy(map);
}

/* "idle" and the end of waiting mean all chunks, the last one, too. */
static void idle_is_after_the_last_chunk(void **state)
{
	struct mms_memmap *map = make_memmap(&eight_sections);

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background_progress progress;
		struct mms_background *background;

		dirty_memmap(map);
		held_hold(mms_memmap_vmemmap(map), eight_sections.end_pfn - 1,
		          eight_sections.end_pfn);
		background = start(two_workers, &held_initializer, map, wait);
		do {
			sched_yield();
			mms_background_progress(background, &progress);
		} while (progress.chunks_by_workers < progress.total_chunks - 1);
		held_await(1);

		assert_true(mms_background_active(background));
		assert_int_equal(mms_background_wait(background, 0), -ETIMEDOUT);
		assert_int_equal(mms_background_wait(background, 1000000), -ETIMEDOUT);
		assert_true(progress.pages < progress.total_pages);
		held_release();
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
		assert_false(mms_background_active(background));
		assert_memmap_right(map);
		mms_background_progress(background, &progress);
		assert_int_equal(progress.chunks_by_workers, progress.total_chunks);
		assert_int_equal(progress.pages, progress.total_pages);
		mms_background_destroy(background);
	}
	mms_memmap_destroy(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_reach_all_who_wait),
		cmocka_unit_test(no_wait_is_for_an_older_device),
		cmocka_unit_test(no_wait_is_for_workers),
		cmocka_unit_test(ranges_that_straddle_wait_for_all),
		cmocka_unit_test(idle_is_after_the_last_chunk),
	};

	return cmocka_run_group_tests_name("background-defects", tests, start_two_workers,
	                                   end_two_workers);
}
