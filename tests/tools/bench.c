// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "run.h"

/* Small and quick. */
#define REBIND "memmapsim bench rebind --preset fsdax-1g --rebinds 2 --first-binds 1"

static void geometry_comes_first(void **state)
{
	struct result result = run_expecting(0, REBIND " -i naive,template --seed 77");

	(void)state;
	assert_memory_equal(result.out, "kernel      v7.2 (6 captures", 28);
	assert_contains(result.out, "fsdax, map=dev, align 2 MiB, 1 GiB at 0x10000000000");
	assert_contains(result.out, "\nrange       0x10000000000-0x1003fffffff\n");
	assert_contains(result.out, "\naltmap      reserve 2, free 4606\n");
	assert_contains(result.out, "vmemmap_shift 0");
	assert_contains(result.out, "257536 to initialize");
	assert_contains(result.out, "257536 struct pages, 15.72 MiB");
	assert_contains(result.out, "MiB resident");
	assert_contains(result.out, "\nseed        77\n");
}

static void tables_say_what_is_in_them(void **state)
{
	struct result result = run_expecting(0, REBIND " -i naive,template");

	(void)state;
	assert_contains(result.out, "every struct page: after each first bind, and rebinds 1, 2");
	assert_contains(result.out, "First binds: on a fresh mapping each, 1 per initializer");
	assert_contains(result.out, "page faults and zeroing, which a kernel's first bind has not");
	assert_contains(result.out, "(machine first touch)");
	assert_contains(result.out, "Rebinds: all on the same memory, 2 per initializer");
	assert_contains(result.out, "\n  template ");
	assert_contains(result.out, "   1.000 fill limit\n");
	assert_contains(result.out, "altmap, rebind");
	/* 100 columns, and no bar where nobody looks. */
	for (const char *line = result.out; *line; line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 0, 100);
	assert_null(strchr(result.err, '\r'));
}

static void sizes_make_one_table(void **state)
{
	struct result result =
		run_expecting(0, "memmapsim bench rebind --size 64M,1G -i naive,template "
	                         "--rebinds 2 --first-binds 1 --json sizes.json");
	json_t *json, *runs, *results;

	(void)state;
	assert_contains(result.out, "Cost per page against size: median of 2 rebinds");
	assert_contains(result.out, "     64 MiB      1 GiB\n");
	assert_contains(result.out, "by what it is for the largest, paired by rounds");
	assert_contains(result.out, "      1.000\n");
	assert_contains(result.out, "\n  template ");
	assert_contains(result.out, "\n  fill limit ");

	json = json_load_file(scratch("sizes.json"), 0, NULL);
	assert_int_equal(remove(scratch("sizes.json")), 0);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "experiment")), "rebind-sizes");
	runs = json_object_get(json, "runs");
	assert_int_equal(json_array_size(runs), 2);
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(runs, 1), "experiment")),
		"rebind");
	results = json_object_get(json_array_get(runs, 0), "results");
	assert_true(json_number_value(json_object_get(json_array_get(results, 0),
	                                              "cost_ratio_to_largest")) > 0);
	json_decref(json);
}

static void threads_have_tables_of_their_own(void **state)
{
	struct result result = run_expecting(
		0, REBIND " -i naive,template --threads 1,2 --bind none --cpus 0 --node 0");

	(void)state;
	assert_contains(result.out,
	                "\nthreads     1, 2, not bound, near node 0, on CPUs 0; work is "
	                "split in chunks\n");
	assert_contains(result.out, "\nThreads: rebinds by a pool");
	assert_contains(result.out, "\n  naive                      1 ");
	assert_contains(result.out, "\n  limit: fill-");
	assert_contains(result.out, "\n                             2 ");
	assert_contains(result.out, "     100 %\n");
	assert_contains(result.out, "\nPool with one thread by direct call");
	assert_contains(result.out, "\nDispatch: ");
	assert_contains(result.err, "warning: 2 threads share 1 core\n");
	for (const char *line = result.out; *line; line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 0, 100);

	result = run_expecting(0, REBIND " -i naive --threads 2 --split shares --no-fills");
	assert_contains(result.out, "split in shares\n");
	assert_null(strstr(result.out, "direct call"));
	assert_null(strstr(result.out, "efficiency:"));
}

static void memory_is_where_it_was_asked_for(void **state)
{
	struct result result = run_expecting(0, REBIND " -i naive --no-fills --node 0");

	(void)state;
	assert_contains(result.out, " MiB on node 0\n");
	assert_null(strstr(result.out, "\nthreads "));
	run_refused(2, "node 1000", REBIND " -i naive --node 1000");
}

static void threads_that_cannot_be_had_are_refused(void **state)
{
	(void)state;
	run_refused(2, "--threads 0", REBIND " --threads 0");
	run_refused(2, "--threads \"\" is no whole number", REBIND " --threads 1,");
	run_refused(2, "twice", REBIND " --threads 1,2,1");
	run_refused(2, "add --threads", REBIND " --split shares");
	run_refused(2, "did you mean \"shares\"", REBIND " --threads 1 --split share");
	run_refused(2, "did you mean \"core\"", REBIND " --threads 1 --bind cores");
	run_refused(2, "77", REBIND " --threads 1 --node 77");
	run_refused(2, "CPUs 7777", REBIND " --threads 1 --cpus 7777");
	run_refused(2, "single --size",
	            "memmapsim bench rebind --size 64M,128M --threads 1 -i naive");
}

static void peers_take_part_on_request(void **state)
{
	struct result result = run_expecting(0, REBIND " -i naive --peers --no-fills");

	(void)state;
	assert_contains(result.out, "\n  peer-memcpy-page ");
	assert_contains(result.out, "\n  peer-memcpy-32k ");
	assert_null(strstr(result.out, "\n  fill-"));
}

static void shared_tails_are_counted_apart(void **state)
{
	struct result result =
		run_expecting(0, "memmapsim bench rebind --size 1G --mode devdax --map mem "
	                         "--rebinds 1 -i naive");

	(void)state;
	assert_contains(result.out, "262144 to initialize, tails shared");
	assert_contains(result.out, "65536 struct pages, 4.00 MiB");
	assert_contains(result.out, "4k: 4 MiB resident");
}

static void all_is_the_default(void **state)
{
	struct result result = run_expecting(0, REBIND);

	(void)state;
	assert_contains(result.out, "\n  naive ");
	assert_contains(result.out, "\n  template-movnti-pb ");
	result = run_expecting(0, REBIND " -i all");
	assert_contains(result.out, "\n  template-movnti-pb ");
}

static void gates_and_cold_are_told(void **state)
{
	struct result result = run_expecting(0, REBIND " -i template --trace-page-ref");

	(void)state;
	assert_contains(result.out, "ran naive\n");
	result = run_expecting(0, "memmapsim bench rebind --preset fsdax-1g --rebinds 1 --cold "
	                          "-i template");
	assert_contains(result.out, "What the hypervisor adds");
	assert_null(strstr(result.out, "machine first touch"));
}

static void json_has_all_of_it(void **state)
{
	json_t *json, *row, *samples;

	(void)state;
	run_expecting(0, REBIND " -i naive,template --json result.json");
	json = json_load_file(scratch("result.json"), 0, NULL);
	assert_non_null(json);
	assert_int_equal(json_integer_value(json_object_get(json, "schema_version")), 3);
	assert_true(json_is_object(json_object_get(json_object_get(json, "environment"), "cpu")));
	row = json_array_get(json_object_get(json, "results"), 1);
	assert_string_equal(json_string_value(json_object_get(row, "name")), "template");
	samples = json_object_get(json_object_get(row, "rebind"), "samples_ns");
	assert_int_equal(json_array_size(samples), 2);
	json_decref(json);
	/* Nothing else was left there. */
	assert_string_equal(run_expecting(0, "ls").out, "result.json\n");

	run_expecting(0, REBIND " -i naive --json /dev/stdout | grep -c '\"schema_version\": 3,'");
}

static void files_that_cannot_be_written_are_refused_before_the_work(void **state)
{
	(void)state;
	run_refused(3, "nowhere/result.json can't be written",
	            REBIND " --json nowhere/result.json");
	run_refused(3, ". can't be written", REBIND " --json .");
	run_refused(3, "can't be written", REBIND " --json ''");
	/* An older result survives what isn't done. */
	run_expecting(3, "echo old >old.json; memmapsim bench rebind --size 1000T --json old.json");
	assert_string_equal(run_expecting(0, "cat old.json; rm old.json").out, "old\n");
}

static void bad_input_is_refused(void **state)
{
	(void)state;
	run_refused(2, "is no number of bytes", "memmapsim bench rebind --size 1G,,2G");
	run_refused(2, "a single size", "memmapsim verify --size 1G,2G");
	run_refused(3, "needs", "memmapsim bench rebind --size 64M,1000T -i naive");
	run_refused(2, "did you mean \"rebind\"", "memmapsim bench rebnd");
	run_refused(2, "did you mean \"naive\"", REBIND " -i naif");
	run_refused(2, "named twice", REBIND " -i naive,naive");
	run_refused(2, "--rebinds auto ends", REBIND " --precision 5");
	run_refused(2, "--rebinds \"often\"", REBIND " --rebinds often");
	run_refused(2, "--rebinds \"autos\"", REBIND " --rebinds autos");
	run_refused(2, "--rebinds 0", REBIND " --rebinds auto:0");
	run_refused(2, "a percentage above 0", REBIND " --rebinds auto --precision 0");
	run_refused(2, "a percentage above 0", REBIND " --rebinds auto --precision x");
	run_refused(2, "--rebinds 0", "memmapsim bench rebind --rebinds 0");
	run_refused(2, "--first-binds \"-1\"", "memmapsim bench rebind --first-binds -1");
	run_refused(2, "--seed \"x\"", "memmapsim bench rebind --seed x");
	run_refused(2, "--size \"100X\"", "memmapsim bench rebind --size 100X");
	run_refused(2, "single first bind", "memmapsim bench rebind --preset fsdax-1g --cold");
	run_refused(2, "shares tails",
	            "memmapsim bench rebind --mode devdax --map mem "
	            "--backing thp");
	run_refused(3, "MiB of memory", "memmapsim bench rebind --size 1000T");
	run_refused(3, "can't create file", REBIND " --backing file:missing/new");
	run_refused(4, "avx512", "MMS_CPU=-avx512 " REBIND " -i stream-avx512");
	assert_contains(run_expecting(2, "memmapsim bench").err, "rebind");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(geometry_comes_first),
		cmocka_unit_test(tables_say_what_is_in_them),
		cmocka_unit_test(sizes_make_one_table),
		cmocka_unit_test(threads_have_tables_of_their_own),
		cmocka_unit_test(memory_is_where_it_was_asked_for),
		cmocka_unit_test(threads_that_cannot_be_had_are_refused),
		cmocka_unit_test(peers_take_part_on_request),
		cmocka_unit_test(shared_tails_are_counted_apart),
		cmocka_unit_test(all_is_the_default),
		cmocka_unit_test(gates_and_cold_are_told),
		cmocka_unit_test(json_has_all_of_it),
		cmocka_unit_test(files_that_cannot_be_written_are_refused_before_the_work),
		cmocka_unit_test(bad_input_is_refused),
	};

	return cmocka_run_group_tests_name("bench", tests, run_setup, run_teardown);
}
