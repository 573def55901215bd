// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "statistics.h"

#include <math.h>
#include <stdlib.h>

#include "bootstrap.h"

/* What makes the MAD of normally distributed values their standard deviation. */
#define MAD_SCALE 1.4826

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void mms_sort(double *values, size_t count)
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

static double standard_deviation(const double *values, size_t count, double mean)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (values[i] - mean) * (values[i] - mean);
	return count > 1 ? sqrt(sum / (double)(count - 1)) : 0;
}

/* @values become how far each is from the median. */
static void add_deviations(struct mms_summary *summary, double *values, size_t count)
{
	double limit;

	for (size_t i = 0; i < count; i++)
		values[i] = fabs(values[i] - summary->median);
	mms_sort(values, count);
	summary->mad = mms_quantile(values, count, 0.5);
	limit = MMS_OUTLIER_MADS * MAD_SCALE * summary->mad;
	for (size_t i = count; i && values[i - 1] > limit; i--)
		summary->outliers++;
}

void mms_summarize(struct mms_samples *samples, double *scratch)
{
	const struct mms_series series = {.samples = samples->ns, .count = samples->count};
	struct mms_summary *summary = &samples->summary;
	struct mms_interval interval;
	size_t count = samples->count;
	double sum = 0;

	if (!count)
		return;
	interval = mms_bootstrap_median(&series, scratch);
	*summary = (struct mms_summary){.median_low = interval.low, .median_high = interval.high};
	mms_shape_find_drift(samples->ns, count, scratch, &summary->shape);
	for (size_t i = 0; i < count; i++) {
		scratch[i] = (double)samples->ns[i];
		sum += scratch[i];
	}
	mms_sort(scratch, count);
	summary->min = scratch[0];
	summary->q1 = mms_quantile(scratch, count, 0.25);
	summary->median = mms_quantile(scratch, count, 0.5);
	summary->q3 = mms_quantile(scratch, count, 0.75);
	summary->p95 = mms_quantile(scratch, count, 0.95);
	summary->p99 = mms_quantile(scratch, count, 0.99);
	summary->max = scratch[count - 1];
	summary->mean = sum / (double)count;
	summary->standard_deviation = standard_deviation(scratch, count, summary->mean);
	mms_shape_find_modes(scratch, count, &summary->shape);
	add_deviations(summary, scratch, count);
}

struct mms_ratio mms_paired_ratio(const uint64_t *samples, const uint64_t *base, size_t count,
                                  double *scratch)
{
	const struct mms_series series = {.samples = samples, .base = base, .count = count};
	struct mms_interval interval = mms_bootstrap_median(&series, scratch);

	for (size_t i = 0; i < count; i++)
		scratch[i] = (double)samples[i] / (double)base[i];
	return (struct mms_ratio){
		.median = mms_median(scratch, count),
		.low = interval.low,
		.high = interval.high,
	};
}

static double median_of(const uint64_t *samples, size_t count, double *scratch)
{
	for (size_t i = 0; i < count; i++)
		scratch[i] = (double)samples[i];
	return mms_median(scratch, count);
}

struct mms_ratio mms_unpaired_ratio(const uint64_t *samples, size_t nr_samples,
                                    const uint64_t *base, size_t nr_base, double *scratch)
{
	const struct mms_series series = {.samples = samples, .count = nr_samples};
	const struct mms_series base_series = {.samples = base, .count = nr_base};
	struct mms_interval interval = mms_bootstrap_ratio(&series, &base_series, scratch);
	double median = median_of(samples, nr_samples, scratch);

	return (struct mms_ratio){
		.median = median / median_of(base, nr_base, scratch),
		.low = interval.low,
		.high = interval.high,
	};
}

double mms_paired_difference(const uint64_t *samples, const uint64_t *base, size_t count,
                             double *scratch)
{
	for (size_t i = 0; i < count; i++)
		scratch[i] = (double)samples[i] - (double)base[i];
	mms_sort(scratch, count);
	return mms_quantile(scratch, count, 0.5);
}
