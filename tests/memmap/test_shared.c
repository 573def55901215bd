// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Arrays of geometries that share tails: sparse, and what must not exist is watched. */
#include <errno.h>

#include "support.h"

static void only_two_vmemmap_pages_per_compound_are_needed(void **state)
{
	struct mms_geometry geometry = shared_geometry(4 * GIB, 100 * GIB, 2 * MIB, MMS_EARLY_NONE);
	struct mms_memmap *map = create_memmap(&geometry, "auto");
	struct mms_memmap_info info;

	(void)state;
	assert_success(mms_memmap_check(map));
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.backing, MMS_BACKING_4K);
	assert_int_equal(info.array_bytes, 1600 * MIB);
	assert_int_equal(info.needed_bytes, 400 * MIB);
	assert_int_equal(info.resident_bytes, 0);
	mms_memmap_destroy(map);
}

static void all_physical_memory_is_refused_without_counting_compounds(void **state)
{
	const struct mms_range all = {0, MMS_MAX_PHYS - 1};
	struct mms_geometry geometry;
	struct mms_memmap *map;

	(void)state;
	/* 2^32 compounds of 1 MiB, the smallest that share tails. */
	assert_success(mms_geometry_from_ranges(mms_kernel_default(), MMS_MEMORY_DEVICE_GENERIC, 8,
	                                        &all, 1, 0, &geometry));
	assert_int_equal(mms_layout_needed(&geometry), (UINT64_C(1) << 32) * 8192);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), -ENOMEM);
	assert_explained("needs 33554432 MiB");
}

static void only_what_exists_gets_dirty(void **state)
{
	static const struct {
		uint64_t start, size, align;
		enum mms_early early;
		uint64_t needed_kib;
	} cases[] = {
		{4 * GIB, GIB, 2 * MIB, MMS_EARLY_NONE, 512 * 8},
		{4 * GIB, 2 * GIB, GIB, MMS_EARLY_NONE, 2 * 8},
		/* 124 MiB of the first section are early, and none of their tails is shared */
		{4 * GIB + 4 * MIB, GIB, 2 * MIB, MMS_EARLY_START, 62 * 32 + 450 * 8},
		{4 * GIB, GIB + 6 * MIB, 2 * MIB, MMS_EARLY_END, 512 * 8 + 3 * 32},
		{4 * GIB + 4 * MIB, 6 * MIB, 2 * MIB, MMS_EARLY_BOTH, 3 * 32},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mms_geometry geometry = shared_geometry(cases[i].start, cases[i].size,
		                                               cases[i].align, cases[i].early);
		struct mms_memmap *map = create_memmap(&geometry, "4k");
		struct mms_memmap_info info;
		unsigned char expected[64];

		mms_memmap_dirty(map, 7);
		assert_success(mms_memmap_check(map));
		assert_success(mms_memmap_info(map, &info));
		assert_int_equal(info.needed_bytes, cases[i].needed_kib * 1024);
		assert_int_equal(info.resident_bytes, info.needed_bytes);
		assert_int_equal(info.huge_bytes, 0);
		for (uint64_t pfn = geometry.start_pfn; pfn < geometry.end_pfn; pfn++) {
			mms_dirty_page(7, mms_geometry_backing_pfn(&geometry, pfn), expected);
			assert_memory_equal(mms_memmap_page(map, pfn), expected, 64);
		}
		assert_success(mms_memmap_check(map));
		mms_memmap_destroy(map);
	}
}

static void tails_are_found_in_the_second_vmemmap_page(void **state)
{
	struct mms_geometry geometry = shared_geometry(4 * GIB, GIB, 2 * MIB, MMS_EARLY_NONE);
	struct mms_memmap *map = create_memmap(&geometry, "4k");
	uint64_t head = geometry.start_pfn + 512;

	(void)state;
	assert_ptr_equal(mms_memmap_page(map, head + 300), mms_memmap_page(map, head + 108));
	assert_ptr_equal(mms_memmap_page(map, head + 127),
	                 mms_memmap_vmemmap(map) + (head + 127) * 64);
	assert_ptr_not_equal(mms_memmap_page(map, head + 1), mms_memmap_page(map, head + 65));
	mms_memmap_destroy(map);
}

static void touching_what_does_not_exist_is_found(void **state)
{
	struct mms_geometry geometry = shared_geometry(4 * GIB, 8 * GIB, 2 * MIB, MMS_EARLY_NONE);
	struct random_source random = random_source(random_first_seed());

	(void)state;
	for (int i = 0; i < 40; i++) {
		struct mms_memmap *map = create_memmap(&geometry, "4k");
		uint64_t nr_heads = (geometry.end_pfn - geometry.start_pfn) / 512;
		/* Both ends of the array, and anything in between. */
		uint64_t head = i == 0   ? 0
		                : i == 1 ? nr_heads - 1
		                         : random_below(&random, nr_heads);
		uint64_t tail = i == 1 ? 511 : 128 + random_below(&random, 384);
		uint64_t pfn = geometry.start_pfn + head * 512 + tail;
		volatile unsigned char *at = (unsigned char *)mms_memmap_vmemmap(map) + pfn * 64 +
		                             random_below(&random, 64);
		char first[32];

		mms_memmap_page(map, pfn)->flags = 1;
		assert_success(mms_memmap_check(map));
		if (i % 2)
			*at = 1;
		else
			assert_int_equal(*at, 0);
		assert_int_equal(mms_memmap_check(map), -EFAULT);
		snprintf(first, sizeof(first), "pfns 0x%llx to", (unsigned long long)pfn & ~63ULL);
		assert_explained(first);
		mms_memmap_destroy(map);
	}
}

static void backings_that_cannot_be_sparse_are_refused(void **state)
{
	static const char *const names[] = {"thp", "hugetlb-2m", "hugetlb-1g", "file:/tmp"};
	struct mms_geometry geometry = shared_geometry(4 * GIB, GIB, 2 * MIB, MMS_EARLY_NONE);

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct mms_memmap *map = (struct mms_memmap *)&geometry;
		struct mms_memmap_options options;

		assert_success(mms_backing_parse(names[i], &options));
		assert_int_equal(mms_memmap_create(&geometry, &options, &map), -EINVAL);
		assert_explained("shares tails");
		assert_ptr_equal(map, &geometry);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_two_vmemmap_pages_per_compound_are_needed),
		cmocka_unit_test(all_physical_memory_is_refused_without_counting_compounds),
		cmocka_unit_test(only_what_exists_gets_dirty),
		cmocka_unit_test(tails_are_found_in_the_second_vmemmap_page),
		cmocka_unit_test(touching_what_does_not_exist_is_found),
		cmocka_unit_test(backings_that_cannot_be_sparse_are_refused),
	};

	return cmocka_run_group_tests_name("shared", tests, NULL, NULL);
}
