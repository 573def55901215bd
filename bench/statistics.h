/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What is told of many measurements of the same thing. docs/statistics.md says why it is this. */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

#include "shape.h"

/* A value further than this many scaled MADs from the median is counted as an outlier. */
#define MMS_OUTLIER_MADS 3.5

struct mms_summary {
	double min, q1, median, q3, p95, p99, max;
	double median_low, median_high;  /* 95 % interval, see bootstrap.h */
	double mean, standard_deviation; /* of the sample: by count - 1; 0 for a single value */
	double mad;                      /* median absolute deviation from the median, unscaled */
	size_t outliers;                 /* which are in all other figures */
	struct mms_shape shape;
};

/* Measurements in the order in which they were taken. */
struct mms_samples {
	size_t count;
	uint64_t *ns;
	struct mms_summary summary; /* valid if count > 0 */
};

/* Take room for @room samples from *@storage, which moves behind it. */
static inline void mms_samples_take_room(struct mms_samples *samples, uint64_t **storage,
                                         size_t room)
{
	samples->ns = *storage;
	*storage += room;
}

/* Add a sample, for which there must be room. */
static inline void mms_samples_add(struct mms_samples *samples, uint64_t ns)
{
	samples->ns[samples->count++] = ns;
}

/*
 * The value below which the share @q (0 to 1) of @count > 0 @sorted values lies: at position
 * q * (count - 1), counted from 0, interpolated linearly between the values on both sides of it
 * (Hyndman and Fan's definition 7). The median is the quantile 0.5.
 */
double mms_quantile(const double *sorted, size_t count, double q);

/* Sort @count values, the smallest first. */
void mms_sort(double *values, size_t count);

/* Fill in @samples' summary, if there are any. @scratch has room for its count. */
void mms_summarize(struct mms_samples *samples, double *scratch);

/* A ratio: its median, and a 95 % interval for that, see bootstrap.h. */
struct mms_ratio {
	double median; /* 0: there is none */
	double low, high;
};

/*
 * Of samples[i] / base[i]. Both have @count > 0 values, taken pair by pair in the same rounds: what
 * disturbs a round then weighs on both and cancels out. @scratch has room for @count.
 */
struct mms_ratio mms_paired_ratio(const uint64_t *samples, const uint64_t *base, size_t count,
                                  double *scratch);

/*
 * Of the median of @samples to that of @base, which were taken in different runs: what differed
 * between the two is in it, and not in its interval. @scratch has room for the larger count.
 */
struct mms_ratio mms_unpaired_ratio(const uint64_t *samples, size_t nr_samples,
                                    const uint64_t *base, size_t nr_base, double *scratch);

/* The median of samples[i] - base[i], paired as above. */
double mms_paired_difference(const uint64_t *samples, const uint64_t *base, size_t count,
                             double *scratch);

#endif
