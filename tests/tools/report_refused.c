// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reports of what is no result, or an odd one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define RESULTS      TEST_DATA "/results"

static const char *const formats[] = {"text", "cover-letter", "html", "svg", "csv"};

static void what_is_no_result_is_refused(void **state)
{
	(void)state;
	run_refused(2, "report needs a FILE", "memmapsim report");
	run_refused(2, "missing.json can't be read", "memmapsim report missing.json");
	run_refused(2, "is no JSON: line 2", "echo '{' > cut.json; memmapsim report cut.json");
	run_refused(2, "must hold a JSON object",
	            "echo '[]' > list.json; memmapsim report list.json");
	run_refused(2, "empty.json is no result: memmapsim bench --json writes those",
	            "echo '{}' > empty.json; memmapsim report empty.json");
	run_refused(2, "odd.json is no result",
	            "echo '{\"schema_version\": \"2\", \"experiment\": \"rebind\"}' > odd.json; "
	            "memmapsim report odd.json");
	run_refused(2, "new.json has schema_version 99, from a newer memmapsim",
	            "echo '{\"schema_version\": 99, \"experiment\": \"rebind\"}' > new.json; "
	            "memmapsim report new.json");
	run_refused(2, "new.json: schema_version must be a whole number from 1 to",
	            "echo '{\"schema_version\": 99, \"command\": \"verify\"}' > new.json; "
	            "memmapsim report new.json");
	run_refused(2, "env.json is of env; there are reports on rebind,",
	            "memmapsim env --json env.json > env.txt; memmapsim report env.json");
	run_refused(
		2, "other.json is of cooking; there are reports on rebind,",
		"sed 's/\"experiment\": \"rebind\"/\"experiment\": \"cooking\"/' %s/rebind.json > "
		"other.json; memmapsim report other.json",
		RESULTS);
}

/* Terminals obey them. */
static void control_characters_are_refused(void **state)
{
	static const char *const edits[] = {
		"s/\"name\": \"naive\"/\"name\": \"na\\\\u001b[2Jive\"/", /* escape */
		"s/\"name\": \"naive\"/\"name\": \"naive\\\\n\"/",
		"s/\"name\": \"naive\"/\"name\": \"naive\\\\u007f\"/", /* delete */
		"s/\"name\": \"naive\"/\"name\": \"\\\\u009b2J\"/",    /* the same as escape [ */
		"s/\"config\": {/\"config\": {\"a\\\\u001b[2J\": 1,/",
		"s/\"config\": {/\"config\": {\"list\": [\"a\\\\u0007\"],/",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(edits); i++) {
		run_refused(2, "has a control character",
		            "sed '%s' %s/rebind.json > bad.json; memmapsim report bad.json",
		            edits[i], RESULTS);
		run_refused(2, "has a control character", "memmapsim compare bad.json bad.json");
	}
	run_refused(2, "has a control character",
	            "sed '1s/{/{\"text\\\\u001b\": 1,/' %s/verify.json > bad.json; "
	            "memmapsim report bad.json",
	            RESULTS);
	run_expecting(0,
	              "sed 's/\"name\": \"naive\"/\"name\": \"na\\\\u00efve\"/' %s/rebind.json > "
	              "good.json; memmapsim report good.json",
	              RESULTS);
}

static void what_makes_no_sense_is_refused(void **state)
{
	(void)state;
	run_refused(2, "there is no format \"pdf\"; there are text,",
	            "memmapsim report %s/rebind.json -f pdf", RESULTS);
	run_refused(2, "--csv is a format of its own",
	            "memmapsim report %s/rebind.json --csv -f html", RESULTS);
	run_refused(2, "which has no svg", "memmapsim report %s/rebind-sizes.json -f svg", RESULTS);
}

/* Members of any type where others are expected, besides those that no result is without. */
static void odd_members_do_no_harm(void **state)
{
	static const char *const members[] = {
		"\"results\": [{\"name\": \"x\", \"rebind\": 3}]",
		"\"results\": [{\"name\": \"x\", \"rebind\": {\"median_ns\": \"1\"}}]",
		"\"results\": [{\"name\": \"x\", \"ratio_to_naive\": 1e308, "
		"\"ratio_to_naive_interval\": [0, 1e308, 3]}]",
		"\"results\": [{\"name\": \"x\", \"adds_per_cycle\": [\"a\", {}, 1e308]}]",
		"\"results\": [], \"geometries\": [{\"type\": \"MEMORY_DEVICE_GENERIC\"}]",
		"\"results\": [], \"geometries\": [{\"ranges\": [{\"start\": -1, \"end\": 1e300}, 3]}, 8]",
		"\"results\": [], \"geometries\": {}, \"run\": [], \"core\": 4, \"derived\": 5",
		"\"results\": [], \"threads\": [{\"threads\": -4, \"results\": [{\"name\": \"a\", "
		"\"rebind\": {\"median_ns\": 1e300}}]}]",
		"\"results\": [], \"phases\": [1], \"steps\": {}, \"fills\": [[]], \"fill_limit\": 3",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(members); i++)
		for (size_t j = 0; j < COUNT(formats); j++)
			run_expecting(0,
			              "printf '{\"schema_version\": 2, \"experiment\": \"rebind\", "
			              "\"environment\": {}, \"kernel\": {}, \"backing\": {}, "
			              "\"config\": {}, %%s}' '%s' > odd.json; "
			              "memmapsim report odd.json -f %s",
			              members[i], formats[j]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_result_is_refused),
		cmocka_unit_test(control_characters_are_refused),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(odd_members_do_no_harm),
	};

	return cmocka_run_group_tests_name("refused reports", tests, run_setup, run_teardown);
}
