// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Struct pages in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <memmapsim/verify.h>

static size_t decode(const char *kernel_name, enum mms_page_kind kind, uint64_t tail,
                     const uint64_t *words, struct mms_decoded_field *fields)
{
	const struct mms_kernel *kernel;

	assert_int_equal(mms_kernel_find(kernel_name, &kernel), 0);
	return mms_page_decode(kernel, kind, tail, words, fields);
}

static void test_every_byte_belongs_to_one_field(void **state)
{
	static const uint64_t patterns[][8] = {
		{0},
		{-1ULL, -1ULL, -1ULL, -1ULL, -1ULL, -1ULL, -1ULL, -1ULL},
	};

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		for (unsigned int kind = MMS_PAGE_OUTSIDE; kind <= MMS_PAGE_FREE; kind++) {
			for (uint64_t tail = 0; tail < 8; tail++) {
				struct mms_decoded_field fields[MMS_MAX_DECODED_FIELDS];
				size_t count =
					mms_page_decode(mms_kernel_at(i), (enum mms_page_kind)kind,
				                        kind == MMS_PAGE_TAIL ? tail : 0,
				                        patterns[tail % 2], fields);
				unsigned int offset = 0;

				assert_in_range(count, 9, MMS_MAX_DECODED_FIELDS);
				for (size_t j = 0; j < count; j++) {
					assert_int_equal(fields[j].offset, offset);
					assert_in_range(fields[j].size, 1, 8);
					assert_true(fields[j].name && *fields[j].name);
					assert_in_range(
						strnlen(fields[j].value, sizeof(fields[j].value)),
						1, sizeof(fields[j].value) - 1);
					offset += fields[j].size;
				}
				assert_int_equal(offset, 64);
			}
		}
	}
}

/* "name offset size" of all fields, separated by commas. */
static void check_names(const char *kernel_name, enum mms_page_kind kind, uint64_t tail,
                        const char *expected)
{
	static const uint64_t words[8];
	struct mms_decoded_field fields[MMS_MAX_DECODED_FIELDS];
	size_t count = decode(kernel_name, kind, tail, words, fields);
	char names[1024] = "";
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s %u %u",
		                           i ? ", " : "", fields[i].name, fields[i].offset,
		                           fields[i].size);
	assert_string_equal(names, expected);
}

static void test_names_are_the_kernels(void **state)
{
#define COUNTS      "_mapcount 48 4, _refcount 52 4, memcg_data 56 8"
#define FROM_INDEX  "index 32 8, private 40 8, " COUNTS
#define PLAIN(link) "flags 0 8, " link " 8 8, zone_device_data 16 8, mapping 24 8, " FROM_INDEX
#define LIST(link)                                                                                 \
	"flags 0 8, " link " 8 8, _deferred_list.next 16 8, _deferred_list.prev 24 8, " FROM_INDEX
#define V6_16(link)                                                                                \
	"flags 0 8, " link " 8 8, _large_mapcount 16 4, _nr_pages_mapped 20 4, "                   \
	"_entire_mapcount 24 4, _pincount 28 4, _mm_id_mapcount 32 8, _mm_ids 40 8, "              \
	"_mapcount 48 4, _refcount 52 4, _nr_pages 56 4, (unused) 60 4"
	static const struct {
		const char *kernel;
		enum mms_page_kind kind;
		uint64_t tail;
		const char *names;
	} cases[] = {
		{"v6.1", MMS_PAGE_SINGLE, 0, PLAIN("pgmap")},
		{"v7.2", MMS_PAGE_SINGLE, 0, PLAIN("pgmap")},
		{"v7.2", MMS_PAGE_HEAD, 0, PLAIN("pgmap")},
		{"v7.2", MMS_PAGE_ALTMAP, 0,
	         "flags 0 8, lru.next 8 8, lru.prev 16 8, mapping 24 8, " FROM_INDEX},
		{"v7.2", MMS_PAGE_FREE, 0,
	         "flags 0 8, lru.next 8 8, lru.prev 16 8, mapping 24 8, index 32 8, private 40 8, "
	         "page_type 48 4, _refcount 52 4, memcg_data 56 8"},
		{"v6.1", MMS_PAGE_TAIL, 1,
	         "flags 0 8, compound_head 8 8, compound_dtor 16 1, compound_order 17 1, "
	         "(unused) 18 2, compound_mapcount 20 4, compound_pincount 24 4, compound_nr 28 "
	         "4, " FROM_INDEX},
		{"v6.12", MMS_PAGE_TAIL, 1,
	         "flags 0 8, compound_head 8 8, _large_mapcount 16 4, _entire_mapcount 20 4, "
	         "_nr_pages_mapped 24 4, _pincount 28 4, _folio_nr_pages 32 4, (unused) 36 4, "
	         "private 40 8, " COUNTS},
		{"v6.16", MMS_PAGE_TAIL, 1, V6_16("compound_head")},
		{"v6.18", MMS_PAGE_TAIL, 1, V6_16("compound_head")},
		{"v7.1", MMS_PAGE_TAIL, 1, V6_16("compound_info")},
		{"v7.2", MMS_PAGE_TAIL, 1, V6_16("compound_info")},
		/* Up to v6.16 tail 2 is an ordinary tail: its own init wipes the list. */
		{"v6.1", MMS_PAGE_TAIL, 2, PLAIN("compound_head")},
		{"v6.12", MMS_PAGE_TAIL, 2, PLAIN("compound_head")},
		{"v6.16", MMS_PAGE_TAIL, 2, PLAIN("compound_head")},
		{"v6.18", MMS_PAGE_TAIL, 2, LIST("compound_head")},
		{"v7.1", MMS_PAGE_TAIL, 2, LIST("compound_info")},
		{"v7.2", MMS_PAGE_TAIL, 2, LIST("compound_info")},
		{"v6.12", MMS_PAGE_TAIL, 3, PLAIN("compound_head")},
		{"v7.2", MMS_PAGE_TAIL, 511, PLAIN("compound_info")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check_names(cases[i].kernel, cases[i].kind, cases[i].tail, cases[i].names);
}

static void check_value(const struct mms_decoded_field *fields, size_t count, const char *name,
                        const char *expected)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(fields[i].name, name) == 0) {
			assert_string_equal(fields[i].value, expected);
			return;
		}
	}
	fail_msg("there is no %s", name);
}

static void test_a_head_in_words(void **state)
{
	static const uint64_t head[] = {UINT64_C(0x0067ffffc0002040),
	                                UINT64_C(0xffff888103512b40),
	                                0,
	                                0,
	                                0,
	                                0,
	                                UINT64_C(0x00000001ffffffff),
	                                0};
	struct mms_decoded_field fields[MMS_MAX_DECODED_FIELDS];
	size_t count = decode("v7.2", MMS_PAGE_HEAD, 0, head, fields);

	(void)state;
	check_value(
		fields, count, "flags",
		"0x0067ffffc0002040 (nid 1, zone DEVICE, last_cpupid 0x1fffff, head, reserved)");
	check_value(fields, count, "pgmap", "0xffff888103512b40");
	check_value(fields, count, "_mapcount", "-1");
	check_value(fields, count, "_refcount", "1");
	check_value(fields, count, "memcg_data", "0x0000000000000000");
}

static void test_tails_in_words(void **state)
{
	static const uint64_t first[] = {UINT64_C(0x0067ffffc0002009), UINT64_C(0xffffffffffff8001),
	                                 UINT64_C(0x00000000ffffffff), UINT64_C(0x00000000ffffffff),
	                                 UINT64_C(0xffffffffffffffff), 0,
	                                 UINT64_C(0x00000000ffffffff), 512};
	static const uint64_t plain[] = {UINT64_C(0x0067ffffc0002000),
	                                 UINT64_C(0xffffffffffff8001),
	                                 0,
	                                 UINT64_C(0xdead000000000400),
	                                 0,
	                                 0,
	                                 UINT64_C(0x00000000ffffffff),
	                                 0};
	static const uint64_t v6_1[] = {UINT64_C(0x0067ffffc0001000),
	                                UINT64_C(0xffffea0004010001),
	                                UINT64_C(0xffffffff00001201),
	                                UINT64_C(0x0004000000000000),
	                                0,
	                                0,
	                                UINT64_C(0x00000000ffffffff),
	                                0};
	struct mms_decoded_field fields[MMS_MAX_DECODED_FIELDS];
	size_t count = decode("v7.2", MMS_PAGE_TAIL, 1, first, fields);

	(void)state;
	check_value(fields, count, "flags",
	            "0x0067ffffc0002009 (nid 1, zone DEVICE, last_cpupid 0x1fffff, order 9, "
	            "reserved)");
	check_value(fields, count, "compound_info", "0xffffffffffff8001");
	check_value(fields, count, "_large_mapcount", "-1");
	check_value(fields, count, "_nr_pages_mapped", "0");
	check_value(fields, count, "_nr_pages", "512");

	count = decode("v7.2", MMS_PAGE_TAIL, 3, plain, fields);
	check_value(fields, count, "mapping", "0xdead000000000400 (TAIL_MAPPING)");
	check_value(fields, count, "_refcount", "0");

	count = decode("v6.1", MMS_PAGE_TAIL, 1, v6_1, fields);
	check_value(fields, count, "flags",
	            "0x0067ffffc0001000 (nid 1, zone DEVICE, last_cpupid 0x1fffff, reserved)");
	check_value(fields, count, "compound_dtor", "1");
	check_value(fields, count, "compound_order", "18");
	check_value(fields, count, "compound_mapcount", "-1");
	check_value(fields, count, "compound_nr", "262144");
}

/* A page that holds anything can be looked at all the same. */
static void test_odd_flags(void **state)
{
	static const uint64_t words[8] = {UINT64_C(0xffd0000000000000) | 1 << 6 | 1 << 24};
	struct mms_decoded_field fields[MMS_MAX_DECODED_FIELDS];
	size_t count = decode("v7.2", MMS_PAGE_SINGLE, 0, words, fields);

	(void)state;
	check_value(fields, count, "flags",
	            "0xffd0000001000040 (nid 1023, zone NORMAL, last_cpupid 0x0, head, arch_2)");
	count = decode("v6.1", MMS_PAGE_SINGLE, 0, words, fields);
	check_value(
		fields, count, "flags",
		"0xffd0000001000040 (nid 1023, zone NORMAL, last_cpupid 0x0, workingset, arch_2)");
}

/* All flags at once, on the highest node, are still all there. */
static void test_all_flags_fit(void **state)
{
	uint64_t words[8];

	(void)state;
	memset(words, 0xff, sizeof(words));
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		struct mms_decoded_field fields[MMS_MAX_DECODED_FIELDS];

		mms_page_decode(kernel, MMS_PAGE_SINGLE, 0, words, fields);
		assert_string_equal(fields[0].name, "flags");
		assert_int_equal(fields[0].value[strlen(fields[0].value) - 1], ')');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_byte_belongs_to_one_field),
		cmocka_unit_test(test_names_are_the_kernels),
		cmocka_unit_test(test_a_head_in_words),
		cmocka_unit_test(test_tails_in_words),
		cmocka_unit_test(test_odd_flags),
		cmocka_unit_test(test_all_flags_fit),
	};

	return cmocka_run_group_tests_name("struct pages in words", tests, NULL, NULL);
}
