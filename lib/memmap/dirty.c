// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Contents that no initializer may rely on or leave behind. Computed page by page from the seed and
 * the pfn, so that any page can be told again later; cheap, because it comes before every verified
 * bind.
 */
#include <string.h>

#include "memmap/memmap.h"

#define WORDS_PER_PAGE 8

static inline uint64_t rotate(uint64_t value, unsigned int by)
{
	return value << by | value >> (64 - by);
}

/* The finalizer of splitmix64 (Steele, Lea, Flood 2014): neighbouring pfns differ all over. */
static inline uint64_t mix(uint64_t seed, uint64_t pfn)
{
	uint64_t z = seed + pfn * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* All words of a page hold the same mixed bits, each turned further: rotations are cheap. */
static inline void dirty(uint64_t seed, uint64_t pfn, uint64_t *words)
{
	uint64_t z = mix(seed, pfn);

#pragma GCC unroll 8
	for (unsigned int i = 0; i < WORDS_PER_PAGE; i++)
		words[i] = rotate(z, 5 + 7 * i) ^ UINT64_C(0xd1342543de82ef95) * (i + 1);
}

void mms_dirty_page(uint64_t seed, uint64_t pfn, void *image)
{
	uint64_t words[WORDS_PER_PAGE];

	dirty(seed, pfn, words);
	memcpy(image, words, sizeof(words));
}

void mms_memmap_dirty(struct mms_memmap *map, uint64_t seed)
{
	struct mms_pfn_range extent = {0, 0};

	while (mms_layout_next_extent(&map->geometry, &extent)) {
		uint64_t *words = mms_memmap_at(map, extent.start << MMS_STRUCT_PAGE_SHIFT);

		for (uint64_t pfn = extent.start; pfn < extent.end; pfn++, words += WORDS_PER_PAGE)
			dirty(seed, pfn, words);
	}
	if (!map->canaries)
		mms_canaries_fill(map);
}
