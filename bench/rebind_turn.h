/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A row's turn in each stage of the experiment; for the experiment itself. */
#ifndef BENCH_REBIND_TURN_H
#define BENCH_REBIND_TURN_H

#include "rebind.h"

/* An experiment under way. */
struct mms_rebind_bench {
	const struct mms_rebind_config *config;
	struct mms_rebind_result *result;
	struct mms_memmap_options memmap; /* once known, the same for all mappings */
	struct mms_memmap *map;           /* in use; or NULL */
	struct mms_crews crews;
	size_t flush_bytes;
	struct mms_turns turns; /* of rows, in all stages */
};

/*
 * One untimed bind per initializer; binds on a fresh mapping each; and all on one mapping, as
 * map=dev memory survives an unbind.
 */
extern const struct mms_stage mms_rebind_warm_up, mms_rebind_first_bind, mms_rebind_rebind;

/* Map the memmap. @ns: how long that took. @return 0, or what mms_memmap_create() returned */
int mms_rebind_create_map(struct mms_rebind_bench *bench, uint64_t *ns);

/* Unmap it, if there is one. @return how long that took, in ns */
uint64_t mms_rebind_destroy_map(struct mms_rebind_bench *bench);

/* Put into the result what the memmap got of memory. */
int mms_rebind_read_back(struct mms_rebind_bench *bench);

/* For struct mms_turns: canaries that a row broke must not be held against the next one. */
int mms_rebind_repair(void *context, size_t who);

#endif
