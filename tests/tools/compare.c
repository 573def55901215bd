// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim compare: verdicts, exit statuses, what is refused, and what is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "run.h"

#define RESULTS     TEST_DATA "/results/"
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

/* The 25804288 pages of 100 GiB are not in these; a result of 128 MiB has these. */
static json_t *load(const char *name)
{
	char path[512];
	json_t *json;

	snprintf(path, sizeof(path), RESULTS "%s", name);
	json = json_load_file(path, 0, NULL);
	assert_non_null(json);
	return json;
}

/* Write what @json is, which is taken over, for the command to read. */
static void save(json_t *json, const char *name)
{
	assert_int_equal(json_dump_file(json, scratch(name), JSON_INDENT(1)), 0);
	json_decref(json);
}

static json_t *row_at(const json_t *result, size_t index)
{
	return json_array_get(json_object_get(result, "results"), index);
}

/* Samples of binds around @ns, as many as say something. */
static void set_samples(json_t *result, size_t row, double ns)
{
	json_t *samples = json_array();

	for (int i = 0; i < 40; i++)
		json_array_append_new(samples,
		                      json_integer((json_int_t)(ns * (1 + 1e-4 * (i % 7)))));
	json_object_set(json_object_get(row_at(result, row), "first_bind"), "samples_ns", samples);
	json_object_set_new(json_object_get(row_at(result, row), "rebind"), "samples_ns", samples);
}

/* A result whose naive takes @ns, and the other one twice that. */
static void make_result(const char *name, double ns)
{
	json_t *result = load("rebind.json");

	set_samples(result, 0, ns);
	set_samples(result, 1, 2 * ns);
	save(result, name);
}

/* What is wrong has no samples. */
static void make_wrong(json_t *result, size_t row)
{
	json_t *wrong = row_at(result, row);

	json_object_set_new(wrong, "verified", json_false());
	json_object_set_new(json_object_get(wrong, "first_bind"), "samples_ns", json_null());
	json_object_set_new(json_object_get(wrong, "rebind"), "samples_ns", json_null());
	json_object_set_new(result, "ok", json_false());
}

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
	json_t *json = load("rebind.json");

	(void)state;
	make_wrong(json, 1);
	json_array_clear(json_object_get(json, "threads"));
	json_object_set_new(json, "left_out",
	                    json_pack("[{s:s, s:s, s:s}]", "name", "mine", "plugin", "x.so",
	                              "reason", "it crashed"));
	save(json, "one.json");
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
			json_t *json = load("rebind.json"), *samples = json_array();

			for (int j = 0; j < counts[i]; j++)
				json_array_append_new(samples, json_integer(ns));
			json_object_set_new(json_object_get(row_at(json, 0), "rebind"),
			                    "samples_ns", samples);
			json_object_set_new(json_object_get(row_at(json, 0), "first_bind"),
			                    "samples_ns", json_null());
			json_array_clear(json_object_get(json, "threads"));
			save(json, ns == 1000 ? "a.json" : "b.json");
		}
		result = run_expecting(counts[i] < 6 ? 0 : 1,
		                       "memmapsim compare a.json b.json -i naive");
		assert_contains(result.out, counts[i] < 6 ? "  too few\n" : "  slower\n");
	}
}

static void samples_that_drift_are_marked(void **state)
{
	json_t *json = load("rebind.json"), *samples = json_array();

	(void)state;
	for (int i = 0; i < 60; i++)
		json_array_append_new(samples, json_integer(1000000 + 10000 * i));
	json_object_set(json_object_get(row_at(json, 0), "rebind"), "samples_ns", samples);
	json_object_set_new(json_object_get(row_at(json, 1), "rebind"), "samples_ns", samples);
	save(json, "b.json");
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
	json_t *json = load("normal.json"), *results = json_object_get(json, "results");
	json_t *reversed = json_array();

	(void)state;
	for (size_t i = json_array_size(results); i-- > 0;)
		json_array_append(reversed, json_array_get(results, i));
	json_object_set_new(json, "results", reversed);
	save(json, "b.json");
	run_expecting(0, "memmapsim compare " RESULTS "normal.json b.json --json out.json");
	json = json_load_file(scratch("out.json"), 0, NULL);
	for (size_t i = 0; i < json_array_size(json_object_get(json, "comparisons")); i++) {
		const json_t *one = json_array_get(json_object_get(json, "comparisons"), i);

		assert_true(json_number_value(json_object_get(one, "a_median_ns")) ==
		            json_number_value(json_object_get(one, "b_median_ns")));
	}
	json_decref(json);
}

static void set_at(json_t *json, const char *part, const char *inner, const char *key,
                   json_t *value)
{
	json_t *object = json_object_get(json, part);

	if (inner)
		object = json_object_get(object, inner);
	assert_int_equal(json_object_set_new(object, key, value), 0);
}

static void other_work_is_refused(void **state)
{
	json_t *json;

	(void)state;
	run_refused(2, "different experiments",
	            "memmapsim compare " RESULTS "rebind.json " RESULTS "background.json");
	json = load("rebind.json");
	set_at(json, "kernel", NULL, "name", json_string("v6.1"));
	save(json, "b.json");
	run_refused(2, "different kernel descriptions",
	            "memmapsim compare " RESULTS "rebind.json b.json");
	json = load("rebind.json");
	json_object_set_new(json_array_get(json_object_get(json, "geometries"), 0),
	                    "nr_initialised", json_integer(7));
	save(json, "b.json");
	run_refused(2, "different geometries", "memmapsim compare " RESULTS "rebind.json b.json");
	json = load("rebind.json");
	set_at(json, "config", NULL, "trace_page_ref", json_true());
	save(json, "b.json");
	run_refused(2, "--trace-page-ref", "memmapsim compare " RESULTS "rebind.json b.json");
	json = load("rebind-sizes.json");
	json_array_remove(json_object_get(json, "runs"), 0);
	save(json, "b.json");
	run_expecting(2, "memmapsim compare " RESULTS "rebind-sizes.json b.json");
}

static void other_circumstances_are_told(void **state)
{
	json_t *json = load("rebind.json");
	struct result result;

	(void)state;
	set_at(json, "environment", "cpu", "model", json_string("Faster 3000"));
	set_at(json, "backing", NULL, "huge_bytes", json_integer(0));
	set_at(json, "config", NULL, "seed", json_integer(77));
	save(json, "b.json");
	result = run("memmapsim compare " RESULTS "rebind.json b.json --json out.json");
	assert_in_range(result.status, 0, 1);
	assert_contains(result.err, "warning: CPU differs: ");
	assert_contains(result.err, " in A, Faster 3000 in B");
	assert_contains(result.err, "memory in huge pages differs");
	assert_null(strstr(result.err, "seed"));
	json = json_load_file(scratch("out.json"), 0, NULL);
	assert_int_equal(json_array_size(json_object_get(json, "differences")), 2);
	json_decref(json);
}

static void save_built_with(const char *kernel_flags, const char *file)
{
	json_t *json = load("rebind.json");

	json_object_set_new(json_object_get(json, "environment"), "build",
	                    json_pack("{s:s}", "kernel_flags", kernel_flags));
	save(json, file);
}

/* Of long lists of flags those that differ. */
static void other_kernel_flags_are_told(void **state)
{
#define MANY "-mno-sse -mno-sse2 -mno-avx -mno-red-zone -fno-strict-aliasing -fno-common "
	static const struct {
		const char *a, *b, *told;
	} flags[] = {
		{"-O2 " MANY "-fno-ipa-ra", "-O2 -g " MANY "-fno-ipa-ra", " differs: "},
		{MANY "-m1 " MANY, MANY "-m2 " MANY, " differs: … -m1 … in A, … -m2 … in B\n"},
		{MANY "-m1", MANY "-m1 -m2", " differs: … -m1 in A, … -m1 -m2 in B\n"},
		{"-m1 " MANY "-m3", "-m2 " MANY "-m3", " differs: -m1 … in A, -m2 … in B\n"},
		{"-m1", "-m2", " differs: -m1 in A, -m2 in B\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		struct result result;

		save_built_with(flags[i].a, "a.json");
		save_built_with(flags[i].b, "b.json");
		result = run("memmapsim compare a.json b.json");
		assert_contains(result.err, "compiler flags of kernel code");
		assert_contains(result.err, flags[i].told);
	}
}

/* What differs is named, not all that there is. */
static void other_options_are_told(void **state)
{
	json_t *json = load("rebind.json");
	struct result result;

	(void)state;
	set_at(json, "config", "crew", "threads", json_pack("[i]", 7));
	save(json, "b.json");
	result = run("memmapsim compare " RESULTS "rebind.json b.json");
	assert_contains(result.err, "warning: crew.threads differs: [1,2] in A, [7] in B\n");
	json = load("rebind.json");
	json_object_set_new(json_array_get(json_object_get(json, "geometries"), 0), "vmemmap_shift",
	                    json_integer(9));
	save(json, "b.json");
	run_refused(2, "compared: vmemmap_shift is 0 in A, 9 in B",
	            "memmapsim compare " RESULTS "rebind.json b.json");
}

static void warnings_name_the_size(void **state)
{
	json_t *json = load("rebind-sizes.json");
	json_t *second = json_array_get(json_object_get(json, "runs"), 1);
	const char *name = json_string_value(json_object_get(row_at(second, 0), "name"));
	char wanted[128];
	struct result result;

	(void)state;
	snprintf(wanted, sizeof(wanted), "warning: at 1 GiB, %s was timed in A alone\n", name);
	json_array_remove(json_object_get(second, "results"), 0);
	json_object_set_new(second, "fill_limit", json_string("another"));
	save(json, "b.json");
	result = run("memmapsim compare " RESULTS "rebind-sizes.json b.json");
	assert_contains(result.err, wanted);
	assert_contains(result.err, "warning: at 1 GiB, fastest fill differs: ");
	assert_contains(result.out, "\n  at 1 GiB, ");
}

static void what_is_in_one_alone_is_told(void **state)
{
	json_t *json = load("rebind.json"), *missing;
	struct result result;

	(void)state;
	json_array_remove(json_object_get(json, "results"), 1);
	json_array_remove(json_object_get(json, "threads"), 0);
	save(json, "b.json");
	result =
		run_expecting(0, "memmapsim compare " RESULTS "rebind.json b.json --json out.json");
	assert_contains(result.err, "warning: template-movnti was timed in A alone\n");
	assert_contains(result.err, "warning: naive, 1 thread was timed in A alone\n");
	assert_null(strstr(result.err, "2 threads"));
	assert_contains(result.out, "naive, 2 threads");
	json = json_load_file(scratch("out.json"), 0, NULL);
	missing = json_object_get(json, "missing");
	assert_int_equal(json_array_size(missing), 4);
	assert_true(json_is_false(json_object_get(json, "failed")));
	json_decref(json);
	assert_contains(run_expecting(0, "memmapsim compare b.json " RESULTS "rebind.json").err,
	                "warning: template-movnti was timed in B alone\n");
	assert_string_equal(
		run_expecting(0, "memmapsim compare " RESULTS "rebind.json b.json -i stream-avx512")
			.err,
		"memmapsim: warning: stream-avx512, 1 thread was timed in A alone\n");
}

static void what_failed_in_b_is_no_success(void **state)
{
	json_t *json = load("rebind.json");
	struct result result;

	(void)state;
	make_wrong(json, 1);
	save(json, "b.json");
	result =
		run_expecting(1, "memmapsim compare " RESULTS "rebind.json b.json --json out.json");
	assert_contains(result.err, "warning: template-movnti is wrong in B\n");
	assert_contains(run_expecting(0, "cat out.json").out, "\"failed\": true");
	assert_contains(run_expecting(0, "memmapsim compare b.json " RESULTS "rebind.json").err,
	                "warning: template-movnti is wrong in A\n");
	assert_contains(run_expecting(1, "memmapsim compare b.json b.json").err,
	                "warning: something is wrong in B, as it says itself\n");

	json = load("rebind.json");
	json_array_clear(json_object_get(json, "threads"));
	for (size_t i = 0; i < json_array_size(json_object_get(json, "results")); i++)
		make_wrong(json, i);
	save(json, "b.json");
	run_expecting(1, "memmapsim compare " RESULTS "rebind.json b.json");

	json = load("rebind.json");
	json_array_clear(json_object_get(json, "threads"));
	json_array_remove(json_object_get(json, "results"), 1);
	json_object_set_new(json, "left_out",
	                    json_pack("[{s:s, s:s, s:s}]", "name", "template-movnti", "plugin",
	                              "x.so", "reason", "it crashed"));
	save(json, "b.json");
	assert_contains(run_expecting(1, "memmapsim compare " RESULTS "rebind.json b.json").err,
	                "warning: template-movnti was left out of B, where it failed\n");
	run_expecting(1, "memmapsim compare " RESULTS "rebind.json b.json -i template-movnti");
	run_expecting(0, "memmapsim compare " RESULTS "rebind.json b.json -i naive");
}

static void what_is_no_result_is_refused(void **state)
{
	json_t *json;

	(void)state;
	run_refused(2, "No such file", "memmapsim compare missing.json b.json");
	run_refused(2, "is no JSON",
	            "head -c 2000 " RESULTS "rebind.json >cut.json; "
	            "memmapsim compare cut.json cut.json");
	run_refused(2, "is no JSON", ": >empty.json; memmapsim compare empty.json empty.json");
	run_refused(2, "is no result",
	            "memmapsim env --json env.json >env.txt; memmapsim compare env.json env.json");
	run_refused(2, "is no result",
	            "echo '{\"schema_version\": 2, \"experiment\": \"rebind\"}' "
	            ">bare.json; memmapsim compare bare.json bare.json");
	run_refused(2, "newer memmapsim",
	            "echo '{\"schema_version\": 4, \"experiment\": \"rebind\"}' "
	            ">new.json; memmapsim compare new.json new.json");
	run_refused(2, "no schema_version 0",
	            "echo '{\"schema_version\": 0, \"experiment\": \"x\"}' "
	            ">old.json; memmapsim compare old.json old.json");
	json = load("rebind.json");
	json_object_set_new(json_object_get(row_at(json, 0), "rebind"), "samples_ns",
	                    json_pack("[i, i, s]", 3, -4, "x"));
	save(json, "lying.json");
	run_refused(2, "samples_ns must be", "memmapsim compare lying.json lying.json");
	json = load("rebind.json");
	json_object_del(row_at(json, 1), "name");
	save(json, "nameless.json");
	run_refused(2, "results[1] must have a name",
	            "memmapsim compare nameless.json nameless.json");
	json = load("rebind.json");
	json_array_clear(json_object_get(json, "results"));
	json_array_clear(json_object_get(json, "threads"));
	save(json, "nobody.json");
	run_refused(2, "nothing to compare", "memmapsim compare nobody.json nobody.json");
}

static void a_kernel_is_set_beside_the_result(void **state)
{
	json_t *json = load("rebind.json"), *one;
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

static void wrong_arguments_are_refused(void **state)
{
	(void)state;
	make_result("a.json", 1e7);
	run_refused(2, "no result is named", "memmapsim compare");
	run_refused(2, "single result", "memmapsim compare a.json");
	run_refused(2, "third result", "memmapsim compare a.json a.json a.json");
	run_refused(2, "two initializers", "memmapsim compare a.json -i naive");
	run_refused(2, "two initializers", "memmapsim compare a.json -i naive,auto,template");
	run_refused(2, "no initializer \"nonsense\"; it has naive, ",
	            "memmapsim compare a.json -i naive,nonsense");
	run_refused(2, "no initializer \"nonsense\"",
	            "memmapsim compare a.json a.json -i nonsense");
	run_refused(2, "--threshold", "memmapsim compare a.json a.json --threshold many");
	run_refused(2, "--threshold", "memmapsim compare a.json a.json --threshold -1");
	run_refused(2, "--dmesg takes one", "memmapsim compare a.json a.json --dmesg x");
	run_refused(3, "can't be written",
	            "memmapsim compare a.json a.json --json missing/out.json");
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
		cmocka_unit_test(other_work_is_refused),
		cmocka_unit_test(other_circumstances_are_told),
		cmocka_unit_test(other_kernel_flags_are_told),
		cmocka_unit_test(other_options_are_told),
		cmocka_unit_test(warnings_name_the_size),
		cmocka_unit_test(what_is_in_one_alone_is_told),
		cmocka_unit_test(what_failed_in_b_is_no_success),
		cmocka_unit_test(what_is_no_result_is_refused),
		cmocka_unit_test(a_kernel_is_set_beside_the_result),
		cmocka_unit_test(wrong_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
