// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim bench normal: its tables, its JSON, its exit statuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "run.h"

/* Small and quick. */
#define NORMAL "memmapsim bench normal --size 256M --rounds 2 --first-touches 1"

static void tables_have_init_free_and_total(void **state)
{
	struct result result = run_expecting(0, NORMAL " --seed 77 --threads 2");

	(void)state;
	assert_memory_equal(result.out, "kernel      v7.2 (6 captures", 28);
	assert_contains(result.out,
	                "\nzone        256 MiB of free memory at pfn 0x100000, node 0; its "
	                "struct pages take 4 MiB\n");
	assert_contains(result.out, "\nseed        77\n");
	assert_contains(result.out,
	                "\nverified    every page, free list and count: after each first "
	                "touch and 2 of 2 rounds all the same\n");
	assert_contains(result.out, "\nFirst touch: ");
	assert_contains(result.out, "\nSteady state, in chunks of 4 MiB, as kernels do; ");
	assert_contains(result.out, "\nSteady state, in chunks of all; ");
	assert_contains(result.out, "\nWhat helps, in chunks of 4 MiB");
	assert_contains(result.out, "\n  template          naive ");
	assert_contains(result.out, "\n  template-movnti   template ");
	assert_contains(result.out, "\nTotals by size of chunks");
	assert_contains(result.out, "\n  256 MiB ");
	assert_contains(result.out, "\nThreads, by sections under one zone lock, chunks of 4 MiB");
	assert_contains(result.out, "\n  template-movnti          2 ");
}

static void what_is_not_asked_for_is_left_out(void **state)
{
	struct result result =
		run_expecting(0, NORMAL " -i naive --chunks 8M --no-trace --kernel v6.1 "
	                                "--first-touches 0");

	(void)state;
	assert_contains(result.out, "kernel      v6.1 (no captures");
	assert_contains(result.out, "\nSteady state, in chunks of 8 MiB; ");
	assert_null(strstr(result.out, "First touch:"));
	assert_null(strstr(result.out, "\nWhy:"));
	assert_null(strstr(result.out, "\nWhat helps"));
	assert_null(strstr(result.out, "Totals by"));
	assert_null(strstr(result.out, "Threads"));
}

static void all_are_those_for_normal_memory(void **state)
{
	struct result result = run_expecting(0, NORMAL " -i all --chunks 4M --no-trace");

	(void)state;
	assert_contains(result.out, "\n  stream-temporal ");
	assert_null(strstr(result.out, "template-heads"));
	result = run_expecting(0, NORMAL " -i template --chunks 4M --no-trace --sanitize-kernel");
	assert_contains(result.out, "\n  template ");
}

static void json_has_all_of_it(void **state)
{
	json_t *json;

	(void)state;
	run_expecting(0, NORMAL " -i naive,template --chunks 4M,all --no-trace --json result.json");
	json = json_load_file(scratch("result.json"), 0, NULL);
	assert_non_null(json);
	assert_true(json_is_object(json_object_get(json_object_get(json, "environment"), "cpu")));
	assert_int_equal(json_array_size(json_object_get(json, "results")), 4);
	json_decref(json);
}

static void bad_input_is_refused(void **state)
{
	(void)state;
	run_refused(2, "no multiple of 4M", NORMAL " --chunks 6M");
	run_refused(2, "--chunks has 4M twice", NORMAL " --chunks 4M,4M");
	run_refused(2, "--chunks", NORMAL " --chunks 4M,x");
	run_refused(2, "--rounds auto ends", NORMAL " --precision 5");
	run_refused(2, "--rounds 0", NORMAL " --rounds 0");
	run_refused(2, "no multiple of 4K", "memmapsim bench normal --size 5000");
	run_refused(2, "did you mean \"v7.2\"", NORMAL " --kernel v7.3");
	run_refused(2, "no threads", NORMAL " --bind node");
	run_refused(4, "template-heads is not for normal memory", NORMAL " -i template-heads");
	run_refused(3, "MiB of memory", "memmapsim bench normal --size 1000T");
	run_refused(3, "nowhere/result.json", NORMAL " --json nowhere/result.json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_have_init_free_and_total),
		cmocka_unit_test(what_is_not_asked_for_is_left_out),
		cmocka_unit_test(all_are_those_for_normal_memory),
		cmocka_unit_test(json_has_all_of_it),
		cmocka_unit_test(bad_input_is_refused),
	};

	return cmocka_run_group_tests_name("bench normal", tests, run_setup, run_teardown);
}
