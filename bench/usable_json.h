/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The result of the background experiment as JSON. */
#ifndef BENCH_USABLE_JSON_H
#define BENCH_USABLE_JSON_H

#include <jansson.h>

#include "usable.h"

/*
 * All that went into the experiment and all that came out of it. What all results have is said in
 * result_json.h; of this experiment's own are:
 *
 *	config:         binds, precision, streams, policies[], async, faults ("random",
 *	                "sequential"), crew (see crew_json.h)
 *	altmap:         a summary: what of the binds by "direct" and "pool" the altmap's pages took
 *	results[]:      name, ran, by ("direct", "pool", "background"), threads, policy, verified,
 *	                failure{stage, turn, sentence, first_pfn, expected, found}, chunks,
 *	                chunk_ns; returns, first_fault and done, each a summary;
 *	                first_faults_helped, first_faults_waited, done_ratio_to_pool,
 *	                done_ratio_to_pool_interval, stream (in the background): done (a summary),
 *	                ready and waiting (latencies of faults), helped, waited, curve[]{ns, pages,
 *	                faults}
 *
 * Summaries and latencies: see json_values.h. The reference to @environment is taken over.
 * @return a new reference; NULL: out of memory
 */
json_t *mms_usable_json(const struct mms_usable_config *config,
                        const struct mms_usable_result *result, json_t *environment);

#endif
