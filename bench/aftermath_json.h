/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The result of the aftermath experiment as JSON. */
#ifndef BENCH_AFTERMATH_JSON_H
#define BENCH_AFTERMATH_JSON_H

#include <jansson.h>

#include "aftermath.h"

/*
 * All that went into the experiment and all that came out of it. What all results have is said in
 * result_json.h; of this experiment's own are:
 *
 *	config:         rounds, precision, parts[]
 *	places:         cpu, other_cpu, shares_last_level, l2_bytes, last_level_bytes, caches_known,
 *	                borrowed_compounds, misses_not_counted (why; null: they are)
 *	core:           see json_values.h
 *	results[]:      the first one's name is "none"; init (a summary); steps[]: part, step, unit,
 *	                units, time (a summary), ns_per_unit, ratio_to_none,
 *	                ratio_to_none_interval, back_ns_per_unit, ratio_to_back_to_all and
 *	                ratio_to_back_to_all_interval (the writer's alone), misses{samples[],
 *	                median}, misses_per_unit
 *
 * Summaries: see json_values.h. The reference to @environment is taken over.
 * @return a new reference; NULL: out of memory
 */
json_t *mms_aftermath_json(const struct mms_aftermath_config *config,
                           const struct mms_aftermath_result *result, json_t *environment);

#endif
