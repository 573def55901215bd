// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"
#include "run.h"

/* The line of @text that has @name as its first word, cut off behind its end. */
static char *line_of(char *text, const char *name)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		size_t length = strlen(name);

		line += strspn(line, " ");
		if (strncmp(line, name, length) == 0 && strchr(" \0", line[length]))
			return line;
	}
	fail_msg("no line begins with %s", name);
	return NULL;
}

static void all_initializers_are_listed(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_initializer_count(); i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);
		struct result result = run_expecting(0, "memmapsim list initializers");

		assert_contains(result.out, initializer->description);
		assert_contains(line_of(result.out, initializer->name),
		                initializer->kernel_usable ? "as it is" : "saves FPU");
	}
}

static void missing_cpu_feature_is_shown(void **state)
{
	struct result result =
		run_expecting(0, "MMS_CPU=-avx2,-avx512 memmapsim list initializers");

	(void)state;
	assert_contains(line_of(result.out, "stream-avx2"), " no ");
}

static void kernels_say_what_backs_them(void **state)
{
	char out[8192];

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		strcpy(out, run_expecting(0, "memmapsim list kernels").out);
		assert_contains(line_of(out, mms_kernel_at(i)->name), mms_kernel_at(i)->summary);
	}
	strcpy(out, run_expecting(0, "memmapsim list kernels").out);
	assert_contains(out, "6 captures, layout as in the BTF of 7.2.13");
	assert_contains(out, "no captures, derived from v6.18");
	assert_contains(line_of(out, "v7.2"), "(default)");
}

static void presets_and_backings_are_listed(void **state)
{
	struct result result = run_expecting(0, "memmapsim list");

	(void)state;
	for (size_t i = 0; i < NR_PRESETS; i++)
		assert_contains(result.out, presets[i].name);
	for (int i = 0; i < MMS_NR_BACKINGS; i++)
		assert_contains(result.out, mms_backing_name((enum mms_backing)i));
	assert_contains(result.out, "rebind");
}

static void one_topic_alone(void **state)
{
	struct result result = run_expecting(0, "memmapsim list presets");

	(void)state;
	assert_contains(result.out, "fsdax-100g");
	assert_null(strstr(result.out, "naive"));
	run_refused(2, "did you mean \"presets\"?", "memmapsim list preset");
	run_refused(2, "one topic", "memmapsim list presets kernels");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_initializers_are_listed),
		cmocka_unit_test(missing_cpu_feature_is_shown),
		cmocka_unit_test(kernels_say_what_backs_them),
		cmocka_unit_test(presets_and_backings_are_listed),
		cmocka_unit_test(one_topic_alone),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
