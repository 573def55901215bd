/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* One turn of a row: normal memory as boot leaves it, initialized and freed, by one thread or many.
 */
#ifndef BENCH_NORMAL_TURN_H
#define BENCH_NORMAL_TURN_H

#include "normal.h"

/* Where turns are taken. */
struct mms_normal_bench {
	const struct mms_normal_config *config;
	struct mms_memmap_options memmap; /* once known, the same for all mappings */
	struct mms_memmap *map;           /* in use, with its free lists; or NULL */
	struct mms_buddy *buddy;
	struct mms_crews crews;
	size_t flush_bytes; /* see mms_footprint_flush() */
};

/* What a turn took, and what came of it. */
struct mms_normal_turn {
	struct mms_deferred_times times; /* not of crews */
	uint64_t total_ns;
	int error; /* that the initializer, or what ran it, returned */
};

/* Map memory. @ns: how long that took */
int mms_normal_map(struct mms_normal_bench *bench, uint64_t *ns);

/* NULL maps are fine. */
void mms_normal_unmap(struct mms_normal_bench *bench);

/* Initialize and free, as @row says, what boot left. @return what kept the row from its turn */
int mms_normal_take_turn(struct mms_normal_bench *bench, const struct mms_normal_row *row,
                         bool flush, struct mms_normal_turn *turn);

/* Initialize only, all at once. @init_error: what the initializer returned */
int mms_normal_init_only(struct mms_normal_bench *bench, const struct mms_normal_row *row,
                         int *init_error);

#endif
