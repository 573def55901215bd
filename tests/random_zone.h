/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Random zones of normal memory that can be had again, from the seeds of random_geometry.h. */
#ifndef TESTS_RANDOM_ZONE_H
#define TESTS_RANDOM_ZONE_H

#include <memmapsim/zone.h>

#include "random_geometry.h"

#define RANDOM_ZONE_RANGES 64

/* A zone, what it was made of, and its geometry. */
struct random_zone {
	struct mms_pfn_range memory[RANDOM_ZONE_RANGES], reserved[RANDOM_ZONE_RANGES];
	struct mms_memblock memblock;
	struct mms_zone *zone;
	struct mms_geometry geometry;
	char text[256]; /* that says enough of it for people */
};

/*
 * A zone of @kernel (NULL: of any) with holes of all sizes, ends that no block is aligned to, and
 * reserved pages in it; of at most 640 MiB of memory, so that its struct pages take 10 MiB.
 */
void random_zone_init(struct random_source *random, const struct mms_kernel *kernel,
                      struct random_zone *made);

void random_zone_finish(struct random_zone *made);

/* Fail the test with the line that repeats the round, the zone and a sentence. */
__attribute__((format(printf, 3, 4), noreturn)) void
random_zone_fail(const struct random_source *random, const struct random_zone *made,
                 const char *format, ...);

#endif
