/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Kernels, geometries and the memory behind them in all JSON that is written. */
#ifndef BENCH_GEOMETRY_JSON_H
#define BENCH_GEOMETRY_JSON_H

#include <jansson.h>

#include <memmapsim/memmap.h>

/*
 * name, captures, btf, derived_from, rules (null for a built-in; else the text that describes it).
 * @return a new reference; NULL: out of memory
 */
json_t *mms_kernel_json(const struct mms_kernel *kernel);

/*
 * type, vmemmap_shift, ranges[]{start, end} (bytes, end inclusive), altmap{base_pfn, end_pfn,
 * reserve, free, align, alloc}, nid, dedup, early_sections[] ("start", "end"), nr_initialised
 * (pages that the kernel reports), pages_written, bytes_written (of struct pages, by
 * mms_init_range()).
 * @return a new reference; NULL: out of memory
 */
json_t *mms_geometry_json(const struct mms_geometry *geometry);

/*
 * asked, file, obtained, needed_bytes, resident_bytes, huge_bytes, kernel_page_size_bytes, node,
 * node_bytes (the node with most of it, and what it has; or null).
 * @return a new reference; NULL: out of memory
 */
json_t *mms_backing_json(const struct mms_memmap_options *asked,
                         const struct mms_memmap_info *info);

#endif
