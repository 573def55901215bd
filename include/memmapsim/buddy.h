/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file buddy.h
 * Free pages of normal memory: giving them to the buddy allocator right after their initialization,
 * as deferred_init_memmap() does, which is the next to read and write what was just written.
 *
 * Free lists go through the real struct pages: lru links the first pages of free blocks, private
 * has a block's order, page_type marks it. Nothing is ever allocated, so pages that were freed stay
 * so until mms_buddy_reset() forgets them all.
 *
 * Whoever initialized the pages and however many threads freed them, the same blocks of the same
 * orders and migratetypes are free in the end, the same counts stand beside them, and every struct
 * page has the same 64 bytes, but for the links of the lists: which block comes after which is as
 * threads met.
 */
#ifndef MEMMAPSIM_BUDDY_H
#define MEMMAPSIM_BUDDY_H

#include <memmapsim/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The allocator's part of a struct zone: free lists, managed pages and the lock. */
struct mms_buddy;

/**
 * Free lists without a block, for the zone that @p map was made for.
 * @param map    must outlive the lists
 * @param buddy  to be given to mms_buddy_destroy()
 * @return 0; -EINVAL: the memmap is for device pages; -ENOMEM
 */
MMS_API int mms_buddy_create(struct mms_memmap *map, struct mms_buddy **buddy);

/** NULL is fine. */
MMS_API void mms_buddy_destroy(struct mms_buddy *buddy);

/** Forget all blocks, as before boot gave the first one. No struct page is touched. */
MMS_API void mms_buddy_reset(struct mms_buddy *buddy);

/** @return MMS_NR_PAGE_ORDERS areas, by order. Not while pages are being freed. */
MMS_API const struct mms_free_area *mms_buddy_free_areas(const struct mms_buddy *buddy);

/** @return the zone's managed pages: how many were freed. */
MMS_API uint64_t mms_buddy_managed_pages(const struct mms_buddy *buddy);

/**
 * Free the free pages of @p job, a zone's, which must be initialized and not freed yet, as
 * deferred_free_pages() does: mark pageblocks as movable; then, at once where a block of the
 * kernel's deferred_order is whole, else page by page, clear PG_reserved and the count of every
 * page, clear the flags that no free page has, and put the block on a list, merged with its
 * buddies, under the zone lock. Both ends of @p job must be ends of a range, or multiples of
 * mms_geometry_job_unit(). Any number of threads may free disjoint jobs.
 */
MMS_API void mms_free_range(struct mms_buddy *buddy, const struct mms_job *job);

/** How pages are initialized and freed. */
struct mms_deferred_options {
	/**
	 * Initialize so many pages, free them, and go on to the next: MMS_MAX_ORDER_NR_PAGES as
	 * kernels do it, or a multiple of it. 0: initialize all of the job, then free it all.
	 */
	uint64_t chunk_pages;
	uint64_t (*clock)(void); /**< to tell initialization and freeing apart; NULL: don't */
};

/** By the clock of the options, added up over all workers. */
struct mms_deferred_times {
	uint64_t init, free;
};

/**
 * Initialize and free the free pages of @p job, chunk by chunk: deferred_init_memmap_chunk().
 * @param times  added to, if there is a clock; may be NULL otherwise
 * @return 0; -EINVAL: chunks of no whole number of MMS_MAX_ORDER_NR_PAGES; else what
 *         mms_init_range() returned; what was initialized and freed until then is not known
 */
MMS_API int mms_deferred_init(struct mms_buddy *buddy, const struct mms_initializer *initializer,
                              const struct mms_job *job, const struct mms_deferred_options *options,
                              struct mms_deferred_times *times);

/**
 * The same with all workers of a pool: each takes sections, and chunks are of what it took at once.
 * @param schedule  of jobs for the memmap of @p buddy
 * @return 0, or as mms_pool_run() and mms_deferred_init()
 */
MMS_API int mms_pool_deferred_init(struct mms_pool *pool, struct mms_buddy *buddy,
                                   const struct mms_initializer *initializer,
                                   const struct mms_schedule *schedule,
                                   const struct mms_deferred_options *options,
                                   struct mms_deferred_times *times);

#ifdef __cplusplus
}
#endif

#endif
