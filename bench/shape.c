// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "shape.h"

#include <math.h>
#include <stdlib.h>

#include "bootstrap.h"
#include "dip.h"

#define WINDOWS      32
#define LEAST_EFFECT 0.02
#define LEAST_SHARE  0.1
#define RARE_Z       3.29 /* two-sided, one of 1000 */

/* The median of each window. @return how many there are */
static size_t window_medians(const uint64_t *samples, size_t count, double *scratch,
                             double medians[WINDOWS])
{
	size_t windows = count < WINDOWS ? count : WINDOWS;

	for (size_t i = 0; i < windows; i++) {
		size_t first = i * count / windows, end = (i + 1) * count / windows;

		for (size_t j = first; j < end; j++)
			scratch[j - first] = (double)samples[j];
		medians[i] = mms_median(scratch, end - first);
	}
	return windows;
}

/* The median slope between any two, from the first to the last value. */
static double whole_rise(const double *values, size_t count)
{
	double slopes[WINDOWS * (WINDOWS - 1) / 2];
	size_t nr = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			slopes[nr++] = (values[j] - values[i]) / (double)(j - i);
	return mms_median(slopes, nr) * (double)(count - 1);
}

/* In standard deviations, one step nearer to none for the normal distribution's sake. */
static double trend(const double *values, size_t count)
{
	double n = (double)count, score = 0, deviation = sqrt(n * (n - 1) * (2 * n + 5) / 18);

	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			score += (values[j] > values[i]) - (values[j] < values[i]);
	return (score - (score > 0) + (score < 0)) / deviation;
}

void mms_shape_find_drift(const uint64_t *samples, size_t count, double *scratch,
                          struct mms_shape *shape)
{
	double medians[WINDOWS];
	size_t windows;

	if (count < MMS_SHAPE_FEWEST)
		return;
	windows = window_medians(samples, count, scratch, medians);
	shape->drift_known = true;
	shape->drift_z = trend(medians, windows);
	shape->drift = whole_rise(medians, windows);
	shape->drift /= mms_median(medians, windows);
	shape->drifts = fabs(shape->drift_z) >= RARE_Z && fabs(shape->drift) >= LEAST_EFFECT;
}

static double middle(const double *sorted, size_t count)
{
	return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/*
 * Where to cut samples in two, so that least variance is left within: where most of it is between
 * the two means.
 */
static size_t best_cut(const double *sorted, size_t count)
{
	double all = 0, below = 0, most = -1;
	size_t best = 1;

	for (size_t i = 0; i < count; i++)
		all += sorted[i];
	for (size_t i = 1; i < count; i++) {
		double nr = (double)i, rest = (double)(count - i), apart, between;

		below += sorted[i - 1];
		apart = below / nr - (all - below) / rest;
		between = nr * rest * apart * apart;
		if (between > most) {
			most = between;
			best = i;
		}
	}
	return best;
}

void mms_shape_find_modes(const double *sorted, size_t count, struct mms_shape *shape)
{
	double *heaps = shape->heap_medians, share;
	size_t *knots, cut;

	if (count < MMS_SHAPE_FEWEST)
		return;
	knots = calloc(2 * count, sizeof(*knots));
	if (!knots)
		return;
	shape->modes_known = true;
	shape->dip = sqrt((double)count) * mms_dip(sorted, count, knots);
	free(knots);
	cut = best_cut(sorted, count);
	heaps[0] = middle(sorted, cut);
	heaps[1] = middle(sorted + cut, count - cut);
	share = shape->slower_share = (double)(count - cut) / (double)count;
	shape->bimodal = shape->dip >= MMS_RARE_DIP && fmin(share, 1 - share) >= LEAST_SHARE &&
	                 heaps[1] - heaps[0] >= LEAST_EFFECT * middle(sorted, count);
}
