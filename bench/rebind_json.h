/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The result of the rebind experiment as JSON. */
#ifndef BENCH_REBIND_JSON_H
#define BENCH_REBIND_JSON_H

#include <jansson.h>

#include "rebind.h"

/*
 * All that went into the experiment and all that came out of it, with every single measurement.
 *What all results have is said in result_json.h; of this experiment's own are:
 *
 *	config:         first_binds, rebinds, precision, cold, crew (see crew_json.h)
 *	machine_first_touch_ns
 *	phases:         mapping, altmap_first_bind, altmap_rebind, teardown, verify, plain_read,
 *	                each a summary
 *	results[]:      name, ran, verified, failure{stage, turn, sentence, first_pfn, expected,
 *	                found}, first_bind and rebind, each a summary, ns_per_page, gb_per_s,
 *	                bytes_written, ratio_to_naive, published_ratio, published{base, series,
 *	                base_mean_ms, patched_mean_ms}
 *	fills[]:        name, description, and what is measured; fill_limit
 *	steps[]:        step, initializer, base, ratio, ratio_interval, published_ratio
 *	threads[]:      for each number of threads: threads, chunks, schedule (a summary),
 *	                dispatch (a summary, of an initializer that does nothing),
 *	                dispatch_ns_per_chunk, results[], fills[], both with what is measured, and
 *	                speed_up, efficiency, ratio_to_direct with their intervals; fill_limit
 *
 * A summary: see mms_json_summary() in json_values.h.
 *
 * The reference to @environment is taken over. @return a new reference; NULL: out of memory
 */
json_t *mms_rebind_json(const struct mms_rebind_config *config,
                        const struct mms_rebind_result *result, json_t *environment);

#endif
