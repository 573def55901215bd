// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Pageblock types, packed into words as in struct mem_section_usage. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "memmap/memmap.h"

/* The migratetype is in the low bits; compact-skip and isolate are never set here. */
#define MIGRATETYPE_MASK UINT64_C(7)

static size_t bitmap_words(const struct mms_pageblocks *pageblocks)
{
	return (pageblocks->nr * pageblocks->bits + 63) / 64;
}

int mms_pageblocks_create(const struct mms_geometry *geometry, struct mms_pageblocks **pageblocks)
{
	struct mms_pageblocks *made = malloc(sizeof(*made));
	uint64_t end = geometry->end_pfn + MMS_PAGEBLOCK_NR_PAGES - 1;

	if (!made)
		return mms_fail(ENOMEM, "no memory to describe pageblocks");
	made->bits = geometry->kernel->pageblock_bits;
	made->first = geometry->start_pfn >> MMS_PAGEBLOCK_ORDER;
	made->nr = (end >> MMS_PAGEBLOCK_ORDER) - made->first;
	made->bitmap = calloc(bitmap_words(made), sizeof(*made->bitmap));
	if (!made->bitmap) {
		int err = mms_fail(ENOMEM, "no memory for the types of %" PRIu64 " pageblocks",
		                   made->nr);

		free(made);
		return err;
	}
	*pageblocks = made;
	return 0;
}

void mms_pageblocks_destroy(struct mms_pageblocks *pageblocks)
{
	if (pageblocks)
		free(pageblocks->bitmap);
	free(pageblocks);
}

static uint64_t *pageblock_word(const struct mms_pageblocks *pageblocks, uint64_t pfn,
                                unsigned int *shift)
{
	uint64_t bit = ((pfn >> MMS_PAGEBLOCK_ORDER) - pageblocks->first) * pageblocks->bits;

	*shift = bit % 64;
	return &pageblocks->bitmap[bit / 64];
}

unsigned int mms_get_pageblock_migratetype(const struct mms_pageblocks *pageblocks, uint64_t pfn)
{
	unsigned int shift;
	const uint64_t *word = pageblock_word(pageblocks, pfn, &shift);

	return (unsigned int)(__atomic_load_n(word, __ATOMIC_RELAXED) >> shift & MIGRATETYPE_MASK);
}

/* set_pfnblock_flags_mask() */
void mms_set_pageblock_migratetype(struct mms_pageblocks *pageblocks, uint64_t pfn,
                                   unsigned int migratetype)
{
	unsigned int shift;
	uint64_t *word = pageblock_word(pageblocks, pfn, &shift);
	uint64_t old = __atomic_load_n(word, __ATOMIC_RELAXED);
	uint64_t new;

	do {
		new = (old & ~(MIGRATETYPE_MASK << shift)) | (uint64_t)migratetype << shift;
	} while (!__atomic_compare_exchange_n(word, &old, new, false, __ATOMIC_SEQ_CST,
	                                      __ATOMIC_RELAXED));
}

static void mark_early_section(struct mms_pageblocks *pageblocks, struct mms_pfn_range pfns)
{
	for (uint64_t pfn = pfns.start; pfn < pfns.end; pfn += MMS_PAGEBLOCK_NR_PAGES)
		mms_set_pageblock_migratetype(pageblocks, pfn, MMS_MIGRATE_MOVABLE);
}

/* Sections that are added come with types that are all 0; so this takes hardly any time. */
void mms_memmap_reset_pageblocks(struct mms_memmap *map)
{
	const struct mms_geometry *geometry = &map->geometry;
	struct mms_pageblocks *pageblocks = map->pageblocks;

	_Static_assert(MMS_MIGRATE_UNMOVABLE == 0, "types that are all 0");
	memset(pageblocks->bitmap, 0, bitmap_words(pageblocks) * sizeof(*pageblocks->bitmap));
	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range pfns = mms_geometry_range_pfns(geometry, i), part = pfns;

		for (; part.start < pfns.end; part.start = part.end) {
			part.end = (part.start | (MMS_PAGES_PER_SECTION - 1)) + 1;
			if (part.end > pfns.end)
				part.end = pfns.end;
			if (mms_geometry_early_section(geometry, part.start))
				mark_early_section(pageblocks, part);
		}
	}
}
