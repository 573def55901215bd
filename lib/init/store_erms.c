// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * rep movsb from a block of prepared pages that stays in the cache. With ERMS the microcode moves
 * whole lines and, for long copies, may spare itself reading what it overwrites. Its stores are
 * ordered against later ones, so nothing is to be drained.
 */
#include "init/store.h"

static void rep_movsb(void *to, const void *from, uint64_t bytes)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

/*
 * Have the block hold @nr_pages copies of @image. From run to run at most a word of it changes (the
 * tails' link, to v7.0), so only words that differ are written again.
 */
static void prepare(struct mms_block *block, const struct mms_page *image, uint64_t nr_pages)
{
	const uint64_t *words = (const uint64_t *)image;

	for (unsigned int word = 0; block->nr_pages && word < 8; word++) {
		if (((const uint64_t *)block->pages)[word] == words[word])
			continue;
		for (uint64_t i = 0; i < block->nr_pages; i++)
			((uint64_t *)&block->pages[i])[word] = words[word];
	}
	while (block->nr_pages < nr_pages)
		block->pages[block->nr_pages++] = *image;
}

/*
 * Pages with list heads of their own: a copy can only be repeated once its heads were moved on. The
 * block is small, so that they are moved, and copied from, in the first cache.
 */
static void store_own_lists(const struct mms_run *run)
{
	enum { NR = 64 };
	struct mms_page pages[NR];
	struct mms_page *to = run->to;
	uint64_t left = run->count;

	for (unsigned int i = 0; i < NR && i < left; i++)
		pages[i] = *run->image;
	while (left) {
		uint64_t nr_pages = left < NR ? left : NR;

		for (uint64_t i = 0; i < nr_pages; i++)
			pages[i].lru.next = pages[i].lru.prev = &to[i].lru;
		rep_movsb(to, pages, nr_pages * sizeof(*to));
		to += nr_pages;
		left -= nr_pages;
	}
}

void mms_store_erms(const struct mms_run *run, struct mms_block *block)
{
	struct mms_page *to = run->to;
	uint64_t left = run->count;

	if (run->own_list) {
		store_own_lists(run);
		return;
	}
	for (unsigned int i = 0; i < run->nr_prefix; i++)
		*to++ = run->prefix[i];
	prepare(block, run->image, left < MMS_BLOCK_PAGES ? left : MMS_BLOCK_PAGES);
	while (left) {
		uint64_t nr_pages = left < MMS_BLOCK_PAGES ? left : MMS_BLOCK_PAGES;

		rep_movsb(to, block->pages, nr_pages * sizeof(*to));
		to += nr_pages;
		left -= nr_pages;
	}
}
