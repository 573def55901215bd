// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Where data is, and what is no entry: offsets, sizes, alignments, names. */
#include "support.h"

#include <errno.h>

static struct mms_devices *devices;

static int set_up(void **state)
{
	(void)state;
	return mms_devices_create(&devices);
}

static int tear_down(void **state)
{
	(void)state;
	mms_devices_destroy(devices);
	return 0;
}

static void test_data_begin_after_info_block_and_altmap(void **state)
{
	static const struct {
		struct mms_namespace ns;
		uint64_t first, pages; /* bytes from the start, pages */
	} cases[] = {
		/* 64 B for each of 262,142 pages, and 8 KiB, are 16 MiB + 7 KiB. */
		{{MMS_MODE_FSDAX, MMS_MAP_DEV, 2 * M, 64 * G, G, 0, 0}, 18 * M, 257536},
		{{MMS_MODE_FSDAX, MMS_MAP_MEM, 2 * M, 64 * G, G, 0, 0}, 2 * M, 261632},
		{{MMS_MODE_RAW, MMS_MAP_MEM, 2 * M, 64 * G, G, 0, 0}, 0, 262144},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mms_device *device = make_device(devices, NULL, &cases[i].ns, NULL);
		uint64_t pages = cases[i].pages, pfn = 0, kaddr = 0;

		bind_by_caller(device);
		assert_int_equal(mms_device_data_pages(device), pages);
		assert_int_equal(mms_device_direct_access(device, 0, 1, &kaddr, &pfn), pages);
		assert_int_equal(pfn, (64 * G + cases[i].first) / 4096);
		assert_int_equal(kaddr, 0xffff888000000000 + 64 * G + cases[i].first);
		assert_int_equal(mms_device_direct_access(device, pages - 1, 9, NULL, &pfn), 1);
		assert_int_equal(pfn, (65 * G - 4096) / 4096);
		pfn = 0;
		assert_int_equal(mms_device_direct_access(device, pages, 1, NULL, &pfn), -ERANGE);
		assert_int_equal(mms_device_direct_access(device, UINT64_MAX, 1, NULL, &pfn),
		                 -ERANGE);
		assert_int_equal(mms_device_direct_access(device, 0, 0, NULL, &pfn), -EINVAL);
		assert_int_equal(pfn, 0);
		assert_int_equal(mms_device_direct_access(device, 0, UINT64_MAX, NULL, &pfn),
		                 pages);
		assert_int_equal(mms_dax_supported(device), 0);
		mms_device_destroy(device);
	}
}

static void test_dax_pmem_has_no_direct_access(void **state)
{
	const struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 * M, 64 * G, 64 * M, 0, 0};
	struct mms_device *device = make_device(devices, NULL, &ns, NULL);
	const struct mms_dax_entry entry = {0, 9, MAPPING, 0};
	uint64_t pfn;

	(void)state;
	bind_by_caller(device);
	assert_int_equal(mms_device_direct_access(device, 0, 1, NULL, &pfn), -EOPNOTSUPP);
	assert_sentence("dax_pmem", NULL);
	assert_int_equal(mms_dax_supported(device), -EOPNOTSUPP);
	assert_int_equal(mms_device_fault(device, &entry, MMS_DAX_FAULT_NEW, 1, NULL), 0);
	assert_int_equal(mms_device_unmap(device, &entry, 1), 0);
	assert_int_equal(mms_device_delete_entry(device, &entry), -EOPNOTSUPP);
	mms_device_destroy(device);
}

/* Several ranges, as those of other drivers: the data area has no gaps, but direct access does. */
static void test_ranges_are_one_data_area(void **state)
{
	const struct mms_range ranges[] = {{64 * G, 64 * G + 4 * M - 1},
	                                   {66 * G, 66 * G + 2 * M - 1}};
	struct mms_geometry geometry;
	struct mms_device *device;
	uint64_t pfn;

	(void)state;
	assert_int_equal(mms_geometry_from_ranges(mms_kernel_default(), MMS_MEMORY_DEVICE_FS_DAX, 0,
	                                          ranges, 2, 0, &geometry),
	                 0);
	assert_int_equal(mms_device_create(devices, &geometry, NULL, &device), 0);
	bind_by_caller(device);
	assert_int_equal(mms_device_data_pages(device), 1536);
	assert_int_equal(mms_device_direct_access(device, 1000, 1, NULL, &pfn), 24);
	assert_int_equal(pfn, 64 * G / 4096 + 1000);
	assert_int_equal(mms_device_direct_access(device, 1024, 1, NULL, &pfn), 512);
	assert_int_equal(pfn, 66 * G / 4096);
	assert_int_equal(mms_device_direct_access(device, 1536, 1, NULL, &pfn), -ERANGE);
	assert_int_equal(fault_page(device, 1535, NULL), 0);
	assert_ptr_equal(mms_get_dev_pagemap(devices, 66 * G / 4096), device);
	mms_put_dev_pagemap(device);
	assert_null(mms_get_dev_pagemap(devices, 65 * G / 4096));
	mms_device_destroy(device);
}

static void test_entries_that_cannot_be_are_refused(void **state)
{
	static const struct {
		enum mms_mode mode;
		uint64_t align;
		struct mms_dax_entry entry;
		int err;
		const char *word;
	} cases[] = {
		{MMS_MODE_RAW, 2 * M, {32768, 0, MAPPING, 0}, -ERANGE, "no page 0x8000"},
		{MMS_MODE_RAW, 2 * M, {UINT64_MAX, 0, MAPPING, 0}, -ERANGE, "0 to 0x7fff"},
		{MMS_MODE_RAW, 2 * M, {32768, 9, MAPPING, 0}, -ERANGE, "no page"},
		{MMS_MODE_RAW, 2 * M, {511, 9, MAPPING, 0}, -EINVAL, "aligned"},
		{MMS_MODE_RAW, 2 * M, {0, 18, MAPPING, 0}, -EINVAL, "order 18"},
		{MMS_MODE_RAW, 2 * M, {0, 1, MAPPING, 0}, -EINVAL, "order 1"},
		{MMS_MODE_RAW, 2 * M, {0, 200, MAPPING, 0}, -EINVAL, "order 200"},
		{MMS_MODE_RAW, 2 * M, {0, 0, 0, 0}, -EINVAL, "mapping"},
		{MMS_MODE_RAW, 2 * M, {0, 0, 1, 0}, -EINVAL, "mapping"},
		{MMS_MODE_RAW, 2 * M, {0, 0, MAPPING + 2, 0}, -EINVAL, "mapping"},
		{MMS_MODE_DEVDAX, 2 * M, {0, 0, MAPPING, 0}, -EINVAL, "order 0"},
		{MMS_MODE_DEVDAX, 2 * M, {0, 18, MAPPING, 0}, -EINVAL, "order 18"},
		{MMS_MODE_DEVDAX, 2 * M, {1, 9, MAPPING, 0}, -EINVAL, "aligned"},
		{MMS_MODE_DEVDAX, 4 * K, {0, 9, MAPPING, 0}, -EINVAL, "order 9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct mms_namespace ns = {
			.mode = cases[i].mode,
			.align = cases[i].align,
			.size = 128 * M,
		};
		struct mms_device *device = make_device(devices, NULL, &ns, NULL);
		const struct mms_dax_entry *entry = &cases[i].entry;

		bind_by_caller(device);
		assert_int_equal(mms_device_fault(device, entry, MMS_DAX_FAULT_NEW, 1, NULL),
		                 cases[i].err);
		assert_sentence(cases[i].word, NULL);
		assert_int_equal(mms_device_unmap(device, entry, 1), cases[i].err);
		assert_memmap_right(mms_device_memmap(device));
		mms_device_destroy(device);
	}
}

static void test_processes_and_kinds_that_cannot_be_are_refused(void **state)
{
	const struct mms_namespace ns = {.mode = MMS_MODE_RAW, .align = 2 * M, .size = 128 * M};
	struct mms_device *device = make_device(devices, NULL, &ns, NULL);
	const struct mms_dax_entry entry = page_entry(0);

	(void)state;
	bind_by_caller(device);
	assert_int_equal(mms_device_fault(device, &entry, MMS_DAX_FAULT_NEW, 0, NULL), -EINVAL);
	assert_sentence("mm_id 0", NULL);
	assert_int_equal(
		mms_device_fault(device, &entry, MMS_DAX_FAULT_NEW, MMS_MM_ID_MAX + 1, NULL),
		-EINVAL);
	assert_int_equal(mms_device_unmap(device, &entry, 0), -EINVAL);
	assert_int_equal(mms_device_fault(device, &entry, MMS_NR_DAX_FAULTS, 1, NULL), -EINVAL);
	assert_memmap_right(mms_device_memmap(device));
	assert_int_equal(mms_device_fault(device, &entry, MMS_DAX_FAULT_NEW, MMS_MM_ID_MAX, NULL),
	                 0);
	mms_device_destroy(device);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_data_begin_after_info_block_and_altmap),
		TEST(test_dax_pmem_has_no_direct_access),
		TEST(test_ranges_are_one_data_area),
		TEST(test_entries_that_cannot_be_are_refused),
		TEST(test_processes_and_kinds_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
