// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim verify on geometries from options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "options.h"
#include "run.h"

static size_t occurrences(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		count++;
	return count;
}

static size_t runnable_initializers(void)
{
	size_t count = 0;

	for (size_t i = 0; i < mms_initializer_count(); i++)
		count += !(mms_initializer_at(i)->cpu & ~mms_cpu_features());
	return count;
}

static void both_small_presets_by_default(void **state)
{
	struct result result = run_expecting(0, "memmapsim verify");

	(void)state;
	assert_contains(result.out, "fsdax-1g");
	assert_contains(result.out, "devdax-1g");
	assert_contains(result.out, "6 captures");
	assert_int_equal(occurrences(result.out, " verified, "), 2 * runnable_initializers());
	assert_int_equal(occurrences(result.out, "not run: "),
	                 2 * (mms_initializer_count() - runnable_initializers()));
}

static void kernels_and_namespaces(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		struct result result =
			run_expecting(0,
		                      "memmapsim verify --kernel %s --seed 7 --rounds 2 -i "
		                      "naive,template",
		                      mms_kernel_at(i)->name);

		assert_int_equal(occurrences(result.out, " verified, "), 4);
		run_expecting(0,
		              "memmapsim verify --kernel %s --mode devdax --map mem --align 1G "
		              "--size 2G",
		              mms_kernel_at(i)->name);
	}
	run_expecting(0, "memmapsim verify --type private --range 1T-0x10007ffffff --shift 9");
}

static void fallbacks_are_told(void **state)
{
	struct result result =
		run_expecting(0, "memmapsim verify --preset fsdax-1g --trace-page-ref -i template");

	(void)state;
	assert_contains(result.out, "fell back to naive");
}

/* What a CPU lacks is listed, and only an error for those who ask for it by name. */
static void what_the_cpu_lacks(void **state)
{
	const char *without = "MMS_CPU=-avx2,-avx512 memmapsim verify --preset fsdax-1g";
	struct result result = run_expecting(0, "%s", without);

	(void)state;
	assert_contains(result.out, "stream-avx512        not run: this CPU has no avx512");
	assert_contains(result.out, "stream-movnti        verified");
	result = run_expecting(0, "%s -i all", without);
	assert_contains(result.out, "stream-avx2          not run: this CPU has no avx2");
	run_refused(4, "avx512", "%s -i naive,stream-avx512", without);
	result = run_expecting(0, "MMS_CPU=-avx512 memmapsim verify --capture " TEST_DATA
	                          "/captures/7.2-fsdax_mem.json");
	assert_contains(result.out, "stream-avx512 was not run: this CPU has no avx512");
}

static void results_as_json(void **state)
{
	json_t *json, *geometry;

	(void)state;
	run_expecting(0, "memmapsim verify --json r.json --preset devdax-1g --rounds 2 -i naive");
	json = json_load_file(scratch("r.json"), 0, NULL);
	assert_int_equal(json_integer_value(json_object_get(json, "schema_version")), 3);
	assert_int_equal(json_integer_value(json_object_get(json, "rounds")), 2);
	assert_true(json_is_true(json_object_get(json, "verified")));
	assert_int_equal(json_array_size(json_object_get(json, "captures")), 0);
	geometry = json_array_get(json_object_get(json, "geometries"), 0);
	assert_string_equal(json_string_value(json_object_get(geometry, "preset")), "devdax-1g");
	assert_int_equal(json_array_size(json_object_get(geometry, "initializers")), 1);
	json_decref(json);
}

static void refusals(void **state)
{
	(void)state;
	run_refused(2, "no initializer", "memmapsim verify -i templat-movnti");
	run_refused(2, "--rounds", "memmapsim verify --rounds 0");
	run_refused(2, "--seed", "memmapsim verify --seed -1");
	run_refused(2, "--size", "memmapsim verify --size 100X");
	run_refused(3, "can't be written", "memmapsim verify --json /no/such/folder/r.json");
	run_refused(3, "the memmap needs", "memmapsim verify --size 1000T");
	run_refused(3, "can't create file \"missing/new\"",
	            "memmapsim verify --size 64M --backing file:missing/new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_small_presets_by_default),
		cmocka_unit_test(kernels_and_namespaces),
		cmocka_unit_test(fallbacks_are_told),
		cmocka_unit_test(what_the_cpu_lacks),
		cmocka_unit_test(results_as_json),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
