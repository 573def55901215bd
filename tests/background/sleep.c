// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Who sleeps for what, and is woken when. */
#include "support.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "background/background.h"

#define NR_SECTIONS 4

static struct mms_pool *pool, *lone_worker;
static struct mms_geometry geometry;
static struct mms_memmap *map;

static int set_up(void **state)
{
	(void)state;
	pool = make_pool(2);
	lone_worker = make_pool(1);
	make_geometry(NR_SECTIONS, &geometry);
	map = make_memmap(&geometry);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	held_release(); /* what a failed test left */
	mms_pool_destroy(pool);
	mms_pool_destroy(lone_worker);
	mms_memmap_destroy(map);
	return 0;
}

/* With items, the first pfn's share is all of the memmap if there is one worker only. */
static void items_are_waited_for_as_a_whole(void **state)
{
	struct sleeper sleeper = {.start = geometry.start_pfn, .end = geometry.start_pfn + 1};

	(void)state;
	held_hold(mms_memmap_vmemmap(map), geometry.end_pfn - 1, geometry.end_pfn);
	sleeper.background = start(lone_worker, &held_initializer, map, MMS_WAIT_ITEM);
	put_to_sleep(&sleeper, geometry.end_pfn - 1);
	held_release();
	await_sleeper(&sleeper);
	assert_int_equal(sleeper.err, 0);
	assert_int_equal(sleeper.done, MMS_SYNC_WAITED);
	mms_background_destroy(sleeper.background);
}

/* While the other half is held, the first chunk is enough, or the first share. */
static void nobody_sleeps_longer_than_for_its_own(void **state)
{
	uint64_t middle = geometry.start_pfn + (geometry.end_pfn - geometry.start_pfn) / 2;

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct sleeper sleeper = {
			.start = geometry.start_pfn,
			.end = geometry.start_pfn + 1,
		};

		held_hold(mms_memmap_vmemmap(map), geometry.start_pfn, geometry.end_pfn);
		sleeper.background = start(pool, &held_initializer, map, wait);
		held_await(2);
		put_to_sleep(&sleeper, geometry.start_pfn);
		held_hold(mms_memmap_vmemmap(map), middle, geometry.end_pfn);
		await_sleeper(&sleeper);
		assert_int_equal(sleeper.err, 0);
		assert_int_equal(sleeper.done, MMS_SYNC_WAITED);
		assert_true(mms_background_active(sleeper.background));
		held_release();
		mms_background_destroy(sleeper.background);
	}
}

static void *cancel(void *background)
{
	mms_background_cancel(background);
	return NULL;
}

/* With items, waiters sleep for what is pending. Canceling wakes them with an error. */
static void canceling_wakes_those_who_wait(void **state)
{
	struct sleeper sleeper = {.start = geometry.end_pfn - 1, .end = geometry.end_pfn};
	pthread_t canceling;

	(void)state;
	held_hold(mms_memmap_vmemmap(map), geometry.start_pfn, geometry.end_pfn);
	sleeper.background = start(lone_worker, &held_initializer, map, MMS_WAIT_ITEM);
	held_await(1);
	put_to_sleep(&sleeper, geometry.start_pfn);
	assert_int_equal(pthread_create(&canceling, NULL, cancel, sleeper.background), 0);
	while (atomic_load(&sleeper.background->pending))
		sched_yield();
	held_release();
	pthread_join(canceling, NULL);
	await_sleeper(&sleeper);
	assert_int_equal(sleeper.err, -ECANCELED);
	assert_non_null(strstr(sleeper.sentence, "canceled"));
	mms_background_destroy(sleeper.background);
}

/* What is pending fails when the chunk does that is under way. */
static void errors_wake_those_who_wait(void **state)
{
	struct sleeper sleeper = {.start = geometry.end_pfn - 1, .end = geometry.end_pfn};

	(void)state;
	held_hold(mms_memmap_vmemmap(map), geometry.start_pfn, geometry.end_pfn);
	sleeper.background = start(lone_worker, &held_initializer, map, MMS_WAIT_ITEM);
	held_await(1);
	put_to_sleep(&sleeper, geometry.start_pfn);
	held_fail(geometry.start_pfn, -EIO);
	held_release();
	await_sleeper(&sleeper);
	held_fail(0, 0);
	assert_int_equal(sleeper.err, -EIO);
	assert_non_null(strstr(sleeper.sentence, "held failed on pfns"));
	mms_background_destroy(sleeper.background);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_waited_for_as_a_whole),
		cmocka_unit_test(nobody_sleeps_longer_than_for_its_own),
		cmocka_unit_test(canceling_wakes_those_who_wait),
		cmocka_unit_test(errors_wake_those_who_wait),
	};

	return cmocka_run_group_tests_name("background-sleep", tests, set_up, tear_down);
}
