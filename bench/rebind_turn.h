/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What happens when it is a row's turn, in each stage of the experiment; for the experiment itself.
 */
#ifndef BENCH_REBIND_TURN_H
#define BENCH_REBIND_TURN_H

#include "rebind.h"

/* Steps of all experiments that are run together. */
struct mms_rebind_steps {
	uint64_t done, total;
};

/* An experiment under way. */
struct mms_rebind_bench {
	const struct mms_rebind_config *config;
	struct mms_rebind_steps *steps;
	struct mms_rebind_result *result;
	struct mms_memmap_options memmap; /* once known, the same for all mappings */
	struct mms_memmap *map;           /* in use; or NULL */
	struct mms_crews crews;
	size_t flush_bytes;
	uint64_t random;     /* state: all randomness comes from here */
	uint64_t dirty_seed; /* of this turn */
	size_t turns;        /* in a round, and their order in this one */
	size_t *order;
};

/* Tell the config's listener that @name's @stage is next. */
void mms_rebind_report_progress(const struct mms_rebind_bench *bench, enum mms_rebind_stage stage,
                                const char *name);

/* Map the memmap. @ns: how long that took. @return 0, or what mms_memmap_create() returned */
int mms_rebind_create_map(struct mms_rebind_bench *bench, uint64_t *ns);

/* Unmap it, if there is one. @return how long that took, in ns */
uint64_t mms_rebind_destroy_map(struct mms_rebind_bench *bench);

/* Put into the result what the memmap got of memory. */
int mms_rebind_read_back(struct mms_rebind_bench *bench);

/*
 * Let all that have a part in @stage and didn't fail take their turn, always in another order. Each
 * adds what it measures to the result.
 * @return 0, also if one failed now; or why the experiment can't go on
 */
int mms_rebind_round(struct mms_rebind_bench *bench, enum mms_rebind_stage stage,
                     unsigned int round);

#endif
