// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The experiment on normal memory: what it measures, what it finds wrong, what it refuses. */
#include <errno.h>

#include "json_keys.h"
#include "normal_json.h"
#include "sanitizers.h"
#include "skip.h"
#include "support.h"

static const uint64_t chunks[] = {1024, 0};
static const unsigned int two = 2;

/* 64 MiB at 4 GiB, of which 4 MiB and a bit are reserved. */
static struct mms_zone *zone;
static struct mms_geometry geometry;

static int make_zone(void **state)
{
	static const struct mms_pfn_range memory = {0x100000, 0x104000},
					  reserved = {0x101005, 0x101405};
	static const struct mms_memblock memblock = {&memory, 1, &reserved, 1};

	(void)state;
	if (mms_zone_create(&memblock, MMS_ZONE_NORMAL, 1, &zone))
		return -1;
	mms_geometry_from_zone(mms_kernel_default(), zone, &geometry);
	return 0;
}

static int destroy_zone(void **state)
{
	(void)state;
	mms_zone_destroy(zone);
	return 0;
}

static struct mms_normal_config config_of(const struct mms_initializer *const *initializers,
                                          size_t nr)
{
	return (struct mms_normal_config){
		.geometry = &geometry,
		.initializers = initializers,
		.nr_initializers = nr,
		.chunks = chunks,
		.nr_chunks = COUNT(chunks),
		.crew = {.threads = &two, .nr_threads = 1, .node = MMS_NODE_ANY},
		.first_touches = 2,
		.rounds = 4,
		.seed = 7,
	};
}

static struct mms_normal_result *run(const struct mms_normal_config *config)
{
	struct mms_normal_result *result = NULL;

	if (mms_normal_run(config, &result))
		fail_msg("%s", mms_last_error());
	return result;
}

static void every_initializer_has_all_its_times(void **state)
{
	const struct mms_initializer *initializers[] = {
		find_initializer("naive"), find_initializer("template"), find_initializer("auto")};
	const struct mms_normal_config config = config_of(initializers, 3);
	struct mms_normal_result *result = run(&config);

	(void)state;
	assert_true(result->ok);
	assert_int_equal(result->nr_rows, 9);
	assert_int_equal(result->pages, 0x4000 - 0x400);
	assert_int_equal(result->bytes, 64 * (0x4000 - 0x400));
	assert_int_equal(result->mapping.count, 6);
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_normal_row *row = &result->rows[i];
		size_t index = i % 3;

		assert_ptr_equal(row->initializer, initializers[i / 3]);
		assert_int_equal(row->chunk_pages, chunks[index % 2]);
		assert_int_equal(row->threads, index == 2 ? 2 : 0);
		assert_int_equal(row->first_touch.total.count, index == 0 ? 2 : 0);
		assert_int_equal(row->steady.total.count, 4);
		assert_int_equal(row->steady.init.count, index == 2 ? 0 : 4);
		for (size_t j = 0; j < row->steady.init.count; j++)
			assert_true(row->steady.init.ns[j] + row->steady.free.ns[j] <=
			            row->steady.total.ns[j]);
		assert_true(row->to_naive.total.median > 0);
		assert_true(row->to_template.total.median > 0);
		assert_int_equal(row->to_naive.init.median > 0, index != 2);
		assert_true(i >= 3 || row->to_naive.total.median == 1);
	}
	mms_normal_free(result);
}

static void traffic_is_that_of_init_and_of_freeing(void **state)
{
	const struct mms_initializer *initializers[] = {find_initializer("naive"),
	                                                find_initializer("stream-movnti")};
	struct mms_normal_config config = config_of(initializers, 2);
	struct mms_normal_result *result;

	(void)state;
	if (THREAD_SANITIZER)
		skip_because("ThreadSanitizer's own instructions would be traced");
	config.crew.nr_threads = 0;
	config.nr_chunks = 1;
	config.trace = true;
	result = run(&config);
	if (*result->untraced) {
		assert_int_equal(result->nr_traffic, 0);
		print_message("# reason: %s\n", result->untraced);
		mms_normal_free(result);
		skip();
	}
	assert_int_equal(result->nr_traffic, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct mms_normal_traffic *traffic = &result->traffic[i];

		assert_int_equal(traffic->pages, 1024);
		assert_int_equal(traffic->init.lines_written, 1024);
		assert_int_equal(traffic->init.bytes_nontemporal, i ? 64 * 1024 : 0);
		assert_int_equal(traffic->both.lines_rewritten, 1024);
		assert_int_equal(traffic->both.findings, 0);
		assert_true(traffic->both.instructions > traffic->init.instructions);
		assert_true(traffic->both.bytes_read >= 12 * 1024);
	}
	mms_normal_free(result);
}

static int does_nothing(const struct mms_job *job)
{
	(void)job;
	return 0;
}

static int forgets_lists(const struct mms_job *job)
{
	int error = find_initializer("naive")->init_normal(job);

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn++)
		mms_job_page(job, pfn)->lru.prev = NULL;
	return error;
}

static int fails(const struct mms_job *job)
{
	(void)job;
	return -EIO;
}

/* What is written before an error is no traffic of an initialization. */
static void the_traffic_of_what_fails_is_not_shown(void **state)
{
	static const struct mms_initializer failing = {
		.name = "failing", .cuttable = true, .init_normal = fails};
	const struct mms_initializer *initializers[] = {find_initializer("naive"), &failing};
	struct mms_normal_config config = config_of(initializers, 2);
	struct mms_normal_result *result;

	(void)state;
	if (THREAD_SANITIZER)
		skip_because("ThreadSanitizer's own instructions would be traced");
	config.trace = true;
	result = run(&config);
	assert_int_equal(result->nr_traffic, 0);
	if (strstr(result->untraced, "may not trace")) {
		print_message("# reason: %s\n", result->untraced);
		mms_normal_free(result);
		skip();
	}
	assert_string_equal(result->untraced, "failing returned -5 in the tracer");
	assert_true(result->rows[0].verified);
	mms_normal_free(result);
}

static void the_wrong_ones_are_not_timed(void **state)
{
	static const struct mms_initializer wrong[] = {
		{.name = "lazy", .cuttable = true, .init_normal = does_nothing},
		{.name = "forgetful", .cuttable = true, .init_normal = forgets_lists},
		{.name = "failing", .cuttable = true, .init_normal = fails},
	};
	static const char *const says[] = {"pages are wrong", "pages are wrong", "it returned -5"};
	const struct mms_initializer *initializers[] = {&wrong[0], &wrong[1], &wrong[2],
	                                                find_initializer("naive")};
	const struct mms_normal_config config = config_of(initializers, 4);
	struct mms_normal_result *result = run(&config);
	char sentence[320];

	(void)state;
	assert_false(result->ok);
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_normal_row *row = &result->rows[i];

		assert_int_equal(row->verified, i >= 9);
		assert_int_equal(row->steady.total.count, i >= 9 ? 4 : 0);
		if (row->verified)
			continue;
		mms_normal_describe_failure(row, sentence, sizeof(sentence));
		assert_non_null(strstr(sentence, says[i / 3]));
		assert_non_null(strstr(sentence, row->initializer->name));
		assert_string_equal(row->failure.stage, "warm-up");
	}
	mms_normal_free(result);
}

static void rounds_end_when_ratios_are_precise(void **state)
{
	const struct mms_initializer *initializers[] = {find_initializer("naive"),
	                                                find_initializer("template")};
	struct mms_normal_config config = config_of(initializers, 2);

	(void)state;
	for (size_t i = 0; i < COUNT(precision_cases); i++) {
		struct mms_normal_result *result;

		config.precision = precision_cases[i].precision;
		config.rounds = precision_cases[i].most;
		result = run(&config);
		assert_true(result->ok);
		assert_int_equal(result->verified.nr_rounds, precision_cases[i].rounds);
		assert_int_equal(result->verified.rounds[2], precision_cases[i].rounds);
		assert_int_equal(result->rows[1].steady.total.count, precision_cases[i].rounds);
		mms_normal_free(result);
	}
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const uint64_t odd[] = {1000}, twice[] = {2048, 0, 2048};
	const struct mms_initializer *heads = find_initializer("template-heads");
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry device = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_MEM, 64 * MIB);
	struct mms_normal_result *result = NULL;
	struct mms_normal_config config = config_of(&heads, 1);

	(void)state;
	assert_int_equal(mms_normal_run(&config, &result), -EOPNOTSUPP);
	assert_non_null(strstr(mms_last_error(), "template-heads is not for normal memory"));
	config = config_of(&naive, 1);
	config.chunks = odd;
	assert_int_equal(mms_normal_run(&config, &result), -EINVAL);
	config = config_of(&naive, 1);
	config.chunks = twice;
	config.nr_chunks = COUNT(twice);
	assert_int_equal(mms_normal_run(&config, &result), -EINVAL);
	assert_string_equal(mms_last_error(), "chunks of 2048 pages are asked for twice");
	config = config_of(&naive, 1);
	config.rounds = 0;
	assert_int_equal(mms_normal_run(&config, &result), -EINVAL);
	config = config_of(&naive, 0);
	assert_int_equal(mms_normal_run(&config, &result), -EINVAL);
	config = config_of(&naive, 1);
	config.geometry = &device;
	assert_int_equal(mms_normal_run(&config, &result), -EINVAL);
	assert_null(result);
	mms_normal_free(NULL);
}

static void every_key_is_there(void **state)
{
	static const struct mms_initializer lazy = {
		.name = "lazy", .cuttable = true, .init_normal = does_nothing};
	const struct mms_initializer *initializers[] = {find_initializer("naive"), &lazy};
	struct mms_normal_config config = config_of(initializers, 2);
	struct mms_normal_result *result = run(&config);
	json_t *json, *row, *part;

	(void)state;
	json = mms_normal_json(&config, result, json_pack("{s:s}", "cpu", "a fast one"));
	mms_normal_free(result);
	assert_keys(json, FRAME " zone struct_page_bytes machine_first_touch_ns mapping untraced "
	                        "traffic");
	assert_string_equal(json_string_value(json_object_get(json, "experiment")), "normal");
	assert_true(json_is_false(json_object_get(json, "ok")));
	assert_int_equal(json_array_size(json_object_get(json, "geometries")), 0);
	assert_true(json_integer_value(json_object_get(json, "machine_first_touch_ns")) > 0);
	assert_true(json_is_null(json_object_get(json, "untraced")));
	part = json_object_get(json, "zone");
	assert_keys(part, "type node start_pfn spanned_pages present_pages free_pages free_ranges");
	assert_string_equal(json_string_value(json_object_get(part, "type")), "NORMAL");
	assert_int_equal(json_integer_value(json_object_get(part, "free_ranges")), 2);
	part = json_object_get(json, "config");
	assert_keys(part,
	            "seed rounds precision first_touches chunks_bytes trace crew trace_page_ref "
	            "sanitize_kernel");
	part = json_object_get(part, "chunks_bytes");
	assert_int_equal(json_integer_value(json_array_get(part, 0)), 4 * MIB);
	assert_true(json_is_null(json_array_get(part, 1)));

	assert_int_equal(json_array_size(json_object_get(json, "results")), 6);
	for (size_t i = 0; i < 6; i++) {
		row = json_array_get(json_object_get(json, "results"), i);
		assert_keys(row, "name ran chunk_bytes threads verified failure first_touch steady "
		                 "to_naive to_template");
		assert_keys(json_object_get(row, "steady"), "init free total");
		assert_keys(json_object_get(row, "to_naive"),
		            "init init_interval free free_interval total total_interval");
		assert_summary(json_object_get(json_object_get(row, "steady"), "total"),
		               i < 3 ? 4 : 0);
		assert_summary(json_object_get(json_object_get(row, "first_touch"), "init"),
		               i == 0 ? 2 : 0);
	}
	assert_keys(json_object_get(row, "failure"),
	            "stage turn sentence first_pfn expected found");
	assert_true(json_is_null(json_object_get(json_object_get(row, "to_naive"), "total")));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_initializer_has_all_its_times),
		cmocka_unit_test(traffic_is_that_of_init_and_of_freeing),
		cmocka_unit_test(the_traffic_of_what_fails_is_not_shown),
		cmocka_unit_test(the_wrong_ones_are_not_timed),
		cmocka_unit_test(rounds_end_when_ratios_are_precise),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(every_key_is_there),
	};

	return cmocka_run_group_tests_name("normal memory", tests, make_zone, destroy_zone);
}
