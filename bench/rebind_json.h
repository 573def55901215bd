/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The result of the rebind experiment as JSON. */
#ifndef BENCH_REBIND_JSON_H
#define BENCH_REBIND_JSON_H

#include <jansson.h>

#include "rebind.h"

/*
 * All that went into the experiment and all that came out of it, with every single measurement.
 * Every key is always there; what there is none of is null. Times are in nanoseconds.
 *
 *	schema_version: 1
 *	experiment:     "rebind"
 *	environment:    @environment, to which the reference is taken over
 *	kernel:         see geometry_json.h
 *	geometry:       see geometry_json.h; and pages_written, bytes_written (of struct pages,
 *	                by the timed function)
 *	backing:        asked, file, obtained, needed_bytes, resident_bytes, huge_bytes,
 *	                least_huge_bytes (that any of the mappings had), kernel_page_size
 *	config:         seed, first_binds, rebinds, cold, verified_rounds[] (from 1), crew (see
 *	                crew_json.h), trace_page_ref, sanitize_kernel
 *	machine_first_touch_ns
 *	phases:         mapping, altmap_first_bind, altmap_rebind, teardown, each a summary
 *	ok:             whether all initializers were right
 *	results[]:      name, ran, verified, failure{stage, turn, sentence, first_pfn, expected,
 *	                found}, first_bind and rebind, each a summary, ns_per_page, gb_per_s,
 *	                bytes_written, ratio_to_naive, published_ratio, published{base, series,
 *	                base_mean_ms, patched_mean_ms}
 *	threads[]:      for each number of threads: threads, chunks, schedule (a summary),
 *	                dispatch (a summary, of an initializer that does nothing),
 *	                dispatch_ns_per_chunk, results[], fills[], both with what is measured, and
 *	                speed_up, efficiency, ratio_to_direct with their intervals; fill_limit
 *
 * A summary: see mms_json_summary() in json_values.h.
 *
 * @return a new reference; NULL: out of memory
 */
json_t *mms_rebind_json(const struct mms_rebind_config *config,
                        const struct mms_rebind_result *result, json_t *environment);

#endif
