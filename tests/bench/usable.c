// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The background experiment: what it runs, what it counts, and that it finds what is wrong. */
#include <errno.h>
#include <unistd.h>

#include "faulty.h"
#include "random_geometry.h"
#include "support.h"
#include "usable.h"

static const unsigned int one_and_two[] = {1, 2};
static const enum mms_wait all_waits[] = {MMS_WAIT_ITEM, MMS_WAIT_HELP, MMS_WAIT_CHUNK};

/* Four sections and a bit. */
static struct mms_geometry sections(void)
{
	return make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 514 * MIB);
}

static struct mms_usable_config make_usable(const struct mms_geometry *geometry,
                                            const struct mms_initializer *const *initializers,
                                            size_t count)
{
	return (struct mms_usable_config){
		.geometry = geometry,
		.initializers = initializers,
		.nr_initializers = count,
		.crew = {.threads = one_and_two, .nr_threads = 2, .node = MMS_NODE_ANY},
		.waits = all_waits,
		.nr_waits = COUNT(all_waits),
		.async = MMS_ASYNC_ALL,
		.binds = 5,
		.streams = 2,
	};
}

static struct mms_usable_result *run_usable(const struct mms_usable_config *config)
{
	struct mms_usable_result *result = NULL;

	if (mms_usable_run(config, &result))
		fail_msg("%s", mms_last_error());
	return result;
}

static void assert_right(const struct mms_usable_config *config, const struct mms_usable_row *row)
{
	bool background = row->way.by == MMS_BIND_BY_BACKGROUND;
	char sentence[320];

	if (!row->verified) {
		mms_usable_describe_failure(row, sentence, sizeof(sentence));
		fail_msg("%s", sentence);
	}
	assert_int_equal(row->returns.count, config->binds);
	assert_int_equal(row->done.count, config->binds);
	assert_int_equal(row->fault.count, config->binds);
	assert_int_equal(row->stream.done.count, background ? config->streams : 0);
	for (size_t i = 0; i < config->binds; i++)
		assert_true(background ? row->done.ns[i] >= row->returns.ns[i]
		                       : row->done.ns[i] == row->returns.ns[i]);
	assert_true(row->chunk_ns > 0);
	if (!background)
		assert_int_equal(row->helped + row->waited, 0);
}

static void all_ways_to_bind_take_part(void **state)
{
	const struct mms_initializer *both[] = {find_initializer("naive"),
	                                        find_initializer("template-movnti")};
	struct mms_geometry geometry = sections();
	struct mms_usable_config config = make_usable(&geometry, both, 2);
	struct mms_usable_result *result = run_usable(&config);

	(void)state;
	assert_true(result->ok);
	assert_int_equal(result->rows_per_initializer, 1 + 2 * (1 + 3));
	assert_int_equal(result->nr_rows, 2 * 9);
	assert_int_equal(result->altmap.count, 2 * (1 + 2) * config.binds);
	assert_int_equal(result->verified.count, 3);
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_usable_row *row = &result->rows[i];

		assert_ptr_equal(row->initializer, both[i / 9]);
		assert_int_equal(row->way.threads, i % 9 ? i % 9 > 4 ? 2 : 1 : 0);
		assert_right(&config, row);
	}
	assert_string_equal(mms_way_name(&result->rows[0].way), "direct");
	assert_string_equal(mms_way_name(&result->rows[5].way), "pool");
	assert_string_equal(mms_way_name(&result->rows[8].way), "background chunk");
	/* Sections; 1/1024 of the memmap, but whole pageblocks. In the background, altmap too. */
	assert_int_equal(result->rows[0].nr_chunks, 1);
	assert_int_equal(result->rows[5].nr_chunks, 5);
	assert_int_equal(result->rows[8].nr_chunks, 1 + 5);
	assert_int_equal(result->rows[7].nr_chunks,
	                 mms_geometry_device_pfns(&geometry, 0).start / MMS_PAGEBLOCK_NR_PAGES -
	                         geometry.start_pfn / MMS_PAGEBLOCK_NR_PAGES +
	                         (geometry.nr_initialised + MMS_PAGEBLOCK_NR_PAGES - 1) /
	                                 MMS_PAGEBLOCK_NR_PAGES);
	assert_true(result->rows[0].done_to_parallel.median == 0);
	assert_true(result->rows[5].done_to_parallel.median == 1);
	assert_true(result->rows[8].done_to_parallel.median > 0);
	mms_usable_free(result);
}

static void any_geometry_can_be_bound(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	uint64_t seed = random_first_seed();

	(void)state;
	for (unsigned int i = 0; i < 6; i++) {
		struct random_source random = random_source(seed + i);
		struct random_geometry made;
		struct mms_usable_config config = make_usable(&made.geometry, &naive, 1);
		struct mms_usable_result *result;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		config.binds = 2;
		config.async = i % 2 ? MMS_ASYNC_PAGES : MMS_ASYNC_ALL;
		config.sequential_faults = i % 3 == 0;
		config.seed = random.seed;
		result = run_usable(&config);
		for (size_t j = 0; j < result->nr_rows; j++)
			assert_right(&config, &result->rows[j]);
		mms_usable_free(result);
	}
}

/* Naive, but slow enough that faults come before. */
static int slow(const struct mms_job *job)
{
	usleep(2000);
	return find_initializer("naive")->init(job);
}

static void streams_count_who_waits(void **state)
{
	static const struct mms_initializer initializer = {
		.name = "slow", .cuttable = true, .init = slow};
	const struct mms_initializer *only = &initializer;
	struct mms_geometry geometry = sections();
	struct mms_usable_config config = make_usable(&geometry, &only, 1);
	struct mms_pfn_range altmap = mms_geometry_altmap_pfns(&geometry);
	struct mms_pfn_range device = mms_geometry_device_pfns(&geometry, 0);
	struct mms_usable_result *result;

	(void)state;
	config.binds = 1;
	config.crew.nr_threads = 1;
	result = run_usable(&config);
	for (size_t i = 2; i < result->nr_rows; i++) {
		const struct mms_usable_row *row = &result->rows[i];
		const struct mms_curve *curve = &row->stream.curve;

		assert_right(&config, row);
		assert_true(row->stream.waiting.count > 0);
		assert_true(row->stream.helped <= row->stream.waiting.count);
		assert_true(row->stream.waited <= row->stream.waiting.count);
		assert_true(row->stream.helped + row->stream.waited >= row->stream.waiting.count);
		if (row->way.wait == MMS_WAIT_ITEM)
			assert_int_equal(row->stream.helped, 0);
		else
			assert_true(row->stream.helped > 0);
		assert_in_range(curve->count, 2, MMS_CURVE_POINTS);
		for (size_t j = 1; j < curve->count; j++) {
			assert_true(curve->points[j].ns > curve->points[j - 1].ns);
			assert_true(curve->points[j].pages >= curve->points[j - 1].pages);
			assert_true(curve->points[j].faults >= curve->points[j - 1].faults);
		}
		assert_int_equal(curve->points[curve->count - 1].pages,
		                 altmap.end - altmap.start + device.end - device.start);
		assert_true(curve->points[curve->count - 1].faults > 0);
		assert_int_equal(curve->points[curve->count - 1].ns, row->stream.done.ns[1]);
	}
	mms_usable_free(result);
}

/* In most rounds the memmap is right before the bind already, but for the page that faults. */
static void one_that_does_nothing_is_found_by_its_fault(void **state)
{
	static const struct mms_initializer initializer = {
		.name = "lazy", .cuttable = true, .init = faulty_lazy};
	const struct mms_initializer *only = &initializer;
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_usable_config config = make_usable(&geometry, &only, 1);
	unsigned int found_in_bind = 0;

	(void)state;
	config.binds = 9;
	config.streams = 0;
	config.crew.nr_threads = 1;
	config.nr_waits = 1;
	/* Three warm-ups, three rounds and a bit: one chunk each. */
	for (unsigned int good = 8; good < 12; good++) {
		struct mms_usable_result *result;
		char sentence[320];

		faulty_begin(good);
		result = run_usable(&config);
		assert_false(result->ok);
		for (size_t i = 0; i < result->nr_rows; i++) {
			const struct mms_usable_row *row = &result->rows[i];

			assert_false(row->verified);
			assert_int_equal(row->done.count, 0);
			if (strcmp(row->failure.stage, "bind") != 0 || !row->failure.fault)
				continue;
			found_in_bind++;
			assert_int_equal(row->failure.report.mismatches, 1);
			mms_usable_describe_failure(row, sentence, sizeof(sentence));
			if (!strstr(sentence, "what a fault found"))
				fail_msg("%s", sentence);
		}
		mms_usable_free(result);
	}
	assert_true(found_in_bind > 0);
}

static void wrong_parts_are_found(void **state)
{
	static const struct mms_initializer forgetful = {
		.name = "forgetful", .cuttable = true, .init = faulty_borders};
	static const struct mms_initializer failing = {
		.name = "failing", .cuttable = true, .init = faulty_last_part};
	const struct mms_initializer *all[] = {&forgetful, &failing, find_initializer("naive")};
	struct mms_geometry geometry = sections();
	struct mms_usable_config config = make_usable(&geometry, all, 3);
	struct mms_usable_result *result;
	char sentence[320];

	(void)state;
	config.crew.threads = &one_and_two[1];
	config.crew.nr_threads = 1;
	result = run_usable(&config);
	assert_false(result->ok);
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_usable_row *row = &result->rows[i];

		if (row->initializer == all[2] || row->way.by == MMS_BIND_BY_CALLER) {
			assert_right(&config, row);
			continue;
		}
		assert_false(row->verified);
		if (row->initializer == all[1])
			assert_int_equal(row->failure.error, -EIO);
		else
			assert_true(row->failure.report.mismatches > 0);
		assert_int_equal(row->stream.done.count, 0);
		assert_true(row->done_to_parallel.median == 0);
	}
	mms_usable_describe_failure(&result->rows[9], sentence, sizeof(sentence));
	if (!strstr(sentence, "failing (background chunk, 2 threads) failed in warm-up 1"))
		fail_msg("%s", sentence);
	mms_usable_free(result);
}

static void damage_costs_nobody_else_anything(void **state)
{
	static const struct mms_initializer vandal = {
		.name = "vandal", .cuttable = true, .init = faulty_scribble};
	const struct mms_initializer *both[] = {&vandal, find_initializer("naive")};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_usable_config config = make_usable(&geometry, both, 2);
	struct mms_usable_result *result;

	(void)state;
	config.crew.nr_threads = 1;
	config.memmap.backing = MMS_BACKING_FILE;
	config.memmap.file = "/tmp";
	result = run_usable(&config);
	for (size_t i = 0; i < result->rows_per_initializer; i++) {
		assert_false(result->rows[i].verified);
		assert_true(result->rows[i].failure.report.guards != 0);
		assert_right(&config, &result->rows[result->rows_per_initializer + i]);
	}
	mms_usable_free(result);
}

static void assert_refused(const struct mms_usable_config *config, int error, const char *part)
{
	struct mms_usable_result *untouched = (struct mms_usable_result *)1, *result = untouched;

	assert_int_equal(mms_usable_run(config, &result), error);
	assert_ptr_equal(result, untouched);
	if (!strstr(mms_last_error(), part))
		fail_msg("no \"%s\" in: %s", part, mms_last_error());
}

static void rounds_end_when_ratios_are_precise(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_usable_config config = make_usable(&geometry, &naive, 1);

	(void)state;
	for (size_t i = 0; i < COUNT(precision_cases); i++) {
		struct mms_usable_result *result;

		config.precision = precision_cases[i].precision;
		config.binds = precision_cases[i].most;
		result = run_usable(&config);
		assert_true(result->ok);
		assert_int_equal(result->verified.nr_rounds, precision_cases[i].rounds);
		assert_int_equal(result->verified.rounds[2], precision_cases[i].rounds);
		assert_int_equal(result->rows[1].done.count, precision_cases[i].rounds);
		mms_usable_free(result);
	}
}

static void configs_without_sense_are_refused(void **state)
{
	static const struct mms_initializer whole = {.name = "whole", .init = slow};
	static const struct mms_initializer future = {
		.name = "future", .cpu = 1u << 31, .cuttable = true};
	static const unsigned int zero = 0;
	const struct mms_initializer *initializers[] = {find_initializer("naive"), &whole};
	const struct mms_initializer *later[] = {&future};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_usable_config good = make_usable(&geometry, initializers, 1), config;

	(void)state;
	config = good;
	config.nr_initializers = 0;
	assert_refused(&config, -EINVAL, "at least one of each");
	config = good;
	config.crew.nr_threads = 0;
	assert_refused(&config, -EINVAL, "at least one of each");
	config = good;
	config.nr_waits = 0;
	assert_refused(&config, -EINVAL, "at least one of each");
	config = good;
	config.binds = 0;
	assert_refused(&config, -EINVAL, "0 binds");
	config = good;
	config.nr_initializers = 2;
	assert_refused(&config, -EINVAL, "whole takes whole ranges only");
	config = good;
	config.initializers = later;
	assert_refused(&config, -EOPNOTSUPP, "future");
	config = good;
	config.crew.threads = &zero;
	config.crew.nr_threads = 1;
	assert_refused(&config, -EINVAL, "thread");
	config = good;
	config.async = (enum mms_async)9;
	assert_refused(&config, -EINVAL, "9");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_ways_to_bind_take_part),
		cmocka_unit_test(any_geometry_can_be_bound),
		cmocka_unit_test(streams_count_who_waits),
		cmocka_unit_test(one_that_does_nothing_is_found_by_its_fault),
		cmocka_unit_test(wrong_parts_are_found),
		cmocka_unit_test(damage_costs_nobody_else_anything),
		cmocka_unit_test(rounds_end_when_ratios_are_precise),
		cmocka_unit_test(configs_without_sense_are_refused),
	};

	return cmocka_run_group_tests_name("usable", tests, NULL, NULL);
}
