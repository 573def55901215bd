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

#include "run.h"
#include "sanitizers.h"
#include "skip.h"

/* It fails by the rules of any other kernel than v6.12. */
static const char *plugin(void)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/of-v6.12.so", getenv("PLUGINS"));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stores_are_traced_by_its_kernel),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
