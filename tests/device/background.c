// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Devices whose struct pages are initialized in the background: who waits for what, memmap_state,
 * errors. Nothing here depends on time but that some tests would hang.
 */
#include "held.h"

#include <errno.h>
#include <string.h>

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

static int validate(struct mms_device *validated, uint64_t unused)
{
	(void)unused;
	return mms_dax_supported(validated);
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
		TEST(test_validating_pfns_makes_a_mount_wait),
	};

	return cmocka_run_group_tests_name("devices in the background", tests, NULL, NULL);
}
