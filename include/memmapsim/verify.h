/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file verify.h
 * The oracle, which declares what 64 bytes every struct page must hold, and comparing with it.
 *
 * The oracle shares no code with the initializers: it goes by offsets and values of the kernel
 * description. Arrays are compared at the addresses where they lie, captures at their kernel's.
 * Nothing here writes to what it looks at; all functions are thread-safe.
 */
#ifndef MEMMAPSIM_VERIFY_H
#define MEMMAPSIM_VERIFY_H

#include <memmapsim/memmap.h>

#ifdef __cplusplus
extern "C" {
#endif

/** All that the bytes of a struct page depend on. */
struct mms_oracle {
	const struct mms_geometry *geometry;
	uint64_t vmemmap; /**< address of pfn 0's struct page, where the pages were made */
	uint64_t pgmap;   /**< address of the dev_pagemap there */
};

/** The oracle for a memmap at its own addresses. */
MMS_API struct mms_oracle mms_oracle_of(const struct mms_memmap *map);

/**
 * Declare the struct page of @p pfn.
 * @param image  64 bytes; untouched for kinds that declare nothing
 * @return MMS_PAGE_OUTSIDE or MMS_PAGE_NEVER_WRITTEN: nothing is declared; else the page's kind
 */
MMS_API enum mms_page_kind mms_oracle_page(const struct mms_oracle *oracle, uint64_t pfn,
                                           void *image);

/** The migratetype that the pageblock of @p pfn must have after a bind. */
MMS_API unsigned int mms_oracle_pageblock(const struct mms_oracle *oracle, uint64_t pfn);

/** How a comparison went. */
struct mms_report {
	uint64_t compared;   /**< pages that were declared and compared */
	uint64_t mismatches; /**< of these, pages with a wrong byte */
	uint64_t first_pfn;  /**< the first of them; valid if mismatches > 0 */
	enum mms_page_kind first_kind;
	unsigned char expected[64], found[64]; /**< of first_pfn */
	uint64_t never_written; /**< pages that no code writes, compared with what was there before
	                         */
	uint64_t touched;       /**< of these, pages that were written all the same */
	uint64_t first_touched; /**< the first of them */
	uint64_t pageblocks;    /**< compared */
	uint64_t pageblock_mismatches;
	uint64_t first_pageblock; /**< pfn of the first wrong one */
	unsigned int pageblock_expected, pageblock_found;
	int guards; /**< what mms_memmap_check() returned */
};

/** @return whether nothing was wrong. */
MMS_API bool mms_report_ok(const struct mms_report *report);

/** Words for what was wrong, one sentence, into @p text (at most @p size bytes with the 0). */
MMS_API void mms_report_describe(const struct mms_report *report, char *text, size_t size);

/**
 * Compare a whole memmap, after a bind, with the oracle: every struct page that exists, every
 * pageblock, canaries; and, if @p dirty_seed is not NULL, that pages which no code writes still
 * hold what mms_memmap_dirty() with that seed left. Runs of equal pages are compared at memory
 * speed.
 */
MMS_API void mms_verify_memmap(const struct mms_memmap *map, const uint64_t *dirty_seed,
                               struct mms_report *report);

/**
 * Compare @p count struct pages, a copy of those from @p start_pfn on, with the oracle. Pages of
 * which nothing is declared are passed over. Shared tails are looked at where they are read, as a
 * copy of the kernel's array has them. Leaves the report's pageblocks and guards alone, zeroes the
 * rest.
 */
MMS_API void mms_verify_image(const struct mms_oracle *oracle, const void *pages,
                              uint64_t start_pfn, uint64_t count, struct mms_report *report);

/** A field of a struct page in words. */
struct mms_decoded_field {
	const char *name; /**< kernel's name; static storage */
	uint8_t offset, size;
	char value[112]; /**< "0x1bfffe0000001000 (nid 1, zone DEVICE, last_cpupid 0x1fffff,
	                    reserved)" */
};
#define MMS_MAX_DECODED_FIELDS 20

/**
 * Decode 64 bytes as a page of @p kind at index @p tail in its compound (0: no tail). Every byte of
 * the page belongs to exactly one field.
 * @return how many fields were written, at most MMS_MAX_DECODED_FIELDS
 */
MMS_API size_t mms_page_decode(const struct mms_kernel *kernel, enum mms_page_kind kind,
                               uint64_t tail, const void *image, struct mms_decoded_field *fields);

#ifdef __cplusplus
}
#endif

#endif
