// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What no kernel creates is refused with a sentence, and leaves the output as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include <memmapsim/namespace.h>

#define K UINT64_C(1024)
#define M (1024 * K)
#define G (1024 * M)

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#define FSDAX  MMS_MODE_FSDAX
#define DEVDAX MMS_MODE_DEVDAX
#define FSDEV  MMS_MODE_FSDEV
#define RAW    MMS_MODE_RAW
#define DEV    MMS_MAP_DEV
#define MEM    MMS_MAP_MEM

/* Call @call, whose last argument is &geometry. */
#define assert_refused(call, error, word)                                                          \
	do {                                                                                       \
		struct mms_geometry geometry, before;                                              \
                                                                                                   \
		memset(&geometry, 0xa5, sizeof(geometry));                                         \
		before = geometry;                                                                 \
		assert_int_equal(call, -(error));                                                  \
		assert_memory_equal(&geometry, &before, sizeof(before));                           \
		if (!strstr(mms_last_error(), word))                                               \
			fail_msg("\"%s\" is not in \"%s\"", word, mms_last_error());               \
	} while (0)

static void test_namespaces(void **state)
{
	static const struct {
		struct mms_namespace ns;
		int error;
		const char *word; /* of the sentence */
	} cases[] = {
		{{(enum mms_mode)4, DEV, 2 * M, 4 * G, G, 0, 0}, EINVAL, "mode 4"},
		{{(enum mms_mode) - 1, DEV, 2 * M, 4 * G, G, 0, 0}, EINVAL, "mode -1"},
		{{FSDAX, (enum mms_map)2, 2 * M, 4 * G, G, 0, 0}, EINVAL, "map 2"},
		{{FSDAX, DEV, 2 * M, 4 * G, G, 0, (enum mms_early)4}, EINVAL, "early 4"},

		{{FSDAX, DEV, 0, 4 * G, G, 0, 0}, EINVAL, "4K, 2M or 1G"},
		{{FSDAX, DEV, 64 * K, 4 * G, G, 0, 0}, EINVAL, "65536"},
		{{DEVDAX, DEV, 4 * M, 4 * G, G, 0, 0}, EINVAL, "4194304"},
		{{RAW, DEV, 512, 4 * G, G, 0, 0}, EINVAL, "512"},
		{{FSDAX, DEV, 2 * M, 4 * G, G, 1024, 0}, EINVAL, "node 1024"},

		{{FSDAX, DEV, 4 * K, 4 * G + M, G, 0, 0}, EINVAL, "0x100100000"},
		{{FSDAX, DEV, 4 * K, 4 * G, 0, 0, 0}, EINVAL, "size of 0"},
		{{FSDAX, DEV, 4 * K, 4 * G, G + 512, 0, 0}, EINVAL, "1073742336"},

		{{FSDAX, DEV, 2 * M, MMS_MAX_PHYS - G, G + 4 * K, 0, 0}, ERANGE, "2^52"},
		{{FSDAX, DEV, 2 * M, MMS_MAX_PHYS, G, 0, 0}, ERANGE, "2^52"},
		{{FSDAX, DEV, 2 * M, -2 * M, 4 * M, 0, 0}, ERANGE, "2^52"},
		{{FSDAX, DEV, 2 * M, 4 * G, -4 * K, 0, 0}, ERANGE, "2^52"},

		/* No room for the info block, or for a page of data after it. */
		{{FSDAX, DEV, 2 * M, 4 * G, 4 * K, 0, 0}, EINVAL, "make it larger"},
		{{FSDAX, DEV, 2 * M, 4 * G, 8 * K, 0, 0}, EINVAL, "make it larger"},
		{{FSDAX, DEV, 2 * M, 4 * G, 12 * K, 0, 0}, EINVAL, "make it larger"},
		{{FSDAX, MEM, 2 * M, 4 * G, 2 * M, 0, 0}, EINVAL, "make it larger"},
		{{FSDAX, DEV, 4 * K, 4 * G, 4 * M - 4 * K, 0, 0}, EINVAL, "make it larger"},
		{{DEVDAX, MEM, G, 4 * G, G, 0, 0}, EINVAL, "make it larger"},
		{{DEVDAX, DEV, G, 5 * G - 16 * M, G + 16 * M, 0, 0}, EINVAL, "make it larger"},

		/* Without altmap compounds start where the namespace does. */
		{{DEVDAX, MEM, G, 4 * G + 2 * M, 4 * G, 0, 0}, EINVAL, "inside a compound"},

		{{RAW, DEV, 2 * M, 4 * G, G + 4 * K, 0, 0}, EINVAL, "raw"},

		/* Early sections are shared ones, so only where a border is inside one. */
		{{FSDAX, DEV, 2 * M, 4 * G, G, 0, MMS_EARLY_START}, EINVAL, "at the start"},
		{{FSDAX, DEV, 2 * M, 4 * G, G, 0, MMS_EARLY_END}, EINVAL, "at the end"},
		{{FSDAX, DEV, 2 * M, 4 * G + 2 * M, G - 2 * M, 0, MMS_EARLY_BOTH},
	         EINVAL,
	         "at the end"},
		{{FSDAX, DEV, 2 * M, 4 * G, G + M, 0, MMS_EARLY_END}, EINVAL, "at the end"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t j = 0; j < mms_kernel_count(); j++)
			assert_refused(mms_geometry_from_namespace(mms_kernel_at(j), &cases[i].ns,
			                                           &geometry),
			               cases[i].error, cases[i].word);
}

static void test_fsdev_is_for_releases_that_have_it(void **state)
{
	const struct mms_namespace ns = {FSDEV, DEV, 2 * M, 4 * G, G, 0, 0};
	struct mms_geometry made;

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);

		if (strcmp(kernel->name, "v7.2") == 0)
			assert_int_equal(mms_geometry_from_namespace(kernel, &ns, &made), 0);
		else
			assert_refused(mms_geometry_from_namespace(kernel, &ns, &geometry),
			               EOPNOTSUPP, kernel->name);
	}
}

static void test_ranges(void **state)
{
	static const struct {
		enum mms_memory_type type;
		unsigned int order, nr_range, nid;
		struct mms_range ranges[2];
		int error;
		const char *word;
	} cases[] = {
#define ONE {{4 * G, 5 * G - 1}}
#define P   MMS_MEMORY_DEVICE_PRIVATE
		{(enum mms_memory_type)0, 0, 1, 0, ONE, EINVAL, "0 is no memory type"},
		{(enum mms_memory_type)6, 0, 1, 0, ONE, EINVAL, "6 is no memory type"},
		{P, 19, 1, 0, ONE, EINVAL, "order 19"},
		{P, 0, 0, 0, ONE, EINVAL, "0 ranges"},
		{P, 0, MMS_MAX_RANGES + 1, 0, ONE, EINVAL, "17 ranges"},
		{P, 0, 1, 1024, ONE, EINVAL, "node 1024"},
		{P, 0, 1, 0, {{4 * G + 4 * K, 5 * G - 1}}, EINVAL, "aligned to 2M"},
		{P, 0, 1, 0, {{4 * G, 5 * G}}, EINVAL, "aligned to 2M"},
		{P, 0, 1, 0, {{4 * G, 4 * G - 1}}, EINVAL, "before it starts"},
		{P, 0, 1, 0, {{0, -UINT64_C(1)}}, ERANGE, "2^52"},
		{P, 10, 1, 0, {{4 * G + 2 * M, 5 * G - 1}}, EINVAL, "aligned to 4M"},
		{P, 18, 1, 0, {{4 * G, 5 * G + 512 * M - 1}}, EINVAL, "aligned to 1024M"},
		{P, 0, 1, 0, {{4 * G, MMS_MAX_PHYS + 2 * M - 1}}, ERANGE, "2^52"},
		{P, 0, 1, 0, {{MMS_MAX_PHYS, MMS_MAX_PHYS + G - 1}}, ERANGE, "2^52"},
		{P, 0, 2, 0, {{5 * G, 6 * G - 1}, {4 * G, 5 * G - 1}}, EINVAL, "ascending"},
		{P, 0, 2, 0, {{4 * G, 6 * G - 1}, {5 * G, 7 * G - 1}}, EINVAL, "ascending"},
		{P, 0, 2, 0, {{4 * G, 5 * G - 1}, {4 * G, 5 * G - 1}}, EINVAL, "ascending"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_refused(mms_geometry_from_ranges(mms_kernel_default(), cases[i].type,
		                                        cases[i].order, cases[i].ranges,
		                                        cases[i].nr_range, cases[i].nid, &geometry),
		               cases[i].error, cases[i].word);
}

static void test_up_to_the_last_byte(void **state)
{
	const struct mms_range last = {MMS_MAX_PHYS - G, MMS_MAX_PHYS - 1};
	struct mms_geometry made;

	(void)state;
	assert_int_equal(
		mms_geometry_from_ranges(mms_kernel_default(), P, 18, &last, 1, 1023, &made), 0);
	assert_int_equal(made.end_pfn, UINT64_C(1) << 40);
}

static void test_names_end_where_the_enums_do(void **state)
{
	(void)state;
	assert_string_equal(mms_mode_name(MMS_MODE_FSDAX), "fsdax");
	assert_string_equal(mms_mode_name(MMS_MODE_DEVDAX), "devdax");
	assert_string_equal(mms_mode_name(MMS_MODE_FSDEV), "fsdev");
	assert_string_equal(mms_mode_name(MMS_MODE_RAW), "raw");
	assert_string_equal(mms_map_name(MMS_MAP_MEM), "mem");
	assert_null(mms_map_name((enum mms_map)2));
	assert_string_equal(mms_early_name(MMS_EARLY_START), "start");
	assert_null(mms_early_name((enum mms_early)4));
	assert_null(mms_mode_name((enum mms_mode)4));
	assert_null(mms_mode_name((enum mms_mode) - 1));
	assert_string_equal(mms_memory_type_name(MMS_MEMORY_DEVICE_FS_DAX), "MEMORY_DEVICE_FS_DAX");
	assert_string_equal(mms_memory_type_name(MMS_MEMORY_DEVICE_PCI_P2PDMA),
	                    "MEMORY_DEVICE_PCI_P2PDMA");
	assert_null(mms_memory_type_name((enum mms_memory_type)0));
	assert_null(mms_memory_type_name((enum mms_memory_type)6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_fsdev_is_for_releases_that_have_it),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_up_to_the_last_byte),
		cmocka_unit_test(test_names_end_where_the_enums_do),
	};

	return cmocka_run_group_tests_name("refusals of geometries", tests, NULL, NULL);
}
