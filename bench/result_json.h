/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The frame that the results of all experiments have in JSON, so that one reader reads them all.
 * docs/memmapsim-result.schema.json says the same to programs, and tests hold results against it.
 */
#ifndef BENCH_RESULT_JSON_H
#define BENCH_RESULT_JSON_H

#include <jansson.h>

#include <memmapsim/memmap.h>

#include "usage.h"
#include "verified_rounds.h"

/* Of all JSON that is written; result_read.h reads older ones. */
#define MMS_SCHEMA_VERSION 3

/* What every experiment has. */
struct mms_result_frame {
	const char *experiment;
	const struct mms_kernel *kernel;
	const struct mms_geometry *geometries; /* all that its results are about */
	size_t nr_geometries;                  /* 0 for memory that is no device's */
	const struct mms_memmap_options *asked;
	const struct mms_memmap_info *backing; /* of all memmaps together */
	uint64_t least_huge_bytes; /* that any of its mappings had; backing->huge_bytes if all are
	                              the same */
	uint64_t seed;
	unsigned int gates; /* enum mms_gate, or'ed */
	const struct mms_verified_rounds *verified;
	const struct mms_usage *usage;
	bool ok; /* all that was compared with the oracle is right */
};

/*
 *	schema_version: MMS_SCHEMA_VERSION
 *	experiment
 *	environment:     @environment
 *	kernel:          see geometry_json.h
 *	geometries[]:    see geometry_json.h
 *	backing:         asked, file, obtained, needed_bytes, resident_bytes, huge_bytes,
 *	                 least_huge_bytes, kernel_page_size_bytes
 *	config:          seed, trace_page_ref, sanitize_kernel, and all of @config
 *	verified_rounds[]: from 1
 *	run:             wall_ns, user_ns, system_ns, steal_ns, minor_faults, major_faults,
 *	                 voluntary_switches, involuntary_switches
 *	ok
 *	warnings[]:      what medians don't tell of the results, see result_warnings.h
 *	results[]:       @results; each has at least name, ran, verified, failure (see failure.h)
 *	…                and all members of @own, which are the experiment's
 *
 * References to JSON are taken over. Every key is always there; what there is none of is null.
 * @return a new reference; NULL: out of memory
 */
json_t *mms_result_json(const struct mms_result_frame *frame, json_t *environment, json_t *config,
                        json_t *results, json_t *own);

/*
 * Several results of one experiment, in one: schema_version, experiment, environment, ok, runs[],
 * each a whole result. References are taken over. @return a new reference; NULL: out of memory
 */
json_t *mms_result_runs_json(const char *experiment, json_t *environment, json_t *runs);

#endif
