/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A bind as mms_memmap_bind() does it, by one thread or a crew, with what is timed taken apart. */
#ifndef BENCH_BIND_H
#define BENCH_BIND_H

#include "crew.h"

/* Who binds, and how. */
struct mms_binder {
	const struct mms_initializer *initializer;
	/*
	 * The initializer is a fill, or does nothing: what it leaves is no memmap, so no pageblocks
	 * get marked either.
	 */
	bool plain;
	unsigned int gates; /* enum mms_gate, or'ed */
	const struct mms_crews *crews;
	const struct mms_crew *crew; /* of these; NULL: the caller does it alone, without a pool */
	size_t flush_bytes;          /* to flush before the init, see mms_footprint_flush(); or 0 */
};

struct mms_bind_result {
	uint64_t altmap_ns;
	uint64_t schedule_ns; /* to deal out the work; 0 without a crew */
	uint64_t init_ns;     /* mms_init_range() for all ranges, or mms_pool_run() */
	uint64_t whole_ns;    /* from resetting pageblocks to the end of the init, flush and all */
	int init_error;       /* what that returned */
	size_t nr_chunks;     /* 0 without a crew */
};

/* @return 0, whatever the init returned; or what kept it from being called */
int mms_bind(struct mms_memmap *map, const struct mms_binder *binder,
             struct mms_bind_result *result);

#endif
