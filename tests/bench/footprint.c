// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is done to a memmap between measurements reaches all of it and nothing else. */
#include "footprint.h"
#include "support.h"

static struct mms_memmap *create_4k(const struct mms_geometry *geometry)
{
	struct mms_memmap_options options = {.backing = MMS_BACKING_4K};
	struct mms_memmap *map = NULL;

	if (mms_memmap_create(geometry, &options, &map))
		fail_msg("%s", mms_last_error());
	return map;
}

static struct mms_memmap_info info_of(const struct mms_memmap *map)
{
	struct mms_memmap_info info = {0};

	if (mms_memmap_info(map, &info))
		fail_msg("%s", mms_last_error());
	return info;
}

static void touching_gets_all_memory(void **state)
{
	static const enum mms_map maps[] = {MMS_MAP_DEV, MMS_MAP_MEM};

	(void)state;
	for (size_t i = 0; i < COUNT(maps); i++) {
		struct mms_geometry geometry =
			make_geometry("v7.2", MMS_MODE_DEVDAX, maps[i], 512 * MIB);
		struct mms_memmap *map = create_4k(&geometry);
		struct mms_memmap_info info;

		mms_footprint_touch(map);
		info = info_of(map);
		assert_true(info.resident_bytes >= info.needed_bytes);
		assert_int_equal(mms_memmap_check(map), 0);
		mms_memmap_destroy(map);
	}
}

static void flushing_changes_nothing(void **state)
{
	struct mms_geometry geometry =
		make_geometry("v7.2", MMS_MODE_DEVDAX, MMS_MAP_MEM, 512 * MIB);
	struct mms_memmap *map = create_4k(&geometry);
	struct mms_memmap_info before;
	uint64_t seed = 1;

	(void)state;
	assert_true(geometry.dedup);
	mms_memmap_dirty(map, seed);
	before = info_of(map);
	mms_footprint_flush(map, mms_footprint_cached());
	assert_int_equal(info_of(map).resident_bytes, before.resident_bytes);
	assert_int_equal(mms_memmap_check(map), 0);
	for (uint64_t pfn = geometry.start_pfn; pfn < geometry.end_pfn; pfn++) {
		unsigned char image[64];

		mms_dirty_page(seed, mms_geometry_backing_pfn(&geometry, pfn), image);
		assert_memory_equal(mms_memmap_page(map, pfn), image, sizeof(image));
	}
	mms_memmap_destroy(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(touching_gets_all_memory),
		cmocka_unit_test(flushing_changes_nothing),
	};

	return cmocka_run_group_tests_name("footprint", tests, NULL, NULL);
}
