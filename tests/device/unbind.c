// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Unbinding, and destroying, while initialization is going on in the background or users remain. */
#include "held.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

static int unbind_and_wait(struct mms_device *unbound, uint64_t unused)
{
	(void)unused;
	return mms_device_unbind(unbound, MMS_UNBIND_WAIT);
}

static int unbind_and_cancel(struct mms_device *unbound, uint64_t unused)
{
	(void)unused;
	return mms_device_unbind(unbound, MMS_UNBIND_CANCEL);
}

static void test_unbind_waits_for_the_background(void **state)
{
	struct doer unbinder = {.what = unbind_and_wait, .device = device};
	struct mms_background_progress progress;

	(void)state;
	bind_held(2);
	start_doer(&unbinder);
	while (!mms_device_progress(device, &progress))
		sched_yield();
	/* Nobody gets at it any more, but its state is still seen. */
	assert_null(mms_get_dev_pagemap(devices, data_pfn(device, 0)));
	assert_int_equal(fault_page(device, 0, NULL), -ENODEV);
	assert_string_equal(mms_device_state_show(device), "active");
	assert_false(atomic_load(&unbinder.returned));
	held_release();
	join_doer(&unbinder);
	assert_int_equal(unbinder.err, 0);
	assert_string_equal(mms_device_state_show(device), "idle");
	assert_memmap_right(mms_device_memmap(device));
}

static void test_unbind_cancels_the_background(void **state)
{
	struct doer unbinder = {.what = unbind_and_cancel, .device = device};
	struct mms_memmap *map = mms_device_memmap(device);
	struct mms_background_progress progress;
	unsigned char dirty[64];

	(void)state;
	bind_held(2);
	start_doer(&unbinder);
	while (!mms_device_progress(device, &progress))
		sched_yield();
	held_release();
	join_doer(&unbinder);
	assert_int_equal(unbinder.err, 0);
	assert_true(pfn_is_right(map, data_pfn(device, 3 * SECTION - 1)));
	mms_dirty_page(DIRTY_SEED, data_pfn(device, 3 * SECTION), dirty);
	assert_memory_equal(mms_memmap_page(map, data_pfn(device, 3 * SECTION)), dirty, 64);
}

/* Who sleeps in a fault when its chunk is given up gets told, and then the unbind goes on. */
static void test_canceling_wakes_who_waits(void **state)
{
	struct doer faulter = {.what = fault, .device = device, .pgoff = 5 * SECTION};
	struct doer unbinder = {.what = unbind_and_cancel, .device = device};
	const struct mms_bind_options options = {
		.initializer = &held_initializer,
		.by = MMS_BIND_BY_BACKGROUND,
		.pool = pool,
		.wait = MMS_WAIT_ITEM, /* whose waiters take nothing */
		.async = MMS_ASYNC_ALL,
		.node = MMS_NODE_ANY,
	};

	(void)state;
	hold_pages(device, 0, 1);
	assert_int_equal(mms_device_bind(device, &options), 0);
	held_await(1);
	put_to_sleep_at(&faulter, 0);
	start_doer(&unbinder);
	while (!mms_device_sync(device, 0, 0, NULL))
		sched_yield();
	held_release();
	join_doer(&faulter);
	join_doer(&unbinder);
	assert_int_equal(faulter.err, -ECANCELED);
	assert_non_null(strstr(faulter.sentence, "cancel"));
	assert_int_equal(unbinder.err, 0);
}

/* "sync" is also for a bind or unbind that is under way. */
static void test_store_waits_for_an_unbind(void **state)
{
	struct doer unbinder = {.what = unbind_and_wait, .device = device};
	struct doer storer = {.what = store_sync, .device = device};

	(void)state;
	bind_held(2);
	start_doer(&unbinder);
	while (!mms_device_sync(device, 0, 0, NULL))
		sched_yield();
	start_doer(&storer);
	usleep(1000);
	assert_false(atomic_load(&storer.returned));
	held_release();
	join_doer(&storer);
	assert_int_equal(storer.err, 0);
	join_doer(&unbinder);
}

static void test_unbind_waits_for_references(void **state)
{
	struct doer unbinder = {.what = unbind_and_wait, .device = device};
	uint64_t pfn = data_pfn(device, 77);
	struct mms_device *got;

	(void)state;
	bind_by_caller(device);
	got = mms_get_dev_pagemap(devices, pfn);
	assert_ptr_equal(got, device);
	start_doer(&unbinder);
	while ((got = mms_get_dev_pagemap(devices, pfn))) {
		mms_put_dev_pagemap(got);
		sched_yield();
	}
	usleep(1000);
	assert_false(atomic_load(&unbinder.returned));
	assert_true(pfn_is_right(mms_device_memmap(device), pfn));
	mms_put_dev_pagemap(device);
	join_doer(&unbinder);
	assert_int_equal(unbinder.err, 0);
}

/* One is stuck in initialization, and in an unbind that waits for a reference: what is it to
 * others? */
static void test_devices_do_not_wait_for_each_other(void **state)
{
	struct doer unbinder = {.what = unbind_and_cancel, .device = device};
	const struct mms_namespace ns = {
		.mode = MMS_MODE_RAW, .start = 32 * G, .size = G, .align = 2 * M};
	struct mms_device *other = make_device(devices, NULL, &ns, NULL);
	uint64_t pfn = data_pfn(device, 0);

	(void)state;
	bind_held(2);
	assert_ptr_equal(mms_get_dev_pagemap(devices, pfn), device);
	start_doer(&unbinder);
	while (!mms_device_sync(device, 0, 0, NULL))
		sched_yield();
	for (unsigned int wait = MMS_WAIT_HELP; wait < MMS_NR_WAITS; wait++) {
		bind_in_background(other, pool, naive, (enum mms_wait)wait);
		for (uint64_t pgoff = 0; pgoff < mms_device_data_pages(other); pgoff += SECTION)
			assert_int_equal(fault_page(other, pgoff, NULL), 0);
		assert_int_equal(mms_device_unbind(other, MMS_UNBIND_CANCEL), 0);
	}
	bind_by_caller(other);
	assert_int_equal(mms_device_state_store(other, "sync"), 0);
	assert_int_equal(mms_device_unbind(other, MMS_UNBIND_WAIT), 0);
	assert_false(atomic_load(&unbinder.returned));
	held_release();
	mms_put_dev_pagemap(device);
	join_doer(&unbinder);
	mms_device_destroy(other);
}

static void test_destroy_ends_everything(void **state)
{
	struct mms_device *brief;

	(void)state;
	for (unsigned int round = 0; round < 20; round++) {
		const struct mms_namespace ns = {
			.mode = MMS_MODE_RAW, .start = 32 * G, .size = G, .align = 2 * M};

		brief = make_device(devices, NULL, &ns, NULL);
		bind_in_background(brief, pool, naive, (enum mms_wait)(round % MMS_NR_WAITS));
		if (round % 2)
			assert_int_equal(fault_page(brief, 12345, NULL), 0);
		mms_device_destroy(brief);
		assert_null(mms_get_dev_pagemap(devices, 32 * G / 4096));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_unbind_waits_for_the_background),
		TEST(test_unbind_cancels_the_background),
		TEST(test_canceling_wakes_who_waits),
		TEST(test_store_waits_for_an_unbind),
		TEST(test_unbind_waits_for_references),
		TEST(test_devices_do_not_wait_for_each_other),
		TEST(test_destroy_ends_everything),
	};

	return cmocka_run_group_tests_name("unbinding devices", tests, NULL, NULL);
}
