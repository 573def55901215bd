// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <math.h>
#include <stdlib.h>

#include "statistics.h"

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void sort(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
}

double mms_quantile(const double *sorted, size_t count, double q)
{
	double position = q * (double)(count - 1);
	size_t below = (size_t)position;

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + (position - (double)below) * (sorted[below + 1] - sorted[below]);
}

void mms_summarize(struct mms_samples *samples, double *scratch)
{
	double sum = 0;

	if (!samples->count)
		return;
	for (size_t i = 0; i < samples->count; i++) {
		scratch[i] = (double)samples->ns[i];
		sum += scratch[i];
	}
	sort(scratch, samples->count);
	samples->summary = (struct mms_summary){
		.min = scratch[0],
		.median = mms_quantile(scratch, samples->count, 0.5),
		.mean = sum / (double)samples->count,
		.p95 = mms_quantile(scratch, samples->count, 0.95),
		.p99 = mms_quantile(scratch, samples->count, 0.99),
		.max = scratch[samples->count - 1],
	};
}

/* The chance of @successes in @count tosses of a coin. By logarithms: 0.5 ** @count underflows. */
static double coin_chance(size_t count, size_t successes)
{
	double n = (double)count, k = (double)successes;

	return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) - n * M_LN2);
}

/*
 * The rank, counted from 0, of the lower end of a 95 % interval for the median of @count sorted
 * values: as far in as leaves a chance of 2.5 % at most that the median is below it, by the
 * binomial distribution.
 */
static size_t interval_rank(size_t count)
{
	double chance = coin_chance(count, 0); /* that at most @rank values are below the median */
	size_t rank = 0;

	while ((chance += coin_chance(count, rank + 1)) <= 0.025)
		rank++;
	return rank;
}

struct mms_ratio mms_paired_ratio(const uint64_t *samples, const uint64_t *base, size_t count,
                                  double *scratch)
{
	size_t rank = interval_rank(count);

	for (size_t i = 0; i < count; i++)
		scratch[i] = (double)samples[i] / (double)base[i];
	sort(scratch, count);
	return (struct mms_ratio){
		.median = mms_quantile(scratch, count, 0.5),
		.low = scratch[rank],
		.high = scratch[count - 1 - rank],
	};
}
