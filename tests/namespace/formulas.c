// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From a namespace to its geometry: against figures worked out by hand, and a second derivation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <memmapsim/namespace.h>

#include "random_geometry.h"

#define K UINT64_C(1024)
#define M (1024 * K)
#define G (1024 * M)

#define FSDAX  MMS_MODE_FSDAX
#define DEVDAX MMS_MODE_DEVDAX
#define FSDEV  MMS_MODE_FSDEV
#define RAW    MMS_MODE_RAW
#define DEV    MMS_MAP_DEV
#define MEM    MMS_MAP_MEM

struct expected {
	uint64_t range_pages;    /* the pgmap's */
	uint64_t dataoff;        /* pages before the first device page; 0 without altmap */
	uint64_t nr_initialised; /* pages */
	uint64_t alloc;          /* of the altmap */
	unsigned int vmemmap_shift;
	bool dedup;
};

/* @what: the case, for whoever has to find it. */
static void check(const char *what, const struct mms_geometry *geometry,
                  const struct mms_namespace *ns, const struct expected *expected)
{
#define SAME(found, wanted)                                                                        \
	do {                                                                                       \
		if ((uint64_t)(found) != (uint64_t)(wanted))                                       \
			fail_msg("%s: " #found " is 0x%llx instead of 0x%llx", what,               \
			         (unsigned long long)(found), (unsigned long long)(wanted));       \
	} while (0)
	const struct mms_dev_pagemap *pgmap = &geometry->pgmap;
	const struct mms_vmem_altmap *altmap = mms_pgmap_altmap(pgmap);
	uint64_t start_pfn = ns->start / 4096;

	SAME(geometry->nid, ns->nid);
	SAME(geometry->early, ns->early);
	SAME(geometry->start_pfn, start_pfn);
	SAME(geometry->end_pfn, start_pfn + expected->range_pages);
	SAME(pgmap->nr_range, 1);
	SAME(pgmap->ranges[0].start, ns->start);
	SAME(pgmap->ranges[0].end, ns->start + 4096 * expected->range_pages - 1);
	SAME(pgmap->type,
	     ns->mode == MMS_MODE_DEVDAX ? MMS_MEMORY_DEVICE_GENERIC : MMS_MEMORY_DEVICE_FS_DAX);
	SAME(pgmap->vmemmap_shift, expected->vmemmap_shift);
	SAME(geometry->nr_initialised, expected->nr_initialised);
	SAME(geometry->dedup, expected->dedup);
	SAME(pgmap->flags, expected->dataoff ? MMS_PGMAP_ALTMAP_VALID : 0);
	if (!expected->dataoff)
		return;
	SAME(altmap->base_pfn, start_pfn);
	SAME(altmap->end_pfn, start_pfn + expected->range_pages - 1);
	SAME(altmap->reserve, 2);
	SAME(altmap->free, expected->dataoff - 2);
	SAME(altmap->alloc, expected->alloc);
	SAME(altmap->align, expected->alloc ? 510 : 0);
}

static const struct {
	enum mms_mode mode;
	enum mms_map map;
	uint64_t align, start, size;
	struct expected expected;
} cases[] = {
	/* 100 GiB: 64 B for each of 26,214,398 pages, and the info block. */
	{FSDAX, DEV, 2 * M, 1024 * G, 100 * G, {26214400, 410112, 25804288, 409600, 0, false}},
	{DEVDAX, DEV, 2 * M, 1024 * G, 100 * G, {26214400, 410112, 25804288, 409600, 9, false}},
	{FSDAX, DEV, 4 * K, 1024 * G, 100 * G, {26214400, 410112, 25804288, 409600, 0, false}},
	{DEVDAX, DEV, 4 * K, 1024 * G, 100 * G, {26214400, 410112, 25804288, 409600, 0, false}},
	{FSDEV, DEV, 2 * M, 1024 * G, 100 * G, {26214400, 410112, 25804288, 409600, 0, false}},
	/* 1 GiB: the memmap of 1.5625 GiB takes two of them. */
	{FSDAX, DEV, G, 1024 * G, 100 * G, {26214400, 524288, 25690112, 409600, 0, false}},
	{DEVDAX, DEV, G, 1024 * G, 100 * G, {26214400, 524288, 25690112, 409600, 18, false}},
	{FSDEV, DEV, G, 1024 * G, 100 * G, {26214400, 524288, 25690112, 409600, 0, false}},
	/* Memmap in RAM: every page of the namespace is a device page. */
	{FSDAX, MEM, 2 * M, 1024 * G, 100 * G, {26214400, 0, 26214400, 0, 0, false}},
	{FSDAX, MEM, G, 1024 * G, 100 * G, {26214400, 0, 26214400, 0, 0, false}},
	{DEVDAX, MEM, 4 * K, 1024 * G, 100 * G, {26214400, 0, 26214400, 0, 0, false}},
	{DEVDAX, MEM, 2 * M, 1024 * G, 100 * G, {26214400, 0, 26214400, 0, 9, true}},
	{DEVDAX, MEM, G, 1024 * G, 100 * G, {26214400, 0, 26214400, 0, 18, true}},
	{FSDEV, MEM, 2 * M, 1024 * G, 100 * G, {26214400, 0, 26214400, 0, 0, false}},
	/* 12 KiB beyond a border are left out of the range, but their struct pages are paid for. */
	{FSDAX, DEV, 2 * M, 4 * G, G + 12 * K, {262144, 4608, 257536, 4096, 0, false}},
	{DEVDAX, MEM, 2 * M, 4 * G, G + 12 * K, {262144, 0, 262144, 0, 9, true}},
	{DEVDAX, DEV, 4 * K, 4 * G, G + 12 * K, {262144, 4608, 257536, 4096, 0, false}},
	/* In a section and over the border of two more: one of them whole. */
	{DEVDAX, DEV, 2 * M, 4 * G + 6 * M, 300 * M, {76800, 1536, 75264, 512, 9, false}},
	{FSDAX, MEM, 2 * M, 4 * G + 6 * M, 300 * M, {76800, 0, 76800, 0, 0, false}},
	/* 1 GiB compounds from 5 GiB to 6 GiB, in a namespace that has neither as border. */
	{DEVDAX, DEV, G, 4 * G + 256 * M, 2 * G, {458752, 196608, 262144, 7168, 18, false}},
	{FSDAX, MEM, G, 4 * G + 256 * M, 2 * G, {458752, 0, 458752, 0, 0, false}},
	/* Just 1 GiB of data. 64 B for each of 268,798 pages end 16.4 MiB after the start. */
	{DEVDAX, DEV, G, 5 * G - 26 * M, G + 26 * M, {268800, 6656, 262144, 4096, 18, false}},
	/* No whole section: all of the memmap comes from RAM, altmap or not. */
	{FSDAX, DEV, 2 * M, 4 * G, 16 * M, {4096, 512, 3584, 0, 0, false}},
	{FSDAX, DEV, 2 * M, 4 * G + 2 * M, 254 * M, {65024, 1024, 64000, 512, 0, false}},
	/* The smallest: one pageblock of data. */
	{FSDAX, DEV, 4 * K, 4 * G, 4 * M, {1024, 512, 512, 0, 0, false}},
	{DEVDAX, DEV, 2 * M, 4 * G, 4 * M, {1024, 512, 512, 0, 9, false}},
	/* From 0, and up to the last byte there is. */
	{FSDAX, DEV, 2 * M, 0, 128 * M, {32768, 1024, 31744, 512, 0, false}},
	{DEVDAX, MEM, 2 * M, MMS_MAX_PHYS - G, G, {262144, 0, 262144, 0, 9, true}},
	/* Raw: whole, whatever map and alignment say. */
	{RAW, DEV, 2 * M, 4 * G + 6 * M, 300 * M, {76800, 0, 76800, 0, 0, false}},
	{RAW, MEM, G, 4 * G + 6 * M, 300 * M, {76800, 0, 76800, 0, 0, false}},
	{RAW, MEM, 4 * K, 4 * G, 2 * M, {512, 0, 512, 0, 0, false}},
};

static void test_figures_worked_out_by_hand(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (size_t j = 0; j < mms_kernel_count(); j++) {
			const struct mms_kernel *kernel = mms_kernel_at(j);
			struct mms_namespace ns = {
				.mode = cases[i].mode,
				.map = cases[i].map,
				.align = cases[i].align,
				.start = cases[i].start,
				.size = cases[i].size,
				.nid = 3,
			};
			struct mms_geometry geometry;
			char what[32];

			if (ns.mode == MMS_MODE_FSDEV && !kernel->fsdev)
				continue;
			snprintf(what, sizeof(what), "case %zu, %s", i, kernel->name);
			if (mms_geometry_from_namespace(kernel, &ns, &geometry))
				fail_msg("%s: %s", what, mms_last_error());
			assert_ptr_equal(geometry.kernel, kernel);
			check(what, &geometry, &ns, &cases[i].expected);
		}
	}
}

static uint64_t round_down(uint64_t value, uint64_t to)
{
	return value / to * to;
}

static uint64_t round_up(uint64_t value, uint64_t to)
{
	return round_down(value + to - 1, to);
}

/* The same once more, by divisions and from the ends: false if kernels don't create @ns. */
static bool derive(const struct mms_namespace *ns, struct expected *expected, uint64_t *data_pfn)
{
	bool raw = ns->mode == MMS_MODE_RAW;
	bool compounds = ns->mode == MMS_MODE_DEVDAX && ns->align > 4 * K;
	bool in_device = !raw && ns->map == MMS_MAP_DEV;
	uint64_t unit = raw || ns->align < 2 * M ? 2 * M : ns->align;
	uint64_t end = round_down(ns->start + ns->size, unit);
	uint64_t data = ns->start;
	uint64_t first_section = round_up(ns->start, 128 * M);
	uint64_t last_section = round_down(end, 128 * M);

	if (raw && end != ns->start + ns->size)
		return false;
	if (!raw) {
		if (ns->size <= 8 * K)
			return false;
		data += 8 * K;
		if (in_device)
			data += 64 * ((ns->size - 8 * K) / (4 * K));
		data = round_up(data, unit);
	}
	if (data >= end)
		return false;
	*data_pfn = data / (4 * K);
	if (!in_device)
		data = ns->start;
	if (compounds && data % ns->align)
		return false;
	if ((ns->early & MMS_EARLY_START && ns->start % (128 * M) == 0) ||
	    (ns->early & MMS_EARLY_END && end % (128 * M) == 0))
		return false;
	*expected = (struct expected){
		.range_pages = (end - ns->start) / (4 * K),
		.dataoff = (data - ns->start) / (4 * K),
		.nr_initialised = (end - data) / (4 * K),
		.vmemmap_shift = !compounds       ? 0
	                         : ns->align == G ? 18
	                                          : 9,
		.dedup = compounds && !in_device,
	};
	if (in_device && last_section > first_section)
		expected->alloc = (last_section - first_section) / 64 / (4 * K);
	return true;
}

static void test_random_namespaces_against_a_second_derivation(void **state)
{
	const struct mms_kernel *kernel = mms_kernel_default(); /* has all modes */
	uint64_t first = random_first_seed();
	unsigned int valid = 0;

	(void)state;
	for (uint64_t seed = first; seed < first + 20000; seed++) {
		struct random_source random = random_source(seed);
		struct mms_namespace ns = random_namespace(&random);
		struct expected expected;
		struct mms_geometry geometry;
		uint64_t data_pfn;
		int err = mms_geometry_from_namespace(kernel, &ns, &geometry);
		char what[128];

		snprintf(what, sizeof(what), "MMS_TEST_SEED=%" PRIu64 " %s #", seed,
		         program_invocation_name);
		if (err != (derive(&ns, &expected, &data_pfn) ? 0 : -EINVAL))
			fail_msg("%s got %d, %s", what, err,
			         err ? mms_last_error() : "but no kernel creates this");
		if (err)
			continue;
		valid++;
		check(what, &geometry, &ns, &expected);
		if (geometry.data_pfn != data_pfn)
			fail_msg("%s data_pfn is 0x%" PRIx64 " instead of 0x%" PRIx64, what,
			         geometry.data_pfn, data_pfn);
	}
	assert_in_range(valid, 2000, 18000);
}

static void test_data_begins_after_info_block_and_altmap(void **state)
{
	static const struct {
		enum mms_mode mode;
		enum mms_map map;
		uint64_t align, offset; /* of the data, bytes */
	} places[] = {
		{FSDAX, DEV, 2 * M, 18 * M}, /* 64 B for each of 262,142 pages, and the info block
	                                      */
		{DEVDAX, DEV, 4 * K, 18 * M}, {FSDAX, MEM, 4 * K, 2 * M},
		{DEVDAX, MEM, 2 * M, 2 * M},  {RAW, MEM, 2 * M, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct mms_namespace ns = {
			places[i].mode, places[i].map, places[i].align, 4 * G, G, 0, MMS_EARLY_NONE,
		};
		struct mms_geometry geometry;

		assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry),
		                 0);
		assert_int_equal(geometry.data_pfn, (4 * G + places[i].offset) / 4096);
	}
}

static void test_nodes_up_to_1023(void **state)
{
	struct mms_namespace ns = {FSDAX, DEV, 2 * M, 4 * G, G, 1023, MMS_EARLY_NONE};
	struct mms_geometry geometry;

	(void)state;
	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	assert_int_equal(geometry.nid, 1023);
}

static void test_ranges_are_taken_as_given(void **state)
{
	const struct mms_range ranges[] = {
		{4 * G, 4 * G + 2 * M - 1},
		{4 * G + 2 * M, 4 * G + 8 * M - 1},
		{6 * G, 7 * G - 1},
	};
	struct mms_geometry geometry;

	(void)state;
	for (unsigned int order = 0; order <= 9; order++) {
		assert_int_equal(mms_geometry_from_ranges(mms_kernel_default(),
		                                          MMS_MEMORY_DEVICE_PRIVATE, order, ranges,
		                                          3, 5, &geometry),
		                 0);
		assert_int_equal(geometry.pgmap.type, MMS_MEMORY_DEVICE_PRIVATE);
		assert_int_equal(geometry.data_pfn, 4 * G / 4096);
		assert_int_equal(geometry.pgmap.vmemmap_shift, order);
		assert_int_equal(geometry.pgmap.nr_range, 3);
		assert_memory_equal(geometry.pgmap.ranges, ranges, sizeof(ranges));
		assert_null(mms_pgmap_altmap(&geometry.pgmap));
		assert_int_equal(geometry.nid, 5);
		assert_int_equal(geometry.early, MMS_EARLY_NONE);
		assert_int_equal(geometry.start_pfn, 4 * G / 4096);
		assert_int_equal(geometry.end_pfn, 7 * G / 4096);
		assert_int_equal(geometry.nr_initialised, (8 * M + G) / 4096);
		/* A memmap of two vmemmap pages, order 7, has nothing that could be shared. */
		assert_int_equal(geometry.dedup, order >= 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures_worked_out_by_hand),
		cmocka_unit_test(test_random_namespaces_against_a_second_derivation),
		cmocka_unit_test(test_data_begins_after_info_block_and_altmap),
		cmocka_unit_test(test_nodes_up_to_1023),
		cmocka_unit_test(test_ranges_are_taken_as_given),
	};

	return cmocka_run_group_tests_name("geometry", tests, NULL, NULL);
}
