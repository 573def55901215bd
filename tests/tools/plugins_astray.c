// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Plug-ins that get in the way of the process that watches theirs: of what it knows and prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "sanitizers.h"
#include "skip.h"

#define SIZE "--size 64M --backing 4k --time-limit 2"

static unsigned int count(const char *text, const char *part)
{
	unsigned int times = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		times++;
	}
	return times;
}

/* The plug-in that overwrites all memory that is shared with its parent. */
static const char *wipes(void)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/wipes-and-more.so", getenv("PLUGINS"));
	return path;
}

static const char *faults(void)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/faults.so", getenv("PLUGINS"));
	return path;
}

/* It shares nothing by which its end is told. */
#define EXITS                                                                                      \
	"ended its process, with status 7; pfn 0x10000200, number 1 of its job, was not right yet"
#define LOOPS "took longer than 2 s; pfn 0x10000200, number 1 of its job, was not right yet"

static const struct {
	const char *name;
	const char *sentence; /* NULL: it is right */
} wipers[] = {
	{"zeroes", EXITS},
	{"scribbles", EXITS},
	{"zeroes-and-loops", LOOPS},
	{"scribbles-and-loops", LOOPS},
	{"zeroes-and-returns", NULL},
	{"scribbles-and-returns", NULL},
};
#define NR_WIPERS (sizeof(wipers) / sizeof(*wipers))

/* Whether a process may read its child's memory here, which all this hangs on. */
static void need_tracing(void)
{
	if (strstr(run("memmapsim verify --stores --mode raw --size 4M -i naive").err,
	           "may not trace its child"))
		skip_because("a process may not trace its child here");
}

static void wiping_shared_memory_hides_nothing(void **state)
{
	char row[64];

	(void)state;
	need_tracing();
	for (size_t i = 0; i < NR_WIPERS; i++) {
		const char *name = wipers[i].name, *sentence = wipers[i].sentence;
		struct result result =
			run_expecting(sentence ? 1 : 0, "memmapsim verify " SIZE " -i naive,%s:%s",
		                      wipes(), name);

		snprintf(row, sizeof(row), "%-20s %s", name, sentence ? "FAILED" : "verified");
		assert_contains(result.out, row);
		assert_contains(result.out, "naive                verified");
		if (sentence)
			assert_contains(result.out, sentence);
		assert_string_equal(result.err, "");
		result = run_expecting(sentence ? 1 : 0,
		                       "memmapsim dump --pfn 0x10000200 " SIZE " -i %s:%s", wipes(),
		                       name);
		assert_contains(sentence ? result.err : result.out,
		                sentence ? sentence : "memory holds what is declared");
	}
}

static void one_that_wipes_is_left_out(void **state)
{
	(void)state;
	need_tracing();
	for (size_t i = 0; i < NR_WIPERS; i++) {
		struct result result =
			run_expecting(wipers[i].sentence ? 1 : 0,
		                      "memmapsim bench rebind " SIZE " -i naive,%s:%s --rebinds 2 "
		                      "--first-binds 1 --no-fills",
		                      wipes(), wipers[i].name);

		assert_contains(result.out, "naive");
		if (wipers[i].sentence) {
			assert_contains(result.err, "is left out: it ");
			assert_contains(result.err, wipers[i].sentence);
		}
	}
}

/* Among others, while all are timed. */
static void one_that_wipes_later_is_told_from_others(void **state)
{
	struct result result;

	(void)state;
	need_tracing();
	result = run_expecting(1,
	                       "memmapsim bench rebind " SIZE
	                       " -i naive,%s:fine,%s:zeroes-later --rebinds 2 --first-binds 1 "
	                       "--no-fills",
	                       faults(), wipes());
	assert_contains(result.err, "initializer zeroes-later of ");
	assert_contains(result.err, "is left out: it ended its process, with status 7");
	assert_int_equal(count(result.err, "is left out"), 1);
	assert_contains(result.out, "fine");
}

static void wiping_hides_nothing_from_the_tracer(void **state)
{
	struct result result;

	(void)state;
	if (THREAD_SANITIZER)
		skip_because("what the thread sanitizer adds can't be traced in time");
	need_tracing();
	result = run_expecting(
		1, "memmapsim verify --stores --mode raw --size 4M -i naive,%s:zeroes,%s:scribbles",
		wipes(), wipes());
	assert_int_equal(count(result.out, "FAILED"), 2);
	assert_int_equal(count(result.out, "it ended its process, with status 7"), 2);
}

/* Where nobody may look into a child, what it tells is in memory that both share. */
static void without_tracing_all_but_wiping_is_told(void **state)
{
	struct result result =
		run("\"$UNTRACED\" \"$MEMMAPSIM\" verify " SIZE " -i naive,%s:is-killed,%s:loops",
	            faults(), faults());

	(void)state;
	if (result.status == 77)
		skip_because("seccomp filters can't be had here");
	assert_int_equal(result.status, 1);
	assert_contains(result.out, "it was killed by SIGKILL in its job");
	assert_contains(result.out, "it took longer than 2 s in its job");
	assert_contains(result.out, "naive                verified");
	result = run("\"$UNTRACED\" \"$MEMMAPSIM\" verify " SIZE " -i %s:zeroes", wipes());
	assert_int_equal(result.status, 1);
	assert_contains(result.err,
	                "a child process of memmapsim ended its process, with status 7");
	for (int i = 0; i < 2; i++) {
		result = run("\"$UNTRACED\" \"$MEMMAPSIM\" verify " SIZE " -i %s:%s-and-loops",
		             wipes(), i ? "zeroes" : "scribbles");
		assert_int_equal(result.status, 1);
		assert_contains(result.err, "a child process of memmapsim took longer than 2 s");
	}
}

static void nothing_is_printed_that_is_printed_again(void **state)
{
	struct result result;
	const char *json;

	(void)state;
	result = run_expecting(1,
	                       "memmapsim bench rebind " SIZE
	                       " -i naive,%s:talks,%s:fine --rebinds 2 --first-binds 1 --no-fills "
	                       "--json /dev/stdout",
	                       faults(), faults());
	assert_contains(result.err, "is left out: it was killed by SIGILL, in its teardown");
	assert_int_equal(count(result.out, "\nkernel "), 1);
	assert_int_equal(count(result.out, "\"schema_version\""), 1);
	/* It was verified before, which didn't fail. */
	assert_int_equal(count(result.out, "talk "), 1);
	json = strstr(result.out, "\n{");
	assert_non_null(json);
	assert_null(strstr(json, "\nkernel "));
}

/* A pipe's reader can't be told that what it read didn't count. */
static void nothing_is_written_to_a_pipe_that_is_written_again(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(1,
	                       "mkfifo pipe && { cat pipe & } && memmapsim bench rebind " SIZE
	                       " -i naive,%s:talks --rebinds 2 --first-binds 1 --no-fills "
	                       "--json pipe >/dev/null; status=$?; wait; (exit $status)",
	                       faults());
	assert_contains(result.err, "is left out: it was killed by SIGILL, in its teardown");
	assert_int_equal(count(result.out, "\"schema_version\""), 1);
	assert_int_equal(count(result.out, "\"talks\""), 1);
}

/* With a child it is as without one: what is written to a pipe that nobody reads ends it. */
static void who_reads_no_further_misses_nothing(void **state)
{
	static const char *const initializers[] = {"naive", "naive,%s:fine"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		char names[4096];
		struct result result;

		snprintf(names, sizeof(names), initializers[i], faults());
		result = run("{ memmapsim bench rebind " SIZE " -i %s --rebinds 2 --first-binds 1 "
		             "--no-fills --json none.json; echo $? >status; } | true; "
		             "cat status >&2",
		             names);
		assert_contains(result.err, "141\n");
		assert_null(strstr(result.err, "not complete"));
	}
}

static void time_does_not_pass_for_one_that_is_stopped(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(
		0, "memmapsim verify --size 64M --backing 4k --time-limit 1 -i %s:rests", faults());
	assert_contains(result.out, "rests                verified");
}

/* They would keep the pipe open, and whoever reads from it waiting. */
static void processes_that_are_left_behind_are_ended(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(
		0, "timeout 60 sh -c '\"$MEMMAPSIM\" verify " SIZE " -i %s:leaves-processes | cat'",
		faults());
	assert_contains(result.out, "leaves-processes     verified");
	run_expecting(0,
	              "timeout 60 sh -c '\"$MEMMAPSIM\" verify " SIZE
	              " -i %s:leaves-processes,%s:crashes | cat'",
	              faults(), faults());
}

/* Those that this process had before are nobody else's to end. */
static void other_children_are_left_alone(void **state)
{
	(void)state;
	run_expecting(
		0,
		"sh -c 'sleep 60 >/dev/null 2>&1 & echo $! >pid; exec \"$MEMMAPSIM\" verify " SIZE
		" -i %s:fine' && kill $(cat pid)",
		faults());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wiping_shared_memory_hides_nothing),
		cmocka_unit_test(one_that_wipes_is_left_out),
		cmocka_unit_test(one_that_wipes_later_is_told_from_others),
		cmocka_unit_test(wiping_hides_nothing_from_the_tracer),
		cmocka_unit_test(without_tracing_all_but_wiping_is_told),
		cmocka_unit_test(nothing_is_printed_that_is_printed_again),
		cmocka_unit_test(nothing_is_written_to_a_pipe_that_is_written_again),
		cmocka_unit_test(who_reads_no_further_misses_nothing),
		cmocka_unit_test(time_does_not_pass_for_one_that_is_stopped),
		cmocka_unit_test(processes_that_are_left_behind_are_ended),
		cmocka_unit_test(other_children_are_left_alone),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
