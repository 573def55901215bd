// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim new-plugin: what it writes and what it refuses; tests/plugin builds the result. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>

#include "run.h"

static void test_a_folder_with_all_that_is_needed(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(0, "memmapsim new-plugin fast-1.b");
	assert_contains(result.out, "\n  memmapsim try --quick fast-1.b/fast-1.b.c\n");
	assert_contains(result.out, "\n  cd fast-1.b && make check\n");
	result = run_expecting(0, "cd fast-1.b && ls && ! grep -r @NAME@ .");
	assert_string_equal(result.out, "Makefile\nREADME.md\nfast-1.b.c\nmeson.build\n");
	result = run_expecting(0, "grep name fast-1.b/fast-1.b.c");
	assert_contains(result.out, "\"fast-1.b\"");
}

static void test_nothing_is_overwritten(void **state)
{
	(void)state;
	run_expecting(0, "mkdir mine && echo text > mine/note && echo text > file");
	run_refused(2, "mine is there already", "memmapsim new-plugin mine");
	run_refused(2, "file is there already", "memmapsim new-plugin file");
	assert_contains(run_expecting(0, "ls mine; cat file").out, "note\ntext\n");
}

static void test_names_that_can_not_be(void **state)
{
	static const char *const names[] = {
		"../up", "a/b",  "''",  "'a b'", "a,b",
		".hid",  "_sub", "a:b", "a+b",   "a-name-of-more-than-thirty-two-letters",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		run_refused(2, "is no name for a plug-in", "memmapsim new-plugin %s", names[i]);
	run_refused(2, "is what a built-in initializer is called", "memmapsim new-plugin naive");
	run_refused(2, "is what a built-in initializer is called", "memmapsim new-plugin all");
	run_refused(2, "is what a built-in initializer is called", "memmapsim new-plugin auto");
	run_refused(2, "takes one name, not both", "memmapsim new-plugin one two");
	run_refused(2, "which name?", "memmapsim new-plugin");
}

static void test_where_nothing_can_be_written(void **state)
{
	(void)state;
	if (geteuid() == 0)
		run_refused(3, "the folder fast can't be made here",
		            "mkdir gone && cd gone && rmdir ../gone && memmapsim new-plugin fast");
	else
		run_refused(3, "the folder fast can't be made here",
		            "mkdir sealed && chmod a-w sealed && cd sealed && memmapsim new-plugin "
		            "fast");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_folder_with_all_that_is_needed),
		cmocka_unit_test(test_nothing_is_overwritten),
		cmocka_unit_test(test_names_that_can_not_be),
		cmocka_unit_test(test_where_nothing_can_be_written),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
