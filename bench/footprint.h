/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What is done to all memory of a memmap between measurements. */
#ifndef BENCH_FOOTPRINT_H
#define BENCH_FOOTPRINT_H

#include <stddef.h>
#include <stdint.h>

#include <memmapsim/memmap.h>

/* How many struct pages mms_init_range() writes over all ranges: without tails that are shared. */
uint64_t mms_footprint_pages(const struct mms_geometry *geometry);

/* Write a byte to every 4 KiB page of the array that has memory of its own. */
void mms_footprint_touch(struct mms_memmap *map);

/*
 * Bring the caches to the same state for whoever comes next: drop the last @bytes of the array from
 * them, where its last user may have left lines, dirty or clean. Touches no missing page.
 */
void mms_footprint_flush(struct mms_memmap *map, size_t bytes);

/* How much of an array to flush: twice the last-level cache, at least 64 MiB. */
size_t mms_footprint_cached(void);

#endif
