// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The boot experiment's result as JSON: every key is there whatever happened. */
#include "boot_json.h"
#include "json_keys.h"
#include "support.h"

static int do_nothing(const struct mms_job *job)
{
	(void)job;
	return 0;
}

static void assert_row(const json_t *row)
{
	assert_keys(
		row,
		"name ran by threads policy verified failure bound bound_ratio_to_direct "
		"bound_ratio_to_direct_interval usable usable_ratio_to_direct "
		"usable_ratio_to_direct_interval done done_ratio_to_direct "
		"done_ratio_to_direct_interval first_faults_ns longest_first_fault first_faults_helped "
		"first_faults_waited");
}

static void every_key_is_there(void **state)
{
	static const struct mms_initializer lazy = {
		.name = "lazy", .cuttable = true, .init = do_nothing};
	static const unsigned int two = 2;
	static const enum mms_wait waits[] = {MMS_WAIT_CHUNK, MMS_WAIT_ITEM};
	const struct mms_initializer *both[] = {find_initializer("naive"), &lazy};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_boot_config config = {
		.geometries = &geometry,
		.nr_devices = 1,
		.initializers = both,
		.nr_initializers = 2,
		.crew = {.threads = &two, .nr_threads = 1, .node = MMS_NODE_ANY},
		.waits = waits,
		.nr_waits = 2,
		.async = MMS_ASYNC_PAGES,
		.boots = 4,
		.seed = 9,
	};
	struct mms_boot_result *result = NULL;
	json_t *json, *rows, *part;

	(void)state;
	if (mms_boot_run(&config, &result))
		fail_msg("%s", mms_last_error());
	json = mms_boot_json(&config, result, json_pack("{s:s}", "cpu", "a fast one"));
	mms_boot_free(result);
	assert_keys(json, FRAME " published");
	assert_string_equal(json_string_value(json_object_get(json, "experiment")), "boot");
	assert_true(json_is_false(json_object_get(json, "ok")));
	assert_keys(json_object_get(json, "published"), "sockets before_s after_s");
	part = json_object_get(json, "config");
	assert_keys(
		part,
		"seed trace_page_ref sanitize_kernel namespaces boots precision policies async crew");
	assert_int_equal(json_integer_value(json_object_get(part, "namespaces")), 1);
	assert_int_equal(json_integer_value(json_object_get(part, "seed")), 9);
	assert_string_equal(json_string_value(json_object_get(part, "async")), "pages");

	rows = json_object_get(json, "results");
	assert_int_equal(json_array_size(rows), 8);
	for (size_t i = 0; i < 8; i++)
		assert_row(json_array_get(rows, i));
	part = json_array_get(rows, 2);
	assert_string_equal(json_string_value(json_object_get(part, "policy")), "chunk");
	assert_summary(json_object_get(part, "bound"), 4);
	assert_summary(json_object_get(part, "usable"), 4);
	assert_summary(json_object_get(part, "done"), 4);
	assert_int_equal(json_array_size(json_object_get(part, "first_faults_ns")), 4);
	assert_int_equal(
		json_array_size(json_array_get(json_object_get(part, "first_faults_ns"), 3)), 1);
	assert_summary(json_object_get(part, "longest_first_fault"), 4);
	assert_int_equal(json_array_size(json_object_get(part, "done_ratio_to_direct_interval")),
	                 2);
	part = json_array_get(rows, 7);
	assert_summary(json_object_get(part, "done"), 0);
	assert_true(json_is_null(json_object_get(part, "done_ratio_to_direct")));
	part = json_object_get(part, "failure");
	assert_keys(part, "stage turn sentence first_pfn expected found");
	assert_string_equal(json_string_value(json_object_get(part, "stage")), "warm-up");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_there),
	};

	return cmocka_run_group_tests_name("boot JSON", tests, NULL, NULL);
}
