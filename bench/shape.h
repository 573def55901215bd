/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Whether a median says what samples are like. It doesn't if they have two heaps, between which it
 * lies anywhere, or if they change as time goes on.
 */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fewer samples show neither. */
#define MMS_SHAPE_FEWEST 10

struct mms_shape {
	/*
	 * Drift: the run is cut into up to 32 windows; of their medians Kendall's rank correlation
	 * with time (Mann, "Nonparametric tests against trend", 1945) is @drift_z standard
	 * deviations from none, and Theil and Sen's slope amounts to @drift of the median from the
	 * first to the last. It drifts if that is 2 % at least, and chance would do so in one of
	 * 1000 runs.
	 */
	bool drift_known, drifts;
	double drift_z, drift;

	/*
	 * Modes: how far the samples are from any distribution with a single heap (Hartigan and
	 * Hartigan, "The dip test of unimodality", 1985), times the square root of their number.
	 * There are two if chance would do so in one of 1000 runs, even with the broadest heap
	 * there is, each of the two has a tenth of the samples, and their medians are 2 % apart.
	 * The heaps are those that leave the least variance within them.
	 */
	bool modes_known, bimodal;
	double dip;
	double slower_share;    /* of the samples that are in the slower heap */
	double heap_medians[2]; /* in ns */
};

/* @samples in the order of time. @scratch has room for @count. */
void mms_shape_find_drift(const uint64_t *samples, size_t count, double *scratch,
                          struct mms_shape *shape);

/* @sorted samples. What needs memory that isn't there is not known. */
void mms_shape_find_modes(const double *sorted, size_t count, struct mms_shape *shape);

#endif
