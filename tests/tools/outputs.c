// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is written, to stdout and to files: all of it or an error, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "run.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void assert_is_json(const char *name)
{
	json_error_t error;
	json_t *json = json_load_file(scratch(name), 0, &error);

	if (!json)
		fail_msg("%s is no JSON: line %d: %s", name, error.line, error.text);
	json_decref(json);
}

static void stdout_that_cannot_be_written_is_an_error(void **state)
{
	static const char *const lines[] = {
		"--help",       "--version",   "list",         "layout",
		"bench --help", "list --help", "list --usage",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		assert_contains(run_expecting(3, "memmapsim %s >/dev/full", lines[i]).err,
		                "standard output can't be written: No space left");
		assert_contains(run_expecting(3, "memmapsim %s >&-", lines[i]).err,
		                "standard output can't be written: Bad file descriptor");
	}
}

/* A file that is opened must not become stdout or stderr, because those are closed. */
static void closed_streams_take_nothing_from_files(void **state)
{
	(void)state;
	run_expecting(0, "mkfifo fifo; cat fifo >got & "
	                 "memmapsim bench rebind --size 64M -i naive --rebinds 1 --json fifo "
	                 "2>&- && wait");
	assert_is_json("got");
	run_expecting(3, "memmapsim env --json got >&-");
	run_expecting(0, "rm fifo got");
}

static void json_goes_behind_the_text_where_both_go_to_one_place(void **state)
{
	static const char *const lines[] = {
		"memmapsim env --json /dev/stdout",
		"memmapsim env --json /dev/stdout | cat",
		"memmapsim env --json both >both; cat both",
		"memmapsim env --json /dev/stdout >both; cat both",
		": >both; memmapsim env --json /dev/stdout >>both; cat both",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		const char *out = run_expecting(0, "%s", lines[i]).out;

		assert_memory_equal(out, "cpu:\n", 5);
		assert_contains(out, "\n{\n  \"schema_version\": ");
		assert_string_equal(out + strlen(out) - 3, "\n}\n");
	}
	run_expecting(0, "rm both");
}

static void links_are_followed(void **state)
{
	(void)state;
	run_expecting(0, "mkdir there; echo old >there/file; ln -s there/file link");
	run_expecting(0, "memmapsim env --json link; test -L link");
	assert_is_json("there/file");
	run_refused(3, "symbolic link to a file that isn't there",
	            "ln -sf missing link; memmapsim env --json link");
	run_expecting(0, "test -L link; rm -r there link");
}

static void a_limit_on_file_sizes_is_an_error(void **state)
{
	(void)state;
	assert_contains(
		run_expecting(3, "(ulimit -f 1; memmapsim env --json big.json >/dev/null)").err,
		"big.json can't be written: File too large");
	run_refused(3, "File too large",
	            "(ulimit -f 1; memmapsim bench rebind --size 64M --backing file:new)");
	assert_string_equal(run_expecting(0, "ls").out, "");
}

static void a_file_without_a_name_is_shown_as_such(void **state)
{
	(void)state;
	run_refused(3, "\"\" can't be written", "memmapsim env --json ''");
	run_refused(2, "\"\" can't be read", "memmapsim verify --capture ''");
	run_refused(2, "\"\" can't be read", "memmapsim layout --btf ''");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stdout_that_cannot_be_written_is_an_error),
		cmocka_unit_test(closed_streams_take_nothing_from_files),
		cmocka_unit_test(json_goes_behind_the_text_where_both_go_to_one_place),
		cmocka_unit_test(links_are_followed),
		cmocka_unit_test(a_limit_on_file_sizes_is_an_error),
		cmocka_unit_test(a_file_without_a_name_is_shown_as_such),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
