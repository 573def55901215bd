// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "run.h"

/* Small and quick. */
#define BOOT "memmapsim bench boot --namespaces 3x256M --boots 2"
#define PLAN "memmapsim bench boot --namespaces 3x256M --topology 'numa:2 core:2 pu:1'"

static void tables_have_all_ways_to_bind(void **state)
{
	struct result result = run_expecting(0, BOOT " -i naive --threads 1,2 --seed 77");

	(void)state;
	assert_memory_equal(result.out, "kernel      v7.2 (6 captures", 28);
	assert_contains(result.out, "\nnamespace   fsdax, map=dev, align 2 MiB, 256 MiB at ");
	assert_contains(result.out, "\nnamespaces  3 like this, 196602 struct pages in all\n");
	assert_contains(result.out, "\nthreads     1, 2, bound to a core each");
	assert_contains(result.out, "\nbackground  memory, altmap and device pages\n");
	assert_contains(result.out, "\nseed        77\n");
	assert_contains(result.out,
	                "\nverified    the page of each fault; every struct page after 2 "
	                "of 2 boots\n");
	assert_contains(result.out, "\nstolen ");
	assert_contains(result.out, "\nnaive: 2 boots in each way, on resident memory; ");
	assert_contains(result.out, "\n  direct                  - ");
	assert_contains(result.out, "\n  pool                    2 ");
	assert_contains(result.out, "\n  background item         1 ");
	assert_contains(result.out, "\n  background help         2 ");
	assert_contains(result.out, "\n  background chunk        2 ");
	assert_contains(result.out,
	                "about 4 s instead of about 240, for all namespaces of a machine "
	                "with 8 sockets");
	result = run_expecting(0, BOOT " -i template --sanitize-kernel --policy chunk --cpus 0 "
	                               "--mode devdax --async pages");
	assert_contains(result.out, "\ntemplate (ran naive): ");
	assert_contains(result.out, "\nbackground  device pages; all else before binds return\n");
	assert_contains(result.out, "\n  background chunk        1 ");
	assert_null(strstr(result.out, "background item"));
}

static void the_best_are_the_default(void **state)
{
	struct result result = run_expecting(0, BOOT " --threads 1");

	(void)state;
	assert_contains(result.out, "\nnaive: ");
	assert_contains(result.out, "\ntemplate-movnti: ");
	assert_contains(result.out, "\nstream-");
}

static void json_has_all_of_it(void **state)
{
	json_t *json;

	(void)state;
	run_expecting(0, BOOT " -i naive --threads 2 --json result.json");
	json = json_load_file(scratch("result.json"), 0, NULL);
	assert_non_null(json);
	assert_true(json_is_object(json_object_get(json_object_get(json, "environment"), "cpu")));
	assert_int_equal(json_array_size(json_object_get(json, "geometries")), 3);
	assert_int_equal(json_array_size(json_object_get(json, "results")), 5);
	json_decref(json);
}

/* As "plan" shows it, and without any time. */
static void for_another_machine_there_is_only_a_plan(void **state)
{
	struct result result =
		run_expecting(0, PLAN " --threads 3 --split shares --json plan.json");
	json_t *json = json_load_file(scratch("plan.json"), 0, NULL);
	char *shown = strdup(result.out);

	(void)state;
	assert_contains(shown, "\nmachine     numa:2 core:2 pu:1: NUMA nodes: 2, cores: 4\n");
	assert_contains(shown, "\nthreads     3\n");
	assert_null(strstr(shown, "direct"));
	result = run_expecting(0, "memmapsim plan --namespaces 3x256M --topology 'numa:2 core:2 "
	                          "pu:1' --threads 3 --split shares");
	assert_string_equal(result.out, shown);
	free(shown);
	assert_string_equal(json_string_value(json_object_get(json, "command")), "plan");
	json_decref(json);
	result = run_expecting(0, PLAN " --node 1");
	assert_contains(result.out, "\nthreads     2\n");
}

static void bad_input_is_refused(void **state)
{
	(void)state;
	run_refused(2, "--boots auto ends", BOOT " --precision 5");
	run_refused(2, "--boots 0", BOOT " --boots 0");
	run_refused(2, "write it as 8x12G", "memmapsim bench boot --namespaces 8");
	run_refused(2, "write it as 8x12G", "memmapsim bench boot --namespaces x12G");
	run_refused(2, "--namespaces 0", "memmapsim bench boot --namespaces 0x12G");
	run_refused(2, "no number of bytes", "memmapsim bench boot --namespaces 8x12Q");
	run_refused(2, "--namespaces says how many", "memmapsim bench boot --size 12G");
	run_refused(2, "--namespaces says how many", "memmapsim bench boot --preset fsdax-1g");
	run_refused(2, "did you mean \"chunk\"", BOOT " --policy chunks");
	run_refused(2, "named twice", BOOT " --policy item,item");
	run_refused(2, "did you mean \"pages\"", BOOT " --async page");
	run_refused(2, "--threads 0", BOOT " --threads 0");
	run_refused(2, "node", BOOT " --node 77");
	run_refused(2, "CPU", BOOT " --cpus 9999");
	run_refused(3, "MiB of memory", "memmapsim bench boot --namespaces 8x100T");
	run_refused(3, "nowhere/result.json", BOOT " --json nowhere/result.json");
	run_refused(2, "leave -i, --boots", PLAN " -i naive");
	run_refused(2, "leave -i, --boots", PLAN " --boots 3");
	run_refused(2, "leave -i, --boots", PLAN " --policy chunk");
	run_refused(2, "leave -i, --boots", PLAN " --seed 3");
	run_refused(2, "leave -i, --boots", PLAN " --bind none");
	run_refused(2, "leave -i, --boots", PLAN " --backing 4k");
	run_refused(2, "a single number of threads", PLAN " --threads 1,2");
	run_refused(2, "node", PLAN " --node 2");
	run_refused(2, "topology", "memmapsim bench boot --topology nonsense:");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_have_all_ways_to_bind),
		cmocka_unit_test(the_best_are_the_default),
		cmocka_unit_test(json_has_all_of_it),
		cmocka_unit_test(for_another_machine_there_is_only_a_plan),
		cmocka_unit_test(bad_input_is_refused),
	};

	return cmocka_run_group_tests_name("bench boot", tests, run_setup, run_teardown);
}
