/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef BENCH_DIP_H
#define BENCH_DIP_H

#include <stddef.h>

/*
 * Of 1000 samples of the uniform distribution, which dips the most among those with a single heap,
 * one has a larger dip times the square root of its number of values.
 */
#define MMS_RARE_DIP 0.7

/*
 * The dip (Hartigan and Hartigan, "The dip test of unimodality", 1985) of @count > 0 @sorted
 * values: the largest difference between their distribution and the nearest one with a single heap.
 * 0.25 at most, where there are two heaps and nothing else. @knots has room for 2 * @count.
 */
double mms_dip(const double *sorted, size_t count, size_t *knots);

#endif
