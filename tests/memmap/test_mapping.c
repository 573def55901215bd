// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Where arrays lie, what is around them, and what is said about them. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "support.h"

#define SECTION (128 * MIB)

/* Borders that no page larger than 32 KiB has. */
static const uint64_t odd_start = 4 * GIB + 6 * MIB;
static const uint64_t odd_size = 70 * MIB;

static void array_reads_as_zeros_and_is_not_touched_before(void **state)
{
	static const char *const names[] = {"4k", "thp", "auto"};
	struct mms_geometry geometry = plain_geometry(4 * GIB, SECTION);
	struct mms_memmap_info info;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct mms_memmap_options options;
		struct mms_memmap *map;

		assert_success(mms_backing_parse(names[i], &options));
		if (mms_memmap_create(&geometry, &options, &map)) {
			print_message("# no %s here: %s\n", names[i], mms_last_error());
			assert_string_equal(names[i], "thp");
			continue;
		}
		assert_success(mms_memmap_info(map, &info));
		assert_int_equal(info.resident_bytes, 0);
		for (unsigned char *at = array_start(map); at < array_end(map); at++)
			assert_int_equal(*at, 0);
		assert_success(mms_memmap_check(map));
		mms_memmap_destroy(map);
	}
}

/* What must hold of any geometry's memmap, whatever it is made of. */
static void check_any(const struct random_source *random, const struct random_geometry *made)
{
	const struct mms_geometry *geometry = &made->geometry;
	struct mms_memmap *map = create_memmap(geometry, "4k");
	uintptr_t vmemmap = mms_memmap_vmemmap(map);
	struct mms_memmap_info info;

	if (vmemmap % (16 * MIB))
		random_fail(random, made, "vmemmap is at 0x%lx", (unsigned long)vmemmap);
	if (mms_memmap_page(map, geometry->start_pfn - 1) ||
	    mms_memmap_page(map, geometry->end_pfn))
		random_fail(random, made, "there is a struct page outside");
	mms_memmap_dirty(map, random->seed);
	for (uint64_t pfn = geometry->start_pfn; pfn < geometry->end_pfn; pfn++) {
		const struct mms_page *page = mms_memmap_page(map, pfn);
		uint64_t backing_pfn = mms_geometry_backing_pfn(geometry, pfn);
		unsigned char expected[64];

		if (mms_geometry_page_kind(geometry, pfn) == MMS_PAGE_OUTSIDE) {
			if (page)
				random_fail(random, made, "pfn 0x%lx has a struct page", pfn);
			continue;
		}
		if ((uintptr_t)page != vmemmap + backing_pfn * 64)
			random_fail(random, made, "pfn 0x%lx is at %p", pfn, (const void *)page);
		mms_dirty_page(random->seed, backing_pfn, expected);
		if (memcmp(page, expected, 64))
			random_fail(random, made, "pfn 0x%lx isn't as dirty as told", pfn);
	}
	if (mms_memmap_check(map))
		random_fail(random, made, "%s", mms_last_error());
	assert_success(mms_memmap_info(map, &info));
	if (info.resident_bytes != info.needed_bytes)
		random_fail(random, made, "%lu bytes are needed and %lu resident",
		            info.needed_bytes, info.resident_bytes);
	mms_memmap_destroy(map);
}

static void any_geometry_gets_what_it_needs(void **state)
{
	(void)state;
	for (uint64_t round = 0; round < 100; round++) {
		struct random_source random = random_source(random_first_seed() + round);
		struct random_geometry made;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		check_any(&random, &made);
	}
}

/* Whether somebody has mapped something there, if only to keep others away. */
static bool is_taken(void *address)
{
	void *page = mmap(address, 4096, PROT_NONE,
	                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (page == MAP_FAILED)
		return errno == EEXIST;
	munmap(page, 4096);
	return false;
}

static void guards_begin_where_the_array_ends(void **state)
{
	struct mms_geometry geometry = plain_geometry(odd_start, odd_size);
	struct mms_memmap *map = create_memmap(&geometry, "4k");
	const size_t compound = 16 * MIB;

	(void)state;
	assert_false(write_is_fatal(array_start(map)));
	assert_true(write_is_fatal(array_start(map) - 1));
	assert_true(write_is_fatal(array_start(map) - compound));
	assert_false(write_is_fatal(array_end(map) - 1));
	assert_true(write_is_fatal(array_end(map)));
	assert_true(write_is_fatal(array_end(map) + compound - 1));
	assert_true(is_taken(array_start(map) - compound));
	assert_true(is_taken(array_end(map) + compound - 4096));
	mms_memmap_destroy(map);
}

/* Write one byte, expect it to be found and told, and put it back. */
static void hit(const struct mms_memmap *map, unsigned char *at, const char *where)
{
	unsigned char before = *at;

	*at ^= 0x10;
	assert_int_equal(mms_memmap_check(map), -EFAULT);
	assert_explained(where);
	*at = before;
	assert_success(mms_memmap_check(map));
}

static void canaries_on_both_sides_find_any_write(void **state)
{
	struct mms_geometry geometry = plain_geometry(odd_start, odd_size);
	char *directory = make_directory();
	struct mms_memmap_options options = {.backing = MMS_BACKING_FILE, .file = directory};
	const size_t watched = 64 << 10;
	struct mms_memmap *map;
	struct mms_memmap_info info;

	(void)state;
	assert_success(mms_memmap_create(&geometry, &options, &map));
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.mapped_bytes % (2 * MIB), 0);
	assert_true(info.mapped_bytes > info.array_bytes);
	assert_success(mms_memmap_check(map));

	hit(map, array_start(map) - 1, "8 bytes before the array's start");
	hit(map, array_start(map) - watched, "65536 bytes before the array's start");
	hit(map, array_end(map), "0 bytes after the array's end");
	hit(map, array_end(map) + watched - 1, "65528 bytes after the array's end");

	/* The array itself may be written at will. */
	mms_memmap_dirty(map, 1);
	assert_success(mms_memmap_check(map));
	mms_memmap_destroy(map);
	remove_directory(directory);
}

static void nothing_is_between_ranges(void **state)
{
	struct mms_geometry geometry = two_ranges(odd_start, odd_size, 8192 * GIB);
	struct mms_memmap *map = create_memmap(&geometry, "4k");
	unsigned char *first_end = array_start(map) + odd_size / 64;
	struct mms_memmap_info info;

	(void)state;
	assert_true(write_is_fatal(first_end));
	assert_false(write_is_fatal(first_end - 1));
	assert_true(write_is_fatal(array_end(map) - odd_size / 64 - 1));
	assert_null(mms_memmap_page(map, geometry.start_pfn + odd_size / 4096));
	mms_memmap_dirty(map, 1);
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.needed_bytes, 2 * odd_size / 64);
	assert_int_equal(info.mapped_bytes, info.needed_bytes);
	assert_int_equal(info.resident_bytes, info.needed_bytes);
	assert_int_equal(info.array_bytes, (8192 * GIB + odd_size) / 64);
	mms_memmap_destroy(map);
}

static void slack_between_ranges_is_watched(void **state)
{
	/* 1.5 MiB of struct pages each, 0.5 MiB apart; then so near that they share slack. */
	static const uint64_t distances[] = {128 * MIB, 98 * MIB};
	char *directory = make_directory();
	struct mms_memmap_options options = {.backing = MMS_BACKING_FILE, .file = directory};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct mms_geometry geometry = two_ranges(4 * GIB, 96 * MIB, distances[i]);
		struct mms_memmap *map;
		unsigned char *between;

		assert_success(mms_memmap_create(&geometry, &options, &map));
		between = array_start(map) + 96 * MIB / 64;
		mms_memmap_dirty(map, 1);
		assert_success(mms_memmap_check(map));
		hit(map, between, "0 bytes after");
		hit(map, array_end(map) - 96 * MIB / 64 - 1, "");
		mms_memmap_destroy(map);
	}
	remove_directory(directory);
}

static void info_follows_what_is_touched(void **state)
{
	struct mms_geometry geometry = plain_geometry(odd_start, odd_size);
	struct mms_memmap *map = create_memmap(&geometry, "4k");
	struct mms_memmap_info info;

	(void)state;
	for (int i = 0; i < 5; i++)
		array_start(map)[i * 4096] = 1;
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.backing, MMS_BACKING_4K);
	assert_int_equal(info.array_bytes, odd_size / 64);
	assert_int_equal(info.needed_bytes, odd_size / 64);
	assert_int_equal(info.mapped_bytes, odd_size / 64);
	assert_int_equal(info.resident_bytes, 5 * 4096);
	assert_int_equal(info.huge_bytes, 0);
	assert_int_equal(info.kernel_page_size, 4096);
	mms_memmap_destroy(map);
}

static void transparent_huge_pages_are_used_where_they_fit(void **state)
{
	struct mms_geometry geometry = plain_geometry(4 * GIB, SECTION + 2 * MIB);
	struct mms_memmap_options options = {.backing = MMS_BACKING_THP};
	struct mms_memmap *map;
	struct mms_memmap_info info;

	(void)state;
	if (mms_memmap_create(&geometry, &options, &map))
		skip_because("%s", mms_last_error());
	mms_memmap_dirty(map, 1);
	assert_success(mms_memmap_info(map, &info));
	mms_memmap_destroy(map);
	assert_int_equal(info.backing, MMS_BACKING_THP);
	assert_int_equal(info.mapped_bytes, 2 * MIB + 32768);
	assert_int_equal(info.resident_bytes, info.mapped_bytes);
	if (!info.huge_bytes)
		skip_because("the kernel gave no huge page: memory may be fragmented");
	assert_int_equal(info.huge_bytes, 2 * MIB);
}

static void hugetlb_pages_are_reserved_and_used(void **state)
{
	struct mms_geometry geometry = plain_geometry(odd_start, odd_size);
	struct mms_memmap_options options = {.backing = *(const enum mms_backing *)*state};
	uint64_t page = options.backing == MMS_BACKING_HUGETLB_1G ? GIB : 2 * MIB;
	struct mms_memmap *map;
	struct mms_memmap_info info;

	if (mms_memmap_create(&geometry, &options, &map)) {
		assert_explained("hugepages");
		skip_because("%s", mms_last_error());
	}
	assert_int_equal(mms_memmap_vmemmap(map) % page, 0);
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.resident_bytes, 0);
	assert_success(mms_memmap_check(map));
	hit(map, array_end(map), "0 bytes after");
	mms_memmap_dirty(map, 1);
	assert_success(mms_memmap_check(map));
	hit(map, array_end(map), "0 bytes after");
	hit(map, array_start(map) - 1, "8 bytes before");
	assert_true(write_is_fatal(array_start(map) - ((uintptr_t)array_start(map) % page) - 1));
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.backing, options.backing);
	assert_int_equal(info.mapped_bytes % page, 0);
	assert_int_equal(info.resident_bytes, info.mapped_bytes);
	assert_int_equal(info.huge_bytes, info.mapped_bytes);
	assert_int_equal(info.kernel_page_size, page);
	mms_memmap_destroy(map);
}

static void huge_pages_are_not_taken_for_little(void **state)
{
	struct mms_geometry large = plain_geometry(4 * GIB, 100 * GIB);
	struct mms_geometry small = plain_geometry(4 * GIB, GIB);
	struct mms_geometry tiny = plain_geometry(odd_start, 4 * MIB);

	(void)state;
	assert_true(mms_backing_suits(MMS_BACKING_HUGETLB_1G, &large));
	assert_false(mms_backing_suits(MMS_BACKING_HUGETLB_1G, &small));
	assert_true(mms_backing_suits(MMS_BACKING_HUGETLB_2M, &small));
	assert_false(mms_backing_suits(MMS_BACKING_HUGETLB_2M, &tiny));
	assert_true(mms_backing_suits(MMS_BACKING_THP, &tiny));
	assert_true(mms_backing_suits(MMS_BACKING_4K, &tiny));
}

static void geometry_is_copied_and_nothing_can_be_destroyed(void **state)
{
	struct mms_geometry geometry = plain_geometry(odd_start, odd_size);
	struct mms_memmap *map;

	(void)state;
	assert_success(mms_memmap_create(&geometry, NULL, &map));
	geometry.end_pfn = 0;
	geometry.pgmap.nr_range = 0;
	assert_int_equal(mms_memmap_geometry(map)->end_pfn, (odd_start + odd_size) / 4096);
	assert_non_null(mms_memmap_page(map, odd_start / 4096));
	mms_memmap_destroy(map);
	mms_memmap_destroy(NULL);
}

static void backings_have_names(void **state)
{
	struct mms_memmap_options options = {.backing = MMS_BACKING_4K, .file = "untouched"};

	(void)state;
	for (unsigned int i = 0; i < MMS_NR_BACKINGS; i++) {
		if (i == MMS_BACKING_FILE)
			continue;
		assert_success(mms_backing_parse(mms_backing_name((enum mms_backing)i), &options));
		assert_int_equal(options.backing, i);
		assert_null(options.file);
	}
	assert_null(mms_backing_name((enum mms_backing)MMS_NR_BACKINGS));
	assert_success(mms_backing_parse("file:a:b", &options));
	assert_int_equal(options.backing, MMS_BACKING_FILE);
	assert_string_equal(options.file, "a:b");

	assert_int_equal(mms_backing_parse("hugetlb-2g", &options), -ENOENT);
	assert_explained("did you mean \"hugetlb-2m\"?");
	assert_int_equal(mms_backing_parse("file:", &options), -EINVAL);
	assert_int_equal(mms_backing_parse("file", &options), -EINVAL);
	assert_explained("file:PATH");
	assert_string_equal(options.file, "a:b");
}

int main(void)
{
	static enum mms_backing hugetlb_1g = MMS_BACKING_HUGETLB_1G;
	static enum mms_backing hugetlb_2m = MMS_BACKING_HUGETLB_2M;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(array_reads_as_zeros_and_is_not_touched_before),
		cmocka_unit_test(any_geometry_gets_what_it_needs),
		cmocka_unit_test(guards_begin_where_the_array_ends),
		cmocka_unit_test(canaries_on_both_sides_find_any_write),
		cmocka_unit_test(nothing_is_between_ranges),
		cmocka_unit_test(slack_between_ranges_is_watched),
		cmocka_unit_test(info_follows_what_is_touched),
		cmocka_unit_test(transparent_huge_pages_are_used_where_they_fit),
		{"hugetlb-2m pages are reserved and used", hugetlb_pages_are_reserved_and_used,
	         NULL, NULL, &hugetlb_2m},
		{"hugetlb-1g pages are reserved and used", hugetlb_pages_are_reserved_and_used,
	         NULL, NULL, &hugetlb_1g},
		cmocka_unit_test(huge_pages_are_not_taken_for_little),
		cmocka_unit_test(geometry_is_copied_and_nothing_can_be_destroyed),
		cmocka_unit_test(backings_have_names),
	};

	return cmocka_run_group_tests_name("mapping", tests, NULL, NULL);
}
