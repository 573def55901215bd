// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Statistics against values worked out by hand. */
#include "statistics.h"
#include "bootstrap.h"
#include "dip.h"
#include "random.h"
#include "support.h"

static struct mms_summary summary_of(const uint64_t *values, size_t count)
{
	struct mms_samples samples = {.count = count, .ns = (uint64_t *)values};
	double scratch[16];

	mms_summarize(&samples, scratch);
	return samples.summary;
}

static void assert_near(double found, double expected)
{
	if (found < expected - 1e-9 || found > expected + 1e-9)
		fail_msg("%.12f instead of %.12f", found, expected);
}

static void an_odd_number_of_values(void **state)
{
	static const uint64_t values[] = {40, 10, 30, 50, 20};
	struct mms_summary summary = summary_of(values, COUNT(values));

	(void)state;
	assert_near(summary.min, 10);
	assert_near(summary.median, 30);
	assert_near(summary.mean, 30);
	assert_near(summary.p95, 48); /* position 3.8: 40 + 0.8 * 10 */
	assert_near(summary.max, 50);
}

static void an_even_number_of_values(void **state)
{
	static const uint64_t values[] = {7, 1, 2, 100};
	struct mms_summary summary = summary_of(values, COUNT(values));

	(void)state;
	assert_near(summary.median, 4.5);
	assert_near(summary.mean, 27.5);
	assert_near(summary.p95, 86.05); /* position 2.85: 7 + 0.85 * 93 */
	assert_int_equal(values[0], 7);  /* the order of time is kept */
}

static void a_single_value_is_all_of_them(void **state)
{
	static const uint64_t value = 42;
	struct mms_summary summary = summary_of(&value, 1);

	(void)state;
	assert_near(summary.min, 42);
	assert_near(summary.median, 42);
	assert_near(summary.mean, 42);
	assert_near(summary.p95, 42);
	assert_near(summary.max, 42);
}

static void quantiles_reach_both_ends(void **state)
{
	static const double sorted[] = {1, 2, 4};

	(void)state;
	assert_near(mms_quantile(sorted, 3, 0), 1);
	assert_near(mms_quantile(sorted, 3, 0.25), 1.5);
	assert_near(mms_quantile(sorted, 3, 1), 4);
}

/* The ratio of medians would be 2 here; but in each round it was another. */
static void ratios_are_taken_round_by_round(void **state)
{
	static const uint64_t samples[] = {10, 20, 90}, base[] = {10, 5, 100};
	double scratch[3];

	(void)state;
	assert_near(mms_paired_ratio(samples, base, 3, scratch).median, 1);
}

static void differences_are_taken_round_by_round(void **state)
{
	static const uint64_t samples[] = {10, 20, 90}, base[] = {10, 25, 100};
	double scratch[3];

	(void)state;
	assert_near(mms_paired_difference(samples, base, 3, scratch), -5);
}

/* Medians of few draws reach both ends too often for anything less. */
static void the_interval_of_few_pairs_is_all_that_was_seen(void **state)
{
	static const uint64_t samples[] = {14, 11, 17, 12, 13, 16, 15};
	static const uint64_t base[] = {1, 1, 1, 1, 1, 1, 1};
	double scratch[7];

	(void)state;
	for (size_t count = 1; count <= 7; count++) {
		struct mms_ratio ratio = mms_paired_ratio(samples, base, count, scratch);

		assert_near(ratio.low, count > 1 ? 11 : 14);
		assert_near(ratio.high, count > 2 ? 17 : 14);
	}
}

#define MANY 300
static uint64_t random_samples[MANY], shuffled[MANY], ones[MANY];
static double many_scratch[MANY];

static void make_random_samples(uint64_t seed)
{
	for (size_t i = 0; i < MANY; i++) {
		random_samples[i] = 1000000 + mms_random_below(&seed, 100000);
		ones[i] = 1;
	}
}

static void a_result_has_one_interval(void **state)
{
	struct mms_ratio one, other;

	(void)state;
	make_random_samples(3);
	one = mms_paired_ratio(random_samples, ones, MANY, many_scratch);
	other = mms_paired_ratio(random_samples, ones, MANY, many_scratch);
	assert_memory_equal(&one, &other, sizeof(one));
	assert_true(one.low < one.median && one.median < one.high);
}

/* Ten rounds that are alike tell as much as one: then the same values are surer if shuffled. */
static void rounds_that_follow_each_other_are_no_independent_ones(void **state)
{
	struct mms_series series = {.samples = random_samples, .count = MANY};
	uint64_t seed = 4;
	size_t order[MANY];
	struct mms_interval in_rows, mixed;
	double long_blocks, short_blocks;

	(void)state;
	make_random_samples(5);
	mms_random_order(&seed, order, MANY);
	for (size_t i = 0; i < MANY; i++)
		random_samples[i] = random_samples[i - i % 10] + i % 10;
	for (size_t i = 0; i < MANY; i++)
		shuffled[i] = random_samples[order[i]];
	in_rows = mms_bootstrap_median(&series, many_scratch);
	long_blocks = mms_bootstrap_block(&series, many_scratch);
	series.samples = shuffled;
	mixed = mms_bootstrap_median(&series, many_scratch);
	short_blocks = mms_bootstrap_block(&series, many_scratch);
	assert_true(long_blocks > 1.5 * short_blocks);
	assert_true(in_rows.high - in_rows.low > 1.5 * (mixed.high - mixed.low));
}

static void unpaired_ratios_are_those_of_medians(void **state)
{
	static const uint64_t samples[] = {20, 40, 30}, base[] = {10, 11, 9, 10};
	double scratch[4];
	struct mms_ratio ratio = mms_unpaired_ratio(samples, 3, base, 4, scratch);

	(void)state;
	assert_near(ratio.median, 3);
	assert_near(ratio.low, 20 / 11.0);
	assert_near(ratio.high, 40 / 9.0);
}

static void outliers_are_counted_and_kept(void **state)
{
	static const uint64_t values[] = {100, 101, 99, 102, 98, 100, 500};
	struct mms_summary summary = summary_of(values, COUNT(values));

	(void)state;
	assert_near(summary.q1, 99.5);
	assert_near(summary.q3, 101.5);
	assert_near(summary.mad, 1);
	assert_int_equal(summary.outliers, 1);
	assert_near(summary.max, 500);
	assert_near(summary.mean, 1100 / 7.0);
}

static struct mms_shape shape_of(size_t count)
{
	struct mms_samples samples = {.count = count, .ns = random_samples};

	mms_summarize(&samples, many_scratch);
	return samples.summary.shape;
}

static void drift_is_found(void **state)
{
	struct mms_shape shape;

	(void)state;
	make_random_samples(6);
	shape = shape_of(MANY);
	assert_true(shape.drift_known);
	assert_false(shape.drifts);
	for (size_t i = 0; i < MANY; i++)
		random_samples[i] += 500 * i;
	shape = shape_of(MANY);
	assert_true(shape.drifts);
	assert_true(shape.drift > 0.1 && shape.drift < 0.2);
}

static void two_heaps_are_found(void **state)
{
	struct mms_shape shape;

	(void)state;
	make_random_samples(7);
	shape = shape_of(MANY);
	assert_true(shape.modes_known);
	assert_false(shape.bimodal);
	for (size_t i = 0; i < MANY; i += 4)
		random_samples[i] += 500000;
	shape = shape_of(MANY);
	assert_true(shape.bimodal);
	assert_near(shape.slower_share, 0.25);
	assert_true(shape.heap_medians[0] < 1100000 && shape.heap_medians[1] > 1500000);
}

static void few_samples_show_neither(void **state)
{
	struct mms_shape shape;

	(void)state;
	make_random_samples(8);
	shape = shape_of(MMS_SHAPE_FEWEST - 1);
	assert_false(shape.drift_known || shape.drifts);
	assert_false(shape.modes_known || shape.bimodal);
}

/* Half of the values at each of two places is the worst there is. */
static void dips_reach_from_a_step_to_a_quarter(void **state)
{
	static const double equal[] = {3, 3, 3, 3}, two[] = {1, 1, 1, 1, 2, 2, 2, 2},
			    even[] = {1, 2, 3, 4, 5};
	size_t knots[16];

	(void)state;
	assert_near(mms_dip(equal, 4, knots), 1 / 8.0);
	assert_near(mms_dip(two, 8, knots), 1 / 4.0);
	assert_near(mms_dip(even, 5, knots), 1 / 10.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_odd_number_of_values),
		cmocka_unit_test(an_even_number_of_values),
		cmocka_unit_test(a_single_value_is_all_of_them),
		cmocka_unit_test(quantiles_reach_both_ends),
		cmocka_unit_test(ratios_are_taken_round_by_round),
		cmocka_unit_test(differences_are_taken_round_by_round),
		cmocka_unit_test(the_interval_of_few_pairs_is_all_that_was_seen),
		cmocka_unit_test(a_result_has_one_interval),
		cmocka_unit_test(rounds_that_follow_each_other_are_no_independent_ones),
		cmocka_unit_test(unpaired_ratios_are_those_of_medians),
		cmocka_unit_test(outliers_are_counted_and_kept),
		cmocka_unit_test(drift_is_found),
		cmocka_unit_test(two_heaps_are_found),
		cmocka_unit_test(few_samples_show_neither),
		cmocka_unit_test(dips_reach_from_a_step_to_a_quarter),
	};

	return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
