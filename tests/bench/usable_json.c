// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The background experiment's result as JSON: every key is there whatever happened. */
#include "json_keys.h"
#include "support.h"
#include "usable_json.h"

static int do_nothing(const struct mms_job *job)
{
	(void)job;
	return 0;
}

static void every_key_is_there(void **state)
{
	static const struct mms_initializer lazy = {
		.name = "lazy", .cuttable = true, .init = do_nothing};
	static const unsigned int two = 2;
	static const enum mms_wait waits[] = {MMS_WAIT_CHUNK, MMS_WAIT_ITEM};
	const struct mms_initializer *both[] = {find_initializer("naive"), &lazy};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_usable_config config = {
		.geometry = &geometry,
		.initializers = both,
		.nr_initializers = 2,
		.crew = {.threads = &two, .nr_threads = 1, .node = MMS_NODE_ANY},
		.waits = waits,
		.nr_waits = 2,
		.async = MMS_ASYNC_PAGES,
		.binds = 4,
		.streams = 1,
		.seed = 9,
	};
	struct mms_usable_result *result = NULL;
	json_t *json, *row, *part;

	(void)state;
	if (mms_usable_run(&config, &result))
		fail_msg("%s", mms_last_error());
	json = mms_usable_json(&config, result, json_pack("{s:s}", "cpu", "a fast one"));
	mms_usable_free(result);
	assert_keys(json, FRAME " altmap");
	assert_keys(json_object_get(json, "run"),
	            "wall_ns user_ns system_ns steal_ns minor_faults major_faults "
	            "voluntary_switches involuntary_switches");
	assert_true(json_integer_value(json_object_get(json_object_get(json, "run"), "user_ns")) +
	                    json_integer_value(
				    json_object_get(json_object_get(json, "run"), "system_ns")) >
	            0);
	assert_string_equal(json_string_value(json_object_get(json, "experiment")), "background");
	assert_true(json_is_false(json_object_get(json, "ok")));
	part = json_object_get(json, "config");
	assert_keys(part, "seed binds precision streams policies async faults crew "
	                  "trace_page_ref sanitize_kernel");
	assert_string_equal(json_string_value(json_array_get(json_object_get(part, "policies"), 0)),
	                    "chunk");
	assert_string_equal(json_string_value(json_object_get(part, "async")), "pages");
	assert_int_equal(json_array_size(json_object_get(json, "results")), 8);
	for (size_t i = 0; i < 8; i++)
		assert_keys(json_array_get(json_object_get(json, "results"), i),
		            "name ran by threads policy verified failure chunks chunk_ns returns "
		            "first_fault done first_faults_helped first_faults_waited "
		            "done_ratio_to_pool done_ratio_to_pool_interval stream");

	row = json_array_get(json_object_get(json, "results"), 2);
	assert_string_equal(json_string_value(json_object_get(row, "by")), "background");
	assert_string_equal(json_string_value(json_object_get(row, "policy")), "chunk");
	assert_int_equal(json_integer_value(json_object_get(row, "threads")), 2);
	assert_summary(json_object_get(row, "returns"), 4);
	assert_summary(json_object_get(row, "first_fault"), 4);
	assert_summary(json_object_get(row, "done"), 4);
	part = json_object_get(row, "stream");
	assert_keys(part, "done ready waiting helped waited curve");
	assert_summary(json_object_get(part, "done"), 1);
	assert_keys(json_object_get(part, "ready"),
	            "count sum_ns p50_ns p99_ns p999_ns max_ns below_ns");
	assert_keys(json_array_get(json_object_get(part, "curve"), 0), "ns pages faults");

	row = json_array_get(json_object_get(json, "results"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "by")), "direct");
	assert_true(json_is_null(json_object_get(row, "threads")));
	assert_true(json_is_null(json_object_get(row, "policy")));
	assert_true(json_is_null(json_object_get(row, "stream")));
	assert_true(json_is_null(json_object_get(row, "done_ratio_to_pool")));

	row = json_array_get(json_object_get(json, "results"), 7);
	assert_summary(json_object_get(row, "done"), 0);
	assert_true(json_is_null(json_object_get(row, "chunk_ns")));
	assert_true(json_is_null(json_object_get(row, "chunks")));
	part = json_object_get(row, "failure");
	assert_keys(part, "stage turn sentence first_pfn expected found");
	assert_int_equal(json_string_length(json_object_get(part, "found")), 128);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_there),
	};

	return cmocka_run_group_tests_name("usable JSON", tests, NULL, NULL);
}
