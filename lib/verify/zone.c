// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What freeing makes of normal memory. Declared by what is free, not by following those who free:
 * free blocks are the largest that fit, however pages came together.
 */
#include <string.h>

#include "verify/zone.h"

/* Offsets in struct page. */
enum {
	LRU = 8,
	PRIVATE = 40,
	PAGE_TYPE = 48,
	REFCOUNT = 52,
};

/* What taking an entry from a list leaves in it. */
#define POISON_NEXT UINT64_C(0xdead000000000100)
#define POISON_PREV UINT64_C(0xdead000000000122)

static void put(unsigned char *image, unsigned int offset, unsigned int size, uint64_t value)
{
	memcpy(image + offset, &value, size); /* x86 is little-endian */
}

/* Whether the aligned block of @order around @pfn is free as a whole. */
static bool is_free(const struct mms_oracle *oracle, uint64_t pfn, unsigned int order)
{
	uint64_t start = pfn >> order << order, end = start + (UINT64_C(1) << order);
	struct mms_pfn_range pages = mms_zone_next_free(oracle->geometry->zone, start, end);

	return pages.start == start && pages.end == end;
}

/* A pageblock is marked by its first page: when boot reserves that, or when it is freed. */
unsigned int mms_oracle_boot_pageblock(const struct mms_geometry *geometry, uint64_t pfn)
{
	return geometry->kernel->reserved_movable &&
	                       mms_zone_reserved(geometry->zone, pfn - pfn % MMS_PAGEBLOCK_NR_PAGES)
	               ? MMS_MIGRATE_MOVABLE
	               : MMS_MIGRATE_UNMOVABLE;
}

unsigned int mms_oracle_freed_pageblock(const struct mms_oracle *oracle, uint64_t pfn)
{
	return is_free(oracle, pfn - pfn % MMS_PAGEBLOCK_NR_PAGES, 0)
	               ? MMS_MIGRATE_MOVABLE
	               : mms_oracle_boot_pageblock(oracle->geometry, pfn);
}

bool mms_oracle_free_block(const struct mms_oracle *oracle, uint64_t pfn,
                           struct mms_free_block *block)
{
	unsigned int order = MMS_MAX_PAGE_ORDER;

	if (!oracle->geometry->zone || !is_free(oracle, pfn, 0))
		return false;
	while (!is_free(oracle, pfn, order))
		order--;
	*block = (struct mms_free_block){
		.pfn = pfn >> order << order,
		.order = order,
		.migratetype = mms_oracle_freed_pageblock(oracle, pfn),
	};
	return true;
}

/*
 * Whether @pfn, not the first page of its block, was the first of a smaller one on its way there.
 * Pages that are freed at once come as pageblocks, whose first pages stay such or never become it.
 * Freed one by one in ascending order, an even page waits on a list for the odd one after it.
 */
static bool was_listed(const struct mms_oracle *oracle, uint64_t pfn)
{
	return !is_free(oracle, pfn, oracle->geometry->kernel->deferred_order) && pfn % 2 == 0;
}

enum mms_page_kind mms_oracle_freed_page(const struct mms_oracle *oracle, uint64_t pfn, void *image)
{
	enum mms_page_kind kind = mms_oracle_page(oracle, pfn, image);
	struct mms_free_block block;

	if (kind != MMS_PAGE_FREE)
		return kind;
	mms_oracle_free_block(oracle, pfn, &block);
	put(image, REFCOUNT, 4, 0);
	if (pfn == block.pfn) {
		put(image, LRU, 8, 0);
		put(image, LRU + 8, 8, 0);
		put(image, PRIVATE, 8, block.order);
		put(image, PAGE_TYPE, 4, oracle->geometry->kernel->buddy_type);
	} else if (was_listed(oracle, pfn)) {
		put(image, LRU, 8, POISON_NEXT);
		put(image, LRU + 8, 8, POISON_PREV);
	}
	return kind;
}

/* Whether @pfn's lru is on a free list. */
static bool is_listed(const struct mms_oracle *oracle, uint64_t pfn)
{
	struct mms_free_block block;

	return mms_oracle_free_block(oracle, pfn, &block) && block.pfn == pfn;
}

/* Where the pages end that are declared as @pfn's is, but for list heads that point to themselves.
 */
static uint64_t alike_end(const struct mms_oracle *oracle, bool freed, uint64_t pfn, uint64_t end)
{
	struct mms_pfn_range pages = mms_zone_next_free(oracle->geometry->zone, pfn, end);
	struct mms_free_block block;
	uint64_t block_end;

	if (pages.start > pfn)
		return pages.start;
	if (!freed)
		return pages.end;
	mms_oracle_free_block(oracle, pfn, &block);
	if (pfn == block.pfn || !is_free(oracle, pfn, oracle->geometry->kernel->deferred_order))
		return pfn + 1;
	block_end = block.pfn + (UINT64_C(1) << block.order);
	return block_end < end ? block_end : end;
}

/* Compare pages that are @image but for their list heads. */
static void compare_alike(const uint64_t *found, uint64_t pfn, uint64_t end, uint64_t *image,
                          enum mms_page_kind kind, struct mms_report *report)
{
	for (; pfn < end; pfn++, found += 8) {
		uint64_t difference = 0;

#pragma GCC unroll 8
		for (unsigned int i = 0; i < 8; i++)
			difference |= found[i] ^ image[i];
		if (difference)
			mms_note_mismatch(report, pfn, kind, image, found);
		image[1] += 64;
		image[2] += 64;
	}
}

void mms_compare_zone_pages(const struct mms_oracle *oracle, bool freed, const unsigned char *pages,
                            struct mms_pfn_range range, struct mms_report *report)
{
	uint64_t end;

	for (uint64_t pfn = range.start; pfn < range.end; pfn = end) {
		const uint64_t *found = (const uint64_t *)(pages + 64 * (pfn - range.start));
		uint64_t image[8];
		enum mms_page_kind kind = freed ? mms_oracle_freed_page(oracle, pfn, image)
		                                : mms_oracle_page(oracle, pfn, image);

		end = alike_end(oracle, freed, pfn, range.end);
		/* Where links lead is looked at when the lists are. */
		if (freed && is_listed(oracle, pfn))
			memcpy(&image[1], &found[1], 2 * sizeof(*image));
		compare_alike(found, pfn, end, image, kind, report);
		report->compared += end - pfn;
	}
}
