// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Devices whose struct pages are initialized in the background: who waits for what, memmap_state,
 * errors, unbinding meanwhile. Nothing here depends on time but that some tests would hang.
 */
#include "support.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#define SECTIONS 6
#define SECTION  MMS_PAGES_PER_SECTION

static struct mms_pool *pool;
static struct mms_devices *devices;
static struct mms_device *device;

static int set_up(void **state)
{
	(void)state;
	pool = make_pool(1);
	assert_int_equal(mms_devices_create(&devices), 0);
	device = make_fsdax(devices, SECTIONS);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	held_release();
	held_fail(0, 0);
	mms_device_destroy(device);
	mms_devices_destroy(devices);
	mms_pool_destroy(pool);
	return 0;
}

/* Bind with the only worker being held in chunk @chunk. */
static void bind_held(unsigned int chunk)
{
	hold_pages(device, chunk * SECTION, (chunk + 1) * SECTION);
	bind_in_background(device, pool, &held_initializer, MMS_WAIT_CHUNK);
	held_await(1);
}

static int fault(struct mms_device *faulted, uint64_t pgoff)
{
	return fault_page(faulted, pgoff, NULL);
}

static int access_pfn(struct mms_device *accessed, uint64_t pgoff)
{
	uint64_t pfn;
	int64_t nr = mms_device_direct_access(accessed, pgoff, 1, NULL, &pfn);

	if (nr < 0)
		return (int)nr;
	assert_int_equal(pfn, data_pfn(accessed, pgoff));
	assert_true(pfn_is_right(mms_device_memmap(accessed), pfn));
	return 0;
}

static int store_sync(struct mms_device *stored, uint64_t newline)
{
	return mms_device_state_store(stored, newline ? "sync\n" : "sync");
}

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

static int validate(struct mms_device *validated, uint64_t unused)
{
	(void)unused;
	return mms_dax_supported(validated);
}

/* Start @doer, and return when it sleeps because of the held chunk that @pgoff is in. */
static void put_to_sleep_at(struct doer *doer, uint64_t pgoff)
{
	start_doer(doer);
	await_waiter(device, pgoff);
	assert_false(atomic_load(&doer->returned));
}

static void test_only_who_asks_for_a_pfn_waits(void **state)
{
	struct doer doer = {.what = access_pfn, .pgoff = 2 * SECTION + 7};
	uint64_t kaddr = 0;
	uint64_t pages = SECTIONS * SECTION;

	(void)state;
	bind_held(2);
	/* All of the device, while nearly nothing is initialized. */
	assert_int_equal(mms_device_direct_access(device, 0, pages, &kaddr, NULL), pages);
	assert_int_equal(kaddr, 0xffff888000000000 + 64 * G);
	assert_int_equal(mms_device_direct_access(device, doer.pgoff, 1, &kaddr, NULL),
	                 pages - doer.pgoff);
	assert_int_equal(kaddr, 0xffff888000000000 + 64 * G + doer.pgoff * 4096);
	assert_int_equal(mms_device_direct_access(device, doer.pgoff, 1, NULL, NULL),
	                 pages - doer.pgoff);
	assert_int_equal(mms_dax_supported(device), 0);

	/* Of other chunks also pfns: of one that is done, and one that is pending. */
	assert_int_equal(access_pfn(device, SECTION + 7), 0);
	assert_int_equal(access_pfn(device, 4 * SECTION + 7), 0);

	doer.device = device;
	put_to_sleep_at(&doer, doer.pgoff);
	held_release();
	join_doer(&doer);
	assert_int_equal(doer.err, 0);
}

/* As many pages as asked for are waited for, and not all that there are. */
static void test_direct_access_waits_for_all_pages_asked_for(void **state)
{
	uint64_t pfn = 0;

	(void)state;
	bind_held(3);
	assert_int_equal(mms_device_direct_access(device, SECTION, 2 * SECTION, NULL, &pfn),
	                 5 * SECTION);
	assert_int_equal(pfn, data_pfn(device, SECTION));
	held_release();
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), 0);

	held_fail(data_pfn(device, 4 * SECTION), -ENXIO);
	bind_in_background(device, pool, &held_initializer, MMS_WAIT_CHUNK);
	assert_int_equal(mms_device_direct_access(device, SECTION, 3 * SECTION + 1, NULL, &pfn),
	                 -ENXIO);
	assert_int_equal(pfn, data_pfn(device, SECTION));
}

static void test_faults_wait_for_their_chunk_only(void **state)
{
	struct doer doer = {.what = fault, .device = device, .pgoff = 2 * SECTION};
	unsigned int done = 99;

	(void)state;
	bind_held(2);
	assert_int_equal(fault_page(device, SECTION, &done), 0);
	assert_int_equal(done, 0);
	assert_int_equal(fault_page(device, 5 * SECTION, &done), 0);
	assert_int_equal(done, MMS_SYNC_HELPED);
	put_to_sleep_at(&doer, doer.pgoff);
	held_release();
	join_doer(&doer);
	assert_int_equal(doer.err, 0);
	assert_int_equal(mms_device_wait(device, MMS_FOREVER), 0);
}

/* 1 GiB compounds: a fault is for all of the chunk's pages, and waits for all. */
static void test_large_faults_wait_for_their_size(void **state)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_DEVDAX,
		.map = MMS_MAP_MEM,
		.align = G,
		.start = 1024 * G,
		.size = 4 * G,
	};
	const struct mms_dax_entry entry = {1 << 18, 18, MAPPING, 0};
	struct mms_device *large = make_device(devices, NULL, &ns, NULL);
	unsigned int done = 99;

	(void)state;
	/* The worker is in the chunk before the data area. */
	held_hold(mms_memmap_vmemmap(mms_device_memmap(large)), 1024 * G / 4096, 1025 * G / 4096);
	bind_in_background(large, pool, &held_initializer, MMS_WAIT_CHUNK);
	held_await(1);
	assert_int_equal(mms_device_fault(large, &entry, MMS_DAX_FAULT_NEW, 1, &done), 0);
	assert_int_equal(done, MMS_SYNC_HELPED);
	held_release();
	mms_device_destroy(large);
}

static void test_memmap_state(void **state)
{
	struct doer doers[] = {
		{.what = store_sync, .device = device, .pgoff = 0},
		{.what = store_sync, .device = device, .pgoff = 1},
	};
	static const char *const bad[] = {"",      "\n",       "Sync",   "sync \n",
	                                  "syncs", "sync\n\n", "active", "1"};

	(void)state;
	assert_string_equal(mms_device_state_show(device), "idle");
	bind_held(2);
	assert_string_equal(mms_device_state_show(device), "active");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(mms_device_state_store(device, bad[i]), -EINVAL);
		assert_sentence("sync", NULL);
	}
	start_doer(&doers[0]);
	start_doer(&doers[1]);
	assert_int_equal(mms_device_wait(device, 0), -ETIMEDOUT);
	assert_int_equal(mms_device_wait(device, 1000 * 1000), -ETIMEDOUT);
	assert_string_equal(mms_device_state_show(device), "active");
	assert_false(atomic_load(&doers[0].returned) || atomic_load(&doers[1].returned));
	held_release();
	join_doer(&doers[0]);
	join_doer(&doers[1]);
	assert_int_equal(doers[0].err, 0);
	assert_int_equal(doers[1].err, 0);
	assert_string_equal(mms_device_state_show(device), "idle");
	assert_int_equal(mms_device_wait(device, 0), 0);
	assert_memmap_right(mms_device_memmap(device));
}

static void test_progress(void **state)
{
	struct mms_background_progress progress;

	(void)state;
	bind_held(2);
	assert_int_equal(mms_device_progress(device, &progress), 0);
	assert_int_equal(progress.pages, 2 * SECTION);
	assert_int_equal(progress.total_pages, SECTIONS * SECTION);
	assert_int_equal(mms_device_sync(device, data_pfn(device, 4 * SECTION),
	                                 data_pfn(device, 5 * SECTION), NULL),
	                 0);
	assert_int_equal(mms_device_progress(device, &progress), 0);
	assert_int_equal(progress.pages, 3 * SECTION);
	assert_int_equal(progress.syncs_helped, 1);
	held_release();
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), 0);

	bind_by_caller(device);
	assert_int_equal(mms_device_progress(device, &progress), 0);
	assert_int_equal(progress.pages, SECTIONS * SECTION);
	assert_int_equal(progress.total_pages, SECTIONS * SECTION);
	assert_int_equal(progress.total_chunks, 0);
}

/*
 * Of a namespace with its memmap in the device. Data is there for the asking while no altmap page
 * is, but it is not idle before those are done, too.
 */
static void test_altmap_pages_are_part_of_the_work(void **state)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_FSDAX, .map = MMS_MAP_DEV, .align = 2 * M, .size = 4 * G};
	struct mms_device *mapped = make_device(devices, NULL, &ns, NULL);
	const struct mms_memmap *map = mms_device_memmap(mapped);
	struct mms_pfn_range altmap = mms_geometry_altmap_pfns(mms_memmap_geometry(map));
	uint64_t pages = mms_device_data_pages(mapped);
	struct doer doer = {.device = mapped, .what = store_sync};

	(void)state;
	for (unsigned int how = 0; how < MMS_NR_UNBINDS; how++) {
		struct mms_background_progress progress;

		/* The only worker is held in the first data pages, and we do all others. */
		hold_pages(mapped, 0, 1);
		bind_in_background(mapped, pool, &held_initializer, MMS_WAIT_CHUNK);
		held_await(1);
		assert_int_equal(fault_page(mapped, pages - 1, NULL), 0);
		assert_int_equal(mms_device_sync(mapped, data_pfn(mapped, 0) + SECTION,
		                                 data_pfn(mapped, pages), NULL),
		                 0);
		assert_false(pfn_is_right(map, altmap.start));
		assert_false(pfn_is_right(map, altmap.end - 1));
		assert_string_equal(mms_device_state_show(mapped), "active");
		assert_int_equal(mms_device_progress(mapped, &progress), 0);
		assert_int_equal(progress.total_pages, pages + altmap.end - altmap.start);
		held_release();
		if (how == MMS_UNBIND_WAIT) {
			start_doer(&doer);
			join_doer(&doer);
			assert_int_equal(doer.err, 0);
			for (uint64_t pfn = altmap.start; pfn < altmap.end; pfn++)
				assert_true(pfn_is_right(map, pfn));
			assert_string_equal(mms_device_state_show(mapped), "idle");
		}
		assert_int_equal(mms_device_unbind(mapped, (enum mms_unbind)how), 0);
	}
	mms_device_destroy(mapped);
}

static void test_an_error_reaches_all_who_need_that_chunk(void **state)
{
	uint64_t pfn = 1;

	(void)state;
	held_fail(data_pfn(device, 3 * SECTION + 99), -EIO);
	bind_in_background(device, pool, &held_initializer, MMS_WAIT_CHUNK);
	assert_int_equal(mms_device_wait(device, MMS_FOREVER), -EIO);
	assert_string_equal(mms_device_state_show(device), "idle");
	assert_int_equal(fault_page(device, SECTION, NULL), 0);
	assert_int_equal(fault_page(device, 3 * SECTION, NULL), -EIO);
	assert_sentence("held", NULL);
	assert_int_equal(mms_device_direct_access(device, 3 * SECTION, 1, NULL, &pfn), -EIO);
	assert_int_equal(pfn, 1);
	assert_int_equal(mms_device_state_store(device, "sync"), -EIO);
	/* What was pending then never comes. */
	assert_int_equal(fault_page(device, 5 * SECTION, NULL), -EIO);
	/* Also to who unbinds, but only if it asks for the end of the initialization. */
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), -EIO);
	assert_sentence("held", NULL);
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), -ENODEV);

	bind_in_background(device, pool, &held_initializer, MMS_WAIT_CHUNK);
	assert_int_equal(mms_device_wait(device, MMS_FOREVER), -EIO);
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_CANCEL), 0);
	held_fail(0, 0);
	bind_in_background(device, pool, &held_initializer, MMS_WAIT_CHUNK);
	assert_int_equal(fault_page(device, 3 * SECTION, NULL), 0);
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

static void test_validating_pfns_makes_a_mount_wait(void **state)
{
	const struct mms_device_options options = {.validate_pfns = true};
	struct doer mounter = {.what = validate};
	struct mms_page *page;
	struct mms_geometry geometry = *mms_memmap_geometry(mms_device_memmap(device));

	(void)state;
	mms_device_destroy(device);
	assert_int_equal(mms_device_create(devices, &geometry, &options, &device), 0);
	mounter.device = device;
	bind_held(0);
	put_to_sleep_at(&mounter, 0);
	held_release();
	join_doer(&mounter);
	assert_int_equal(mounter.err, 0);

	page = mms_memmap_page(mms_device_memmap(device), data_pfn(device, SECTIONS * SECTION - 1));
	page->pgmap = NULL;
	assert_int_equal(mms_dax_supported(device), -EUCLEAN);
	assert_sentence("pgmap 0x0", NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_only_who_asks_for_a_pfn_waits),
		TEST(test_direct_access_waits_for_all_pages_asked_for),
		TEST(test_faults_wait_for_their_chunk_only),
		TEST(test_large_faults_wait_for_their_size),
		TEST(test_memmap_state),
		TEST(test_progress),
		TEST(test_altmap_pages_are_part_of_the_work),
		TEST(test_an_error_reaches_all_who_need_that_chunk),
		TEST(test_unbind_waits_for_the_background),
		TEST(test_unbind_cancels_the_background),
		TEST(test_canceling_wakes_who_waits),
		TEST(test_store_waits_for_an_unbind),
		TEST(test_unbind_waits_for_references),
		TEST(test_devices_do_not_wait_for_each_other),
		TEST(test_destroy_ends_everything),
		TEST(test_validating_pfns_makes_a_mount_wait),
	};

	return cmocka_run_group_tests_name("devices in the background", tests, NULL, NULL);
}
