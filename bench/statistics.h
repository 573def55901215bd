/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What is told of many measurements of the same thing. */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

struct mms_summary {
	double min, median, mean, p95, p99, max;
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

/* Fill in @samples' summary, if there are any. @scratch has room for its count. */
void mms_summarize(struct mms_samples *samples, double *scratch);

/*
 * A ratio of paired samples: its median, and the interval that holds the true median in at least 95
 * of 100 experiments. It goes by ranks (of the sign test), so it assumes nothing of how times are
 * distributed; below six pairs it is all that was seen.
 */
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

#endif
