// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim compare: verdicts, exit statuses, and a kernel's own log beside a result. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "result_file.h"
#include "run.h"

#define RESULTS     TEST_DATA "/results/"
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static void a_result_is_like_itself(void **state)
{
	static const char *const names[] = {
		"rebind.json",        "rebind-v1.json", "boot.json",         "background.json",
		"background-v1.json", "aftermath.json", "rebind-sizes.json", "normal.json"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct result result = run_expecting(
			0, "memmapsim compare " RESULTS "%s " RESULTS "%s", names[i], names[i]);

		assert_string_equal(result.err, "");
		assert_contains(result.out, "1.000");
		assert_null(strstr(result.out, "slower\n"));
		assert_null(strstr(result.out, "faster\n"));
	}
}

static void verdicts_go_by_the_whole_interval(void **state)
{
	(void)state;
	make_result("a.json", 1e7);
	make_result("b.json", 1.1e7);
	assert_contains(run_expecting(1, "memmapsim compare a.json b.json -i naive").out, "slower");
	assert_contains(run_expecting(0, "memmapsim compare b.json a.json -i naive").out, "faster");
	assert_contains(
		run_expecting(0, "memmapsim compare a.json b.json -i naive --threshold 20").out,
		"same");
	assert_contains(
		run_expecting(0, "memmapsim compare a.json b.json -i naive --threshold 10").out,
		"unclear");
}

static void two_of_one_are_paired(void **state)
{
	json_t *json, *one;

	(void)state;
	make_result("a.json", 1e7);
	run_expecting(1, "memmapsim compare a.json -i naive,template-movnti --json out.json");
	json = json_load_file(scratch("out.json"), 0, NULL);
	one = json_array_get(json_object_get(json, "comparisons"), 1);
	assert_string_equal(json_string_value(json_object_get(one, "measure")), "rebind");
	assert_string_equal(json_string_value(json_object_get(one, "verdict")), "slower");
	assert_true(json_is_true(json_object_get(one, "paired")));
	assert_true(json_real_value(json_object_get(one, "ratio")) == 2);
	assert_true(json_is_null(json_object_get(json, "b")));
	json_decref(json);
	run_expecting(0, "memmapsim compare a.json -i template-movnti,naive");
}

static void one_that_failed_is_told(void **state)
{
	json_t *json = load_result("rebind.json");

	(void)state;
	make_wrong(json, 1);
	json_array_clear(json_object_get(json, "threads"));
	json_object_set_new(json, "left_out",
	                    json_pack("[{s:s, s:s, s:s}]", "name", "mine", "plugin", "x.so",
	                              "reason", "it crashed"));
	save_result(json, "one.json");
	assert_contains(run_expecting(1, "memmapsim compare one.json -i naive,template-movnti").err,
	                "warning: template-movnti is wrong\n");
	assert_contains(run_expecting(1, "memmapsim compare one.json -i naive,mine").err,
	                "warning: mine was left out, since it failed\n");
	assert_contains(run_expecting(2, "memmapsim compare one.json -i mine,naive").err,
	                "mine and naive were not both timed, the same way\n");
}

/* Three times tell nothing, whatever they are. */
static void few_samples_have_no_verdict(void **state)
{
	static const int counts[] = {1, 3, 5, 6};
	struct result result;

	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++) {
		for (int ns = 1000; ns <= 2000; ns += 1000) {
			json_t *json = load_result("rebind.json"), *samples = json_array();

			for (int j = 0; j < counts[i]; j++)
				json_array_append_new(samples, json_integer(ns));
			json_object_set_new(json_object_get(row_at(json, 0), "rebind"),
			                    "samples_ns", samples);
			json_object_set_new(json_object_get(row_at(json, 0), "first_bind"),
			                    "samples_ns", json_null());
			json_array_clear(json_object_get(json, "threads"));
			save_result(json, ns == 1000 ? "a.json" : "b.json");
		}
		result = run_expecting(counts[i] < 6 ? 0 : 1,
		                       "memmapsim compare a.json b.json -i naive");
		assert_contains(result.out, counts[i] < 6 ? "  too few\n" : "  slower\n");
	}
}

static void samples_that_drift_are_marked(void **state)
{
	json_t *json = load_result("rebind.json"), *samples = json_array();

	(void)state;
	for (int i = 0; i < 60; i++)
		json_array_append_new(samples, json_integer(1000000 + 10000 * i));
	json_object_set(json_object_get(row_at(json, 0), "rebind"), "samples_ns", samples);
	json_object_set_new(json_object_get(row_at(json, 1), "rebind"), "samples_ns", samples);
	save_result(json, "b.json");
	assert_contains(run_expecting(0, "memmapsim compare b.json b.json -i naive").out, " *\n");
	/* What both go through in the same rounds is in no ratio. */
	assert_contains(run_expecting(0, "memmapsim compare b.json -i naive,template-movnti").out,
	                " 1.000  same\n");
}

static void rows_of_threads_are_compared(void **state)
{
	(void)state;
	assert_contains(run_expecting(0, "memmapsim compare " RESULTS "rebind.json " RESULTS
	                                 "rebind.json -i naive")
	                        .out,
	                "naive, 2 threads");
	assert_contains(run_expecting(0, "memmapsim compare " RESULTS "background.json " RESULTS
	                                 "background.json")
	                        .out,
	                "naive, pool, ");
}

static void what_rows_have_inside_is_compared(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(0, "memmapsim compare " RESULTS "normal.json " RESULTS
	                          "normal.json -i template");
	assert_contains(result.out, "\n  template, chunks of 4 MiB\n");
	assert_contains(result.out, "\n  template\n");
	assert_contains(result.out, "\n    first_touch.total ");
	assert_contains(result.out, "\n    steady.init ");
	result = run_expecting(0, "memmapsim compare " RESULTS "aftermath.json " RESULTS
	                          "aftermath.json --json out.json");
	assert_contains(result.out, "\n    read, all, at random: time ");
	assert_contains(run_expecting(0, "cat out.json").out, "\"fault, 2 MiB, anywhere: time\"");
}

/* Each size of chunks has its own counterpart, wherever that stands. */
static void chunks_of_other_sizes_are_not_mixed_up(void **state)
{
	json_t *json = load_result("normal.json"), *results = json_object_get(json, "results");
	json_t *reversed = json_array();

	(void)state;
	for (size_t i = json_array_size(results); i-- > 0;)
		json_array_append(reversed, json_array_get(results, i));
	json_object_set_new(json, "results", reversed);
	save_result(json, "b.json");
	run_expecting(0, "memmapsim compare " RESULTS "normal.json b.json --json out.json");
	json = json_load_file(scratch("out.json"), 0, NULL);
	for (size_t i = 0; i < json_array_size(json_object_get(json, "comparisons")); i++) {
		const json_t *one = json_array_get(json_object_get(json, "comparisons"), i);

		assert_true(json_number_value(json_object_get(one, "a_median_ns")) ==
		            json_number_value(json_object_get(one, "b_median_ns")));
	}
	json_decref(json);
}

static void a_kernel_is_set_beside_the_result(void **state)
{
	json_t *json = load_result("rebind.json"), *one;
	long long pages = json_integer_value(json_object_get(
		json_array_get(json_object_get(json, "geometries"), 0), "nr_initialised"));
	struct result result;

	(void)state;
	make_result("a.json", 1e7);
	json_decref(json);
	run_expecting(0,
	              "printf '%%s\\n' 'unrelated' "
	              "'[    3.25] memmap_init_zone_device initialised %lld pages in 18ms' "
	              "'<6>[Thu] pmem0: memmap_init_zone_device initialised %lld pages in 22ms' "
	              "'memmap_init_zone_device initialised 42 pages in 1ms' "
	              "'memmap_init_zone_device initialised x pages in 1ms' >dmesg",
	              pages, pages);
	result = run_expecting(0, "memmapsim compare a.json --dmesg dmesg --json out.json");
	assert_contains(result.out, "(2 lines, 18 to 22)");
	assert_contains(result.out, "0.500");
	assert_contains(result.err, "also has 42 pages");
	json = json_load_file(scratch("out.json"), 0, NULL);
	one = json_array_get(json_object_get(json, "dmesg"), 0);
	assert_int_equal(json_integer_value(json_object_get(one, "pages")), pages);
	assert_true(json_real_value(json_object_get(one, "kernel_median_ms")) == 20);
	json_decref(json);

	run_refused(2, "as many pages",
	            "grep ' 42 ' dmesg >other; memmapsim compare a.json --dmesg other");
	run_refused(2, "dyndbg=\"func memmap_init_zone_device +p\"",
	            "echo nothing >none; memmapsim compare a.json --dmesg none");
	run_refused(2, "can't be read", "memmapsim compare a.json --dmesg missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_is_like_itself),
		cmocka_unit_test(verdicts_go_by_the_whole_interval),
		cmocka_unit_test(two_of_one_are_paired),
		cmocka_unit_test(one_that_failed_is_told),
		cmocka_unit_test(few_samples_have_no_verdict),
		cmocka_unit_test(samples_that_drift_are_marked),
		cmocka_unit_test(rows_of_threads_are_compared),
		cmocka_unit_test(what_rows_have_inside_is_compared),
		cmocka_unit_test(chunks_of_other_sizes_are_not_mixed_up),
		cmocka_unit_test(a_kernel_is_set_beside_the_result),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
