// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is said of samples whose median isn't all there is to say. */
#include <string.h>

#include "result_warnings.h"
#include "support.h"

static json_t *row(const char *name, const char *policy, bool drifts, bool bimodal)
{
	return json_pack("{s:s, s:s?, s:i, s:{s:n, s:{s:b, s:f}, s:{s:b, s:f, s:[i, i]}}, s:s}",
	                 "name", name, "policy", policy, "threads", policy ? 2 : 0, "rebind",
	                 "samples_ns", "drift", "found", (int)drifts, "change", -0.125, "modes",
	                 "found", (int)bimodal, "slower_share", 0.25, "medians_ns", 5000000,
	                 8000000, "other", "text");
}

static void each_measure_has_a_sentence_of_a_kind(void **state)
{
	json_t *rows =
		json_pack("[o, o, o]", row("naive", NULL, true, true),
	                  row("template", NULL, false, false), row("stream", "chunk", true, false));
	json_t *warnings = mms_result_warnings(rows);

	(void)state;
	assert_int_equal(json_array_size(warnings), 2);
	assert_string_equal(json_string_value(json_array_get(warnings, 0)),
	                    "rebind of naive (-12.5 %), stream chunk on 2 (-12.5 %) changed as the "
	                    "run went on, so the median is one of when it was taken");
	assert_string_equal(json_string_value(json_array_get(warnings, 1)),
	                    "rebind of naive (75 % around 5.000 ms, 25 % around 8.000 ms) has two "
	                    "heaps of samples, so the median may lie anywhere between them");
	json_decref(warnings);
	json_decref(rows);
}

static void nothing_is_said_of_others(void **state)
{
	json_t *rows = json_pack("[o]", row("naive", NULL, false, false)), *none = json_array();
	json_t *warnings = mms_result_warnings(rows);

	(void)state;
	assert_int_equal(json_array_size(warnings), 0);
	json_decref(warnings);
	warnings = mms_result_warnings(none);
	assert_int_equal(json_array_size(warnings), 0);
	json_decref(warnings);
	json_decref(rows);
	json_decref(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_measure_has_a_sentence_of_a_kind),
		cmocka_unit_test(nothing_is_said_of_others),
	};

	return cmocka_run_group_tests_name("result warnings", tests, NULL, NULL);
}
