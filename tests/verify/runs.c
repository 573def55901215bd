// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Comparing an array by runs finds what comparing it page by page finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <memmapsim/verify.h>

#include "random_geometry.h"
#include "verify/oracle.h"

#define M UINT64_C(0x100000)
#define G UINT64_C(0x40000000)

#define VMEMMAP UINT64_C(0xffffea0000000000)
#define PGMAP   UINT64_C(0xffff888103512b40)

static void flip(void *page, uint64_t bit)
{
	((unsigned char *)page)[bit / 8] ^= (unsigned char)(1u << bit % 8);
}

/* The pages that the oracle declares, as a kernel's array has them; the others hold @rest. */
static unsigned char *declared_pages(const struct mms_oracle *oracle, int rest)
{
	const struct mms_geometry *geometry = oracle->geometry;
	uint64_t count = geometry->end_pfn - geometry->start_pfn;
	unsigned char *pages = malloc(64 * count);

	assert_non_null(pages);
	for (uint64_t i = 0; i < count; i++) {
		memset(pages + 64 * i, rest, 64);
		mms_oracle_page(oracle, geometry->start_pfn + i, pages + 64 * i);
	}
	return pages;
}

/* What is wrong in @pages, @count from @pfn on, page by page. */
static void expect(const struct mms_oracle *oracle, const unsigned char *pages, uint64_t pfn,
                   uint64_t count, struct mms_report *report)
{
	memset(report, 0, sizeof(*report));
	for (uint64_t end = pfn + count; pfn < end; pfn++, pages += 64) {
		unsigned char image[64];
		enum mms_page_kind kind = mms_oracle_page(oracle, pfn, image);

		if (kind == MMS_PAGE_OUTSIDE || kind == MMS_PAGE_NEVER_WRITTEN)
			continue;
		report->compared++;
		if (memcmp(image, pages, 64) == 0 || report->mismatches++)
			continue;
		report->first_pfn = pfn;
		report->first_kind = kind;
		memcpy(report->expected, image, 64);
		memcpy(report->found, pages, 64);
	}
}

/* Some of the pages get a wrong bit: alone, or a few in a row. */
static void corrupt(struct random_source *random, unsigned char *pages, uint64_t count)
{
	uint64_t times = random_below(random, 5);

	for (uint64_t i = 0; i < times; i++) {
		uint64_t first = random_below(random, count);
		uint64_t length = random_one_in(random, 2) ? 1 : 1 + random_below(random, 2000);

		switch (random_below(random, 8)) {
		case 0:
			first = 0;
			break;
		case 1:
			first = count - 1;
			break;
		}
		for (uint64_t j = first; j < first + length && j < count; j++)
			flip(pages + 64 * j, random_below(random, 512));
	}
}

/* The whole array, or a part, which may start and end in the middle of a run. */
static void test_arrays_of_kernels(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 100; seed++) {
		struct random_source random = random_source(seed);
		struct random_geometry made;
		struct mms_oracle oracle = {&made.geometry, VMEMMAP, PGMAP};
		uint64_t nr, start = 0, count;
		unsigned char *pages;

		random_geometry(&random, RANDOM_NAMESPACE, NULL, &made);
		nr = count = made.geometry.end_pfn - made.geometry.start_pfn;
		pages = declared_pages(&oracle, 0x5a);
		corrupt(&random, pages, nr);
		for (unsigned int i = 0; i < 5; i++) {
			uint64_t pfn = made.geometry.start_pfn + start;
			struct mms_report report, expected;

			expect(&oracle, pages + 64 * start, pfn, count, &expected);
			memset(&report, 0xa5, sizeof(report));
			mms_verify_image(&oracle, pages + 64 * start, pfn, count, &report);
			if (memcmp(&report, &expected, sizeof(report)))
				random_fail(&random, &made,
				            "%" PRIu64 " pages from 0x%" PRIx64 ": %" PRIu64
				            " of %" PRIu64 " wrong from 0x%" PRIx64
				            " instead of %" PRIu64 " of %" PRIu64
				            " from 0x%" PRIx64,
				            count, pfn, report.mismatches, report.compared,
				            report.first_pfn, expected.mismatches,
				            expected.compared, expected.first_pfn);
			start = random_below(&random, nr);
			count = 1 + random_below(&random, nr - start);
		}
		free(pages);
	}
}

/* Pages of every kind, with their neighbours in a run, and both ends of the array. */
static void test_every_bit_of_every_kind(void **state)
{
	static const struct {
		enum mms_mode mode;
		enum mms_map map;
		uint64_t indices[10]; /* pages in 6 MiB; */
		unsigned int count;
	} cases[] = {
		{MMS_MODE_DEVDAX,
	         MMS_MAP_DEV,
	         {2, 511, 512, 513, 514, 515, 1023, 1024, 1500, 1535},
	         10},
		{MMS_MODE_DEVDAX, MMS_MAP_MEM, {0, 1, 2, 3, 127, 128, 511, 512, 1535}, 9},
		{MMS_MODE_FSDAX, MMS_MAP_DEV, {2, 256, 511, 512, 1000, 1535}, 6},
		{MMS_MODE_FSDAX, MMS_MAP_MEM, {0, 1, 1535}, 3},
	};

	(void)state;
	for (size_t i = 0; i < 4 * mms_kernel_count(); i++) {
		struct mms_namespace ns = {
			cases[i % 4].mode, cases[i % 4].map, 2 * M, 4 * G, 6 * M, 1, 0};
		struct mms_geometry geometry;
		struct mms_oracle oracle = {&geometry, VMEMMAP, PGMAP};
		unsigned char *pages;

		assert_int_equal(mms_geometry_from_namespace(mms_kernel_at(i / 4), &ns, &geometry),
		                 0);
		pages = declared_pages(&oracle, 0);
		for (unsigned int j = 0; j < cases[i % 4].count; j++) {
			uint64_t index = cases[i % 4].indices[j];

			for (unsigned int bit = 0; bit < 512; bit++) {
				struct mms_report report;

				flip(pages + 64 * index, bit);
				mms_verify_image(&oracle, pages, geometry.start_pfn, 1536, &report);
				flip(pages + 64 * index, bit);
				if (report.mismatches != 1 ||
				    report.first_pfn != geometry.start_pfn + index)
					fail_msg("%s, case %zu: bit %u of page %" PRIu64
					         " was not found",
					         mms_kernel_at(i / 4)->name, i % 4, bit, index);
			}
		}
		free(pages);
	}
}

/* All pages of a run have to be declared alike. */
static void test_runs_are_alike(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 60; seed++) {
		struct random_source random = random_source(seed);
		const struct mms_range *range;
		struct random_geometry made;
		struct mms_oracle oracle = {&made.geometry, VMEMMAP, PGMAP};
		uint64_t pfn, end, run;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		range = &made.geometry.pgmap
		                 .ranges[random_below(&random, made.geometry.pgmap.nr_range)];
		end = range->end / 4096 + 1;
		for (pfn = range->start / 4096; pfn < end; pfn += run) {
			unsigned char image[64] = {0}, other[64] = {0};
			enum mms_page_kind kind = mms_oracle_page(&oracle, pfn, image);

			run = mms_oracle_run(&oracle, pfn, kind);
			if (!run || run > end - pfn)
				random_fail(&random, &made, "a run of %" PRIu64 " at 0x%" PRIx64,
				            run, pfn);
			for (uint64_t i = 1; i < run; i++)
				if (mms_oracle_page(&oracle, pfn + i, other) != kind ||
				    memcmp(image, other, 64))
					random_fail(&random, &made,
					            "0x%" PRIx64 " in the run of 0x%" PRIx64
					            " is different",
					            pfn + i, pfn);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrays_of_kernels),
		cmocka_unit_test(test_every_bit_of_every_kind),
		cmocka_unit_test(test_runs_are_alike),
	};

	return cmocka_run_group_tests_name("comparing by runs", tests, NULL, NULL);
}
