/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Normal memory, in what verify.c does with all pages. */
#ifndef LIB_VERIFY_ZONE_H
#define LIB_VERIFY_ZONE_H

#include <memmapsim/verify.h>

/* One more wrong page; the first is kept. */
void mms_note_mismatch(struct mms_report *report, uint64_t pfn, enum mms_page_kind kind,
                       const void *expected, const void *found);

/* Compare the pageblocks of @range with what @declare says of them. */
typedef unsigned int mms_declare_pageblock_fn(const struct mms_oracle *oracle, uint64_t pfn);
void mms_compare_pageblocks(const struct mms_oracle *oracle, mms_declare_pageblock_fn *declare,
                            const struct mms_pageblocks *pageblocks, struct mms_pfn_range range,
                            struct mms_report *report);

/* The migratetype that the pageblock of @pfn, of normal memory, must have from boot. */
unsigned int mms_oracle_boot_pageblock(const struct mms_geometry *geometry, uint64_t pfn);

/* The migratetype that the pageblock of @pfn must have when all free pages are freed. */
unsigned int mms_oracle_freed_pageblock(const struct mms_oracle *oracle, uint64_t pfn);

/*
 * Compare pages @range, which lie at @pages, with what they are after initialization; if @freed,
 * after freeing.
 */
void mms_compare_zone_pages(const struct mms_oracle *oracle, bool freed, const unsigned char *pages,
                            struct mms_pfn_range range, struct mms_report *report);

#endif
