// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is said of samples whose median isn't all there is to say, wherever they stand. */
#include <string.h>

#include "result_warnings.h"
#include "support.h"

/* As summaries are, with what warnings are made of. */
static json_t *summary(bool drifts, bool bimodal)
{
	return json_pack("{s:[i], s:{s:b, s:f}, s:{s:b, s:f, s:[i, i]}}", "samples_ns", 1, "drift",
	                 "found", (int)drifts, "change", -0.125, "modes", "found", (int)bimodal,
	                 "slower_share", 0.25, "medians_ns", 5000000, 8000000);
}

static json_t *row(const char *name, const char *key, json_t *value)
{
	return json_pack("{s:s, s:s, s:o}", "name", name, "ran", name, key, value);
}

/* The warnings of a run with these members; there are @count. */
static json_t *warnings_of(json_t *run, size_t count)
{
	json_t *warnings = mms_result_warnings(run);

	assert_int_equal(json_array_size(warnings), count);
	json_decref(run);
	return warnings;
}

static void assert_warning(const json_t *warnings, size_t index, const char *text)
{
	assert_string_equal(json_string_value(json_array_get(warnings, index)), text);
}

static void each_measure_has_a_sentence_of_a_kind(void **state)
{
	json_t *warnings = warnings_of(json_pack("{s:[o, o, o]}", "results",
	                                         row("naive", "rebind", summary(true, true)),
	                                         row("template", "rebind", summary(false, false)),
	                                         row("stream", "rebind", summary(true, false))),
	                               2);

	(void)state;
	assert_warning(warnings, 0,
	               "times of rebinds changed as the run went on, so their median is one of "
	               "when they were taken: naive (-12.5%); stream (-12.5%)");
	assert_warning(warnings, 1,
	               "times of rebinds are in two heaps, so their median may lie anywhere "
	               "between the two: naive (75% around 5 ms, 25% around 8 ms)");
	json_decref(warnings);
}

static void rows_say_how_they_were_run(void **state)
{
	json_t *in_background = json_pack("{s:s, s:s, s:s, s:i, s:n, s:o}", "name", "naive", "by",
	                                  "background", "policy", "chunk", "threads", 2, "failure",
	                                  "first_fault", summary(true, false));
	json_t *warnings = warnings_of(json_pack("{s:[o]}", "results", in_background), 1);

	(void)state;
	assert_warning(warnings, 0,
	               "times of first faults changed as the run went on, so their median is one "
	               "of when they were taken: naive, background, chunk, 2 threads (-12.5%)");
	json_decref(warnings);
}

static void measures_inside_of_rows_are_found(void **state)
{
	json_t *warnings = warnings_of(
		json_pack(
			"{s:[o, o, o]}", "results",
			row("naive", "steady", json_pack("{s:o}", "total", summary(true, false))),
			row("template", "stream", json_pack("{s:o}", "done", summary(true, false))),
			row("stream", "steps",
	                    json_pack("[{s:s, s:s, s:o}]", "part", "read", "step", "all, in order",
	                              "time", summary(true, false)))),
		3);

	(void)state;
	assert_warning(warnings, 0,
	               "times of initializing and freeing in steady state changed as the run went "
	               "on, so their median is one of when they were taken: naive (-12.5%)");
	assert_warning(warnings, 1,
	               "times until all was done under a stream of faults changed as the run went "
	               "on, so their median is one of when they were taken: template (-12.5%)");
	assert_warning(warnings, 2,
	               "times of read, all, in order changed as the run went on, so their median "
	               "is one of when they were taken: stream (-12.5%)");
	json_decref(warnings);
}

static void fills_and_rows_of_threads_are_looked_at(void **state)
{
	json_t *warnings = warnings_of(
		json_pack("{s:[], s:[o], s:[{s:i, s:[o], s:[o]}]}", "results", "fills",
	                  row("fill-avx2", "rebind", summary(true, false)), "threads", "threads", 2,
	                  "results", row("naive", "rebind", summary(true, false)), "fills",
	                  row("fill-stosb", "rebind", summary(true, false))),
		1);

	(void)state;
	assert_warning(
		warnings, 0,
		"times of rebinds changed as the run went on, so their median is one of when they "
		"were taken: naive, 2 threads (-12.5%); fill-avx2 (-12.5%); fill-stosb, 2 "
		"threads (-12.5%)");
	json_decref(warnings);
}

static void long_lists_are_cut(void **state)
{
	json_t *rows = json_array(), *warnings;
	const char *text;

	(void)state;
	for (int i = 0; i < 20; i++)
		json_array_append_new(rows, row("naive", "rebind", summary(true, false)));
	warnings = warnings_of(json_pack("{s:o}", "results", rows), 1);
	text = json_string_value(json_array_get(warnings, 0));
	assert_string_equal(strrchr(text, ';'), "; and 16 more");
	json_decref(warnings);
}

static void nothing_is_said_of_others(void **state)
{
	json_t *untimed = json_pack("{s:n, s:n}", "samples_ns", "drift");

	(void)state;
	json_decref(warnings_of(json_pack("{s:[o, o]}", "results",
	                                  row("naive", "rebind", summary(false, false)),
	                                  row("wrong", "rebind", untimed)),
	                        0));
	json_decref(warnings_of(json_pack("{s:[]}", "results"), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_measure_has_a_sentence_of_a_kind),
		cmocka_unit_test(rows_say_how_they_were_run),
		cmocka_unit_test(measures_inside_of_rows_are_found),
		cmocka_unit_test(fills_and_rows_of_threads_are_looked_at),
		cmocka_unit_test(long_lists_are_cut),
		cmocka_unit_test(nothing_is_said_of_others),
	};

	return cmocka_run_group_tests_name("result warnings", tests, NULL, NULL);
}
