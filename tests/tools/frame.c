// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The command itself: subcommands, help, exit statuses, values of options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "command.h"
#include "run.h"

static char subcommands[][24] = {
#define NAME(name, summary) #name,
	COMMANDS(NAME)};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Names as they are typed. */
static int setup(void **state)
{
	for (size_t i = 0; i < COUNT(subcommands); i++)
		for (char *at = subcommands[i]; *at; at++)
			if (*at == '_')
				*at = '-';
	return run_setup(state);
}

static void help_names_all_subcommands(void **state)
{
	struct result result = run_expecting(0, "memmapsim --help");

	(void)state;
	for (size_t i = 0; i < COUNT(subcommands); i++)
		assert_contains(result.out, subcommands[i]);
}

static void each_subcommand_has_help_with_an_example(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(subcommands); i++) {
		struct result result = run_expecting(0, "memmapsim %s --help", subcommands[i]);

		assert_contains(result.out, "Example");
		assert_contains(result.out, "memmapsim");
	}
}

static void version_is_told(void **state)
{
	(void)state;
	assert_contains(run_expecting(0, "memmapsim --version").out, "memmapsim 0.");
}

static void no_subcommand_is_wrong_usage(void **state)
{
	(void)state;
	assert_contains(run_expecting(2, "memmapsim").err, "Usage:");
}

static void unknown_subcommand_gets_the_nearest(void **state)
{
	(void)state;
	run_refused(2, "did you mean \"layout\"?", "memmapsim layuot");
	run_refused(2, "there is no subcommand \"frobnicate\"", "memmapsim frobnicate");
}

static void unknown_option_is_wrong_usage(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(subcommands); i++)
		run_refused(2, "\"--frobnicate\"", "memmapsim %s --frobnicate", subcommands[i]);
	run_refused(2, "did you mean \"--size\"?", "memmapsim verify --sise=1G");
	run_refused(2, "no option \"-x\"", "memmapsim verify -x");
	run_refused(2, "--rounds, --range", "memmapsim verify --r 1");
	/* As far as it is unique, a name may be cut. */
	run_expecting(0, "memmapsim verify --roun 1 --pres fsdax-1g -i naive");
}

static void options_have_values_where_they_need_some(void **state)
{
	(void)state;
	run_refused(2, "--json needs a value", "memmapsim verify --json");
	run_refused(2, "-j needs a value", "memmapsim verify -j");
	run_refused(2, "--stores takes no value, so leave \"=3\" out",
	            "memmapsim verify --stores=3");
}

static void arguments_that_nobody_expects_are_named(void **state)
{
	(void)state;
	run_refused(2, "extra is not expected", "memmapsim env extra");
	run_refused(2, "extra is not expected", "memmapsim dump extra");
	run_refused(2, "extra is not expected", "memmapsim bench rebind --cold extra");
}

static void help_comes_before_what_is_wrong_behind_it(void **state)
{
	static const char *const words[] = {"--help", "-?", "--usage", "--hel"};

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++)
		assert_contains(run_expecting(0, "memmapsim env %s --frobnicate", words[i]).out,
		                "Usage: memmapsim env");
	run_refused(2, "--frobnicate", "memmapsim env --frobnicate --help");
	assert_contains(run_expecting(0, "memmapsim env -V --frobnicate").out, "memmapsim 0.");
}

static void help_can_be_asked_for_in_many_words(void **state)
{
	static const char *const words[] = {"--help", "-?", "-h", "help"};

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		assert_contains(run_expecting(0, "memmapsim %s", words[i]).out, "SUBCOMMAND");
		assert_contains(run_expecting(0, "memmapsim bench %s", words[i]).out, "EXPERIMENT");
	}
}

static void full_output_is_an_error(void **state)
{
	(void)state;
	assert_contains(run_expecting(3, "memmapsim list >/dev/full").err, "No space left");
	assert_contains(run_expecting(3, "memmapsim layout >/dev/full").err, "No space left");
}

static void mistyped_mms_cpu_is_refused(void **state)
{
	(void)state;
	run_refused(2, "-avx1024", "MMS_CPU=-avx1024 memmapsim list");
}

static void sizes_are_understood(void **state)
{
	static const char *const same[] = {"1G",       "1g",         "1024M",
	                                   "1048576K", "1073741824", "0x40000000"};
	char expected[4096];

	(void)state;
	strcpy(expected, run_expecting(0, "memmapsim dump -p 0x10002000 --size 1G").out);
	assert_contains(expected, "1 GiB");
	for (size_t i = 0; i < COUNT(same); i++)
		assert_string_equal(
			run_expecting(0, "memmapsim dump -p 0x10002000 --size %s", same[i]).out,
			expected);
	assert_contains(run_expecting(0, "memmapsim dump -p 0x20000000 --size 2T").out, "2 TiB");
}

static void bad_sizes_are_refused(void **state)
{
	static const struct {
		const char *size, *why;
	} cases[] = {
		{"100X", "100X"},
		{"100GB", "100GB"},
		{"1.5G", "1.5G"},
		{"G", "no number"},
		{"''", "--size \"\" is no number"},
		{"0x", "no number"},
		{"' 1G'", "no number"},
		{"+1G", "no number"},
		{"-1G", "no number"},
		{"0", "more than 0"},
		{"0G", "more than 0"},
		{"16777216T", "64 bits"},
		{"99999999999999999999", "64 bits"},
		{"0x10000000000000000", "64 bits"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		run_refused(2, cases[i].why, "memmapsim dump -p 0x10002000 --size=%s",
		            cases[i].size);
}

static void bad_geometry_is_refused(void **state)
{
	static const struct {
		const char *options, *why;
	} cases[] = {
		{"--size 1000000001", ""},
		{"--size 8K", ""},
		{"--size 8192T", ""},
		{"--start 4K", ""},
		{"--start 0xfffffffe00000", ""},
		{"--align 8K", "give 4K, 2M or 1G"},
		{"--align 0", "more than 0"},
		{"--mode fsdx", "did you mean \"fsdax\"?"},
		{"--map ram", "there are dev, mem"},
		{"--early sart", "did you mean \"start\"?"},
		{"--kernel v7.3", "did you mean"},
		{"--kernel 2.6.32", "there is no kernel"},
		{"--preset fsdax-100", "did you mean \"fsdax-100g\"?"},
		{"--nid 1024", "0 to 1023"},
		{"--nid -1", "no whole number"},
		{"--mode fsdev --kernel v6.12", ""},
		{"--preset fsdax-1g --size 2G", "--preset already says"},
		{"--mode devdax --preset fsdax-1g", "--preset already says"},
		{"--type private", "--range"},
		{"--range 1T-2T", "--type"},
		{"--shift 9", "--type"},
		{"--type private --range 1T-0x1003fffffff --size 1G", "without a namespace"},
		{"--type privat --range 1T-0x1003fffffff", "did you mean \"private\"?"},
		{"--type private --range 1T", "no range"},
		{"--type private --range 1T-x", "no number"},
		{"--type private --range 2T-1T", "ends before it starts"},
		{"--type private --range 0-1G", "its last byte be just below one"},
		{"--mode raw --map dev", "leave --map and --align out"},
		{"--align 1G --size 4G --mode raw", "leave --map and --align out"},
		{"--type private --shift 19 --range 1T-0x1003fffffff", "0 to 18"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		run_refused(2, cases[i].why, "memmapsim dump -p 0x10002000 %s", cases[i].options);
}

static void initializers_are_checked(void **state)
{
	(void)state;
	run_refused(2, "did you mean \"template\"?", "memmapsim dump -p 0x10002000 -i templat");
	run_refused(2, "named twice", "memmapsim dump -p 0x10002000 -i naive,naive");
	run_refused(2, "all names every built-in initializer already",
	            "memmapsim bench rebind -i naive,all");
	run_refused(2, "all names every built-in initializer already", "memmapsim verify -i all,all");
	run_refused(2, "there is no initializer \"\"", "memmapsim dump -p 0x10002000 -i naive,");
	run_refused(4, "avx2", "MMS_CPU=-avx2 memmapsim dump -p 0x10002000 -i stream-avx2");
}

static void backings_are_checked(void **state)
{
	(void)state;
	run_refused(2, "did you mean \"hugetlb-2m\"?",
	            "memmapsim dump -p 0x10002000 -i naive --backing hugetlb-2");
	run_refused(2, "names no file", "memmapsim dump -p 0x10002000 -i naive --backing file:");
	run_refused(3, "memory",
	            "memmapsim dump --size 1024T -p 0x2000000000 -i naive --backing 4k");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_names_all_subcommands),
		cmocka_unit_test(each_subcommand_has_help_with_an_example),
		cmocka_unit_test(version_is_told),
		cmocka_unit_test(no_subcommand_is_wrong_usage),
		cmocka_unit_test(unknown_subcommand_gets_the_nearest),
		cmocka_unit_test(unknown_option_is_wrong_usage),
		cmocka_unit_test(options_have_values_where_they_need_some),
		cmocka_unit_test(arguments_that_nobody_expects_are_named),
		cmocka_unit_test(help_comes_before_what_is_wrong_behind_it),
		cmocka_unit_test(help_can_be_asked_for_in_many_words),
		cmocka_unit_test(full_output_is_an_error),
		cmocka_unit_test(mistyped_mms_cpu_is_refused),
		cmocka_unit_test(sizes_are_understood),
		cmocka_unit_test(bad_sizes_are_refused),
		cmocka_unit_test(bad_geometry_is_refused),
		cmocka_unit_test(initializers_are_checked),
		cmocka_unit_test(backings_are_checked),
	};

	return cmocka_run_group_tests(tests, setup, run_teardown);
}
