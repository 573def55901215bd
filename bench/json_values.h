/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Values as all results have them in JSON. Each returns a new reference; what there is none of is
 * null. */
#ifndef BENCH_JSON_VALUES_H
#define BENCH_JSON_VALUES_H

#include <jansson.h>

#include "statistics.h"

/* NULL is null. */
json_t *mms_json_text(const char *string);
json_t *mms_json_number(uint64_t value);

/* What is no positive number is null. */
json_t *mms_json_positive(double value);

/* samples_ns[] in the order of time, min_ns, median_ns, mean_ns, p95_ns, max_ns. */
json_t *mms_json_summary(const struct mms_samples *samples);

/* Median, and [low, high]. */
json_t *mms_json_ratio(const struct mms_ratio *ratio);
json_t *mms_json_interval(const struct mms_ratio *ratio);

#endif
