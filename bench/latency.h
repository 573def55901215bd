/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How long many short things took, where there are too many to keep each: counts by class, with 16
 * classes between a time and twice that, so that a quantile is known to about 6 %.
 */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include <stddef.h>
#include <stdint.h>

#define MMS_LATENCY_SUB_CLASSES 16
#define MMS_LATENCY_CLASSES     (MMS_LATENCY_SUB_CLASSES * 61)

/* All 0 is an empty one. */
struct mms_latency {
	uint64_t count, sum_ns, max_ns;
	uint64_t classes[MMS_LATENCY_CLASSES];
};

void mms_latency_add(struct mms_latency *latency, uint64_t ns);

/* The first time above those of class @index: exact below 16 ns, 1/16 of itself more above. */
uint64_t mms_latency_end(size_t index);

/*
 * The time that at least the share @q (0 to 1) of all times doesn't exceed: the largest of its
 * class, or of all. 0 if there are none.
 */
uint64_t mms_latency_quantile(const struct mms_latency *latency, double q);

#endif
