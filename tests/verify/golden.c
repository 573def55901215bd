// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The oracle against pages written down by hand, word by word, for every kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <string.h>

#include <memmapsim/verify.h>

#define M UINT64_C(0x100000)
#define G UINT64_C(0x40000000)

#define VMEMMAP UINT64_C(0xffffea0000000000)
#define PGMAP   UINT64_C(0xffff888103512b40)
#define POISON  UINT64_C(0xdead000000000400)

/* Node 1, zone DEVICE, last_cpupid all ones, PG_reserved; then with PG_head, and with order 9. */
#define BASE_6_1 UINT64_C(0x0067ffffc0001000)
#define HEAD_6_1 UINT64_C(0x0067ffffc0011000)
#define BASE     UINT64_C(0x0067ffffc0002000)
#define HEAD     UINT64_C(0x0067ffffc0002040)
#define ORDER_9  UINT64_C(0x0067ffffc0002009)
#define ORDER_18 UINT64_C(0x0067ffffc0002012)
#define UNREF    UINT64_C(0x00000000ffffffff) /* _mapcount -1, _refcount 0 */
#define REF      UINT64_C(0x00000001ffffffff) /* _mapcount -1, _refcount 1 */
#define MASK_9   UINT64_C(0xffffffffffff8001)
#define ALL      UINT64_C(0xffffffffffffffff)
#define LOW      UINT64_C(0x00000000ffffffff)

/* struct pages of pfns 0x100003, 0x100400 and what follows it. */
#define ALTMAP_PAGE UINT64_C(0xffffea00040000c0)
#define HEAD_PAGE   UINT64_C(0xffffea0004010000)
#define LINK        UINT64_C(0xffffea0004010001)
#define TAIL_2      UINT64_C(0xffffea0004010080)

struct golden {
	const char *kernel;
	uint64_t pfn;
	enum mms_page_kind kind;
	uint64_t words[8];
};

static void check(const struct mms_namespace *ns, const struct golden *pages, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct mms_kernel *kernel;
		struct mms_geometry geometry;
		struct mms_oracle oracle = {&geometry, VMEMMAP, PGMAP};
		uint64_t words[8];

		assert_int_equal(mms_kernel_find(pages[i].kernel, &kernel), 0);
		assert_int_equal(mms_geometry_from_namespace(kernel, ns, &geometry), 0);
		memset(words, 0xa5, sizeof(words));
		assert_int_equal(mms_oracle_page(&oracle, pages[i].pfn, words), pages[i].kind);
		for (unsigned int j = 0; j < 8; j++)
			if (words[j] != pages[i].words[j])
				fail_msg("%s, pfn 0x%" PRIx64 ", offset %u: 0x%" PRIx64
				         " instead of 0x%" PRIx64,
				         pages[i].kernel, pages[i].pfn, 8 * j, words[j],
				         pages[i].words[j]);
	}
}

/* 128 MiB at 4 GiB: two pages of info block, 1022 that hold the memmap, then compounds. */
static void test_devdax_2M_with_altmap(void **state)
{
	const struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 * M, 4 * G, 128 * M, 1, 0};
	static const struct golden pages[] = {
		{"v6.1",
	         0x100003,
	         MMS_PAGE_ALTMAP,
	         {BASE_6_1, ALTMAP_PAGE + 8, ALTMAP_PAGE + 8, 0, 0, 0, REF, 0}},
		{"v6.1", 0x100400, MMS_PAGE_HEAD, {HEAD_6_1, PGMAP, 0, 0, 0, 0, REF, 0}},
		{"v6.1",
	         0x100401,
	         MMS_PAGE_TAIL,
	         {BASE_6_1, LINK, UINT64_C(0xffffffff00000901), UINT64_C(0x0000020000000000), 0, 0,
	          UNREF, 0}},
		{"v6.1", 0x100402, MMS_PAGE_TAIL, {BASE_6_1, LINK, 0, POISON, 0, 0, UNREF, 0}},
		{"v6.1", 0x100403, MMS_PAGE_TAIL, {BASE_6_1, LINK, 0, POISON, 0, 0, UNREF, 0}},

		{"v6.12",
	         0x100003,
	         MMS_PAGE_ALTMAP,
	         {BASE, ALTMAP_PAGE + 8, ALTMAP_PAGE + 8, 0, 0, 0, REF, 0}},
		{"v6.12", 0x100400, MMS_PAGE_HEAD, {HEAD, PGMAP, 0, 0, 0, 0, REF, 0}},
		{"v6.12", 0x100401, MMS_PAGE_TAIL, {ORDER_9, LINK, ALL, 0, 512, 0, UNREF, 0}},
		{"v6.12", 0x100402, MMS_PAGE_TAIL, {BASE, LINK, 0, POISON, 0, 0, UNREF, 0}},
		{"v6.12", 0x1005ff, MMS_PAGE_TAIL, {BASE, LINK, 0, POISON, 0, 0, UNREF, 0}},

		{"v6.16",
	         0x100003,
	         MMS_PAGE_ALTMAP,
	         {BASE, ALTMAP_PAGE + 8, ALTMAP_PAGE + 8, 0, 0, 0, REF, 0}},
		{"v6.16", 0x100400, MMS_PAGE_HEAD, {HEAD, PGMAP, 0, 0, 0, 0, REF, 0}},
		{"v6.16", 0x100401, MMS_PAGE_TAIL, {ORDER_9, LINK, LOW, LOW, ALL, 0, UNREF, 512}},
		{"v6.16", 0x100402, MMS_PAGE_TAIL, {BASE, LINK, 0, POISON, 0, 0, UNREF, 0}},
		{"v6.16", 0x100403, MMS_PAGE_TAIL, {BASE, LINK, 0, POISON, 0, 0, UNREF, 0}},

		{"v6.18", 0x100400, MMS_PAGE_HEAD, {HEAD, PGMAP, 0, 0, 0, 0, REF, 0}},
		{"v6.18", 0x100401, MMS_PAGE_TAIL, {ORDER_9, LINK, LOW, LOW, ALL, 0, UNREF, 512}},
		{"v6.18",
	         0x100402,
	         MMS_PAGE_TAIL,
	         {BASE, LINK, TAIL_2 + 16, TAIL_2 + 16, 0, 0, UNREF, 0}},
		{"v6.18", 0x100403, MMS_PAGE_TAIL, {BASE, LINK, 0, POISON, 0, 0, UNREF, 0}},

		{"v7.1", 0x100400, MMS_PAGE_HEAD, {HEAD, PGMAP, 0, 0, 0, 0, REF, 0}},
		{"v7.1", 0x100401, MMS_PAGE_TAIL, {ORDER_9, MASK_9, LOW, LOW, ALL, 0, UNREF, 512}},
		{"v7.1",
	         0x100402,
	         MMS_PAGE_TAIL,
	         {BASE, MASK_9, TAIL_2 + 16, TAIL_2 + 16, 0, 0, UNREF, 0}},
		{"v7.1", 0x100403, MMS_PAGE_TAIL, {BASE, MASK_9, 0, POISON, 0, 0, UNREF, 0}},

		{"v7.2",
	         0x100003,
	         MMS_PAGE_ALTMAP,
	         {BASE, ALTMAP_PAGE + 8, ALTMAP_PAGE + 8, 0, 0, 0, REF, 0}},
		{"v7.2", 0x100400, MMS_PAGE_HEAD, {HEAD, PGMAP, 0, 0, 0, 0, REF, 0}},
		{"v7.2", 0x100401, MMS_PAGE_TAIL, {ORDER_9, MASK_9, LOW, LOW, ALL, 0, UNREF, 512}},
		{"v7.2",
	         0x100402,
	         MMS_PAGE_TAIL,
	         {BASE, MASK_9, TAIL_2 + 16, TAIL_2 + 16, 0, 0, UNREF, 0}},
		{"v7.2", 0x1005ff, MMS_PAGE_TAIL, {BASE, MASK_9, 0, POISON, 0, 0, UNREF, 0}},
	};

	(void)state;
	check(&ns, pages, sizeof(pages) / sizeof(*pages));
}

static void test_single_pages(void **state)
{
	const struct mms_namespace fsdax = {MMS_MODE_FSDAX, MMS_MAP_DEV, 2 * M, 4 * G,
	                                    128 * M,        1,           0};
	static const struct golden fsdax_pages[] = {
		{"v6.1", 0x100400, MMS_PAGE_SINGLE, {BASE_6_1, PGMAP, 0, 0, 0, 0, REF, 0}},
		{"v6.12", 0x100400, MMS_PAGE_SINGLE, {BASE, PGMAP, 0, 0, 0, 0, REF, 0}},
		{"v6.16", 0x100401, MMS_PAGE_SINGLE, {BASE, PGMAP, 0, 0, 0, 0, UNREF, 0}},
		{"v6.18", 0x100402, MMS_PAGE_SINGLE, {BASE, PGMAP, 0, 0, 0, 0, UNREF, 0}},
		{"v7.1", 0x100403, MMS_PAGE_SINGLE, {BASE, PGMAP, 0, 0, 0, 0, UNREF, 0}},
		{"v7.2", 0x107fff, MMS_PAGE_SINGLE, {BASE, PGMAP, 0, 0, 0, 0, UNREF, 0}},
	};
	const struct mms_namespace devdax = {MMS_MODE_DEVDAX, MMS_MAP_MEM, 0x1000, 4 * G,
	                                     128 * M,         1023,        0};
	static const struct golden devdax_pages[] = {
		{"v6.1",
	         0x100000,
	         MMS_PAGE_SINGLE,
	         {UINT64_C(0xffe7ffffc0001000), PGMAP, 0, 0, 0, 0, REF, 0}},
		{"v6.12",
	         0x100000,
	         MMS_PAGE_SINGLE,
	         {UINT64_C(0xffe7ffffc0002000), PGMAP, 0, 0, 0, 0, REF, 0}},
		{"v7.2",
	         0x100000,
	         MMS_PAGE_SINGLE,
	         {UINT64_C(0xffe7ffffc0002000), PGMAP, 0, 0, 0, 0, REF, 0}},
	};
	struct mms_namespace fsdev = fsdax, raw = fsdax;
	static const struct golden fsdev_page = {
		"v7.2", 0x100401, MMS_PAGE_SINGLE, {BASE, PGMAP, 0, 0, 0, 0, UNREF, 0}};
	static const struct golden raw_page = {
		"v6.12", 0x100000, MMS_PAGE_SINGLE, {BASE, PGMAP, 0, 0, 0, 0, REF, 0}};

	(void)state;
	check(&fsdax, fsdax_pages, sizeof(fsdax_pages) / sizeof(*fsdax_pages));
	check(&devdax, devdax_pages, sizeof(devdax_pages) / sizeof(*devdax_pages));
	fsdev.mode = MMS_MODE_FSDEV;
	check(&fsdev, &fsdev_page, 1);
	raw.mode = MMS_MODE_RAW;
	check(&raw, &raw_page, 1);
}

/* Order 18, and tails that are read where the second vmemmap page is mapped again. */
static void test_devdax_1G_with_shared_tails(void **state)
{
	const struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_MEM, G, 4 * G, 2 * G, 1, 0};
	const uint64_t link = UINT64_C(0xffffea0005000001); /* of pfn 0x140000 */
	const uint64_t mask = UINT64_C(0xffffffffff000001);
	const struct golden pages[] = {
		{"v6.18",
	         0x140001,
	         MMS_PAGE_TAIL,
	         {ORDER_18, link, LOW, LOW, ALL, 0, UNREF, 0x40000}},
		{"v6.18", 0x17ffff, MMS_PAGE_TAIL, {BASE, link, 0, POISON, 0, 0, UNREF, 0}},
		{"v7.2",
	         0x140001,
	         MMS_PAGE_TAIL,
	         {ORDER_18, mask, LOW, LOW, ALL, 0, UNREF, 0x40000}},
		{"v7.2", 0x140080, MMS_PAGE_TAIL, {BASE, mask, 0, POISON, 0, 0, UNREF, 0}},
	};

	(void)state;
	check(&ns, pages, sizeof(pages) / sizeof(*pages));
}

/* A compound of two pages has no tail 2, which v6.1 waits for in vain. */
static void test_smallest_compounds(void **state)
{
	const struct mms_range range = {4 * G, 4 * G + 2 * M - 1};
	const struct mms_kernel *kernel;
	struct mms_geometry geometry;
	struct mms_oracle oracle = {&geometry, VMEMMAP, PGMAP};
	const uint64_t v6_1[] = {BASE_6_1, UINT64_C(0xffffea0004000081), 0, POISON, 0, 0, UNREF, 0};
	const uint64_t v7_2[] = {BASE | 1, UINT64_C(0xffffffffffffff81), LOW, LOW, ALL, 0, UNREF,
	                         2};
	uint64_t words[8];

	(void)state;
	assert_int_equal(mms_kernel_find("v6.1", &kernel), 0);
	assert_int_equal(mms_geometry_from_ranges(kernel, MMS_MEMORY_DEVICE_PRIVATE, 1, &range, 1,
	                                          1, &geometry),
	                 0);
	assert_int_equal(mms_oracle_page(&oracle, 0x100003, words), MMS_PAGE_TAIL);
	assert_memory_equal(words, v6_1, sizeof(words));

	assert_int_equal(mms_kernel_find("v7.2", &kernel), 0);
	assert_int_equal(mms_geometry_from_ranges(kernel, MMS_MEMORY_DEVICE_PRIVATE, 1, &range, 1,
	                                          1, &geometry),
	                 0);
	assert_int_equal(mms_oracle_page(&oracle, 0x100003, words), MMS_PAGE_TAIL);
	assert_memory_equal(words, v7_2, sizeof(words));
}

static void test_references_by_memory_type(void **state)
{
	static const struct {
		enum mms_memory_type type;
		unsigned int to_v6_12, from_v6_16;
	} types[] = {
		{MMS_MEMORY_DEVICE_PRIVATE, 0, 0},    {MMS_MEMORY_DEVICE_COHERENT, 0, 0},
		{MMS_MEMORY_DEVICE_FS_DAX, 1, 0},     {MMS_MEMORY_DEVICE_GENERIC, 1, 1},
		{MMS_MEMORY_DEVICE_PCI_P2PDMA, 1, 0},
	};
	const struct mms_range range = {4 * G, 4 * G + 2 * M - 1};

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		for (size_t j = 0; j < 5; j++) {
			unsigned int expected = i < 2 ? types[j].to_v6_12 : types[j].from_v6_16;
			struct mms_geometry geometry;
			struct mms_oracle oracle = {&geometry, VMEMMAP, PGMAP};
			uint32_t words[16];

			for (unsigned int order = 0; order <= 9; order += 9) {
				assert_int_equal(mms_geometry_from_ranges(mms_kernel_at(i),
				                                          types[j].type, order,
				                                          &range, 1, 1, &geometry),
				                 0);
				assert_int_equal(mms_oracle_page(&oracle, 0x100000, words),
				                 order ? MMS_PAGE_HEAD : MMS_PAGE_SINGLE);
				assert_int_equal(words[13], expected);
			}
		}
	}
}

static void test_nothing_is_declared_of_pages_that_nobody_writes(void **state)
{
	const struct mms_namespace ns = {MMS_MODE_FSDAX, MMS_MAP_DEV, 2 * M, 4 * G, 128 * M, 1, 0};
	struct mms_geometry geometry;
	struct mms_oracle oracle = {&geometry, VMEMMAP, PGMAP};
	unsigned char image[64], before[64];

	(void)state;
	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	memset(image, 0xa5, sizeof(image));
	memcpy(before, image, sizeof(image));
	assert_int_equal(mms_oracle_page(&oracle, 0x0fffff, image), MMS_PAGE_OUTSIDE);
	assert_int_equal(mms_oracle_page(&oracle, 0x108000, image), MMS_PAGE_OUTSIDE);
	assert_int_equal(mms_oracle_page(&oracle, 0x100000, image), MMS_PAGE_NEVER_WRITTEN);
	assert_int_equal(mms_oracle_page(&oracle, 0x100001, image), MMS_PAGE_NEVER_WRITTEN);
	assert_memory_equal(image, before, sizeof(image));
	assert_int_equal(mms_oracle_page(&oracle, 0x100002, image), MMS_PAGE_ALTMAP);
}

/* Types of the first pageblocks, '0' or '1' each. */
static void check_pageblocks(const char *kernel_name, const struct mms_namespace *ns,
                             const char *expected)
{
	const struct mms_kernel *kernel;
	struct mms_geometry geometry;
	struct mms_oracle oracle = {&geometry, VMEMMAP, PGMAP};

	assert_int_equal(mms_kernel_find(kernel_name, &kernel), 0);
	assert_int_equal(mms_geometry_from_namespace(kernel, ns, &geometry), 0);
	for (uint64_t i = 0; expected[i]; i++) {
		unsigned int type = mms_oracle_pageblock(&oracle, geometry.start_pfn + 512 * i);

		assert_int_equal(type, expected[i] - '0');
		assert_int_equal(mms_oracle_pageblock(&oracle, geometry.start_pfn + 512 * i + 511),
		                 type);
	}
}

static void test_pageblocks(void **state)
{
	struct mms_namespace ns = {MMS_MODE_FSDAX, MMS_MAP_DEV, 2 * M, 4 * G, 512 * M, 1, 0};
	const struct mms_namespace huge = {MMS_MODE_DEVDAX, MMS_MAP_MEM, G, 4 * G, 2 * G, 1, 0};
	char first_of_512[1025] = "", all[1025];

	(void)state;
	/* The first pageblock begins with the info block, which nobody initializes. */
	for (size_t i = 0; i < mms_kernel_count(); i++)
		check_pageblocks(mms_kernel_at(i)->name, &ns, "0111111111");
	ns.mode = MMS_MODE_RAW;
	check_pageblocks("v6.18", &ns, "1111111111");
	ns.mode = MMS_MODE_DEVDAX;
	check_pageblocks("v6.18", &ns, "0111111111");
	ns.map = MMS_MAP_MEM;
	check_pageblocks("v6.18", &ns, "1111111111");

	/* With shared tails only a 1 GiB compound's head is ever visited, from v6.16 to v7.1. */
	memset(first_of_512, '0', 1024);
	first_of_512[0] = first_of_512[512] = '1';
	memset(all, '1', 1024);
	all[1024] = 0;
	check_pageblocks("v6.12", &huge, all);
	check_pageblocks("v6.16", &huge, first_of_512);
	check_pageblocks("v6.18", &huge, first_of_512);
	check_pageblocks("v7.1", &huge, first_of_512);
	check_pageblocks("v7.2", &huge, all);

	/* In an early section boot made them movable, and nobody unmakes it. */
	ns = (struct mms_namespace){MMS_MODE_FSDAX, MMS_MAP_DEV, 2 * M,          4 * G + 2 * M,
	                            512 * M,        1,           MMS_EARLY_START};
	check_pageblocks("v7.2", &ns, "1111111111");
	ns.early = MMS_EARLY_END;
	check_pageblocks("v7.2", &ns, "0111111111");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_devdax_2M_with_altmap),
		cmocka_unit_test(test_single_pages),
		cmocka_unit_test(test_devdax_1G_with_shared_tails),
		cmocka_unit_test(test_smallest_compounds),
		cmocka_unit_test(test_references_by_memory_type),
		cmocka_unit_test(test_nothing_is_declared_of_pages_that_nobody_writes),
		cmocka_unit_test(test_pageblocks),
	};

	return cmocka_run_group_tests_name("the oracle", tests, NULL, NULL);
}
