/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Random kernels and geometries that can be had again: all of them come from one number, a seed. */
#ifndef BENCH_RANDOM_GEOMETRIES_H
#define BENCH_RANDOM_GEOMETRIES_H

#include <memmapsim/namespace.h>

struct random_source {
	uint64_t seed; /* that it started from */
	uint64_t state;
};

struct random_source random_source(uint64_t seed);

uint64_t random_u64(struct random_source *random);

/* At least 0 and below @limit, which is at least 1. */
uint64_t random_below(struct random_source *random, uint64_t limit);

/* True once in @n times. */
bool random_one_in(struct random_source *random, unsigned int n);

/*
 * A namespace of at most 1.5 GiB, or of 4 GiB if its tails are shared, so that its struct pages
 * never take more than 25 MiB. Every member is in its domain; whether kernels create it is another
 * matter.
 */
struct mms_namespace random_namespace(struct random_source *random);

/* A geometry, and the options of the memmapsim command that ask for it. */
struct random_geometry {
	struct mms_geometry geometry;
	char options[320];
};

/* What random_geometry() may make. */
enum random_kind {
	RANDOM_NAMESPACE, /* all modes, maps, alignments, early sections */
	RANDOM_PGMAP,     /* all memory types, orders, 1 to 3 ranges */
	RANDOM_ANY,
};

/* A geometry of @kernel (NULL: of any) that it accepts. */
void random_geometry(struct random_source *random, enum random_kind kind,
                     const struct mms_kernel *kernel, struct random_geometry *made);

#endif
