/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Where the struct pages of a geometry lie and which of them have memory of their own. Arithmetic
 * only. Offsets are bytes from vmemmap, the (virtual) struct page of pfn 0.
 */
#ifndef LIB_MEMMAP_LAYOUT_H
#define LIB_MEMMAP_LAYOUT_H

#include <memmapsim/namespace.h>

/*
 * struct pages of the largest compound: 16 MiB. vmemmap is aligned to it, for compound_info masks;
 * and guards are as large, so that a run that is too long by a whole compound still hits them.
 */
#define MMS_VMEMMAP_ALIGNMENT (UINT64_C(1) << (MMS_MAX_COMPOUND_ORDER + MMS_STRUCT_PAGE_SHIFT))

/* A part of the mapping, between guards: [start, end). */
struct mms_piece {
	uint64_t start, end;
};

/*
 * The pieces to map, ascending: every range's struct pages out to the borders of pages of
 * @page_size bytes, joined where they meet. What is between pieces gets no memory, as in the
 * kernel. Returns how many of @pieces (MMS_MAX_RANGES) there are.
 */
unsigned int mms_layout_pieces(const struct mms_geometry *geometry, uint64_t page_size,
                               struct mms_piece *pieces);

/*
 * Struct pages with memory of their own, run by run: *@extent (start at {0, 0}) becomes the next
 * one after itself. False after the last.
 */
bool mms_layout_next_extent(const struct mms_geometry *geometry, struct mms_pfn_range *extent);

/* Bytes of all extents. */
uint64_t mms_layout_needed(const struct mms_geometry *geometry);

#endif
