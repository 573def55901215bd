// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "bootstrap.h"

#include <math.h>
#include <stdbool.h>

#include "random.h"
#include "statistics.h"

#define DRAWS       2000
#define FEWEST      200               /* where samples are so many that draws take long … */
#define MANY_VALUES ((size_t)1 << 25) /* … which is with more values than that in all draws */
#define LONGEST_LAG 512

static double value_at(const struct mms_series *series, size_t index)
{
	double value = (double)series->samples[index];

	return series->base ? value / (double)series->base[index] : value;
}

/* Bring the value of rank @rank to its place, none above it before it (Hoare's "Find", 1961). */
static double select_rank(double *values, size_t count, size_t rank)
{
	ptrdiff_t low = 0, high = (ptrdiff_t)count - 1, wanted = (ptrdiff_t)rank;

	while (low < high) {
		double pivot = values[wanted];
		ptrdiff_t i = low, j = high;

		while (i <= j) {
			double left;

			while (values[i] < pivot)
				i++;
			while (values[j] > pivot)
				j--;
			if (i > j)
				break;
			left = values[i];
			values[i++] = values[j];
			values[j--] = left;
		}
		if (j < wanted)
			low = i;
		if (wanted < i)
			high = j;
	}
	return values[rank];
}

double mms_median(double *values, size_t count)
{
	double upper = select_rank(values, count, count / 2), lower = values[0];

	if (count % 2)
		return upper;
	for (size_t i = 1; i < count / 2; i++)
		if (values[i] > lower)
			lower = values[i];
	return (lower + upper) / 2;
}

/* Replace values by the side of the median that they are on: -1, 0 or 1. */
static void take_sides(const struct mms_series *series, double *sides)
{
	double median;

	for (size_t i = 0; i < series->count; i++)
		sides[i] = value_at(series, i);
	median = mms_median(sides, series->count);
	for (size_t i = 0; i < series->count; i++) {
		double value = value_at(series, i);

		sides[i] = (value > median) - (value < median);
	}
}

static double autocovariance(const double *values, size_t count, size_t lag)
{
	double sum = 0;

	for (size_t i = lag; i < count; i++)
		sum += values[i] * values[i - lag];
	return sum / (double)count;
}

/*
 * How many lags matter: the first one after which as many in a row as Politis and White suggest
 * don't differ from none.
 */
static size_t last_lag(const double *covariances, size_t lags, size_t count)
{
	double n = (double)count, limit = 2 * sqrt(log10(n) / n) * covariances[0];
	size_t in_a_row = 0, wanted = (size_t)fmax(5, sqrt(log10(n))), last = 0;

	for (size_t lag = 1; lag <= lags && in_a_row < wanted; lag++) {
		if (fabs(covariances[lag]) < limit) {
			in_a_row++;
		} else {
			in_a_row = 0;
			last = lag;
		}
	}
	return last;
}

double mms_bootstrap_block(const struct mms_series *series, double *scratch)
{
	double covariances[LONGEST_LAG + 1], n = (double)series->count;
	double shortest = cbrt(n), longest = fmin(3 * sqrt(n), n / 3);
	size_t lags = (size_t)ceil(sqrt(n)) + 5, reach;
	double spectrum, slope = 0, length;

	if (series->count < 9)
		return 1;
	lags = lags < LONGEST_LAG ? lags : LONGEST_LAG;
	lags = lags < series->count ? lags : series->count - 1;
	take_sides(series, scratch);
	for (size_t lag = 0; lag <= lags; lag++)
		covariances[lag] = autocovariance(scratch, series->count, lag);
	reach = 2 * last_lag(covariances, lags, series->count);
	reach = reach < lags ? reach : lags;
	spectrum = covariances[0];
	for (size_t lag = 1; lag <= reach; lag++) {
		double share = (double)lag / (double)reach;
		double weight = share <= 0.5 ? 1 : 2 * (1 - share);

		spectrum += 2 * weight * covariances[lag];
		slope += 2 * weight * (double)lag * covariances[lag];
	}
	if (spectrum <= 0)
		return fmin(shortest, longest);
	length = cbrt(slope * slope / (spectrum * spectrum) * n);
	return fmin(fmax(length, shortest), longest);
}

/* A series drawn anew. */
struct drawing {
	const struct mms_series *series;
	uint64_t go_on; /* of 2^32, how often the sample after the last one follows it */
	double blocks;  /* how many there are */
	double *drawn;
};

static void begin_drawing(struct drawing *drawing, const struct mms_series *series, double *scratch)
{
	double block = mms_bootstrap_block(series, scratch);

	*drawing = (struct drawing){
		.series = series,
		.go_on = (uint64_t)((1 - 1 / block) * 4294967296.0),
		.blocks = (double)series->count / block,
		.drawn = scratch,
	};
}

static double draw_median(const struct drawing *drawing, uint64_t *random)
{
	size_t count = drawing->series->count, at = mms_random_below(random, count);

	for (size_t i = 0; i < count; i++) {
		drawing->drawn[i] = value_at(drawing->series, at);
		if (mms_random(random) >> 32 < drawing->go_on)
			at = at + 1 < count ? at + 1 : 0;
		else
			at = mms_random_below(random, count);
	}
	return mms_median(drawing->drawn, count);
}

static double normal_below(double value)
{
	return erfc(-value * M_SQRT1_2) / 2;
}

/*
 * The share of medians that is left out at each end. The quantile of Student's t is expanded by its
 * degrees of freedom (Abramowitz and Stegun, 26.7.5), which is good to 1 % from two on.
 */
static double share_outside(double blocks)
{
	const double z = 1.959963984540054, free = blocks - 1;
	const double z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z, z9 = z7 * z * z;
	double t;

	if (free < 1)
		return 0;
	t = z + (z3 + z) / 4 / free + (5 * z5 + 16 * z3 + 3 * z) / 96 / pow(free, 2) +
	    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384 / pow(free, 3) +
	    (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / 92160 / pow(free, 4);
	return normal_below(-t * sqrt(blocks / free));
}

static size_t nr_draws(size_t count)
{
	size_t affordable = MANY_VALUES / count;

	if (affordable > DRAWS)
		return DRAWS;
	return affordable < FEWEST ? FEWEST : affordable;
}

static struct mms_interval interval_of(double *medians, size_t count, double outside)
{
	mms_sort(medians, count);
	return (struct mms_interval){
		.low = mms_quantile(medians, count, outside),
		.high = mms_quantile(medians, count, 1 - outside),
	};
}

struct mms_interval mms_bootstrap_median(const struct mms_series *series, double *scratch)
{
	size_t draws = nr_draws(series->count);
	double medians[DRAWS];
	struct drawing drawing;
	uint64_t random = 1;

	begin_drawing(&drawing, series, scratch);
	for (size_t i = 0; i < draws; i++)
		medians[i] = draw_median(&drawing, &random);
	return interval_of(medians, draws, share_outside(drawing.blocks));
}

struct mms_interval mms_bootstrap_ratio(const struct mms_series *series,
                                        const struct mms_series *base, double *scratch)
{
	size_t draws = nr_draws(series->count > base->count ? series->count : base->count);
	struct drawing drawing, base_drawing;
	double ratios[DRAWS], fewest;
	uint64_t random = 1;

	begin_drawing(&drawing, series, scratch);
	begin_drawing(&base_drawing, base, scratch);
	for (size_t i = 0; i < draws; i++) {
		ratios[i] = draw_median(&drawing, &random);
		ratios[i] /= draw_median(&base_drawing, &random);
	}
	fewest = fmin(drawing.blocks, base_drawing.blocks);
	return interval_of(ratios, draws, share_outside(fewest));
}
