// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What can't work in the background is refused, and want of memory told. */
#include "support.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static int touch_nothing(const struct mms_job *job)
{
	(void)job;
	return 0;
}

static void what_cannot_work_is_refused(void **state)
{
	const struct mms_background_options good = {.node = MMS_NODE_ANY};
	const struct mms_initializer whole = {.name = "whole", .init = touch_nothing};
	const struct mms_initializer gated = {
		.name = "gated",
		.gates = MMS_GATE_SANITIZER,
		.init = touch_nothing,
	};
	const struct mms_initializer strange = {
		.name = "strange",
		.cpu = 1u << 31,
		.cuttable = true,
		.init = touch_nothing,
	};
	const struct mms_initializer normal = {
		.name = "normal", .cuttable = true, .init_normal = touch_nothing};
	struct mms_background *const untouched = (void *)&eight_sections;
	struct mms_background *background = untouched;
	struct mms_background_options options;
	struct mms_memmap *map = make_memmap(&eight_sections);

	(void)state;
	assert_int_equal(mms_background_start(two_workers, &whole, map, &good, &background),
	                 -EINVAL);
	assert_non_null(strstr(mms_last_error(), "whole takes whole ranges only"));
	assert_int_equal(mms_background_start(two_workers, &strange, map, &good, &background),
	                 -EOPNOTSUPP);
	assert_non_null(strstr(mms_last_error(), "strange needs"));
	assert_int_equal(mms_background_start(two_workers, &normal, map, &good, &background),
	                 -EOPNOTSUPP);
	assert_string_equal(mms_last_error(), "normal is not for device pages");

	options = good;
	options.wait = MMS_NR_WAITS;
	assert_int_equal(
		mms_background_start(two_workers, &held_initializer, map, &options, &background),
		-EINVAL);
	options = good;
	options.async = MMS_NR_ASYNCS;
	assert_int_equal(
		mms_background_start(two_workers, &held_initializer, map, &options, &background),
		-EINVAL);
	assert_ptr_equal(background, untouched);

	/* What the gates make of it is what counts. */
	assert_int_equal(mms_background_start(two_workers, &gated, map, &good, &background),
	                 -EINVAL);
	options = good;
	options.gates = MMS_GATE_SANITIZER;
	assert_int_equal(mms_background_start(two_workers, &gated, map, &options, &background), 0);
	assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
	assert_memmap_right(map);
	mms_background_destroy(background);
	mms_memmap_destroy(map);
	mms_background_destroy(NULL);
}

/* Nobody waits for its pages, and its chunks are cut elsewhere. */
static void normal_memory_is_refused(void **state)
{
	static const struct mms_pfn_range memory = {0x100000, 0x108000};
	const struct mms_memblock memblock = {&memory, 1, NULL, 0};
	struct mms_background *const untouched = (void *)&eight_sections;
	struct mms_background *background = untouched;
	struct mms_geometry geometry;
	struct mms_memmap *map;
	struct mms_zone *zone;

	(void)state;
	assert_int_equal(mms_zone_create(&memblock, MMS_ZONE_NORMAL, 0, &zone), 0);
	mms_geometry_from_zone(mms_kernel_default(), zone, &geometry);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		const struct mms_background_options options = {.wait = wait, .node = MMS_NODE_ANY};

		assert_int_equal(mms_background_start(two_workers, &held_initializer, map, &options,
		                                      &background),
		                 -EINVAL);
		assert_non_null(
			strstr(mms_last_error(), "mms_pool_deferred_init() initializes it"));
	}
	assert_ptr_equal(background, untouched);
	mms_memmap_destroy(map);
	mms_zone_destroy(zone);
}

/* Memory that can't be had is told as an error, and nothing is written there. */
static void want_of_memory_is_an_error(void **state)
{
	const struct mms_memmap_options base_pages = {.backing = MMS_BACKING_4K};
	struct mms_background_options options = {.wait = MMS_WAIT_CHUNK, .node = MMS_NODE_ANY};
	struct mms_background *background;
	struct mms_memmap *map;
	uintptr_t last;

	(void)state;
	assert_int_equal(mms_memmap_create(&eight_sections, &base_pages, &map), 0);
	last = (uintptr_t)mms_memmap_page(map, eight_sections.end_pfn - 1) & ~(MMS_PAGE_SIZE - 1);
	assert_int_equal(munmap((void *)last, MMS_PAGE_SIZE), 0);

	options.async = MMS_ASYNC_PAGES;
	assert_int_equal(
		mms_background_start(two_workers, &held_initializer, map, &options, &background),
		-ENOMEM);
	assert_non_null(strstr(mms_last_error(), "no memory for the struct pages of pfns 0x"));

	options.async = MMS_ASYNC_ALL;
	assert_int_equal(
		mms_background_start(two_workers, &held_initializer, map, &options, &background),
		0);
	assert_int_equal(mms_background_wait(background, MMS_FOREVER), -ENOMEM);
	assert_non_null(strstr(mms_last_error(), "no memory for the struct pages of pfns 0x"));
	mms_background_destroy(background);
	mms_memmap_destroy(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_work_is_refused),
		cmocka_unit_test(normal_memory_is_refused),
		cmocka_unit_test(want_of_memory_is_an_error),
	};

	return cmocka_run_group_tests_name("background-refused", tests, start_two_workers,
	                                   end_two_workers);
}
