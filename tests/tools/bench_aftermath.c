// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "aftermath_text.h"
#include "run.h"

/* Small and quick. */
#define AFTERMATH "memmapsim bench aftermath --size 130M --rounds 2"

/* Columns of the longest line. */
static size_t width(const char *text)
{
	size_t longest = 0;

	for (size_t length; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		if (length > longest)
			longest = length;
	}
	return longest;
}

static void tables_have_all_parts(void **state)
{
	struct result result = run_expecting(0, AFTERMATH " -i naive,template-movnti --seed 77");

	(void)state;
	assert_memory_equal(result.out, "kernel      v7.2 (6 captures", 28);
	assert_contains(result.out, "\ncaches      L2 ");
	assert_contains(result.out, "\nmisses      ");
	assert_contains(result.out, "\ncores       CPU ");
	assert_contains(result.out, "\nseed        77\n");
	assert_contains(result.out, "\nverified    every struct page, before all rounds and before "
	                            "2 of 2 again\n");
	assert_contains(result.out, "\nA reader of the struct pages: ns per page\n");
	assert_contains(result.out, "\n  last LLC/2, at random ");
	assert_contains(result.out, "\nFaults: ns per fault\n");
	assert_contains(result.out, "\n  4 KiB, anywhere ");
	assert_contains(result.out, "\n  2 MiB, in last LLC/2 ");
	assert_contains(result.out, "\nA bystander: ns per line of its working set\n");
	assert_contains(result.out, "\n  same core, 2 LLC, 2nd pass ");
	assert_contains(result.out,
	                "\nA writer that goes back to head and tail 1: ns per compound\n");
	assert_contains(result.out, "\n  init, back after each ");
	assert_contains(result.out, "takes them for compounds of 2 MiB.\n");
	assert_contains(result.err, "less than four times the last-level cache");
	assert_in_range(width(result.out), 70, 100);
}

static void parts_can_be_left_out(void **state)
{
	struct result result = run_expecting(0, AFTERMATH " -i naive --parts read,writer --mode "
	                                                  "devdax");

	(void)state;
	assert_contains(result.out, "\n  all, in order ");
	assert_contains(result.out, "\n  init alone ");
	assert_null(strstr(result.out, "Faults"));
	assert_null(strstr(result.out, "bystander:"));
	assert_null(strstr(result.out, "takes them for"));

	/* No device has such pages, so nobody faults. */
	result = run_expecting(0, "memmapsim bench aftermath --rounds 1 -i naive --type private "
	                          "--range 0x10000000000-0x10003ffffff");
	assert_null(strstr(result.out, "Faults"));
	assert_contains(result.out, "\nA bystander: ");
}

static void the_best_are_the_default(void **state)
{
	struct result result = run_expecting(0, AFTERMATH " --parts read");

	(void)state;
	assert_contains(result.out, " naive ");
	assert_contains(result.out, " template-movnti ");
	assert_contains(result.out, " stream-");
}

static void one_core_has_no_other(void **state)
{
	struct result result;

	(void)state;
	run_expecting(0,
	              "grep Cpus_allowed_list /proc/self/status | tr -dc 0-9,- | sed 's/[,-].*//' "
	              "> cpu");
	result = run_expecting(0, "taskset -cp $(cat cpu) $$ > /dev/null && " AFTERMATH
	                          " -i naive --parts bystander");
	assert_contains(result.out, "there is no other core, so no bystander on one\n");
	assert_contains(result.out, "\n  same core, L2/2, 1st pass ");
	assert_null(strstr(result.out, "\n  other core"));
}

static void json_has_all_of_it(void **state)
{
	const json_t *results;
	json_t *json;

	(void)state;
	run_expecting(0, AFTERMATH " -i naive --parts fault --json result.json");
	json = json_load_file(scratch("result.json"), 0, NULL);
	assert_non_null(json);
	assert_true(json_is_object(json_object_get(json_object_get(json, "environment"), "cpu")));
	results = json_object_get(json, "results");
	assert_int_equal(json_array_size(results), 2);
	assert_int_equal(json_array_size(json_object_get(json_array_get(results, 0), "steps")), 4);
	json_decref(json);
}

static void bad_input_is_refused(void **state)
{
	(void)state;
	run_refused(2, "--rounds auto ends", AFTERMATH " --precision 5");
	run_refused(2, "--rounds 0", AFTERMATH " --rounds 0");
	run_refused(2, "--rounds \"x\"", AFTERMATH " --rounds x");
	run_refused(2, "did you mean \"fault\"", AFTERMATH " --parts read,faults");
	run_refused(2, "named twice", AFTERMATH " --parts read,read");
	run_refused(2, "leave fault out of --parts",
	            "memmapsim bench aftermath --type private --range "
	            "0x10000000000-0x10003ffffff --parts fault");
	run_refused(2, "a single size", "memmapsim bench aftermath --size 1G,2G");
	run_refused(3, "MiB of memory", "memmapsim bench aftermath --size 1000T");
	run_refused(3, "nowhere/result.json", AFTERMATH " --json nowhere/result.json");
}

/* Of a machine that counts, in two columns, of which one is wrong. */
static void misses_and_failures_are_told(void **state)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_FSDAX,
		.align = UINT64_C(2) << 20,
		.start = UINT64_C(1) << 40,
		.size = UINT64_C(1) << 30,
	};
	uint64_t time = 4200, misses = 50;
	struct mms_samples none = {0};
	struct mms_aftermath_cell cells[2] = {
		{.time = {1, &time, {.median = 4200}},
	         .misses = {1, &misses, {.median = 50}},
	         .ns_per_unit = 42,
	         .to_none = {1, 1, 1}},
		{.time = none},
	};
	const struct mms_initializer *naive;
	struct mms_aftermath_row rows[2] = {
		{.verified = true, .cells = &cells[0]},
		{.cells = &cells[1], .failure = {.stage = "check", .turn = 3, .error = -5}},
	};
	struct mms_aftermath_config config = {.parts = 1u << MMS_AFTERMATH_READ, .rounds = 1};
	struct mms_aftermath_result result = {
		.l2_bytes = 1 << 20,
		.last_level_bytes = 32 << 20,
		.nr_steps = 1,
		.steps = {{.part = MMS_AFTERMATH_READ,
	                   .name = "a walk",
	                   .unit = "page",
	                   .units = 100}},
		.nr_rows = 2,
		.rows = rows,
	};
	struct mms_geometry geometry;
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_non_null(stream);
	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	assert_int_equal(mms_initializer_find("naive", &naive), 0);
	config.geometry = &geometry;
	rows[1].initializer = rows[1].ran = naive;
	aftermath_print(stream, &config, &result, "a CPU");
	fclose(stream);
	assert_contains(text, "\ncaches      L2 1 MiB, last level (LLC) 32 MiB; assumed");
	assert_contains(text, "\nmisses      of user space");
	assert_contains(text, "\nverified    1 of 2 rows are wrong");
	assert_contains(text, "  a walk                             42.00      wrong       -\n");
	assert_contains(text, "\nMisses of these, each\n");
	assert_contains(text, "  a walk                              0.50      wrong\n");
	assert_contains(text, "\ninitializer naive failed in check 3: it returned -5");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_have_all_parts),
		cmocka_unit_test(parts_can_be_left_out),
		cmocka_unit_test(the_best_are_the_default),
		cmocka_unit_test(one_core_has_no_other),
		cmocka_unit_test(json_has_all_of_it),
		cmocka_unit_test(bad_input_is_refused),
		cmocka_unit_test(misses_and_failures_are_told),
	};

	return cmocka_run_group_tests_name("bench aftermath", tests, run_setup, run_teardown);
}
