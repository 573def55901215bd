// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim verify --capture: captures of real kernels hold, and changed ones don't. */
#include <inttypes.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "edited_capture.h"
#include "run.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void all_captures_hold(void **state)
{
	struct result result =
		run_expecting(0, "memmapsim verify --capture " TEST_DATA "/captures/*.json");

	(void)state;
	assert_contains(result.out, "18 of 18 captures hold\n");
	assert_null(strstr(result.out, "FAIL"));
	assert_string_equal(result.err, "");
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t length = strlen(name);

	return length > strlen(suffix) && strcmp(name + length - strlen(suffix), suffix) == 0;
}

/* What descriptions say of the captures that back them. */
static void descriptions_count_their_captures(void **state)
{
	unsigned int counts[16] = {0};
	DIR *folder = opendir(TEST_DATA "/captures");
	struct dirent *entry;

	(void)state;
	assert_non_null(folder);
	assert_true(mms_kernel_count() <= COUNT(counts));
	while ((entry = readdir(folder))) {
		struct edited_capture capture;
		const char *model;
		char name[256];

		if (!has_suffix(entry->d_name, ".json"))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)strlen(entry->d_name) - 5, entry->d_name);
		capture = edited_capture_load(name);
		assert_int_equal(json_unpack(capture.json, "{s:{s:s}}", "kernel", "model", &model),
		                 0);
		for (size_t i = 0; i < mms_kernel_count(); i++)
			counts[i] += strcmp(mms_kernel_at(i)->name, model) == 0;
		edited_capture_free(&capture);
	}
	closedir(folder);
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		assert_int_equal(counts[i], mms_kernel_at(i)->nr_captures);
		/* What no capture backs has to say what it follows. */
		assert_int_equal(counts[i] == 0, mms_kernel_at(i)->derived_from != NULL);
	}
}

static void results_as_json(void **state)
{
	json_t *json, *captures, *capture, *initializer;
	size_t index, inner;

	(void)state;
	run_expecting(0, "memmapsim verify --json result.json --capture " TEST_DATA
	                 "/captures/6.1*.json --seed 5");
	json = json_load_file(scratch("result.json"), 0, NULL);
	assert_int_equal(json_integer_value(json_object_get(json, "schema_version")), 3);
	assert_int_equal(json_integer_value(json_object_get(json, "seed")), 5);
	assert_true(json_is_true(json_object_get(json, "verified")));
	captures = json_object_get(json, "captures");
	assert_int_equal(json_array_size(captures), 12);
	json_array_foreach (captures, index, capture) {
		json_t *initializers = json_object_get(capture, "initializers");

		assert_true(json_is_true(json_object_get(capture, "holds")));
		assert_int_equal(json_array_size(initializers), mms_initializer_count());
		json_array_foreach (initializers, inner, initializer)
			assert_true(json_is_true(json_object_get(initializer, "verified")) ||
			            json_is_string(
					    json_object_get(initializer, "missing_cpu_feature")));
	}
	json_decref(json);
}

/* One flipped bit in each kind of page is found, and named. */
static void flipped_bits(void **state)
{
	static const struct {
		const char *name;
		size_t page, byte;
		const char *kind, *field;
	} cases[] = {
		{"7.2-fsdax_dev", 2, 8, "altmap page", "lru.next"},
		{"7.2-fsdax_dev", 2559, 23, "altmap page", "lru.prev"},
		{"7.2-fsdax_dev", 2560, 15, "device page", "pgmap"},
		{"6.12-fsdax_mem", 0, 52, "device page", "_refcount"},
		{"6.18-devdax_4K_dev", 65535, 63, "device page", "memcg_data"},
		{"6.12-devdax_2M_dev", 2560, 0, "head", "flags"},
		{"6.12-devdax_2M_dev", 2561, 34, "tail 1 ", "_folio_nr_pages"},
		{"6.18-devdax_2M_dev", 2561, 57, "tail 1 ", "_nr_pages"},
		{"6.18-devdax_2M_dev", 2562, 16, "tail 2 ", "_deferred_list.next"},
		{"6.18-devdax_2M_dev-rebind", 2563, 8, "tail 3 ", "compound_head"},
		{"7.2-devdax_2M_dev-rebind", 3071, 24, "tail 511 ", "mapping"},
		{"7.2-devdax_2M_mem", 511, 8, "tail 511 ", "compound_info"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct edited_capture capture = edited_capture_load(cases[i].name);
		unsigned char *byte = (unsigned char *)&capture.pages[cases[i].page];
		char pfn[32], field[64];
		json_int_t start_pfn;

		json_unpack(capture.json, "{s:{s:I}}", "pages", "start_pfn", &start_pfn);
		snprintf(pfn, sizeof(pfn), "pfn %" PRIu64 " ", (uint64_t)start_pfn + cases[i].page);
		snprintf(field, sizeof(field), "wrong in %s\n", cases[i].field);
		byte[cases[i].byte] ^= 1 << i % 8;
		for (int sum_holds = 0; sum_holds < 2; sum_holds++) {
			struct result result;

			if (sum_holds)
				edited_capture_describe_pages(&capture, "flipped");
			else
				edited_capture_set(&capture, "pages.file", "\"flipped.pages.zst\"");
			edited_capture_save(&capture, "flipped");
			result = run_expecting(1, "memmapsim verify --capture flipped.json");
			assert_contains(result.out, pfn);
			assert_contains(result.out, cases[i].kind);
			assert_contains(result.out, field);
			assert_contains(result.out, "1 of ");
			assert_contains(result.out, "\n  > ");
			assert_contains(result.out, "\n0 of 1 captures hold\n");
			assert_int_equal(strstr(result.out, "sha256") == NULL, sum_holds);
		}
		edited_capture_free(&capture);
	}
}

/* A capture whose JSON says something else than its kernel did. */
static void changed_facts(void **state)
{
	static const struct {
		const char *path, *text;
		const char *message;
	} cases[] = {
		{"pgmap.type", "\"MEMORY_DEVICE_FS_DAX\"",
	         "pgmap.type is MEMORY_DEVICE_FS_DAX in the capture"},
		{"pgmap.vmemmap_shift", "18", "pgmap.vmemmap_shift is 18"},
		{"pgmap.flags", "3", "pgmap.flags is 3 "},
		{"pgmap.range.start", "\"0x340200000\"", "pgmap.range is 0x340200000-0x35fffffff "},
		{"pgmap.range.end", "\"0x35fdfffff\"", "gives 0x340000000-0x35fffffff"},
		{"pgmap.altmap.base_pfn", "0", "pgmap.altmap.base_pfn is 0 "},
		{"pgmap.altmap.end_pfn", "3538944", "pgmap.altmap.end_pfn is 3538944"},
		{"pgmap.altmap.reserve", "0", "pgmap.altmap.reserve is 0"},
		{"pgmap.altmap.free", "2557",
	         "pgmap.altmap.free is 2557 in the capture, but its "
	         "namespace gives 2558"},
		{"pgmap.altmap.align", "0", "pgmap.altmap.align is 0"},
		{"pgmap.altmap.alloc", "2047", "pgmap.altmap.alloc is 2047"},
		{"zone", "3", "zone is 3"},
		{"initialised_pages", "128513", "initialised_pages is 128513"},
		{"never_written", "[]", "never_written is 0 pages, page 0 not among them"},
		{"never_written", "[[0,2]]", "never_written is 3 pages, page 2 among them"},
		{"never_written", "[[0,1],[131071,131071]]",
	         "gives 2 pages, page 131071 not among them"},
		{"pageblock_migratetype", "[[1,256]]", "1 at pfn 3407872, the first of 1"},
		{"pageblock_migratetype", "[[0,1],[1,254],[0,1]]", "0 at pfn 3538432"},
		{"namespace.size", "534773760", "pgmap.range is "},
		{"namespace.align", "4096", "pgmap.vmemmap_shift is 9 "},
		{"namespace.map", "\"mem\"", "pgmap.flags is 1 "},
		{"namespace.nid", "2", "wrong in flags"},
		{"kernel.model", "\"v6.1\"", "wrong in "},
		{"vmemmap_base", "\"0xffffea0000000040\"", "wrong in "},
		{"pgmap.address", "\"0xffff888101622640\"", "wrong in pgmap"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct edited_capture capture = edited_capture_load("6.12-devdax_2M_dev");

		edited_capture_describe_pages(&capture, "changed");
		edited_capture_set(&capture, cases[i].path, cases[i].text);
		edited_capture_save(&capture, "changed");
		assert_contains(run_expecting(1, "memmapsim verify --capture changed.json").out,
		                cases[i].message);
		edited_capture_free(&capture);
	}
}

/* What the format leaves open. */
static void optional_facts(void **state)
{
	static const char *const without[] = {"zone", "name", "vmemmap_leaf_mapping"};
	struct edited_capture capture = edited_capture_load("7.2-fsdax_mem");

	(void)state;
	edited_capture_describe_pages(&capture, "optional");
	for (size_t i = 0; i < COUNT(without); i++)
		edited_capture_set(&capture, without[i], NULL);
	edited_capture_set(&capture, "initialised_pages", "null");
	edited_capture_set(&capture, "namespace.uuid", "\"6f1e\"");
	edited_capture_save(&capture, "optional");
	run_expecting(0, "memmapsim verify --capture optional.json");
	edited_capture_free(&capture);
}

static void parts_of_a_namespace(void **state)
{
	struct edited_capture capture = edited_capture_load("6.18-devdax_2M_dev");
	struct result result;

	(void)state;
	edited_capture_cut(&capture, 2000, 3000);
	edited_capture_describe_pages(&capture, "part");
	edited_capture_set(&capture, "never_written", "[]");
	edited_capture_save(&capture, "part");
	result = run_expecting(0, "memmapsim verify --capture part.json");
	assert_contains(result.out, "3000 of 3000 pages right");
	edited_capture_free(&capture);
}

static void some_hold(void **state)
{
	struct edited_capture capture = edited_capture_load("7.2-fsdax_dev");
	struct result result;

	(void)state;
	edited_capture_describe_pages(&capture, "wrong");
	edited_capture_set(&capture, "initialised_pages", "1");
	edited_capture_save(&capture, "wrong");
	result = run_expecting(1, "memmapsim verify --json r.json --capture " TEST_DATA
	                          "/captures/7.2-fsdax_dev.json wrong.json " TEST_DATA
	                          "/captures/7.2-fsdax_mem.json -i naive,template");
	assert_contains(result.out, "2 of 2 initializers verified");
	assert_contains(result.out, "2 of 3 captures hold\n");
	edited_capture_free(&capture);
}

static void pages_of_captures_are_dumped(void **state)
{
	struct edited_capture capture = edited_capture_load("6.18-devdax_2M_dev");
	struct result result = run_expecting(0, "memmapsim dump -p 3410433 --capture " TEST_DATA
	                                        "/captures/6.18-devdax_2M_dev.json");

	(void)state;
	assert_contains(result.out, "tail 1 of the order-9 compound at pfn 0x340a00");
	assert_contains(result.out, "compound_head        0xffffea000d028001");
	assert_contains(result.out, "memory holds what is declared");
	capture.pages[2561]._refcount = 1;
	edited_capture_set(&capture, "pages.file", "\"wrong.pages.zst\"");
	edited_capture_save(&capture, "wrong");
	result = run_expecting(1, "memmapsim dump -p 3410433 --capture wrong.json");
	assert_contains(result.out, "wrong in _refcount");
	assert_contains(result.err, "sha256");
	run_expecting(0, "memmapsim dump -p 3410434 --capture wrong.json");
	run_refused(2, "no struct page", "memmapsim dump -p 0 --capture wrong.json");
	run_refused(2, "leave --capture", "memmapsim dump -p 0 -k v6.1 --capture wrong.json");
	edited_capture_free(&capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_captures_hold),
		cmocka_unit_test(descriptions_count_their_captures),
		cmocka_unit_test(results_as_json),
		cmocka_unit_test(flipped_bits),
		cmocka_unit_test(changed_facts),
		cmocka_unit_test(optional_facts),
		cmocka_unit_test(parts_of_a_namespace),
		cmocka_unit_test(some_hold),
		cmocka_unit_test(pages_of_captures_are_dumped),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
