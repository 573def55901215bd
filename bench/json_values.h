/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Values as all results have them in JSON. Each returns a new reference; what there is none of is
 * null. */
#ifndef BENCH_JSON_VALUES_H
#define BENCH_JSON_VALUES_H

#include <jansson.h>

#include <memmapsim/verify.h>

#include "core.h"
#include "latency.h"
#include "statistics.h"

/* NULL is null. */
json_t *mms_json_text(const char *string);
json_t *mms_json_number(uint64_t value);

/* What is no positive number is null. */
json_t *mms_json_positive(double value);

/*
 * samples_ns[] in the order of time, min_ns, q1_ns, median_ns, q3_ns, p95_ns, p99_ns, max_ns,
 * mean_ns, mad_ns, outliers, standard_deviation_ns, median_interval_ns[low, high], drift{found,
 * change (share of the median), z}, modes{found, dip, slower_share, medians_ns[]}; see statistics.h
 * and shape.h.
 */
json_t *mms_json_summary(const struct mms_samples *samples);

/*
 * count, sum_ns, p50_ns, p99_ns, p999_ns, max_ns; below_ns[]: classes, as [end, count], of times
 * that are not in a class before.
 */
json_t *mms_json_latency(const struct mms_latency *latency);

/* adds_per_cycle_best, adds_per_cycle_median; shared: see core.h. Null each without probes. */
json_t *mms_json_core(const struct mms_core_summary *core);

/* Add to @json what was wrong with the first page: first_pfn, expected, found; or null each. */
void mms_json_add_mismatch(json_t *json, const struct mms_report *report);

/* Median, and [low, high]. */
json_t *mms_json_ratio(const struct mms_ratio *ratio);
json_t *mms_json_interval(const struct mms_ratio *ratio);

#endif
