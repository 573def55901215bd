// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Verifying a memmap: pages, pages that nobody writes, pageblocks; and what is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <string.h>

#include <memmapsim/memmapsim.h>

#include "random_geometry.h"

#define M UINT64_C(0x100000)
#define G UINT64_C(0x40000000)

static void flip(struct mms_page *page, uint64_t bit)
{
	((unsigned char *)page)[bit / 8] ^= (unsigned char)(1u << bit % 8);
}

/* What mms_verify_memmap() has to say, page by page. */
static void expect(const struct mms_memmap *map, uint64_t dirty_seed, struct mms_report *report)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	struct mms_oracle oracle = mms_oracle_of(map);

	memset(report, 0, sizeof(*report));
	for (uint64_t pfn = geometry->start_pfn; pfn < geometry->end_pfn; pfn++) {
		unsigned char image[64];
		enum mms_page_kind kind = mms_oracle_page(&oracle, pfn, image);
		const struct mms_page *page = mms_memmap_page(map, pfn);

		if (kind == MMS_PAGE_OUTSIDE || mms_geometry_backing_pfn(geometry, pfn) != pfn)
			continue;
		if (kind == MMS_PAGE_NEVER_WRITTEN) {
			mms_dirty_page(dirty_seed, pfn, image);
			report->never_written++;
			if (memcmp(image, page, 64) && !report->touched++)
				report->first_touched = pfn;
			continue;
		}
		report->compared++;
		if (memcmp(image, page, 64) == 0 || report->mismatches++)
			continue;
		report->first_pfn = pfn;
		report->first_kind = kind;
		memcpy(report->expected, image, 64);
		memcpy(report->found, page, 64);
	}
	for (uint64_t pfn = geometry->start_pfn; pfn < geometry->end_pfn; pfn += 512) {
		unsigned int expected, found;

		if (mms_geometry_page_kind(geometry, pfn) == MMS_PAGE_OUTSIDE)
			continue;
		expected = mms_oracle_pageblock(&oracle, pfn);
		found = mms_get_pageblock_migratetype(mms_memmap_pageblocks(map), pfn);
		report->pageblocks++;
		if (expected == found || report->pageblock_mismatches++)
			continue;
		report->first_pageblock = pfn;
		report->pageblock_expected = expected;
		report->pageblock_found = found;
	}
}

/* Flip bits in pages and pageblocks of @map; those whose pfn has no struct page are spared. */
static void corrupt_memmap(struct random_source *random, struct mms_memmap *map)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	uint64_t count = geometry->end_pfn - geometry->start_pfn;
	uint64_t times = random_below(random, 6);

	for (uint64_t i = 0; i < times; i++) {
		uint64_t pfn = geometry->start_pfn + random_below(random, count);
		struct mms_page *page;

		if (random_one_in(random, 4))
			pfn = geometry->start_pfn;
		page = mms_memmap_page(map, pfn);
		if (!page)
			continue;
		if (random_one_in(random, 3))
			mms_set_pageblock_migratetype(mms_memmap_pageblocks(map), pfn,
			                              (unsigned int)random_below(random, 4));
		else
			flip(page, random_below(random, 512));
	}
}

static void test_memmaps(void **state)
{
	const struct mms_initializer *naive = mms_initializer_at(0);
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 100; seed++) {
		struct random_source random = random_source(seed);
		struct mms_report report, expected;
		struct random_geometry made;
		struct mms_memmap *map;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		if (mms_memmap_create(&made.geometry, NULL, &map))
			random_fail(&random, &made, "no memmap: %s", mms_last_error());
		mms_memmap_dirty(map, seed);
		if (mms_memmap_bind(map, naive, 0))
			random_fail(&random, &made, "no bind: %s", mms_last_error());
		corrupt_memmap(&random, map);
		expect(map, seed, &expected);
		mms_verify_memmap(map, &seed, &report);
		if (memcmp(&report, &expected, sizeof(report)))
			random_fail(&random, &made,
			            "wrong %" PRIu64 "/%" PRIu64 ", touched %" PRIu64 "/%" PRIu64
			            ", pageblocks %" PRIu64 "/%" PRIu64 ", guards %d",
			            report.mismatches, expected.mismatches, report.touched,
			            expected.touched, report.pageblock_mismatches,
			            expected.pageblock_mismatches, report.guards);
		mms_memmap_destroy(map);
	}
}

static void test_untouched_pages_need_the_seed(void **state)
{
	struct mms_namespace ns = {MMS_MODE_FSDAX, MMS_MAP_DEV, 2 * M, 4 * G, 8 * M, 1, 0};
	uint64_t seed = 1, other_seed = 2;
	struct mms_geometry geometry;
	struct mms_report report;
	struct mms_memmap *map;

	(void)state;
	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
	mms_memmap_dirty(map, seed);
	assert_int_equal(mms_memmap_bind(map, mms_initializer_at(0), 0), 0);

	mms_verify_memmap(map, &seed, &report);
	assert_true(mms_report_ok(&report));
	assert_int_equal(report.never_written, 2);
	mms_verify_memmap(map, &other_seed, &report);
	assert_false(mms_report_ok(&report));
	assert_int_equal(report.touched, 2);
	assert_int_equal(report.first_touched, geometry.start_pfn);
	mms_verify_memmap(map, NULL, &report);
	assert_true(mms_report_ok(&report));
	assert_int_equal(report.never_written, 0);
	mms_memmap_destroy(map);
}

static void check_sentence(const struct mms_report *report, const char *expected)
{
	char text[256], small[8];

	mms_report_describe(report, text, sizeof(text));
	assert_string_equal(text, expected);
	mms_report_describe(report, small, sizeof(small));
	assert_int_equal(strlen(small), 7);
	assert_memory_equal(small, expected, 7);
}

static void test_reports_in_words(void **state)
{
	struct mms_report report = {.compared = 1000, .never_written = 2, .pageblocks = 4};

	(void)state;
	assert_true(mms_report_ok(&report));
	check_sentence(&report, "1000 pages are right");
	report.guards = -14;
	assert_false(mms_report_ok(&report));
	check_sentence(&report, "memory beside the array or of shared tails was touched");
	report.pageblock_mismatches = 3;
	report.first_pageblock = 0x100200;
	report.pageblock_expected = 1;
	assert_false(mms_report_ok(&report));
	check_sentence(&report, "3 of 4 pageblocks have the wrong migratetype, the first at pfn "
	                        "0x100200: 0 instead of 1");
	report.touched = 1;
	report.first_touched = 0x100001;
	assert_false(mms_report_ok(&report));
	check_sentence(&report, "1 of 2 pages that no code writes were written, the first is pfn "
	                        "0x100001");
	report.mismatches = 5;
	report.first_pfn = 0x100400;
	assert_false(mms_report_ok(&report));
	check_sentence(&report, "5 of 1000 pages are wrong, the first is pfn 0x100400");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memmaps),
		cmocka_unit_test(test_untouched_pages_need_the_seed),
		cmocka_unit_test(test_reports_in_words),
	};

	return cmocka_run_group_tests_name("verifying memmaps", tests, NULL, NULL);
}
