// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Plug-ins with all faults that there are: each is told, and the command goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "run.h"
#include "sanitizers.h"
#include "skip.h"

/* The plug-in @name of tests/plugin. */
static const char *plugin(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s.so", getenv("PLUGINS"), name);
	return path;
}

#define SIZE     "--size 64M --backing 4k --time-limit 2"
#define LAST_PFN "0x10003fff"
/* The first of the last pageblock. */
#define UNDONE "pfn 0x10003e00, number 15361 of its job, was not right yet"

static const struct {
	const char *name, *sentence;
	const char *signal; /* NULL: none */
	int64_t pfn;        /* 0: none */
#define ANY_PFN -1
} faults[] = {
	{"fails", "failed on pfns 0x10000200 to 0x10004000: Input/output error", NULL, 0},
	{"crashes", "was killed by SIGSEGV; " UNDONE, "SIGSEGV", 0x10003e00},
	{"loops", "took longer than 2 s; " UNDONE, NULL, 0x10003e00},
	{"sleeps", "took longer than 2 s; " UNDONE, NULL, 0x10003e00},
	{"exits", "ended its process, with status ", NULL, 0x10003e00},
	{"exits-at-once", "ended its process, with status 7; " UNDONE, NULL, 0x10003e00},
	{"aborts", "was killed by SIGABRT; " UNDONE, "SIGABRT", 0x10003e00},
	{"is-killed", "was killed by SIGKILL; " UNDONE, "SIGKILL", 0x10003e00},
	{"goes-beyond",
         "was killed by SIGSEGV at pfn 0x10004000, 1 beyond the last of its job, " LAST_PFN,
         "SIGSEGV", 0x10004000},
	{"goes-before",
         "was killed by SIGSEGV at pfn 0xfffffff, 513 before the first of its job, 0x10000200",
         "SIGSEGV", 0xfffffff},
	/* Whose page is looked at first is up to those who compare. */
	{"unmaps", "was killed by SIGSEGV at pfn 0x10000", "SIGSEGV", ANY_PFN},
	{"busy", "failed in its setup: Device or resource busy", NULL, 0},
	{"hasty", "was killed by SIGFPE, in its setup", "SIGFPE", 0},
	{"clumsy", "was killed by SIGILL, in its teardown", "SIGILL", 0},
};
#define NR_FAULTS (sizeof(faults) / sizeof(*faults))

static json_t *read_json(const char *name)
{
	json_error_t error;
	json_t *json = json_load_file(scratch(name), 0, &error);

	if (!json)
		fail_msg("%s: %s", name, error.text);
	return json;
}

static void check_failure(const json_t *failure, size_t i)
{
	const char *signal = json_string_value(json_object_get(failure, "signal"));
	const json_t *pfn = json_object_get(failure, "pfn");

	assert_contains(json_string_value(json_object_get(failure, "reason")), faults[i].sentence);
	assert_int_equal(!signal, !faults[i].signal);
	if (signal)
		assert_string_equal(signal, faults[i].signal);
	if (faults[i].pfn == ANY_PFN)
		assert_true(json_is_integer(pfn));
	else if (faults[i].pfn)
		assert_int_equal(json_integer_value(pfn), faults[i].pfn);
	else
		assert_true(json_is_null(pfn));
}

static void test_each_fault_is_told_and_the_others_go_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_FAULTS; i++) {
		const char *name = faults[i].name;
		struct result result = run_expecting(
			1, "memmapsim verify " SIZE " -i naive,%s:%s,template --json out.json",
			plugin("faults"), name);
		json_t *json = read_json("out.json");
		const json_t *list = json_object_get(
			json_array_get(json_object_get(json, "geometries"), 0), "initializers");
		const json_t *entry = json_array_get(list, 1);

		assert_contains(result.out, faults[i].sentence);
		assert_contains(result.out, "FAILED");
		assert_contains(result.out, "naive                verified");
		assert_contains(result.out, "template             verified");
		assert_int_equal(json_array_size(list), 3);
		assert_string_equal(json_string_value(json_object_get(entry, "name")), name);
		assert_string_equal(json_string_value(json_object_get(entry, "plugin")),
		                    plugin("faults"));
		assert_true(json_is_false(json_object_get(entry, "verified")));
		check_failure(json_object_get(entry, "failure"), i);
		json_decref(json);
	}
}

/* What the C library makes of that is its own affair. */
static void test_memory_that_is_not_theirs_to_free(void **state)
{
	struct result result;

	(void)state;
	if (THREAD_SANITIZER)
		skip_because("%s", "the thread sanitizer's free() takes any address");
	result = run_expecting(1, "memmapsim verify " SIZE " -i %s:frees,naive", plugin("faults"));
	assert_contains(result.out, "frees                FAILED");
	assert_contains(result.out, "naive                verified");
}

static void test_one_that_is_right_is_like_a_built_in_one(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(0, "memmapsim verify -i %s:fine,naive", plugin("faults"));
	assert_contains(result.out, "fine                 verified");
	result = run_expecting(0, "memmapsim verify " SIZE " --mode devdax -i all,%s:fine",
	                       plugin("faults"));
	assert_contains(result.out, "fine                 verified");
	result = run_expecting(0,
	                       "memmapsim verify -i %s:fine --capture "
	                       "%s/captures/6.18-devdax_2M_mem.json",
	                       plugin("faults"), TEST_DATA);
	assert_contains(result.out, "1 of 1 initializers verified");
	result = run_expecting(0, "memmapsim dump -i %s:fine --pfn 0x10000200", plugin("faults"));
	assert_contains(result.out, "memory holds what is declared");
	result = run_expecting(0, "memmapsim list initializers %s", plugin("faults"));
	assert_contains(result.out, "  fine ");
	assert_contains(result.out, "  clumsy ");
	run_expecting(0,
	              "memmapsim bench rebind " SIZE
	              " -i naive,%s:fine --rebinds 2 --first-binds 1 --no-fills --threads 2",
	              plugin("faults"));
	run_expecting(0,
	              "memmapsim bench background " SIZE
	              " -i naive,%s:fine --binds 1 --streams 1 --threads 1",
	              plugin("faults"));
	run_expecting(0,
	              "memmapsim bench boot --backing 4k --namespaces 2x64M -i naive,%s:fine "
	              "--boots 1 --threads 1",
	              plugin("faults"));
	run_expecting(0, "memmapsim bench aftermath " SIZE " -i naive,%s:fine --rounds 1",
	              plugin("faults"));
}

static void test_wrong_pages_are_shown(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(1, "memmapsim verify " SIZE " -i %s:most,naive", plugin("faults"));
	assert_contains(result.out, "most                 WRONG");
	assert_contains(result.out, "the first is pfn 0x10003e00");
	result = run_expecting(1, "memmapsim verify " SIZE " -i %s:nothing", plugin("faults"));
	assert_contains(result.out, "the first is pfn 0x10000200");
	result = run_expecting(1, "memmapsim dump --size 64M --pfn 0x10000200 -i %s:nothing",
	                       plugin("faults"));
	assert_contains(result.out, "memory holds something else than is declared");
	result = run_expecting(1, "memmapsim dump --pfn 0x10000200 -i %s:aborts", plugin("faults"));
	assert_contains(result.err, "aborts of ");
	assert_contains(result.err, "was killed by SIGABRT");
	result = run_expecting(1,
	                       "memmapsim verify -i %s:nothing --capture "
	                       "%s/captures/7.2-fsdax_dev.json",
	                       plugin("faults"), TEST_DATA);
	assert_contains(result.out, "0 of 1 initializers verified");
}

static void test_only_what_was_verified_is_timed(void **state)
{
	struct result result;
	const json_t *left_out, *names;
	json_t *json;

	(void)state;
	result = run_expecting(1,
	                       "memmapsim bench rebind " SIZE
	                       " -i naive,%s:fine,%s:most,template --rebinds 2 --first-binds 1 "
	                       "--no-fills --json out.json",
	                       plugin("faults"), plugin("faults"));
	assert_contains(result.err, "initializer most of ");
	assert_contains(result.err, "is left out: it is wrong: 512 of ");
	assert_null(strstr(result.out, "most "));
	json = read_json("out.json");
	left_out = json_object_get(json, "left_out");
	names = json_object_get(json, "results");
	assert_int_equal(json_array_size(left_out), 1);
	assert_int_equal(json_array_size(names), 3);
	assert_true(json_is_false(json_object_get(json, "ok")));
	assert_string_equal(json_string_value(json_object_get(json_array_get(left_out, 0), "name")),
	                    "most");
	json_decref(json);
	/* Nothing is left. */
	result = run_expecting(1, "memmapsim bench background " SIZE " -i %s:exits",
	                       plugin("faults"));
	assert_contains(result.err, "no initializer is left to be timed");
	assert_string_equal(result.out, "");
}

static void test_one_that_ends_the_timing_is_left_out(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(1,
	                       "memmapsim bench rebind --size 64M,128M --backing 4k "
	                       "-i naive,%s:crashes-later,%s:fine --rebinds 2 --first-binds 1 "
	                       "--no-fills",
	                       plugin("faults"), plugin("faults"));
	assert_contains(result.err, "crashes-later of ");
	assert_contains(result.err, "is left out: it was killed by SIGSEGV");
	assert_contains(result.out, "fine");
	assert_null(strstr(result.out, "crashes-later"));
}

/* How far it came is also known in namespaces that it was not verified in. */
static void test_one_that_ends_the_second_namespace_is_looked_at(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(1,
	                       "memmapsim bench boot --backing 4k --namespaces 2x64M --boots 1 "
	                       "--threads 1 -i naive,%s:crashes-elsewhere",
	                       plugin("faults"));
	assert_contains(result.err, "crashes-elsewhere of ");
	assert_contains(result.err, "was killed by SIGSEGV");
	/* That is all that can be said of memory that isn't known. */
	assert_null(strstr(result.err, " in its job, pfns "));
}

static void test_stores_of_plug_ins(void **state)
{
	struct result result;

	(void)state;
	if (THREAD_SANITIZER)
		skip_because("%s", "what the thread sanitizer adds can't be traced in time");
	result = run("memmapsim verify --stores --mode raw --size 4M -i naive,%s:fine,%s:crashes",
	             plugin("faults"), plugin("faults"));
	if (result.status == 3)
		skip_because("%s", "a process may not trace its child here");
	assert_int_equal(result.status, 1);
	assert_contains(result.out, "fine                 yes");
	assert_contains(result.out, "crashes              FAILED");
}

static void test_what_is_no_plug_in(void **state)
{
	(void)state;
	run_refused(2, "./none.so can't be read: No such file", "memmapsim verify -i ./none.so");
	run_refused(2, "can't be loaded: file too short",
	            "touch x.so; memmapsim bench rebind -i naive,./x.so");
	run_refused(2, "exports no mms_plugin_list", "memmapsim verify -i %s",
	            plugin("bad-no_list"));
	run_refused(2, "which is the name of a built-in one", "memmapsim dump --pfn 1 -i %s",
	            plugin("bad-builtin"));
	run_refused(2, "was built for version 2", "memmapsim list %s", plugin("bad-abi"));
	run_refused(2, "undefined symbol: mms_test_not_there", "memmapsim list %s",
	            plugin("bad-symbol"));
	run_refused(1, "was killed by SIGABRT while it was loaded", "memmapsim list %s",
	            plugin("rude"));
	run_refused(4, "demanding needs CPU feature", "memmapsim verify -i %s", plugin("good"));
	run_refused(2, "there is no initializer of that plug-in \"fin\"; did you mean \"fine\"?",
	            "memmapsim verify -i %s:fin", plugin("faults"));
	run_refused(2, "initializer fine of ", "memmapsim verify -i %s:fine,%s:fine",
	            plugin("faults"), plugin("faults"));
	run_refused(2, "dump shows what one initializer leaves, not 23",
	            "memmapsim dump --pfn 0x10000200 -i %s", plugin("faults"));
	run_refused(2, "--cold is for the first touch", "memmapsim bench rebind --cold -i %s:fine",
	            plugin("faults"));
	run_refused(2, "--time-limit 0 is out of range",
	            "memmapsim verify --time-limit 0 -i %s:fine", plugin("faults"));
}

static void test_two_files_with_the_same_name(void **state)
{
	(void)state;
	run_refused(2, "both have an initializer fine",
	            "cp %s other.so; memmapsim verify -i %s:fine,./other.so:fine", plugin("faults"),
	            plugin("faults"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_fault_is_told_and_the_others_go_on),
		cmocka_unit_test(test_memory_that_is_not_theirs_to_free),
		cmocka_unit_test(test_one_that_is_right_is_like_a_built_in_one),
		cmocka_unit_test(test_wrong_pages_are_shown),
		cmocka_unit_test(test_only_what_was_verified_is_timed),
		cmocka_unit_test(test_one_that_ends_the_timing_is_left_out),
		cmocka_unit_test(test_one_that_ends_the_second_namespace_is_looked_at),
		cmocka_unit_test(test_stores_of_plug_ins),
		cmocka_unit_test(test_what_is_no_plug_in),
		cmocka_unit_test(test_two_files_with_the_same_name),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
