// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Plug-ins that say whose pages they make are held to that kernel's rules alone. */
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

#define CAPTURES TEST_DATA "/captures"

static const char *plugin(void)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/of-v6.12.so:fine", getenv("PLUGINS"));
	return path;
}

static void stores_are_traced_by_its_kernel(void **state)
{
	struct result result;

	(void)state;
	if (ADDRESS_SANITIZER || THREAD_SANITIZER)
		skip_because("stepping through a sanitizer's checks takes too long");
	result = run("memmapsim verify --stores -i %s", plugin());
	if (strstr(result.err, "may not trace its child"))
		skip_because("a process may not trace its child here");
	assert_int_equal(result.status, 0);
	assert_contains(result.out, "v6.12 (");
	assert_null(strstr(result.out, "v7.1 ("));
	assert_null(strstr(result.out, "v7.2 ("));
}

static void captures_of_other_kernels_are_skipped(void **state)
{
	struct result result;
	json_t *json;

	(void)state;
	result = run_expecting(
		0, "memmapsim verify -i %s --capture " CAPTURES "/*.json --json captures.json",
		plugin());
	assert_contains(result.out, "6.12-fsdax_dev ");
	assert_contains(result.out, " captures hold\n");
	assert_null(strstr(result.out, "7.2-fsdax_dev "));
	assert_contains(result.out, " were skipped, being of other kernels than v6.12");
	json = json_load_file(scratch("captures.json"), 0, NULL);
	assert_int_equal(json_array_size(json_object_get(json, "captures")) +
	                         json_integer_value(json_object_get(json, "captures_skipped")),
	                 18);
	json_decref(json);
	run_refused(2, "none of the 1 captures is of v6.12",
	            "memmapsim verify -i %s --capture " CAPTURES "/7.2-fsdax_dev.json", plugin());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stores_are_traced_by_its_kernel),
		cmocka_unit_test(captures_of_other_kernels_are_skipped),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
