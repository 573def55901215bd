/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Plain reads of the struct pages that a memmap has, with nothing done to what is read: how fast
 * this machine can look at these bytes at all, which is the limit for verifying them.
 */
#ifndef BENCH_READ_H
#define BENCH_READ_H

#include <memmapsim/memmap.h>

/* Read @bytes (a multiple of 64) at @from (aligned to 64). @return all words of it, or'ed */
typedef uint64_t mms_read_fn(const void *from, uint64_t bytes);

mms_read_fn mms_read_sse2, mms_read_avx2, mms_read_avx512;

/* The reads that this CPU runs, by name; NULL past the last. */
mms_read_fn *mms_read_at(size_t index, const char **name);

/* Have @read look at all struct pages that @map has memory for. */
void mms_read_memmap(const struct mms_memmap *map, mms_read_fn *read);

#endif
