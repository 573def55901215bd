/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Plain fills of the struct pages that a job initializes, without any struct-page logic: how fast
 * this machine can write these bytes at all. They look like initializers so that an experiment can
 * run them in the same rounds, but what they leave is no memmap: never verify or time one as such.
 *
 * None writes zeros, for which CPUs have shortcuts.
 */
#ifndef BENCH_FILL_H
#define BENCH_FILL_H

#include <memmapsim/init.h>

/* The fills that this CPU runs, in no particular order; NULL past the last. Static storage. */
const struct mms_initializer *mms_fill_at(size_t index);

/* One that writes nothing at all: what is left is the cost of sharing out work. Static storage. */
const struct mms_initializer *mms_fill_nothing(void);

/* How one fill writes @bytes (a multiple of 64) at @to (aligned to 64) and drains. */
typedef void mms_fill_fn(void *to, uint64_t bytes);

mms_fill_fn mms_fill_avx2, mms_fill_avx512;
mms_fill_fn mms_fill_temporal_sse2, mms_fill_temporal_avx2, mms_fill_temporal_avx512;

#endif
