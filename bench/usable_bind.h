/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A single bind of the experiment, timed. For the experiment itself. */
#ifndef BENCH_USABLE_BIND_H
#define BENCH_USABLE_BIND_H

#include "faults.h"
#include "usable.h"

/* What is bound, and with what. */
struct mms_usable_bench {
	const struct mms_usable_config *config;
	struct mms_memmap *map;
	struct mms_crews crews;
	size_t flush_bytes; /* before each bind */
};

/* What came of a bind. */
struct mms_usable_outcome {
	uint64_t altmap_ns; /* of this; known of binds that wait */
	uint64_t returns_ns, done_ns;
	uint64_t nr_chunks;
	int init_error;         /* of the initializer, or of a fault that waited for it */
	struct mms_fault fault; /* the first; valid if there was no error */
	bool fault_checked;     /* fault_report says what the first wrong fault found */
	struct mms_report fault_report;
};

/*
 * Bind as @row says, with one fault at @fault_pfn, whose page is dirtied with @dirty_seed before.
 * @return 0, whatever initializing returned; or what kept it from being begun
 */
int mms_usable_bind(const struct mms_usable_bench *bench, const struct mms_usable_row *row,
                    uint64_t fault_pfn, uint64_t dirty_seed, struct mms_usable_outcome *outcome);

/*
 * Bind in the background, with faults from @faults one after the other until all is done. They are
 * added to row->stream, whose curve is drawn anew.
 */
int mms_usable_bind_stream(const struct mms_usable_bench *bench, struct mms_usable_row *row,
                           struct mms_fault_stream *faults, struct mms_usable_outcome *outcome);

#endif
