/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef TESTS_BENCH_JSON_KEYS_H
#define TESTS_BENCH_JSON_KEYS_H

#include <jansson.h>

/* The keys that the results of all experiments have. */
#define FRAME                                                                                         \
	"schema_version experiment environment kernel geometries backing config verified_rounds run " \
	"ok left_out warnings results"

/* The keys of a summary. */
#define SUMMARY                                                                                    \
	"samples_ns min_ns q1_ns median_ns q3_ns p95_ns p99_ns max_ns mean_ns mad_ns outliers "    \
	"standard_deviation_ns median_interval_ns drift modes"

/* That @object has the keys of a list like "name ran", and no other. */
void assert_keys(const json_t *object, const char *keys);

/* That a summary has all its keys, and @count samples. */
void assert_summary(const json_t *summary, size_t count);

#endif
