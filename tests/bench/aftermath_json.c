// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The aftermath experiment's result as JSON: every key is there whatever happened. */
#include "aftermath_json.h"
#include "json_keys.h"
#include "support.h"

static int do_nothing(const struct mms_job *job)
{
	(void)job;
	return 0;
}

/* Step @name of the result of a row. */
static const json_t *find_step(const json_t *row, const char *name)
{
	const json_t *steps = json_object_get(row, "steps");

	for (size_t i = 0; i < json_array_size(steps); i++) {
		const json_t *step = json_array_get(steps, i);

		if (strcmp(json_string_value(json_object_get(step, "step")), name) == 0)
			return step;
	}
	fail_msg("there is no step %s", name);
	return NULL;
}

static void assert_row(const json_t *row, const char *name)
{
	const json_t *steps = json_object_get(row, "steps");

	assert_keys(row, "name ran verified failure init steps");
	assert_string_equal(json_string_value(json_object_get(row, "name")), name);
	assert_int_equal(json_array_size(steps), 6 + 3);
	for (size_t i = 0; i < json_array_size(steps); i++) {
		assert_keys(json_array_get(steps, i),
		            "part step unit units time ns_per_unit ratio_to_none "
		            "ratio_to_none_interval back_ns_per_unit ratio_to_back_to_all "
		            "ratio_to_back_to_all_interval misses misses_per_unit");
		assert_keys(json_object_get(json_array_get(steps, i), "misses"), "samples median");
	}
}

static void every_key_is_there(void **state)
{
	static const struct mms_initializer lazy = {
		.name = "lazy", .cuttable = true, .init = do_nothing};
	const struct mms_initializer *both[] = {find_initializer("naive"), &lazy};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_aftermath_config config = {
		.geometry = &geometry,
		.initializers = both,
		.nr_initializers = 2,
		.parts = 1u << MMS_AFTERMATH_READ | 1u << MMS_AFTERMATH_WRITER,
		.rounds = 4,
		.seed = 9,
	};
	struct mms_aftermath_result *result = NULL;
	const json_t *part, *rows;
	json_t *json;

	(void)state;
	if (mms_aftermath_run(&config, &result))
		fail_msg("%s", mms_last_error());
	json = mms_aftermath_json(&config, result, json_pack("{s:s}", "cpu", "a fast one"));
	mms_aftermath_free(result);
	assert_keys(json, FRAME " core places");
	assert_string_equal(json_string_value(json_object_get(json, "experiment")), "aftermath");
	assert_true(json_is_false(json_object_get(json, "ok")));
	part = json_object_get(json, "config");
	assert_keys(part, "seed rounds precision parts trace_page_ref sanitize_kernel");
	assert_int_equal(json_array_size(json_object_get(part, "parts")), 2);
	assert_keys(json_object_get(json, "places"),
	            "cpu other_cpu shares_last_level l2_bytes last_level_bytes caches_known "
	            "borrowed_compounds misses_not_counted");

	rows = json_object_get(json, "results");
	assert_int_equal(json_array_size(rows), 3);
	assert_row(json_array_get(rows, 0), "none");
	assert_row(json_array_get(rows, 1), "naive");
	assert_row(json_array_get(rows, 2), "lazy");

	part = find_step(json_array_get(rows, 0), "init alone");
	assert_summary(json_object_get(part, "time"), 0);
	part = find_step(json_array_get(rows, 0), "all, in order");
	assert_summary(json_object_get(part, "time"), 4);
	assert_true(json_is_null(json_object_get(part, "back_ns_per_unit")));
	part = find_step(json_array_get(rows, 1), "init, back after each");
	assert_true(json_is_real(json_object_get(part, "back_ns_per_unit")));
	assert_true(json_is_real(json_object_get(part, "ratio_to_back_to_all")));
	assert_int_equal(json_array_size(json_object_get(part, "ratio_to_back_to_all_interval")),
	                 2);
	assert_true(json_is_null(json_object_get(part, "ratio_to_none")));

	part = json_object_get(json_array_get(rows, 2), "failure");
	assert_keys(part, "stage turn sentence first_pfn expected found");
	part = find_step(json_array_get(rows, 2), "all, in order");
	assert_summary(json_object_get(part, "time"), 0);
	assert_true(json_is_null(json_object_get(part, "ns_per_unit")));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_there),
	};

	return cmocka_run_group_tests_name("aftermath JSON", tests, NULL, NULL);
}
