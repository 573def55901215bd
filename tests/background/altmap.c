// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The altmap's own pages: part of the work, but nothing that anybody has to wait for. */
#include "support.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "background/background.h"

static struct mms_pool *pool; /* of one worker */
static struct mms_geometry geometry;
static struct mms_pfn_range altmap, device;
static struct mms_memmap *map;

/* 4 GiB of fsdax: 16384 altmap pages, half a section's, and 31 sections and a half of data. */
static int set_up(void **state)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_FSDAX,
		.map = MMS_MAP_DEV,
		.align = 2 << 20,
		.start = UINT64_C(64) << 30,
		.size = UINT64_C(4) << 30,
	};

	(void)state;
	pool = make_pool(1);
	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	altmap = mms_geometry_altmap_pfns(&geometry);
	device = mms_geometry_device_pfns(&geometry, 0);
	map = make_memmap(&geometry);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	held_release(); /* what a failed test left */
	mms_memmap_destroy(map);
	mms_pool_destroy(pool);
	return 0;
}

static bool is_dirty(uint64_t pfn)
{
	unsigned char image[64];

	mms_dirty_page(DIRTY_SEED, pfn, image);
	return memcmp(mms_memmap_page(map, pfn), image, sizeof(image)) == 0;
}

/* All altmap pages are right, or all are as dirty as they were. */
static void assert_altmap(bool right)
{
	for (uint64_t pfn = altmap.start; pfn < altmap.end; pfn++)
		assert_true(right ? pfn_is_right(map, pfn) : is_dirty(pfn));
}

/* A background on dirty memory whose worker is held in its first device pages. */
static struct mms_background *start_held(enum mms_wait wait, enum mms_async async)
{
	const struct mms_background_options options = {
		.wait = wait,
		.async = async,
		.node = MMS_NODE_ANY,
	};
	struct mms_background *background;

	dirty_memmap(map);
	held_hold(mms_memmap_vmemmap(map), device.start, device.start + 1);
	assert_int_equal(mms_background_start(pool, &held_initializer, map, &options, &background),
	                 0);
	held_await(1);
	return background;
}

static void they_are_part_of_all(void **state)
{
	uint64_t device_pages = device.end - device.start;
	uint64_t altmap_pages = altmap.end - altmap.start;

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *background = start_held(wait, MMS_ASYNC_ALL);
		struct mms_background_progress progress;

		assert_altmap(false);
		mms_background_progress(background, &progress);
		assert_int_equal(progress.total_pages, device_pages + altmap_pages);
		assert_int_equal(mms_background_wait(background, 0), -ETIMEDOUT);
		held_release();
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
		assert_memmap_right(map);
		mms_background_progress(background, &progress);
		assert_int_equal(progress.pages, device_pages + altmap_pages);
		assert_int_equal(progress.chunks_by_workers, progress.total_chunks);
		mms_background_destroy(background);
	}
}

/* With device pages alone in the background, they are right when it starts. */
static void they_can_come_first(void **state)
{
	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *background = start_held(wait, MMS_ASYNC_PAGES);
		struct mms_background_progress progress;

		assert_altmap(true);
		mms_background_progress(background, &progress);
		assert_int_equal(progress.total_pages, device.end - device.start);
		held_release();
		mms_background_destroy(background);
	}
}

/* Whoever needs device pages gets them, also all of them, while no altmap page is done. */
static void nobody_waits_for_them(void **state)
{
	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *background = start_held(wait, MMS_ASYNC_ALL);
		size_t nr_altmap = background->cut.altmap_chunks;
		struct mms_chunks items = {nr_altmap, background->cut.nr_chunks};

		assert_true(nr_altmap > 0);
		items = mms_cut_whole_items(&background->cut, items);
		assert_int_equal(items.first, nr_altmap);
		if (wait != MMS_WAIT_ITEM) {
			struct mms_job first;

			mms_cut_job(&background->cut, nr_altmap, &first);
			assert_int_equal(
				mms_background_sync(background, first.end_pfn, device.end, NULL),
				0);
			assert_altmap(false);
		}
		held_release();
		mms_background_destroy(background);
	}
}

/* Who wants to know gets them, and what is written there later is not initialized once more. */
static void each_is_initialized_once(void **state)
{
	(void)state;
	for (unsigned int wait = MMS_WAIT_HELP; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *background = start_held(wait, MMS_ASYNC_ALL);
		uint64_t pfn = altmap.start + 1000;
		unsigned int done = 0;

		assert_int_equal(mms_background_sync(background, pfn, pfn + 1, &done), 0);
		assert_int_equal(done, MMS_SYNC_HELPED);
		assert_true(pfn_is_right(map, pfn));
		/* By the chunk: half a section is one. */
		assert_true(wait == MMS_WAIT_CHUNK || is_dirty(altmap.end - 1));
		mms_memmap_page(map, pfn)->private_ = 77;
		held_release();
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
		assert_int_equal(mms_background_sync(background, altmap.start, altmap.end, &done),
		                 0);
		assert_int_equal(mms_memmap_page(map, pfn)->private_, 77);
		mms_memmap_page(map, pfn)->private_ = 0;
		assert_memmap_right(map);
		mms_background_destroy(background);
	}
}

/* The reserve before them is nobody's: a bind never writes there. */
static void the_reserve_has_nothing_to_wait_for(void **state)
{
	struct mms_background *background = start_held(MMS_WAIT_CHUNK, MMS_ASYNC_ALL);
	unsigned int done = 7;

	(void)state;
	assert_int_equal(mms_background_sync(background, geometry.start_pfn, altmap.start, &done),
	                 0);
	assert_int_equal(done, 0);
	held_release();
	mms_background_destroy(background);
}

static void canceling_leaves_them_alone(void **state)
{
	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		struct mms_background *background = start_held(wait, MMS_ASYNC_ALL);
		struct mms_background_progress progress;

		mms_background_progress(background, &progress);
		for (size_t i = 0; i < background->cut.altmap_chunks; i++)
			assert_false(atomic_load(&background->states[i]) & MMS_CHUNK_TAKEN);
		mms_background_give_up(background, -ECANCELED, "canceled");
		held_release();
		mms_background_cancel(background);
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), -ECANCELED);
		assert_int_equal(mms_background_sync(background, altmap.start, altmap.end, NULL),
		                 -ECANCELED);
		assert_altmap(false);
		mms_background_destroy(background);
	}
}

/* Whatever fails, device pages or the memory of altmap pages, is an error of all. */
static void errors_are_told(void **state)
{
	struct mms_background *background;

	(void)state;
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		held_fail(device.start, -EIO);
		background = start_held(wait, MMS_ASYNC_ALL);
		held_release();
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), -EIO);
		assert_int_equal(mms_background_sync(background, altmap.start, altmap.end, NULL),
		                 -EIO);
		assert_altmap(false);
		mms_background_destroy(background);
	}
	held_fail(0, 0);
}

static void want_of_memory_is_an_error(void **state)
{
	const struct mms_memmap_options base_pages = {.backing = MMS_BACKING_4K};
	struct mms_background_options options = {.wait = MMS_WAIT_CHUNK, .node = MMS_NODE_ANY};
	struct mms_background *background;
	struct mms_memmap *torn;
	uintptr_t page;

	(void)state;
	assert_int_equal(mms_memmap_create(&geometry, &base_pages, &torn), 0);
	page = (uintptr_t)mms_memmap_page(torn, altmap.start + 4000) & ~(MMS_PAGE_SIZE - 1);
	assert_int_equal(munmap((void *)page, MMS_PAGE_SIZE), 0);

	options.async = MMS_ASYNC_PAGES;
	assert_int_equal(
		mms_background_start(pool, mms_initializer_at(0), torn, &options, &background),
		-ENOMEM);
	options.async = MMS_ASYNC_ALL;
	assert_int_equal(
		mms_background_start(pool, mms_initializer_at(0), torn, &options, &background), 0);
	assert_int_equal(mms_background_wait(background, MMS_FOREVER), -ENOMEM);
	assert_non_null(strstr(mms_last_error(), "no memory for the struct pages of pfns 0x"));
	/* All device pages came before. */
	assert_int_equal(mms_background_sync(background, device.start, device.end, NULL), 0);
	mms_background_destroy(background);
	mms_memmap_destroy(torn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_part_of_all),
		cmocka_unit_test(they_can_come_first),
		cmocka_unit_test(nobody_waits_for_them),
		cmocka_unit_test(each_is_initialized_once),
		cmocka_unit_test(the_reserve_has_nothing_to_wait_for),
		cmocka_unit_test(canceling_leaves_them_alone),
		cmocka_unit_test(errors_are_told),
		cmocka_unit_test(want_of_memory_is_an_error),
	};

	return cmocka_run_group_tests_name("background-altmap", tests, set_up, tear_down);
}
