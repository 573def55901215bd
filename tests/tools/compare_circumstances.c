// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim compare: what can't be compared, and what is told where circumstances differ. */
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
	json = load_result("rebind.json");
	set_at(json, "kernel", NULL, "name", json_string("v6.1"));
	save_result(json, "b.json");
	run_refused(2, "different kernel descriptions",
	            "memmapsim compare " RESULTS "rebind.json b.json");
	json = load_result("rebind.json");
	json_object_set_new(json_array_get(json_object_get(json, "geometries"), 0),
	                    "nr_initialised", json_integer(7));
	save_result(json, "b.json");
	run_refused(2, "different geometries", "memmapsim compare " RESULTS "rebind.json b.json");
	json = load_result("rebind.json");
	set_at(json, "config", NULL, "trace_page_ref", json_true());
	save_result(json, "b.json");
	run_refused(2, "--trace-page-ref", "memmapsim compare " RESULTS "rebind.json b.json");
	json = load_result("rebind-sizes.json");
	json_array_remove(json_object_get(json, "runs"), 0);
	save_result(json, "b.json");
	run_expecting(2, "memmapsim compare " RESULTS "rebind-sizes.json b.json");
}

static void other_circumstances_are_told(void **state)
{
	json_t *json = load_result("rebind.json");
	struct result result;

	(void)state;
	set_at(json, "environment", "cpu", "model", json_string("Faster 3000"));
	set_at(json, "backing", NULL, "huge_bytes", json_integer(0));
	set_at(json, "config", NULL, "seed", json_integer(77));
	save_result(json, "b.json");
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
	json_t *json = load_result("rebind.json");

	json_object_set_new(json_object_get(json, "environment"), "build",
	                    json_pack("{s:s}", "kernel_flags", kernel_flags));
	save_result(json, file);
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
	json_t *json = load_result("rebind.json");
	struct result result;

	(void)state;
	set_at(json, "config", "crew", "threads", json_pack("[i]", 7));
	save_result(json, "b.json");
	result = run("memmapsim compare " RESULTS "rebind.json b.json");
	assert_contains(result.err, "warning: crew.threads differs: [1,2] in A, [7] in B\n");
	json = load_result("rebind.json");
	json_object_set_new(json_array_get(json_object_get(json, "geometries"), 0), "vmemmap_shift",
	                    json_integer(9));
	save_result(json, "b.json");
	run_refused(2, "compared: vmemmap_shift is 0 in A, 9 in B",
	            "memmapsim compare " RESULTS "rebind.json b.json");
}

static void warnings_name_the_size(void **state)
{
	json_t *json = load_result("rebind-sizes.json");
	json_t *second = json_array_get(json_object_get(json, "runs"), 1);
	const char *name = json_string_value(json_object_get(row_at(second, 0), "name"));
	char wanted[128];
	struct result result;

	(void)state;
	snprintf(wanted, sizeof(wanted), "warning: at 1 GiB, %s was timed in A alone\n", name);
	json_array_remove(json_object_get(second, "results"), 0);
	json_object_set_new(second, "fill_limit", json_string("another"));
	save_result(json, "b.json");
	result = run("memmapsim compare " RESULTS "rebind-sizes.json b.json");
	assert_contains(result.err, wanted);
	assert_contains(result.err, "warning: at 1 GiB, fastest fill differs: ");
	assert_contains(result.out, "\n  at 1 GiB, ");
}

static void what_is_in_one_alone_is_told(void **state)
{
	json_t *json = load_result("rebind.json"), *missing;
	struct result result;

	(void)state;
	json_array_remove(json_object_get(json, "results"), 1);
	json_array_remove(json_object_get(json, "threads"), 0);
	save_result(json, "b.json");
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
	json_t *json = load_result("rebind.json");
	struct result result;

	(void)state;
	make_wrong(json, 1);
	save_result(json, "b.json");
	result =
		run_expecting(1, "memmapsim compare " RESULTS "rebind.json b.json --json out.json");
	assert_contains(result.err, "warning: template-movnti is wrong in B\n");
	assert_contains(run_expecting(0, "cat out.json").out, "\"failed\": true");
	assert_contains(run_expecting(0, "memmapsim compare b.json " RESULTS "rebind.json").err,
	                "warning: template-movnti is wrong in A\n");
	assert_contains(run_expecting(1, "memmapsim compare b.json b.json").err,
	                "warning: something is wrong in B, as it says itself\n");

	json = load_result("rebind.json");
	json_array_clear(json_object_get(json, "threads"));
	for (size_t i = 0; i < json_array_size(json_object_get(json, "results")); i++)
		make_wrong(json, i);
	save_result(json, "b.json");
	run_expecting(1, "memmapsim compare " RESULTS "rebind.json b.json");

	json = load_result("rebind.json");
	json_array_clear(json_object_get(json, "threads"));
	json_array_remove(json_object_get(json, "results"), 1);
	json_object_set_new(json, "left_out",
	                    json_pack("[{s:s, s:s, s:s}]", "name", "template-movnti", "plugin",
	                              "x.so", "reason", "it crashed"));
	save_result(json, "b.json");
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
	json = load_result("rebind.json");
	json_object_set_new(json_object_get(row_at(json, 0), "rebind"), "samples_ns",
	                    json_pack("[i, i, s]", 3, -4, "x"));
	save_result(json, "lying.json");
	run_refused(2, "samples_ns must be", "memmapsim compare lying.json lying.json");
	json = load_result("rebind.json");
	json_object_del(row_at(json, 1), "name");
	save_result(json, "nameless.json");
	run_refused(2, "results[1] must have a name",
	            "memmapsim compare nameless.json nameless.json");
	json = load_result("rebind.json");
	json_array_clear(json_object_get(json, "results"));
	json_array_clear(json_object_get(json, "threads"));
	save_result(json, "nobody.json");
	run_refused(2, "nothing to compare", "memmapsim compare nobody.json nobody.json");
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
		cmocka_unit_test(other_work_is_refused),
		cmocka_unit_test(other_circumstances_are_told),
		cmocka_unit_test(other_kernel_flags_are_told),
		cmocka_unit_test(other_options_are_told),
		cmocka_unit_test(warnings_name_the_size),
		cmocka_unit_test(what_is_in_one_alone_is_told),
		cmocka_unit_test(what_failed_in_b_is_no_success),
		cmocka_unit_test(what_is_no_result_is_refused),
		cmocka_unit_test(wrong_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
