/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Whether there is memory for several memmaps at the same time. */
#ifndef BENCH_FIT_H
#define BENCH_FIT_H

#include <stddef.h>

#include <memmapsim/memmap.h>

/*
 * Ask before the first of @count memmaps is made: mms_memmap_create() asks for each by itself, and
 * memory that is mapped but not touched yet still counts as free.
 * @return 0; -ENOMEM: all together don't fit, with what is needed and what there is; or what
 *         mms_memmap_create() returned for one of them
 */
int mms_memmaps_fit(const struct mms_geometry *geometries, size_t count,
                    const struct mms_memmap_options *options);

#endif
