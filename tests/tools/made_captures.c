// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * memmapsim verify --capture on namespaces that the captures in tests/data don't have: as kernels
 * would leave them if they did what is declared. So these are about reading, not about the oracle.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "edited_capture.h"
#include "run.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define K            UINT64_C(1024)
#define M            (1024 * K)
#define G            (1024 * M)

#define FSDAX  MMS_MODE_FSDAX
#define DEVDAX MMS_MODE_DEVDAX
#define FSDEV  MMS_MODE_FSDEV
#define RAW    MMS_MODE_RAW
#define DEV    MMS_MAP_DEV
#define MEM    MMS_MAP_MEM
#define NONE   MMS_EARLY_NONE
#define START  MMS_EARLY_START
#define END    MMS_EARLY_END
#define BOTH   MMS_EARLY_BOTH

/* Make the capture NAME.json of @ns. @return false if @kernel has no such namespace */
static bool make(const struct mms_kernel *kernel, const struct mms_namespace *ns, const char *name,
                 struct edited_capture *capture)
{
	struct mms_geometry geometry;

	if (ns->mode == FSDEV && !kernel->fsdev)
		return false;
	assert_int_equal(mms_geometry_from_namespace(kernel, ns, &geometry), 0);
	*capture = edited_capture_make(ns, &geometry);
	edited_capture_describe_pages(capture, name);
	return true;
}

static void all_namespaces_of_all_kernels(void **state)
{
	static const struct mms_namespace namespaces[] = {
		{FSDAX, DEV, 2 * M, 4 * G, 64 * M, 0, NONE},
		{FSDAX, MEM, 2 * M, 4 * G + 6 * M, 202 * M, 3, NONE},
		{FSDEV, DEV, 2 * M, 4 * G, 128 * M, 1, NONE},
		{RAW, MEM, 2 * M, 4 * G + 64 * M, 96 * M, 1023, NONE},
		{DEVDAX, DEV, 4 * K, 5 * G + 62 * M, 200 * M, 0, NONE},
		{DEVDAX, DEV, 2 * M, 5 * G + 62 * M, 300 * M, 1, NONE},
		{DEVDAX, MEM, 2 * M, 5 * G + 130 * M, 100 * M, 1, NONE},
		{DEVDAX, DEV, G, 5 * G + 2 * M, 2 * G, 1, NONE},
		{DEVDAX, MEM, G, 5 * G, 2 * G + 4 * K, 1, NONE},
		/* What its pgmap leaves out at the end. */
		{FSDAX, DEV, 2 * M, 4 * G, 101 * M + 4 * K, 0, NONE},
		/* Sections shared with System RAM. */
		{FSDAX, DEV, 2 * M, 4 * G + 64 * M, 192 * M, 0, START},
		{FSDAX, DEV, 2 * M, 4 * G, 192 * M, 0, END},
		{DEVDAX, MEM, 2 * M, 4 * G + 64 * M, 192 * M, 0, START},
		{DEVDAX, MEM, 2 * M, 4 * G, 192 * M, 0, END},
		{DEVDAX, MEM, 2 * M, 4 * G + 2 * M, 64 * M, 0, BOTH},
		{RAW, MEM, 4 * K, 4 * G + 64 * M, 32 * M, 0, START},
		/* Either end, and nothing but the captured facts to tell which. */
		{FSDAX, DEV, 2 * M, 4 * G + 64 * M, 256 * M, 0, BOTH},
		{FSDAX, DEV, 2 * M, 4 * G + 64 * M, 256 * M, 0, START},
		{FSDAX, DEV, 2 * M, 4 * G + 64 * M, 256 * M, 0, END},
		{DEVDAX, MEM, 2 * M, 4 * G + 64 * M, 256 * M, 0, BOTH},
		{DEVDAX, MEM, 2 * M, 4 * G + 64 * M, 256 * M, 0, START},
		{DEVDAX, MEM, 2 * M, 4 * G + 64 * M, 256 * M, 0, END},
	};

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		unsigned int made = 0;
		char holding[64];

		for (size_t j = 0; j < COUNT(namespaces); j++) {
			struct edited_capture capture;
			char name[32];

			snprintf(name, sizeof(name), "%s-%02zu", kernel->name, j);
			if (!make(kernel, &namespaces[j], name, &capture))
				continue;
			edited_capture_save(&capture, name);
			edited_capture_free(&capture);
			made++;
		}
		snprintf(holding, sizeof(holding), "%u of %u captures hold\n", made, made);
		assert_contains(
			run_expecting(0,
		                      "memmapsim verify -i naive,template --capture %s-*.json; "
		                      "status=$?; rm %s-*; (exit $status)",
		                      kernel->name, kernel->name)
				.out,
			holding);
	}
}

/* Where tails of early sections are not written, the capture tells which sections those are. */
static void the_early_end_is_found_out(void **state)
{
	static const struct {
		enum mms_early early;
		const char *ends;
	} cases[] = {{START, "[\"start\"]"}, {END, "[\"end\"]"}, {BOTH, "[\"start\",\"end\"]"}};
	const struct mms_kernel *kernel;

	(void)state;
	assert_int_equal(mms_kernel_find("v6.18", &kernel), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct mms_namespace ns = {
			DEVDAX, MEM, 2 * M, 4 * G + 64 * M, 256 * M, 0, cases[i].early,
		};
		struct edited_capture capture;
		json_t *json, *ends;
		char *text;

		assert_true(make(kernel, &ns, "early", &capture));
		edited_capture_save(&capture, "early");
		edited_capture_free(&capture);
		run_expecting(0, "memmapsim verify -i naive --json r.json --capture early.json");
		json = json_load_file(scratch("r.json"), 0, NULL);
		ends = json_object_get(
			json_object_get(json_array_get(json_object_get(json, "captures"), 0),
		                        "geometry"),
			"early_sections");
		text = json_dumps(ends, JSON_COMPACT);
		assert_string_equal(text, cases[i].ends);
		free(text);
		json_decref(json);
	}
}

static void raw_needs_neither_map_nor_alignment(void **state)
{
	static const char *const texts[] = {"0", "null", NULL};
	const struct mms_namespace ns = {RAW, MEM, 2 * M, 4 * G, 64 * M, 0, NONE};
	struct edited_capture capture;

	(void)state;
	assert_true(make(mms_kernel_default(), &ns, "raw", &capture));
	for (size_t i = 0; i < COUNT(texts); i++) {
		edited_capture_set(&capture, "namespace.map", texts[i]);
		edited_capture_set(&capture, "namespace.align", texts[i]);
		edited_capture_save(&capture, "raw");
		run_expecting(0, "memmapsim verify --capture raw.json");
	}
	edited_capture_free(&capture);
}

/* Pageblocks may be listed to the end of the namespace, too. */
static void pageblocks_beyond_the_pgmap(void **state)
{
	const struct mms_namespace ns = {FSDAX, MEM, 2 * M, 4 * G, 65 * M, 0, NONE};
	struct edited_capture capture;

	(void)state;
	assert_true(make(mms_kernel_default(), &ns, "longer", &capture));
	edited_capture_set(&capture, "pageblock_migratetype", "[[1,32],[0,1]]");
	edited_capture_save(&capture, "longer");
	run_expecting(0, "memmapsim verify --capture longer.json");
	edited_capture_set(&capture, "pageblock_migratetype", "[[1,31],[0,1]]");
	edited_capture_save(&capture, "longer");
	run_expecting(1, "memmapsim verify --capture longer.json");
	edited_capture_free(&capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_namespaces_of_all_kernels),
		cmocka_unit_test(the_early_end_is_found_out),
		cmocka_unit_test(raw_needs_neither_map_nor_alignment),
		cmocka_unit_test(pageblocks_beyond_the_pgmap),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
