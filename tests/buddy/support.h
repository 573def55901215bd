/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Random zones on real memory, and holding what becomes of them against the oracle. */
#ifndef TESTS_BUDDY_SUPPORT_H
#define TESTS_BUDDY_SUPPORT_H

#include <memmapsim/memmapsim.h>

#include "random_zone.h"

struct zone_bench {
	struct random_source random;
	struct random_zone made;
	struct mms_memmap *map;
	struct mms_buddy *buddy;
};

/* A random zone, its memory and free lists. @kernel: NULL for any */
void bench_init(struct zone_bench *bench, uint64_t seed, const struct mms_kernel *kernel);
/* The same for a zone of node 0 with this memory, less what is reserved; booted. */
void bench_init_memory(struct zone_bench *bench, const struct mms_kernel *kernel,
                       const struct mms_memblock *memblock);

void bench_finish(struct zone_bench *bench);

/* Dirty all memory and bring it to where boot leaves it, with nothing free yet. */
void bench_boot(struct zone_bench *bench);

/* The job of range @index of the zone; false past the last. */
bool bench_job(const struct zone_bench *bench, unsigned int index, struct mms_job *job);

/* Fail unless all is as the oracle declares it, before and after freeing. @who did it */
void bench_check_initialized(const struct zone_bench *bench, const char *who);
void bench_check_freed(const struct zone_bench *bench, const char *who);

/* Whether this CPU runs @initializer, and it is for normal memory. */
bool runs_here(const struct mms_initializer *initializer);

#endif
