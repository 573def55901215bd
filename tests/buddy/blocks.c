// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a buddy allocator promises of its free lists, looked at without the oracle: the blocks cover
 * every free page once, each is aligned to itself, no two buddies of the same order stand side by
 * side, and counts and marks say what is there. And the oracle's blocks are these.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdlib.h>

#include "support.h"

#define NO_BLOCK 0xff

/* By pfn from the geometry's first: the order of the block that begins there. */
static unsigned char *heads(const struct zone_bench *bench)
{
	const struct mms_geometry *geometry = &bench->made.geometry;
	size_t nr = geometry->end_pfn - geometry->start_pfn;
	unsigned char *orders = malloc(nr);

	assert_non_null(orders);
	for (size_t i = 0; i < nr; i++)
		orders[i] = NO_BLOCK;
	return orders;
}

static uint64_t pfn_of(const struct zone_bench *bench, const struct mms_list_head *entry)
{
	return ((uintptr_t)entry - 8 - mms_memmap_vmemmap(bench->map)) / sizeof(struct mms_page);
}

static void check_block(const struct zone_bench *bench, uint64_t pfn, unsigned int order,
                        unsigned int type)
{
	const struct mms_page *page = mms_memmap_page(bench->map, pfn);
	struct mms_oracle oracle = mms_oracle_of(bench->map);
	struct mms_free_block block;

	assert_non_null(page);
	assert_int_equal(pfn % (UINT64_C(1) << order), 0);
	assert_int_equal(page->private_, order);
	assert_int_equal(page->page_type, bench->made.geometry.kernel->buddy_type);
	assert_int_equal(mms_get_pageblock_migratetype(mms_memmap_pageblocks(bench->map), pfn),
	                 type);
	for (uint64_t i = 0; i < UINT64_C(1) << order; i++)
		assert_int_equal(mms_geometry_page_kind(&bench->made.geometry, pfn + i),
		                 MMS_PAGE_FREE);
	assert_true(mms_oracle_free_block(&oracle, pfn, &block));
	assert_int_equal(block.pfn, pfn);
	assert_int_equal(block.order, order);
	assert_int_equal(block.migratetype, type);
}

/* Note all blocks of a list, walking it in one direction; the other has to lead back. */
static uint64_t note_list(const struct zone_bench *bench, unsigned int order, unsigned int type,
                          unsigned char *orders)
{
	const struct mms_list_head *head =
		&mms_buddy_free_areas(bench->buddy)[order].free_list[type];
	uint64_t nr = 0;

	for (const struct mms_list_head *entry = head->next; entry != head; entry = entry->next) {
		uint64_t pfn = pfn_of(bench, entry);

		check_block(bench, pfn, order, type);
		assert_ptr_equal(entry->prev->next, entry);
		assert_int_equal(orders[pfn - bench->made.geometry.start_pfn], NO_BLOCK);
		orders[pfn - bench->made.geometry.start_pfn] = (unsigned char)order;
		nr++;
	}
	return nr;
}

static void check_invariants(const struct zone_bench *bench)
{
	const struct mms_free_area *areas = mms_buddy_free_areas(bench->buddy);
	const struct mms_geometry *geometry = &bench->made.geometry;
	unsigned char *orders = heads(bench);
	uint64_t covered = 0;

	for (unsigned int order = 0; order < MMS_NR_PAGE_ORDERS; order++) {
		uint64_t nr = 0;

		for (unsigned int type = 0; type < MMS_NR_MIGRATETYPES; type++)
			nr += note_list(bench, order, type, orders);
		assert_int_equal(areas[order].nr_free, nr);
		covered += nr << order;
	}
	assert_int_equal(covered, geometry->zone->free_pages);
	assert_int_equal(covered, mms_buddy_managed_pages(bench->buddy));

	for (uint64_t i = 0; i < geometry->end_pfn - geometry->start_pfn; i++) {
		uint64_t buddy;

		if (orders[i] >= MMS_MAX_PAGE_ORDER)
			continue; /* no block, or one that has no buddy; geometries start at
			             sections */
		buddy = i ^ UINT64_C(1) << orders[i];
		assert_int_not_equal(orders[buddy], orders[i]);
	}
	free(orders);
}

static void test_invariants_of_random_zones(void **state)
{
	static const struct mms_deferred_options options = {.chunk_pages = MMS_MAX_ORDER_NR_PAGES};
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 60; seed++) {
		struct zone_bench bench;
		struct mms_job job;

		bench_init(&bench, seed, NULL);
		bench_boot(&bench);
		for (unsigned int i = 0; bench_job(&bench, i, &job); i++)
			assert_int_equal(mms_deferred_init(bench.buddy, mms_initializer_auto(),
			                                   &job, &options, NULL),
			                 0);
		check_invariants(&bench);
		bench_finish(&bench);
	}
}

/* A zone of the pages [0, 4096) but for @reserved. */
static void free_zone(const struct mms_kernel *kernel, const struct mms_pfn_range *reserved,
                      size_t nr_reserved, struct zone_bench *bench)
{
	static const struct mms_pfn_range memory = {0, 4096};
	const struct mms_memblock memblock = {&memory, 1, reserved, nr_reserved};
	struct mms_job job;

	bench_init_memory(bench, kernel, &memblock);
	assert_true(bench_job(bench, 0, &job));
	assert_int_equal(mms_init_range(mms_initializer_auto(), &job), 0);
	mms_free_range(bench->buddy, &job);
	bench_check_freed(bench, "auto");
}

static void check_counts(const struct zone_bench *bench,
                         const uint64_t expected[MMS_NR_PAGE_ORDERS])
{
	for (unsigned int order = 0; order < MMS_NR_PAGE_ORDERS; order++)
		assert_int_equal(mms_buddy_free_areas(bench->buddy)[order].nr_free,
		                 expected[order]);
}

static void test_a_page_that_is_missing_splits_what_is_around_it(void **state)
{
	static const struct mms_pfn_range reserved[] = {{1025, 1026}, {2048, 2560}};
	static const uint64_t expected[MMS_NR_PAGE_ORDERS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2};

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		struct zone_bench bench;

		free_zone(mms_kernel_at(i), reserved, 2, &bench);
		check_counts(&bench, expected);
		check_invariants(&bench);
		bench_finish(&bench);
	}
}

/*
 * Single pages that wait on a list for their neighbours keep a trace of it in their lru; those of
 * blocks that are freed as a whole never were on one.
 */
static void test_traces_of_lists_are_as_kernels_leave_them(void **state)
{
	static const struct mms_pfn_range reserved = {1023, 1024};
	const uint64_t next = 0xdead000000000100, prev = 0xdead000000000122;

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		bool pageblocks = i == 0; /* v6.1 frees pageblocks as a whole */
		const struct mms_page *page;
		struct zone_bench bench;

		free_zone(mms_kernel_at(i), &reserved, 1, &bench);
		page = mms_memmap_page(bench.map, 514);
		assert_int_equal((uint64_t)(uintptr_t)page->lru.next, next);
		assert_int_equal((uint64_t)(uintptr_t)page->lru.prev, prev);
		page = mms_memmap_page(bench.map, 515);
		assert_ptr_equal(page->lru.next, &page->lru);
		page = mms_memmap_page(bench.map, 2);
		if (pageblocks)
			assert_ptr_equal(page->lru.next, &page->lru);
		else
			assert_int_equal((uint64_t)(uintptr_t)page->lru.next, next);
		page = mms_memmap_page(bench.map, 1024 + 512);
		assert_ptr_equal(page->lru.next, &page->lru);
		assert_ptr_equal(page->lru.prev, &page->lru);
		bench_finish(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_page_that_is_missing_splits_what_is_around_it),
		cmocka_unit_test(test_traces_of_lists_are_as_kernels_leave_them),
		cmocka_unit_test(test_invariants_of_random_zones),
	};

	return cmocka_run_group_tests_name("free blocks", tests, NULL, NULL);
}
