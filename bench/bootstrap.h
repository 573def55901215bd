/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How sure a median is: intervals that hold the true one in 95 of 100 experiments.
 *
 * Rounds that follow each other are alike, since what disturbs one often disturbs the next, so they
 * tell less than as many independent ones would. The stationary bootstrap (Politis and Romano, "The
 * stationary bootstrap", 1994) draws the rounds anew in blocks that follow each other as they did,
 * of random length, and takes the median, 2000 times; the interval is where 95 % of these medians
 * are. Blocks are as long as the samples are found to depend on each other (Politis and White,
 * "Automatic block-length selection for the dependent bootstrap", 2004, as corrected with Patton in
 * 2009), judged by which side of the median each one is on, and never shorter than the cube root of
 * their number. Few samples make medians drawn from them vary less than they should; so the
 * interval reaches further out, by Student's t (Hesterberg, "What teachers should know about the
 * bootstrap", 2015), with as many independent samples as there are blocks.
 *
 * The draws are the same each time: a result has one interval, whoever works it out.
 */
#ifndef BENCH_BOOTSTRAP_H
#define BENCH_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

struct mms_interval {
	double low, high;
};

/* Values in the order of time: samples[i], or samples[i] / base[i]. */
struct mms_series {
	const uint64_t *samples;
	const uint64_t *base; /* may be NULL */
	size_t count;         /* at least 1 */
};

/* For the median of a series. @scratch has room for its count. */
struct mms_interval mms_bootstrap_median(const struct mms_series *series, double *scratch);

/* For the ratio of two series' medians. @scratch has room for the larger count. */
struct mms_interval mms_bootstrap_ratio(const struct mms_series *series,
                                        const struct mms_series *base, double *scratch);

/* The mean length of blocks that a series is drawn in, at least 1. @scratch as above. */
double mms_bootstrap_block(const struct mms_series *series, double *scratch);

/* The median of @count > 0 values, whose order changes. */
double mms_median(double *values, size_t count);

#endif
