// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Statistics against values worked out by hand. */
#include "statistics.h"
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

/*
 * The interval's ends are order statistics whose ranks the binomial distribution gives. For 30
 * values it is the 10th and the 21st, in every table of the sign test; below six it has to be all.
 * For many it nears half their number less and more the square root of it.
 */
static void intervals_go_by_ranks(void **state)
{
	static const struct {
		size_t count;
		double low, high; /* ranks, from 1 */
	} cases[] = {{1, 1, 1},    {5, 1, 5},     {6, 1, 6},        {9, 2, 8},        {10, 2, 9},
	             {30, 10, 21}, {100, 40, 61}, {1000, 469, 532}, {2000, 956, 1045}};
	static uint64_t samples[2000], base[2000];
	static double scratch[2000];

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		samples[i] = i + 1;
		base[i] = 1;
	}
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mms_ratio ratio = mms_paired_ratio(samples, base, cases[i].count, scratch);

		assert_near(ratio.low, cases[i].low);
		assert_near(ratio.high, cases[i].high);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_odd_number_of_values),
		cmocka_unit_test(an_even_number_of_values),
		cmocka_unit_test(a_single_value_is_all_of_them),
		cmocka_unit_test(quantiles_reach_both_ends),
		cmocka_unit_test(ratios_are_taken_round_by_round),
		cmocka_unit_test(intervals_go_by_ranks),
	};

	return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
