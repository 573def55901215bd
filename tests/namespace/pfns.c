// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What each pfn of a geometry is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <memmapsim/namespace.h>

#include "random_geometry.h"

#define M UINT64_C(0x100000)
#define G UINT64_C(0x40000000)

#define NR_KINDS (MMS_PAGE_TAIL + 1)

static const char *const kind_names[NR_KINDS] = {"outside", "never written", "altmap page",
                                                 "single",  "head",          "tail"};

/* A section of the pfn is early if it holds a border of the namespace that says so. */
static bool is_early(const struct mms_geometry *geometry, uint64_t pfn)
{
	return (geometry->early & MMS_EARLY_START && pfn >> 15 == geometry->start_pfn >> 15) ||
	       (geometry->early & MMS_EARLY_END && pfn >> 15 == (geometry->end_pfn - 1) >> 15);
}

/* The kind and the backing pfn of device page @pfn, number @index of those of its range. */
static enum mms_page_kind expected_device_kind(const struct mms_geometry *geometry, uint64_t pfn,
                                               uint64_t index, uint64_t *backing)
{
	const uint64_t nr = UINT64_C(1) << geometry->pgmap.vmemmap_shift;
	const uint64_t tail = index % nr;
	bool early = is_early(geometry, pfn);

	*backing = pfn;
	if (nr == 1)
		return MMS_PAGE_SINGLE;
	if (tail == 0)
		return MMS_PAGE_HEAD;
	if (!geometry->dedup || tail < 128)
		return MMS_PAGE_TAIL;
	if (early)
		return geometry->kernel->early_section_whole ? MMS_PAGE_TAIL
		                                             : MMS_PAGE_NEVER_WRITTEN;
	*backing = pfn - tail + 64 + tail % 64;
	return MMS_PAGE_TAIL;
}

/* Pages of a range: what its start is, up to the device pages; then those. */
static void check_range(const struct random_source *random, const struct random_geometry *made,
                        unsigned int index, uint64_t counts[NR_KINDS])
{
	const struct mms_geometry *geometry = &made->geometry;
	const struct mms_range *range = &geometry->pgmap.ranges[index];
	struct mms_pfn_range device = mms_geometry_device_pfns(geometry, index);
	struct mms_pfn_range altmap = mms_geometry_altmap_pfns(geometry);
	uint64_t start = range->start / 4096, end = range->end / 4096 + 1;

	if (device.end != end || device.start != (altmap.end ? altmap.end : start) ||
	    (altmap.end && altmap.start != start + 2))
		random_fail(random, made, "range %u has the wrong device or altmap pfns", index);
	for (uint64_t pfn = start; pfn < end; pfn++) {
		enum mms_page_kind kind = mms_geometry_page_kind(geometry, pfn), expected;
		uint64_t backing = pfn;

		if (pfn >= device.start)
			expected =
				expected_device_kind(geometry, pfn, pfn - device.start, &backing);
		else
			expected = pfn < start + 2 ? MMS_PAGE_NEVER_WRITTEN : MMS_PAGE_ALTMAP;
		if (kind != expected)
			random_fail(random, made, "pfn 0x%llx is %s instead of %s",
			            (unsigned long long)pfn, kind_names[kind],
			            kind_names[expected]);
		if (mms_geometry_backing_pfn(geometry, pfn) != backing)
			random_fail(random, made, "pfn 0x%llx is not backed by 0x%llx",
			            (unsigned long long)pfn, (unsigned long long)backing);
		if (mms_geometry_early_section(geometry, pfn) != is_early(geometry, pfn))
			random_fail(random, made, "pfn 0x%llx: wrong about early sections",
			            (unsigned long long)pfn);
		counts[kind]++;
	}
}

static void check_borders(const struct random_source *random, const struct random_geometry *made)
{
	const struct mms_geometry *geometry = &made->geometry;
	const struct mms_dev_pagemap *pgmap = &geometry->pgmap;

	for (unsigned int i = 0; i <= pgmap->nr_range; i++) {
		uint64_t after = i ? pgmap->ranges[i - 1].end / 4096 + 1 : geometry->start_pfn - 1;
		bool touching = i && i < pgmap->nr_range && pgmap->ranges[i].start / 4096 == after;

		if (!touching && mms_geometry_page_kind(geometry, after) != MMS_PAGE_OUTSIDE)
			random_fail(random, made, "pfn 0x%llx is in no range",
			            (unsigned long long)after);
	}
}

static void test_kinds_partition_the_ranges(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 600; seed++) {
		struct random_source random = random_source(seed);
		uint64_t counts[NR_KINDS] = {0}, device = 0;
		const struct mms_geometry *geometry;
		struct random_geometry made;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		geometry = &made.geometry;
		for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++)
			check_range(&random, &made, i, counts);
		check_borders(&random, &made);

		/* The kernel counts tails that nobody writes as initialised, too. */
		device = counts[MMS_PAGE_SINGLE] + counts[MMS_PAGE_HEAD] + counts[MMS_PAGE_TAIL] +
		         counts[MMS_PAGE_NEVER_WRITTEN];
		if (mms_pgmap_altmap(&geometry->pgmap))
			device -= 2;
		if (device != geometry->nr_initialised)
			random_fail(&random, &made, "%llu device pages, %llu reported",
			            (unsigned long long)device,
			            (unsigned long long)geometry->nr_initialised);
	}
}

/* 512 MiB of devdax with shared tails, from 6 MiB into a section to 2 MiB before the end of one. */
static struct mms_geometry shared_tails(const char *kernel_name, enum mms_early early)
{
	struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_MEM, 2 * M, 4 * G + 6 * M,
	                           504 * M,         0,           early};
	const struct mms_kernel *kernel;
	struct mms_geometry geometry;

	assert_int_equal(mms_kernel_find(kernel_name, &kernel), 0);
	assert_int_equal(mms_geometry_from_namespace(kernel, &ns, &geometry), 0);
	return geometry;
}

static void test_early_sections_share_nothing(void **state)
{
	static const struct {
		const char *kernel;
		bool whole;
	} kernels[] = {{"v6.1", true},   {"v6.12", true}, {"v6.16", false},
	               {"v6.18", false}, {"v7.1", false}, {"v7.2", true}};
	/* Heads in the first section, the second, the last but one, the last. */
	const uint64_t in_first = 0x100600, in_second = 0x108000, in_third = 0x117e00,
		       in_last = 0x118000;

	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(*kernels); i++) {
		struct mms_geometry both = shared_tails(kernels[i].kernel, MMS_EARLY_BOTH);
		struct mms_geometry start = shared_tails(kernels[i].kernel, MMS_EARLY_START);
		uint64_t nr = kernels[i].whole ? 512 : 128;

		assert_int_equal(mms_geometry_compound_nr_pages(&both, in_first), nr);
		assert_int_equal(mms_geometry_compound_nr_pages(&both, in_second), 128);
		assert_int_equal(mms_geometry_compound_nr_pages(&both, in_third), 128);
		assert_int_equal(mms_geometry_compound_nr_pages(&both, in_last), nr);
		assert_int_equal(mms_geometry_compound_nr_pages(&start, in_first), nr);
		assert_int_equal(mms_geometry_compound_nr_pages(&start, in_last), 128);

		assert_int_equal(mms_geometry_backing_pfn(&both, in_first + 300), in_first + 300);
		assert_int_equal(mms_geometry_backing_pfn(&both, in_second + 300), in_second + 108);
		assert_int_equal(mms_geometry_backing_pfn(&both, in_last + 511), in_last + 511);
		assert_int_equal(mms_geometry_backing_pfn(&start, in_last + 511), in_last + 127);

		assert_int_equal(mms_geometry_page_kind(&both, in_first + 128),
		                 kernels[i].whole ? MMS_PAGE_TAIL : MMS_PAGE_NEVER_WRITTEN);
		assert_int_equal(mms_geometry_page_kind(&both, in_first + 127), MMS_PAGE_TAIL);
		assert_int_equal(mms_geometry_page_kind(&both, in_second + 128), MMS_PAGE_TAIL);
	}
}

static void test_without_sharing_a_compound_is_whole(void **state)
{
	struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 * M,         4 * G + 6 * M,
	                           504 * M,         0,           MMS_EARLY_BOTH};
	struct mms_geometry geometry;

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		struct mms_pfn_range device;

		assert_int_equal(mms_geometry_from_namespace(mms_kernel_at(i), &ns, &geometry), 0);
		device = mms_geometry_device_pfns(&geometry, 0);
		for (uint64_t head = device.start; head < device.end; head += 512)
			assert_int_equal(mms_geometry_compound_nr_pages(&geometry, head), 512);
		assert_int_equal(mms_geometry_backing_pfn(&geometry, device.start + 300),
		                 device.start + 300);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds_partition_the_ranges),
		cmocka_unit_test(test_early_sections_share_nothing),
		cmocka_unit_test(test_without_sharing_a_compound_is_whole),
	};

	return cmocka_run_group_tests_name("pfns of a geometry", tests, NULL, NULL);
}
