// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "run.h"
#include "sketch.h"
#include "usable_text.h"

/* Small and quick. */
#define BACKGROUND "memmapsim bench background --preset fsdax-1g --binds 2 --streams 1"

/* Columns of the longest line; those of a character of several bytes are one. */
static size_t width(const char *text)
{
	size_t longest = 0, columns = 0;

	for (; *text; text++) {
		columns += ((unsigned char)*text & 0xc0) != 0x80;
		if (*text == '\n')
			columns = 0;
		if (columns > longest)
			longest = columns;
	}
	return longest;
}

static void tables_have_all_ways_to_bind(void **state)
{
	struct result result = run_expecting(0, BACKGROUND " -i naive --threads 1,2 --seed 77");

	(void)state;
	assert_memory_equal(result.out, "kernel      v7.2 (6 captures", 28);
	assert_contains(result.out, "\nseed        77\n");
	assert_contains(result.out, "\nthreads     1, 2, bound to a core each");
	assert_contains(result.out,
	                "\nbackground  memory, altmap and device pages; faults at random pages\n");
	assert_contains(result.out, "\naltmap      ");
	assert_contains(result.out,
	                "\nverified    the page of each fault; every struct page after 2 "
	                "of 2 binds and each stream\n");
	assert_contains(result.out, "\nstolen ");
	assert_contains(result.out, "\nnaive: binds on resident memory, 2 of each; times in us\n");
	assert_contains(result.out, "\n  direct                  - ");
	assert_contains(result.out, "\n  pool                    2 ");
	assert_contains(result.out, "\n  background item         1 ");
	assert_contains(result.out, "\n  background help         2 ");
	assert_contains(result.out, "\n  background chunk        2 ");
	assert_contains(result.out, "\n  with a stream of ");
	assert_contains(result.out, "  pages  ");
	assert_in_range(width(result.out), 80, 100);

	result = run_expecting(0, "memmapsim bench background --preset fsdax-1g --binds 2 -i naive "
	                          "--streams 0 --wait chunk --async pages --faults sequential "
	                          "--cpus 0");
	assert_contains(result.out,
	                "\nbackground  device pages; all else before the bind returns; faults at "
	                "successive pages\n");
	assert_contains(result.out, "\n  background chunk        1 ");
	assert_null(strstr(result.out, "background item"));
	assert_null(strstr(result.out, "stream"));
}

static void the_best_are_the_default(void **state)
{
	struct result result = run_expecting(0, BACKGROUND " --threads 1");

	(void)state;
	assert_contains(result.out, "\nnaive: ");
	assert_contains(result.out, "\ntemplate-movnti: ");
	assert_contains(result.out, "\nstream-");
	result = run_expecting(0, BACKGROUND " --threads 1 -i template --sanitize-kernel");
	assert_contains(result.out, "\ntemplate (ran naive): ");
}

static void json_has_all_of_it(void **state)
{
	json_t *json;

	(void)state;
	run_expecting(0, BACKGROUND " -i naive --threads 2 --json result.json");
	json = json_load_file(scratch("result.json"), 0, NULL);
	assert_non_null(json);
	assert_true(json_is_object(json_object_get(json_object_get(json, "environment"), "cpu")));
	assert_int_equal(json_array_size(json_object_get(json, "results")), 5);
	json_decref(json);
}

static void bad_input_is_refused(void **state)
{
	(void)state;
	run_refused(2, "--binds auto ends", BACKGROUND " --precision 5");
	run_refused(2, "there is no policy \"nap\"", BACKGROUND " --wait nap");
	run_refused(2, "--binds 0", BACKGROUND " --binds 0");
	run_refused(2, "--streams \"x\"", BACKGROUND " --streams x");
	run_refused(2, "did you mean \"chunk\"", BACKGROUND " --policy chunks");
	run_refused(2, "named twice", BACKGROUND " --policy item,item");
	run_refused(2, "did you mean \"pages\"", BACKGROUND " --async page");
	run_refused(2, "did you mean \"random\"", BACKGROUND " --faults rndom");
	run_refused(2, "--threads 0", BACKGROUND " --threads 0");
	run_refused(2, "a single size", "memmapsim bench background --size 1G,2G");
	run_refused(3, "MiB of memory", "memmapsim bench background --size 1000T");
	run_refused(3, "nowhere/result.json", BACKGROUND " --json nowhere/result.json");
}

static void sketches_grow_by_eighths(void **state)
{
	static const double values[] = {-1, 0, 0.05, 0.07, 0.5, 0.99, 1, 2};
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_non_null(stream);
	print_sketch(stream, values, sizeof(values) / sizeof(*values));
	fclose(stream);
	assert_string_equal(text, "   ▁▄███");
	free(text);
}

/* Pages grow evenly up to 2 ms; all faults come in the second half. */
static void curves_are_drawn_between_their_points(void **state)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_FSDAX,
		.align = UINT64_C(2) << 20,
		.start = UINT64_C(1) << 40,
		.size = UINT64_C(1) << 30,
	};
	struct mms_geometry geometry;
	uint64_t sample = 2000000;
	struct mms_samples samples = {
		1, &sample, {.min = 2e6, .median = 2e6, .p95 = 2e6, .max = 2e6}};
	struct mms_usable_row row = {
		.way = {MMS_BIND_BY_BACKGROUND, 4, MMS_WAIT_HELP},
		.verified = true,
		.nr_chunks = 8,
		.returns = samples,
		.done = samples,
		.fault = samples,
		.stream.done = samples,
		.stream.curve = {3, {{500000, 250, 0}, {1000000, 500, 0}, {2000000, 1000, 77}}},
	};
	struct mms_usable_config config = {.geometry = &geometry, .binds = 1, .streams = 1};
	struct mms_usable_result result = {.nr_rows = 1, .rows_per_initializer = 1, .rows = &row};
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_non_null(stream);
	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	assert_int_equal(mms_initializer_find("naive", &row.initializer), 0);
	row.ran = row.initializer;
	usable_print(stream, &config, &result, "a CPU");
	fclose(stream);
	assert_contains(text, "up to 2.00 ms\n");
	assert_contains(text, "\n  background help         4  pages  "
	                      "   ▁▁▁▁▁▁▂▂▂▂▂▂▃▃▃▃▃▃▄▄▄▄▄▄▄▅▅▅▅▅▅▆▆▆▆▆▆▇▇▇▇▇▇████\n");
	assert_contains(text, "  faults "
	                      "                          ▁▁▁▂▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▇▇▇██"
	                      "          77\n");
	assert_contains(text, "stolen      not known");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_have_all_ways_to_bind),
		cmocka_unit_test(the_best_are_the_default),
		cmocka_unit_test(json_has_all_of_it),
		cmocka_unit_test(bad_input_is_refused),
		cmocka_unit_test(sketches_grow_by_eighths),
		cmocka_unit_test(curves_are_drawn_between_their_points),
	};

	return cmocka_run_group_tests_name("bench background", tests, run_setup, run_teardown);
}
