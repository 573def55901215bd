// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* try: what is right is timed, and what is wrong is told for the right reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "run.h"
#include "sanitizers.h"
#include "skip.h"

/* As quick as can be; what is timed is of no interest here. */
#define TRY  "memmapsim try --quick --rounds 1 --geometries 8 --backing 4k "
#define IDEA TEST_DATA "/try/idea.c"

static void assert_once(const char *text, const char *part)
{
	const char *found = strstr(text, part);

	if (!found || strstr(found + 1, part))
		fail_msg("\"%s\" isn't there once in:\n%s", part, text);
}

/* Taken out, each of them is one. */
static void times_are_results(const json_t *timing)
{
	const json_t *experiment = json_object_get(json_array_get(timing, 0), "experiment");

	assert_int_equal(json_dump_file(experiment, scratch("timing.json"), 0), 0);
	run_expecting(0, "memmapsim report timing.json");
	assert_contains(run("memmapsim compare timing.json -i naive,idea").out, "naive, then idea");
}

static void what_is_right_is_timed(void **state)
{
	struct result result = run_expecting(0, TRY IDEA " --json right.json");
	json_t *json, *initializer, *timing;

	(void)state;
	assert_contains(result.out, "try/idea.c, compiled as naive is");
	assert_contains(result.out, "geometries  8 random ones: all ");
	assert_contains(result.out, "captures    6 of 6 of v7.2");
	assert_contains(result.out, "drains      it needs none");
	assert_contains(result.out, "idea is right by the rules of v7.2");
	assert_once(result.out, "On fsdax-1g it takes");
	assert_once(result.out, "On devdax-1g it takes");
	assert_once(result.out, "Per page of devdax it writes");

	json = json_load_file(scratch("right.json"), 0, NULL);
	assert_true(json_is_true(json_object_get(json, "ok")));
	initializer = json_array_get(json_object_get(json, "initializers"), 0);
	assert_string_equal(json_string_value(json_object_get(initializer, "name")), "idea");
	assert_int_equal(json_integer_value(json_object_get(initializer, "geometries_right")), 8);
	assert_int_equal(json_array_size(json_object_get(initializer, "captures")), 6);
	assert_int_equal(json_array_size(json_object_get(initializer, "stores")), 3);
	assert_contains(json_string_value(json_object_get(initializer, "verdict")),
	                " On fsdax-1g it takes");
	assert_null(strchr(json_string_value(json_object_get(initializer, "verdict")), '\n'));
	/* As compare says of a single round. */
	assert_contains(json_string_value(json_object_get(initializer, "verdict")), "): too few");
	timing = json_object_get(json, "timing");
	assert_int_equal(json_array_size(timing), 2);
	for (size_t i = 0; i < json_array_size(timing); i++) {
		json_t *timed = json_object_get(json_array_get(timing, i), "initializers");

		assert_int_equal(json_array_size(timed), 1);
		assert_int_equal(
			json_array_size(json_object_get(json_array_get(timed, 0), "others")), 5);
	}
	times_are_results(timing);
	json_decref(json);
	run_refused(2, "is of try, whose times are a result", "memmapsim report right.json");
	run_refused(2, "is of try, whose times are a result",
	            "memmapsim compare right.json -i naive,idea");
}

static void a_tree_goes_by_its_own_rules(void **state)
{
	struct result result = run_expecting(0, TRY TEST_DATA "/tree");

	(void)state;
	assert_contains(result.out, "its own code, compiled as naive is");
	assert_contains(result.out, "tree is right by the rules of v7.2");
}

/* By import-kernel's options; here with a mistake, so that nothing is timed. */
static void a_tree_is_imported_as_it_needs(void **state)
{
	struct result result;

	(void)state;
	run_expecting(0, "printf 'static inline void zero_words(unsigned long *words)\\n"
	                 "{\\n\\twords[7] = WRONG;\\n}\\n' >wrong.c");
	run_expecting(0, "printf 'CONFIG_WRONG=1\\n' >config");
	run_expecting(0, "sed -i 's/WRONG/CONFIG_WRONG/' wrong.c");
	result = run_expecting(1, TRY TEST_DATA "/tree --extra wrong.c --config config --functions "
	                                        "memmap_init_zone_device --keep kept");
	assert_contains(result.out, "zero_words                         wrong.c:1");
	assert_contains(result.out, "tree is wrong by the rules of v7.2");
	run_expecting(0, "memmapsim layout --kernel kept/rules.kernel");
	run_refused(2, "are for kernel trees, and " IDEA " is none", TRY IDEA " --extra wrong.c");
}

/* Mistakes in idea.c, and what is said of them. */
static const struct {
	const char *edit, *options, *sentence;
} mistakes[] = {
	{"/finish_compound/d", "", "geometries  WRONG on random geometry"},
	{"s/job->init_page(job, head);//", "", "pages are wrong, the first is pfn"},
	{"s/return 0;/job->init_page(job, 0);/", "", "was killed by SIGSEGV"},
	{"s/return 0;/for (;;) ;/", "--time-limit 1", "took longer than 1 s"},
	{"s/return 0;/return -5;/", "", "FAILED"},
	{"s/return 0;/uint64_t *last = (uint64_t *)mms_plugin_page(job, job->start_pfn);"
         "uint64_t word = last[2]; __asm__(\"movnti %1, %0\" : \"=m\"(last[2]) : \"r\"(word));"
         "return 0;/",
         "", "lacks a drain before pageblock"},
};

static void what_is_wrong_is_told_and_not_timed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		struct result result;

		run_expecting(0, "sed '%s' " IDEA " >wrong.c && ! cmp -s wrong.c " IDEA,
		              mistakes[i].edit);
		result = run_expecting(1, TRY "%s wrong.c --json wrong.json", mistakes[i].options);
		if (!strstr(result.out, mistakes[i].sentence) &&
		    !strstr(result.err, mistakes[i].sentence))
			fail_msg("\"%s\" isn't said after \"%s\":\n%s%s", mistakes[i].sentence,
			         mistakes[i].edit, result.out, result.err);
		assert_contains(result.out, "idea is wrong by the rules of v7.2: ");
		assert_contains(result.out, "not timed");
		assert_null(strstr(result.out, "it takes"));
	}
}

/*
 * Nothing is known of one that makes the process that watches it forget what it watches, which it
 * can where that process may not look into it.
 */
static void what_cannot_be_checked_is_not_called_wrong(void **state)
{
	struct result result =
		run("memmapsim() { \"$UNTRACED\" \"$MEMMAPSIM\" \"$@\"; }; " TRY "%s/wipes.so",
	            getenv("PLUGINS"));

	(void)state;
	if (result.status == 77)
		skip_because("seccomp filters can't be had here");
	assert_int_equal(result.status, 1);
	assert_contains(result.err,
	                "a child process of memmapsim ended its process, with status 7");
	assert_contains(result.out, "zeroes could not be checked");
	assert_contains(result.out, "scribbles could not be checked");
	assert_contains(result.out, "not timed");
	assert_null(strstr(result.out, "zeroes is wrong"));
}

/* No captures follow them, so there is only the oracle to go by. */
static void own_rules_are_followed(void **state)
{
	struct result result;

	(void)state;
	run_expecting(0, "printf 'based-on = v7.2\\nrefcount.fsdax = 1\\n' >own.kernel");
	result = run_expecting(0, TRY IDEA " --kernel own.kernel");
	assert_contains(result.out, "captures    there is none of own.kernel");
	assert_contains(result.out, "idea is right by the rules of own.kernel");
}

/* As behind -i. */
static void one_of_several_can_be_chosen(void **state)
{
	struct result result = run_expecting(1, TRY "%s/faults.so:nothing", getenv("PLUGINS"));

	(void)state;
	assert_once(result.out, "nothing is wrong by the rules of v7.2");
	assert_null(strstr(result.out, "most is wrong"));
	run_refused(2, "did you mean \"nothing\"?", TRY "%s/faults.so:nothin", getenv("PLUGINS"));
	run_refused(2, "missing.so can't be read", "memmapsim try missing.so:fast");
	assert_contains(run_expecting(2, TRY IDEA ":ide").err, "did you mean \"idea\"?");
}

/* What runs in its place would be what is verified and timed. */
static void what_would_not_run_is_refused(void **state)
{
	(void)state;
	run_expecting(0, "sed 's/.init = run,/&\\n.cpu = MMS_CPU_AVX512F,\\n.gates = "
	                 "MMS_GATE_PAGE_REF_SET | MMS_GATE_SANITIZER,/' " IDEA " >fast.c && "
	                 "! cmp -s fast.c " IDEA);
	run_refused(4, "idea needs avx512", "MMS_CPU=-avx512 " TRY "fast.c");
	run_expecting(0, "sed 's/.cpu = .*//' fast.c >gated.c");
	run_refused(2, "naive would run in place of idea", TRY "gated.c --trace-page-ref");
	run_refused(2, "naive would run in place of idea", TRY "gated.c --sanitize-kernel");
}

static void what_cannot_be_tried_is_refused(void **state)
{
	(void)state;
	run_refused(2, "what is to be tried?", "memmapsim try");
	run_refused(2, "try takes one thing, not both a.c and b.c", "memmapsim try a.c b.c");
	run_refused(2, "missing.c can't be read", "memmapsim try missing.c");
	run_refused(2, "is neither the folder of a kernel tree",
	            "touch idea.txt; memmapsim try idea.txt");
	run_refused(2, "no-captures can't be read",
	            "cp " IDEA " idea.c; " TRY "idea.c --captures no-captures >/dev/null");
	assert_contains(run_expecting(2, "echo 'int i = ;' >bad.c; memmapsim try bad.c").err,
	                "bad.c does not compile:");
	assert_contains(run_expecting(2, "memmapsim try .").err, "has no mm/mm_init.c");
	assert_contains(run_expecting(2, "echo 'int i;' >empty.c; memmapsim try empty.c").err,
	                "plugin.so");
}

/* Stepping through so many instructions doesn't end in time with a sanitizer's among them. */
static void trials_take_too_long_with_sanitizers(void **state)
{
	(void)state;
	skip_because("stepping through a sanitizer's checks takes too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_right_is_timed),
		cmocka_unit_test(a_tree_goes_by_its_own_rules),
		cmocka_unit_test(a_tree_is_imported_as_it_needs),
		cmocka_unit_test(what_is_wrong_is_told_and_not_timed),
		cmocka_unit_test(what_cannot_be_checked_is_not_called_wrong),
		cmocka_unit_test(own_rules_are_followed),
		cmocka_unit_test(one_of_several_can_be_chosen),
		cmocka_unit_test(what_would_not_run_is_refused),
		cmocka_unit_test(what_cannot_be_tried_is_refused),
	};

	const struct CMUnitTest skipped[] = {
		cmocka_unit_test(trials_take_too_long_with_sanitizers),
	};

	if (ADDRESS_SANITIZER || THREAD_SANITIZER)
		return cmocka_run_group_tests(skipped, NULL, NULL);
	return cmocka_run_group_tests_name("try", tests, run_setup, run_teardown);
}
