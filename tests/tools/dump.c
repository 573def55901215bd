// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"
#include "run.h"

static void tail_1_has_the_compounds_metadata(void **state)
{
	struct result result =
		run_expecting(0, "memmapsim dump --preset devdax-1g --pfn 0x10001201");

	(void)state;
	assert_contains(result.out, "tail 1 of the order-9 compound at pfn 0x10001200");
	assert_contains(result.out, "     8    8  compound_info        0xffffffffffff8001");
	assert_contains(result.out, "    56    4  _nr_pages            512");
	assert_contains(result.out, "made up");
	assert_contains(result.out, "6 captures");
}

/* What is longer than a line goes on below the value's beginning. */
static void long_values_are_wrapped(void **state)
{
	struct result result =
		run_expecting(0, "memmapsim dump --preset devdax-1g --pfn 0x10001201");

	(void)state;
	assert_contains(result.out, "\n                                      order 9, reserved)\n");
}

static void releases_differ(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(0, "memmapsim dump -k v6.1 --preset devdax-1g --pfn 0x10001201");
	assert_contains(result.out, "compound_dtor");
	assert_contains(result.out, "compound_head        0xffffea0400048001");
	assert_contains(result.out, "no captures, derived from v6.12");
	result = run_expecting(0, "memmapsim dump -k v6.12 --preset fsdax-1g --pfn 0x10002000");
	assert_contains(result.out, "_refcount            1");
	result = run_expecting(0, "memmapsim dump -k v6.18 --preset fsdax-1g --pfn 0x10002000");
	assert_contains(result.out, "_refcount            0");
}

static void each_kind_of_page_is_told(void **state)
{
	(void)state;
	assert_contains(run_expecting(0, "memmapsim dump -p 0x10000000").out, "no code writes");
	assert_contains(run_expecting(0, "memmapsim dump -p 0x10000002").out, "altmap page");
	assert_contains(run_expecting(0, "memmapsim dump -p 0x10002000").out, "without compound");
	assert_contains(run_expecting(0, "memmapsim dump --preset devdax-1g -p 0x10002000").out,
	                "head of a compound of order 9");
	assert_contains(
		run_expecting(0, "memmapsim dump --mode devdax --map mem -p 0x100003ac").out,
		"shared mapping of that of pfn 0x1000026c");
	run_refused(2, "from 0x10000000 to 0x1003ffff", "memmapsim dump -p 0x10040000");
	run_refused(2, "--pfn", "memmapsim dump");
	run_refused(2, "no whole number", "memmapsim dump -p first");
	run_refused(2, "say which with --initializer", "memmapsim dump -p 0x10002000 --backing 4k");
	run_refused(2, "say which with --initializer",
	            "memmapsim dump -p 3145728 --trace-page-ref --capture " TEST_DATA
	            "/captures/7.2-fsdax_dev.json");
	run_refused(3, "can't create file",
	            "memmapsim dump -p 0x10002000 -i naive --backing file:missing/new");
}

/* Shared tails need no memory that would be missing, but their time. It's said before the work. */
static void long_work_is_announced(void **state)
{
	const char *command =
		"memmapsim dump --mode devdax --map mem --align 1G --size %s -i naive "
		"-p 0x10000400 --backing file:missing/new";

	(void)state;
	assert_contains(run_expecting(2, command, "1000T").err,
	                "warning: there are 268435456000 pages to initialize, which takes some 8 "
	                "minutes each time");
	assert_null(strstr(run_expecting(2, command, "1T").err, "warning"));
}

static void pgmaps_without_namespace(void **state)
{
	struct result result =
		run_expecting(0, "memmapsim dump --type coherent -p 0x20000000 --nid 3 "
	                         "--range 1T-0x1003fffffff --range 2T-0x2003fffffff");

	(void)state;
	assert_contains(result.out, "MEMORY_DEVICE_COHERENT");
	assert_contains(result.out, "no capture backs it");
	assert_contains(result.out, "nid 3");
	run_refused(2, "no struct page",
	            "memmapsim dump --type coherent -p 0x18000000 --range 1T-0x1003fffffff --range "
	            "2T-0x2003fffffff");
}

static void initializers_leave_what_is_declared(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_initializer_count(); i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);
		struct result result;

		if (initializer->cpu & ~mms_cpu_features())
			continue;
		result = run_expecting(0, "memmapsim dump --preset devdax-1g -p 0x10001202 -i %s",
		                       initializer->name);
		assert_contains(result.out, initializer->name);
		assert_contains(result.out, "memory holds what is declared");
	}
}

static void gates_are_told(void **state)
{
	(void)state;
	assert_contains(
		run_expecting(0, "memmapsim dump -p 0x10002000 -i template --trace-page-ref").out,
		"falls back to naive");
	assert_contains(
		run_expecting(0, "memmapsim dump -p 0x10002000 -i template --sanitize-kernel").out,
		"falls back to naive");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tail_1_has_the_compounds_metadata),
		cmocka_unit_test(long_values_are_wrapped),
		cmocka_unit_test(releases_differ),
		cmocka_unit_test(each_kind_of_page_is_told),
		cmocka_unit_test(long_work_is_announced),
		cmocka_unit_test(pgmaps_without_namespace),
		cmocka_unit_test(initializers_leave_what_is_declared),
		cmocka_unit_test(gates_are_told),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
