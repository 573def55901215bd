// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The result as JSON: every key is there whatever happened, and every measurement is in it. */
#include "json_keys.h"
#include "rebind_json.h"
#include "support.h"

static int do_nothing(const struct mms_job *job)
{
	(void)job;
	return 0;
}

static json_t *run_to_json(const struct mms_rebind_config *config)
{
	struct mms_rebind_result *result = run_experiment(config);
	json_t *json = mms_rebind_json(config, result, json_pack("{s:s}", "cpu", "a fast one"));

	assert_non_null(json);
	mms_rebind_free(result);
	return json;
}

static json_t *first_geometry(const json_t *json)
{
	return json_array_get(json_object_get(json, "geometries"), 0);
}

static void assert_shape(json_t *json)
{
	const char *phase;
	json_t *phases, *summary;

	assert_keys(json,
	            FRAME " machine_first_touch_ns phases core fills fill_limit steps threads");
	assert_int_equal(json_integer_value(json_object_get(json, "schema_version")), 3);
	assert_string_equal(json_string_value(json_object_get(json, "experiment")), "rebind");
	assert_keys(json_object_get(json, "environment"), "cpu");
	assert_keys(json_object_get(json, "kernel"), "name captures btf derived_from rules");
	assert_keys(first_geometry(json),
	            "type vmemmap_shift ranges altmap nid dedup early_sections nr_initialised "
	            "pages_written bytes_written");
	assert_keys(json_object_get(json, "backing"),
	            "asked file obtained needed_bytes resident_bytes huge_bytes least_huge_bytes "
	            "kernel_page_size_bytes node node_bytes");
	assert_keys(json_object_get(json, "config"),
	            "seed first_binds rebinds precision cold crew trace_page_ref sanitize_kernel");
	assert_int_equal(
		json_integer_value(json_array_get(json_object_get(json, "verified_rounds"), 0)), 1);
	assert_keys(json_object_get(json_object_get(json, "config"), "crew"),
	            "threads split bind node cpus");
	assert_keys(json_object_get(json, "core"),
	            "adds_per_cycle_best adds_per_cycle_median shared");
	phases = json_object_get(json, "phases");
	assert_keys(phases, "mapping altmap_first_bind altmap_rebind teardown verify plain_read");
	json_object_foreach (phases, phase, summary)
		assert_keys(summary, SUMMARY);
	for (size_t i = 0; i < json_array_size(json_object_get(json, "results")); i++)
		assert_keys(
			json_array_get(json_object_get(json, "results"), i),
			"name ran verified failure first_bind rebind adds_per_cycle ns_per_page gb_per_s "
			"bytes_written ratio_to_naive ratio_to_naive_interval "
			"ratio_to_fill_limit ratio_to_fill_limit_interval cost_ratio_to_largest "
			"cost_ratio_to_largest_interval published_ratio "
			"published");
}

#define POOLED                                                                                     \
	"name rebind ns_per_page gb_per_s speed_up speed_up_interval efficiency "                  \
	"efficiency_interval ratio_to_direct ratio_to_direct_interval"

static void threads_have_results_of_their_own(void **state)
{
	static const struct mms_initializer lazy = {
		.name = "lazy", .cuttable = true, .init = do_nothing};
	static const unsigned int threads[] = {2, 1};
	const struct mms_initializer *initializers[] = {find_initializer("naive"), &lazy};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_rebind_config config = make_config(&geometry, initializers, 2);
	json_t *json, *crew, *row;

	(void)state;
	config.fills = true;
	config.crew = (struct mms_crew_config){
		.threads = threads, .nr_threads = 2, .node = MMS_NODE_ANY, .bind = MMS_BIND_CORE};
	json = run_to_json(&config);
	assert_shape(json);
	assert_int_equal(json_array_size(json_object_get(json, "results")), 2);
	row = json_object_get(json_object_get(json, "config"), "crew");
	assert_string_equal(json_string_value(json_object_get(row, "bind")), "core");
	assert_true(json_is_null(json_object_get(row, "node")));
	assert_int_equal(json_array_size(json_object_get(json, "threads")), 2);

	crew = json_array_get(json_object_get(json, "threads"), 0);
	assert_keys(crew, "threads chunks schedule dispatch dispatch_ns_per_chunk results fills "
	                  "fill_limit");
	assert_int_equal(json_integer_value(json_object_get(crew, "threads")), 2);
	assert_int_equal(json_integer_value(json_object_get(crew, "chunks")), 1);
	assert_summary(json_object_get(crew, "dispatch"), config.rebinds);
	assert_keys(json_array_get(json_object_get(crew, "fills"), 0), POOLED);
	assert_int_equal(json_array_size(json_object_get(crew, "fills")),
	                 json_array_size(json_object_get(json, "fills")));
	assert_int_equal(json_array_size(json_object_get(crew, "results")), 2);
	row = json_array_get(json_object_get(crew, "results"), 0);
	assert_keys(row, POOLED " ran verified failure");
	assert_summary(json_object_get(row, "rebind"), config.rebinds);
	assert_true(json_real_value(json_object_get(row, "speed_up")) > 0);
	assert_int_equal(json_array_size(json_object_get(row, "efficiency_interval")), 2);
	row = json_array_get(json_object_get(crew, "results"), 1);
	assert_keys(row, POOLED " ran verified failure");
	assert_keys(json_object_get(row, "failure"),
	            "stage turn sentence first_pfn expected found");
	assert_true(json_is_null(json_object_get(row, "speed_up")));
	json_decref(json);
}

static void right_and_wrong_ones_side_by_side(void **state)
{
	static const struct mms_initializer lazy = {.name = "lazy", .init = do_nothing};
	const struct mms_initializer *initializers[] = {find_initializer("naive"), &lazy};
	struct mms_geometry geometry =
		make_geometry("v7.2", MMS_MODE_DEVDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_rebind_config config = make_config(&geometry, initializers, 2);
	json_t *json, *right, *wrong, *failure;

	(void)state;
	config.seed = 5;
	json = run_to_json(&config);
	assert_shape(json);
	assert_true(json_is_false(json_object_get(json, "ok")));
	assert_true(json_is_integer(json_object_get(json, "machine_first_touch_ns")));
	assert_keys(json_object_get(first_geometry(json), "altmap"),
	            "base_pfn end_pfn reserve free align alloc");
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(json, "config"), "seed")), 5);

	right = json_array_get(json_object_get(json, "results"), 0);
	assert_string_equal(json_string_value(json_object_get(right, "name")), "naive");
	assert_true(json_is_true(json_object_get(right, "verified")));
	assert_true(json_is_null(json_object_get(right, "failure")));
	assert_summary(json_object_get(right, "first_bind"), 2);
	assert_summary(json_object_get(right, "rebind"), 4);
	assert_true(json_real_value(json_object_get(right, "ratio_to_naive")) == 1);
	assert_true(json_is_null(json_object_get(right, "published_ratio")));

	wrong = json_array_get(json_object_get(json, "results"), 1);
	assert_true(json_is_false(json_object_get(wrong, "verified")));
	assert_summary(json_object_get(wrong, "first_bind"), 0);
	assert_summary(json_object_get(wrong, "rebind"), 0);
	assert_true(json_is_null(json_object_get(wrong, "ns_per_page")));
	assert_true(json_is_null(json_object_get(wrong, "ratio_to_naive")));
	failure = json_object_get(wrong, "failure");
	assert_keys(failure, "stage turn sentence first_pfn expected found");
	assert_string_equal(json_string_value(json_object_get(failure, "stage")), "warm-up");
	assert_int_equal(json_integer_value(json_object_get(failure, "first_pfn")),
	                 mms_geometry_device_pfns(&geometry, 0).start);
	assert_int_equal(json_string_length(json_object_get(failure, "found")), 128);
	json_decref(json);
}

static void what_there_is_none_of_is_null(void **state)
{
	const struct mms_initializer *initializer = find_initializer("template");
	struct mms_geometry geometry =
		make_geometry("v6.1", MMS_MODE_DEVDAX, MMS_MAP_MEM, 64 * MIB);
	struct mms_rebind_config config = make_config(&geometry, &initializer, 1);
	json_t *json, *row;

	(void)state;
	config.gates = MMS_GATE_PAGE_REF_SET;
	config.cold = true;
	config.first_binds = 1;
	json = run_to_json(&config);
	assert_shape(json);
	assert_true(json_is_true(json_object_get(json, "ok")));
	assert_true(json_is_null(json_object_get(json, "machine_first_touch_ns")));
	assert_true(json_is_null(json_object_get(first_geometry(json), "altmap")));
	assert_summary(json_object_get(json_object_get(json, "phases"), "altmap_rebind"), 0);
	row = json_array_get(json_object_get(json, "results"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "ran")), "naive");
	assert_true(json_is_null(json_object_get(row, "ratio_to_naive")));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_and_wrong_ones_side_by_side),
		cmocka_unit_test(threads_have_results_of_their_own),
		cmocka_unit_test(what_there_is_none_of_is_null),
	};

	return cmocka_run_group_tests_name("rebind JSON", tests, NULL, NULL);
}
