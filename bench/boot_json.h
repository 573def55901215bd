/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The result of the boot experiment as JSON. */
#ifndef BENCH_BOOT_JSON_H
#define BENCH_BOOT_JSON_H

#include <jansson.h>

#include "boot.h"

/*
 * All that went into the experiment and all that came out of it. What all results have is said in
 * result_json.h; of this experiment's own are:
 *
 *	config:         namespaces, boots, precision, policies[], async, crew (see crew_json.h)
 *	published:      what was said of the 2018 series: sockets, before_s, after_s
 *	results[]:      name, ran, by ("direct", "pool", "background"), threads, policy, verified,
 *	                failure{stage, turn, sentence, first_pfn, expected, found}; bound, usable
 *	                and done, each a summary, and for each its ratio to "direct" and that one's
 *	                interval, as bound_ratio_to_direct, bound_ratio_to_direct_interval, …;
 *	                longest_first_fault, a summary; first_faults_ns of each boot's namespaces; first_faults_helped, first_faults_waited
 *
 * The reference to @environment is taken over.
 * @return a new reference; NULL: out of memory
 */
json_t *mms_boot_json(const struct mms_boot_config *config, const struct mms_boot_result *result,
                      json_t *environment);

#endif
