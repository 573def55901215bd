// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What accessors of struct page leave in memory, for every kernel description. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <memmapsim/page.h>

#define MAX_ORDER 18 /* 1 GiB */

/* Compounds lie here; aligned as compound_info masks of the largest need it. */
static struct mms_page *compound;

static int allocate_compound(void **state)
{
	size_t bytes = sizeof(*compound) << MAX_ORDER;

	(void)state;
	compound = aligned_alloc(bytes, bytes);
	return compound ? 0 : -1;
}

static int free_compound(void **state)
{
	(void)state;
	free(compound);
	return 0;
}

static void test_node_zone_and_cpupid_keep_apart(void **state)
{
	(void)state;
	for (unsigned int nid = 0; nid < 1024; nid++) {
		for (unsigned int zone = 0; zone < 8; zone++) {
			struct mms_page page = {.flags = ~UINT64_C(0)};

			mms_set_page_links(&page, zone, nid);
			assert_int_equal(mms_page_to_nid(&page), nid);
			assert_int_equal(mms_page_zonenum(&page), zone);
			assert_int_equal(mms_page_cpupid_last(&page), 0x1fffff);
			assert_int_equal(page.flags & 0x3fffffff, 0x3fffffff);

			page.flags = 0;
			mms_set_page_links(&page, zone, nid);
			assert_true(page.flags == ((uint64_t)nid << 54 | (uint64_t)zone << 51));
			assert_int_equal(mms_page_cpupid_last(&page), 0);
			mms_page_cpupid_reset_last(&page);
			assert_true(page.flags == ((uint64_t)nid << 54 | (uint64_t)zone << 51 |
			                           UINT64_C(0x0007ffffc0000000)));
		}
	}
}

static void test_reserved_and_head_are_the_kernels_bits(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		struct mms_page page = {0};

		assert_false(mms_PageReserved(kernel, &page));
		mms___SetPageReserved(kernel, &page);
		assert_true(page.flags == UINT64_C(1) << kernel->pg_reserved);
		assert_true(mms_PageReserved(kernel, &page));
		assert_false(mms_PageHead(kernel, &page));

		page.flags = 0;
		mms___SetPageHead(kernel, &page);
		assert_true(page.flags == UINT64_C(1) << kernel->pg_head);
		assert_true(mms_PageHead(kernel, &page));
		assert_false(mms_PageReserved(kernel, &page));

		page.flags = ~(UINT64_C(1) << kernel->pg_head);
		assert_false(mms_PageHead(kernel, &page));
		mms___SetPageHead(kernel, &page);
		assert_true(page.flags == ~UINT64_C(0));
	}
}

static void test_counts_and_lists_touch_nothing_else(void **state)
{
	struct mms_page page, expected;

	(void)state;
	memset(&page, 0xa5, sizeof(page));
	expected = page;

	mms_set_page_count(&page, 7);
	assert_int_equal(mms_page_ref_count(&page), 7);
	expected._refcount = 7;
	assert_memory_equal(&page, &expected, sizeof(page));

	mms_page_mapcount_reset(&page);
	assert_int_equal(page._mapcount, -1);
	assert_true(page.page_type == 0xffffffff);
	expected._mapcount = -1;
	assert_memory_equal(&page, &expected, sizeof(page));

	mms_init_list_head(&page.lru);
	assert_ptr_equal(page.lru.next, &page.lru);
	assert_ptr_equal(page.lru.prev, &page.lru);
	assert_true(page.compound_head == (uint64_t)(uintptr_t)&page + 8);
	assert_true(page.zone_device_data == (uint64_t)(uintptr_t)&page + 8);
	assert_false(mms_PageTail(&page));
	page.lru = expected.lru;
	assert_memory_equal(&page, &expected, sizeof(page));
}

/* prep_compound_head() and _tail(), as on pages fresh from their single init. */
static void prepare_compound(const struct mms_kernel *kernel, unsigned int order)
{
	memset(compound, 0, sizeof(*compound) << order);
	mms___SetPageHead(kernel, compound);
	for (size_t i = 1; i < (size_t)1 << order; i++)
		mms_prep_compound_tail(kernel, &compound[i], compound, order);
	mms_prep_compound_head(kernel, compound, order);
}

static void test_every_tail_leads_to_its_head(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);

		for (unsigned int order = 1; order <= MAX_ORDER; order++) {
			prepare_compound(kernel, order);
			assert_ptr_equal(mms_compound_head(kernel, compound), compound);
			assert_false(mms_PageTail(compound));
			for (size_t tail = 1; tail < (size_t)1 << order; tail++) {
				struct mms_page *page = &compound[tail];

				/* A macro per page would take longer than all the rest. */
				if (!mms_PageTail(page) || mms_PageHead(kernel, page) ||
				    mms_compound_head(kernel, page) != compound)
					fail_msg("%s, order %u, tail %zu", kernel->name, order,
					         tail);
			}
		}
	}
}

static void test_tails_get_link_poison_and_no_private(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		struct mms_page expected;

		memset(compound, 0xa5, 4 * sizeof(*compound));
		expected = compound[3];
		expected.compound_head = mms_tail_link(kernel, (uintptr_t)compound, 9);
		expected.mapping = UINT64_C(0xdead000000000400);
		expected.private_ = 0;
		mms_prep_compound_tail(kernel, &compound[3], compound, 9);
		assert_memory_equal(&compound[3], &expected, sizeof(expected));
	}
}

static void test_link_is_address_or_mask(void **state)
{
	const struct mms_kernel *by_head, *by_mask;
	const uint64_t head = UINT64_C(0xffffea0004010000);

	(void)state;
	assert_int_equal(mms_kernel_find("v6.18", &by_head), 0);
	assert_int_equal(mms_kernel_find("v7.1", &by_mask), 0);
	assert_true(mms_tail_link(by_head, head, 9) == UINT64_C(0xffffea0004010001));
	assert_true(mms_tail_link(by_mask, head, 1) == UINT64_C(0xffffffffffffff81));
	assert_true(mms_tail_link(by_mask, head, 9) == UINT64_C(0xffffffffffff8001));
	assert_true(mms_tail_link(by_mask, head, 18) == UINT64_C(0xffffffffff000001));
	assert_true(mms_compound_info_mask(9) == UINT64_C(0xffffffffffff8000));
}

static void test_compound_order_is_what_was_prepared(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);

		for (unsigned int order = 1; order <= MAX_ORDER; order++) {
			prepare_compound(kernel, order);
			assert_int_equal(mms_compound_order(kernel, compound), order);
		}
		memset(compound, 0, 2 * sizeof(*compound));
		compound[1].flags = 9;
		compound[1].words[1] = 0x0909;
		assert_int_equal(mms_compound_order(kernel, compound), 0);
	}
}

/* Which bytes of tail 1 hold metadata, as offset and size, and what is there for order 9. */
struct metadata {
	unsigned int offset, size;
	uint64_t value;
};
#define MINUS_ONE 0xffffffff

static void check_metadata(const char *name, const struct metadata *metadata, size_t count)
{
	const struct mms_kernel *kernel;
	unsigned char expected[64];

	assert_int_equal(mms_kernel_find(name, &kernel), 0);
	memset(compound, 0xa5, 3 * sizeof(*compound));
	memcpy(expected, &compound[1], sizeof(expected));
	for (size_t i = 0; i < count; i++)
		memcpy(expected + metadata[i].offset, &metadata[i].value, metadata[i].size);
	mms_prep_compound_metadata(kernel, compound, 9);
	assert_memory_equal(&compound[1], expected, sizeof(expected));
}

static void test_metadata_is_where_the_kernel_has_it(void **state)
{
	static const struct metadata v6_1[] = {
		{16, 1, 1}, {17, 1, 9}, {20, 4, MINUS_ONE}, {24, 4, 0}, {28, 4, 512},
	};
	static const struct metadata v6_12[] = {
		{0, 1, 9},  {16, 4, MINUS_ONE}, {20, 4, MINUS_ONE},
		{24, 4, 0}, {28, 4, 0},         {32, 4, 512},
	};
	static const struct metadata v6_16[] = {
		{0, 1, 9},          {16, 4, MINUS_ONE}, {20, 4, 0}, {24, 4, MINUS_ONE}, {28, 4, 0},
		{32, 4, MINUS_ONE}, {36, 4, MINUS_ONE}, {40, 8, 0}, {56, 4, 512},
	};

	(void)state;
	check_metadata("v6.1", v6_1, 5);
	check_metadata("v6.12", v6_12, 6);
	check_metadata("v6.16", v6_16, 9);
	check_metadata("v6.18", v6_16, 9);
	check_metadata("v7.1", v6_16, 9);
	check_metadata("v7.2", v6_16, 9);
}

static void test_tail_2_gets_a_list_if_there_is_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		bool has_list = strcmp(kernel->name, "v6.1") != 0;

		for (unsigned int order = 1; order <= 2; order++) {
			struct mms_page expected;

			memset(compound, 0xa5, 4 * sizeof(*compound));
			expected = compound[2];
			if (has_list && order > 1) {
				expected.words[1] = (uintptr_t)&compound[2] + 16;
				expected.words[2] = (uintptr_t)&compound[2] + 16;
			}
			mms_prep_compound_head(kernel, compound, order);
			assert_memory_equal(&compound[2], &expected, sizeof(expected));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_node_zone_and_cpupid_keep_apart),
		cmocka_unit_test(test_reserved_and_head_are_the_kernels_bits),
		cmocka_unit_test(test_counts_and_lists_touch_nothing_else),
		cmocka_unit_test(test_every_tail_leads_to_its_head),
		cmocka_unit_test(test_tails_get_link_poison_and_no_private),
		cmocka_unit_test(test_link_is_address_or_mask),
		cmocka_unit_test(test_compound_order_is_what_was_prepared),
		cmocka_unit_test(test_metadata_is_where_the_kernel_has_it),
		cmocka_unit_test(test_tail_2_gets_a_list_if_there_is_one),
	};

	return cmocka_run_group_tests_name("accessors of struct page", tests, allocate_compound,
	                                   free_compound);
}
