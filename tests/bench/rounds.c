// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Experiments that go on until ratios are known well enough. */
#include "rebind_result.h"
#include "rounds.h"
#include "support.h"

static void looks_are_a_tenth_apart(void **state)
{
	unsigned int looks = 0;

	(void)state;
	for (unsigned int done = 1; done < MMS_ROUNDS_FEWEST; done++)
		assert_false(mms_rounds_look_now(done));
	assert_true(mms_rounds_look_now(MMS_ROUNDS_FEWEST));
	for (unsigned int done = 1; done <= 1000; done++)
		looks += mms_rounds_look_now(done);
	assert_in_range(looks, 20, 60);
}

static void a_narrow_interval_is_precise(void **state)
{
	uint64_t ns[40], base_ns[40];
	struct mms_samples samples = {.count = 40, .ns = ns};
	struct mms_samples base = {.count = 40, .ns = base_ns};
	double scratch[40];

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		ns[i] = 1000 + 100 * (i % 2);
		base_ns[i] = ns[i] / 2;
	}
	assert_true(mms_rounds_precise(&samples, &base, 0.001, scratch));
	assert_false(mms_rounds_precise(&samples, NULL, 0.001, scratch));
	assert_true(mms_rounds_precise(&samples, NULL, 0.2, scratch));
}

static struct mms_rebind_result *run_until(double precision, unsigned int most, size_t count)
{
	static struct mms_geometry geometry;
	static const struct mms_initializer *initializers[2];
	struct mms_rebind_config config;

	geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	initializers[0] = find_initializer("naive");
	initializers[1] = find_initializer("template");
	config = make_config(&geometry, initializers, count);
	config.rebinds = most;
	config.precision = precision;
	return run_experiment(&config);
}

/* Any interval will do, so the rounds end after the first look; one more is verified. */
static void rounds_end_when_it_is_enough(void **state)
{
	(void)state;
	for (size_t count = 1; count <= 2; count++) {
		struct mms_rebind_result *result = run_until(1e9, 500, count);

		assert_true(result->ok);
		assert_int_equal(result->verified.nr_rounds, MMS_ROUNDS_FEWEST + 1);
		assert_int_equal(result->rows[0].rebind.count, MMS_ROUNDS_FEWEST + 1);
		assert_int_equal(result->verified.count, 3);
		assert_in_range(result->verified.rounds[1], 2, MMS_ROUNDS_FEWEST - 1);
		assert_int_equal(result->verified.rounds[2], MMS_ROUNDS_FEWEST + 1);
		mms_rebind_free(result);
	}
}

/* Samples that are as different as they can be, or all the same. */
static void spread(struct mms_rebind_row *row, bool wide)
{
	for (size_t i = 0; i < row->rebind.count; i++)
		row->rebind.ns[i] = wide && i % 2 ? 9000 : 1000;
}

static void threads_count_as_well(void **state)
{
	static const unsigned int threads[] = {2, 1};
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_rebind_config config = make_config(&geometry, &naive, 1);
	struct mms_rebind_result *result;
	struct mms_rebind_row *two, *one;
	double scratch[20];

	(void)state;
	config.rebinds = COUNT(scratch);
	config.fills = true;
	config.crew.threads = threads;
	config.crew.nr_threads = COUNT(threads);
	config.crew.node = MMS_NODE_ANY;
	result = run_experiment(&config);
	config.precision = 0.02;
	two = &result->crews[0].rows[0];
	one = &result->crews[1].rows[0];
	assert_ptr_equal(mms_rebind_thread_base(result, two), one);
	assert_ptr_equal(mms_rebind_thread_base(result, one), &result->rows[0]);
	for (size_t i = 0; i < mms_rebind_all_rows(result); i++)
		spread(&result->rows[i], result->rows[i].fill);
	assert_true(mms_rebind_is_precise(result, &config, scratch));
	spread(two, true);
	assert_false(mms_rebind_is_precise(result, &config, scratch));
	spread(one,
	       true); /* now the speed-up is the same all the time, but against the direct call … */
	assert_false(mms_rebind_is_precise(result, &config, scratch));
	spread(&result->rows[0], true); /* … and that is known no better */
	assert_false(mms_rebind_is_precise(result, &config, scratch));
	two->verified = one->verified = false; /* what is wrong doesn't count */
	spread(&result->rows[0], false);
	assert_true(mms_rebind_is_precise(result, &config, scratch));
	mms_rebind_free(result);
}

static void there_are_no_more_than_the_most(void **state)
{
	static const unsigned int most[] = {1, 2, 5, 21, 33};

	(void)state;
	for (size_t i = 0; i < COUNT(most); i++) {
		struct mms_rebind_result *result = run_until(1e-9, most[i], 2);

		assert_int_equal(result->rows[1].rebind.count, most[i]);
		assert_int_equal(result->verified.rounds[result->verified.count - 1], most[i]);
		mms_rebind_free(result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_are_a_tenth_apart),
		cmocka_unit_test(a_narrow_interval_is_precise),
		cmocka_unit_test(rounds_end_when_it_is_enough),
		cmocka_unit_test(threads_count_as_well),
		cmocka_unit_test(there_are_no_more_than_the_most),
	};

	return cmocka_run_group_tests_name("rounds", tests, NULL, NULL);
}
