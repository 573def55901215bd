// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Zones of normal memory: which pages have struct pages, and which are free. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "random_zone.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool contains(const struct mms_pfn_range *ranges, size_t nr, uint64_t pfn)
{
	for (size_t i = 0; i < nr; i++)
		if (pfn >= ranges[i].start && pfn < ranges[i].end)
			return true;
	return false;
}

/* Whether any page of the section that holds @pfn is memory. */
static bool in_section_with_memory(const struct mms_memblock *memblock, uint64_t pfn)
{
	uint64_t section = pfn / MMS_PAGES_PER_SECTION;

	for (size_t i = 0; i < memblock->nr_memory; i++)
		if (section >= memblock->memory[i].start / MMS_PAGES_PER_SECTION &&
		    section <= (memblock->memory[i].end - 1) / MMS_PAGES_PER_SECTION)
			return true;
	return false;
}

static void check_zone(const struct random_source *random, const struct random_zone *made)
{
	const struct mms_memblock *memblock = &made->memblock;
	const struct mms_zone *zone = made->zone;
	uint64_t present = 0, free = 0;
	uint64_t first = made->geometry.start_pfn - made->geometry.start_pfn % 2;

	for (uint64_t pfn = first; pfn < made->geometry.end_pfn + 2; pfn++) {
		bool is_memory = contains(memblock->memory, memblock->nr_memory, pfn);
		bool is_free =
			is_memory && !contains(memblock->reserved, memblock->nr_reserved, pfn);
		enum mms_page_kind expected = is_free ? MMS_PAGE_FREE : MMS_PAGE_RESERVED;

		if (!in_section_with_memory(memblock, pfn))
			expected = MMS_PAGE_OUTSIDE;
		if (mms_geometry_page_kind(&made->geometry, pfn) != expected)
			random_zone_fail(random, made, "pfn 0x%" PRIx64 " is of kind %d, not %d",
			                 pfn, (int)mms_geometry_page_kind(&made->geometry, pfn),
			                 (int)expected);
		present += is_memory;
		free += is_free;
	}
	assert_int_equal(zone->present_pages, present);
	assert_int_equal(zone->free_pages, free);
	assert_int_equal(made->geometry.nr_initialised, free);
	for (size_t i = 1; i < zone->nr_free; i++)
		assert_true(zone->free[i - 1].end < zone->free[i].start);
}

static void test_random_zones(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 100; seed++) {
		struct random_source random = random_source(seed);
		struct random_zone made;

		random_zone_init(&random, NULL, &made);
		check_zone(&random, &made);
		random_zone_finish(&made);
	}
}

static void test_free_pages_are_found_from_any_pfn(void **state)
{
	static const struct mms_pfn_range memory = {0x8000, 0x9000},
					  reserved[] = {{0x8100, 0x8200}, {0x8400, 0x8401}};
	const struct mms_memblock memblock = {&memory, 1, reserved, 2};
	static const struct {
		uint64_t start, end;
		struct mms_pfn_range found;
	} cases[] = {
		{0, 0x10000, {0x8000, 0x8100}},        {0x8080, 0x10000, {0x8080, 0x8100}},
		{0x8080, 0x8081, {0x8080, 0x8081}},    {0x8100, 0x10000, {0x8200, 0x8400}},
		{0x8100, 0x8200, {0x8200, 0x8200}},    {0x8400, 0x10000, {0x8401, 0x9000}},
		{0x9000, 0x10000, {0x10000, 0x10000}}, {0, 0x8000, {0x8000, 0x8000}},
	};
	struct mms_zone *zone;

	(void)state;
	assert_int_equal(mms_zone_create(&memblock, MMS_ZONE_NORMAL, 0, &zone), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mms_pfn_range found = mms_zone_next_free(zone, cases[i].start, cases[i].end);

		assert_int_equal(found.start, cases[i].found.start);
		assert_int_equal(found.end, cases[i].found.end);
	}
	mms_zone_destroy(zone);
}

static void test_what_is_no_zone_is_refused(void **state)
{
	static const struct mms_pfn_range good = {0x8000, 0x9000}, empty = {0x8000, 0x8000},
					  far = {0, (MMS_MAX_PHYS >> MMS_PAGE_SHIFT) + 1};
	static const struct mms_pfn_range crossed[] = {{0x8000, 0x9000}, {0x8fff, 0xa000}};
	struct mms_pfn_range scattered[MMS_MAX_RANGES + 1];
	const struct {
		struct mms_memblock memblock;
		enum mms_zone_type type;
		unsigned int nid;
		int error;
		const char *says;
	} cases[] = {
		{{&good, 0, NULL, 0}, MMS_ZONE_NORMAL, 0, -EINVAL, "without memory"},
		{{&good, 1, NULL, 0}, MMS_ZONE_DEVICE, 0, -EINVAL, "zone 4"},
		{{&good, 1, NULL, 0}, MMS_ZONE_NORMAL, 1024, -EINVAL, "node 1024"},
		{{&empty, 1, NULL, 0}, MMS_ZONE_NORMAL, 0, -EINVAL, "0x8000 to 0x8000 is empty"},
		{{&good, 1, &empty, 1}, MMS_ZONE_NORMAL, 0, -EINVAL, "reserved memory"},
		{{crossed, 2, NULL, 0}, MMS_ZONE_NORMAL, 0, -EINVAL, "0x8fff"},
		{{&far, 1, NULL, 0}, MMS_ZONE_NORMAL, 0, -ERANGE, "2^52"},
		{{scattered, COUNT(scattered), NULL, 0}, MMS_ZONE_NORMAL, 0, -EINVAL, "16 places"},
	};
	struct mms_zone *zone = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(scattered); i++)
		scattered[i] = (struct mms_pfn_range){2 * i * MMS_PAGES_PER_SECTION,
		                                      2 * i * MMS_PAGES_PER_SECTION + 1};
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
			mms_zone_create(&cases[i].memblock, cases[i].type, cases[i].nid, &zone),
			cases[i].error);
		assert_non_null(strstr(mms_last_error(), cases[i].says));
		assert_null(zone);
	}
	mms_zone_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_zones),
		cmocka_unit_test(test_free_pages_are_found_from_any_pfn),
		cmocka_unit_test(test_what_is_no_zone_is_refused),
	};

	return cmocka_run_group_tests_name("zones", tests, NULL, NULL);
}
