/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file background.h
 * Initializing a memmap while others already use it: whoever needs a pfn waits for that pfn only.
 *
 * A background is one such initialization, of all pages of one memmap. It is cut into chunks, each
 * of which is pending, then under way, and then done, once. The workers of a pool take them, and,
 * depending on the policy, those who wait. Any number of backgrounds may run on one pool; workers
 * turn from one to the other after each chunk, and no call here waits for a chunk of another
 * background. Only that a worker inside another's chunk is not free until its end can't be helped;
 * with MMS_WAIT_HELP and MMS_WAIT_CHUNK waiters needn't care, since they take what is pending
 * themselves.
 *
 * Whoever sees a chunk done, sees its struct pages. Publishing it with release ordering alone would
 * not see to that: on x86 a release is an ordinary store, and those are not ordered after earlier
 * non-temporal ones, which may linger in write-combining buffers while the chunk's new state can
 * already be read. So they must be drained first, and it is the initializer that does so before it
 * returns (struct mms_initializer), since that also holds for everyone else who calls one. It isn't
 * done here once more: that would only hide an initializer that doesn't. mms_trace_stores() finds
 * those.
 *
 * Thread safety: starting is for the owner; destroying, too, when no other call is under way.
 * Everything else may be called by any number of threads at once.
 */
#ifndef MEMMAPSIM_BACKGROUND_H
#define MEMMAPSIM_BACKGROUND_H

#include <memmapsim/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How chunks are cut and what mms_background_sync() waits for. */
enum mms_wait {
	/**
	 * First version of the 2018 series. Each worker has a share of the memmap, all equal and
	 * contiguous; a waiter sleeps until the whole shares that its pfns are in are done.
	 * (Workers whose share is done go on with others', as threads of their own would have made
	 * all shares progress.)
	 */
	MMS_WAIT_ITEM,
	/**
	 * Second version: shares likewise, cut into chunks of 1/1024 of the memmap. A waiter
	 * initializes those of its pfns itself, if they are pending, and sleeps until those are
	 * done that aren't.
	 */
	MMS_WAIT_HELP,
	/**
	 * As MMS_WAIT_HELP, with chunks of whole sections (or compounds if those are larger), which
	 * workers take in order.
	 */
	MMS_WAIT_CHUNK,
};
#define MMS_NR_WAITS 3

/**
 * Which stages of a bind happen in the background. First comes map, the address space, which
 * mms_memmap_create() does in no time; then populate, the memory behind it, and the altmap's own
 * pages; then device pages.
 */
enum mms_async {
	/** All memory is there when mms_background_start() returns, and altmap pages are done. */
	MMS_ASYNC_PAGES,
	/**
	 * A chunk's memory is populated right before its pages are initialized. Altmap pages have
	 * chunks of their own, which workers do when no device page is pending any more.
	 */
	MMS_ASYNC_ALL,
};
#define MMS_NR_ASYNCS 2

struct mms_background_options {
	enum mms_wait wait;
	enum mms_async async;
	/**
	 * Only this node's workers take part; or all, if it is MMS_NODE_ANY or the pool has none
	 * there.
	 */
	int node;
	unsigned int gates; /**< enum mms_gate, or'ed */
};

struct mms_background;

/**
 * Begin to initialize all pages of @p map: device pages in chunks, each by mms_init_range(), and
 * altmap pages as mms_init_altmap() does, before this returns or in chunks as well. Pageblock types
 * must have been reset, see mms_memmap_bind(). With MMS_ASYNC_ALL this returns at once, however
 * large the memmap is.
 *
 * @param pool         whose workers do it; like @p initializer and @p map it must outlive the
 *                     background
 * @param initializer  a cuttable one
 * @param background   to be given to mms_background_destroy()
 * @return 0; -EINVAL: the initializer (or what the gates make of it) takes whole ranges only, or
 *         there is no such policy or stage, or @p map is one of normal memory; -EOPNOTSUPP: the
 *         initializer is for normal memory only, the CPU lacks a feature, or, with
 *         MMS_ASYNC_PAGES, the system is older than MADV_POPULATE_WRITE (Linux 5.14); -ENOMEM; else
 *         what populating gave. Nothing is running then.
 */
MMS_API int mms_background_start(struct mms_pool *pool, const struct mms_initializer *initializer,
                                 struct mms_memmap *map,
                                 const struct mms_background_options *options,
                                 struct mms_background **background);

/** Cancel what isn't done, and free; NULL is fine. */
MMS_API void mms_background_destroy(struct mms_background *background);

/** What mms_background_sync() had to do; 0: nothing, all was done. */
enum mms_sync {
	MMS_SYNC_HELPED = 1, /**< initialize pending chunks itself */
	MMS_SYNC_WAITED = 2, /**< sleep until others had done theirs */
};

/**
 * Return when the struct pages of pfns [start, end) are initialized, all of them. Altmap pages are
 * among those, though nobody needs one but who looks for what is wrong; pfns that no bind
 * initializes have nothing to wait for. Once the whole background is done this costs one atomic
 * load.
 *
 * @param done  enum mms_sync, or'ed; written on failure, too. NULL: don't tell
 * @return 0; -ECANCELED: some of the pfns were not initialized before mms_background_cancel(), and
 *         never will be; else, likewise, the first error of any chunk, with its sentence
 */
MMS_API int mms_background_sync(struct mms_background *background, uint64_t start_pfn,
                                uint64_t end_pfn, unsigned int *done);

/** For mms_background_wait(): however long it takes. */
#define MMS_FOREVER UINT64_MAX

/**
 * Sleep until nothing is pending or under way any more.
 * @param timeout_ns  or MMS_FOREVER
 * @return 0: all is initialized; -ETIMEDOUT: not yet; -ECANCELED; else the first error of a chunk,
 *         with its sentence
 */
MMS_API int mms_background_wait(struct mms_background *background, uint64_t timeout_ns);

/**
 * Begin no further chunk, and return when those under way are done. What was pending stays
 * uninitialized. Without effect if nothing is pending any more.
 */
MMS_API void mms_background_cancel(struct mms_background *background);

/**
 * Whether anything is pending or under way: "active", else "idle". A first error and canceling make
 * an end of what is pending.
 */
MMS_API bool mms_background_active(const struct mms_background *background);

/** Where a background is. Of each number by itself no later reading is smaller. */
struct mms_background_progress {
	uint64_t pages;       /**< pfns that are done */
	uint64_t total_pages; /**< pfns in all; those of altmap pages if they have chunks */
	uint64_t chunks_by_workers, chunks_by_waiters; /**< done */
	uint64_t total_chunks;
	/** Calls of mms_background_sync() that helped, and that waited; some did both. Those with
	 * nothing to do aren't counted, since that would cost more than they do. */
	uint64_t syncs_helped, syncs_waited;
};

/** Read where it is. Once it is idle nothing changes but the counts of syncs. */
MMS_API void mms_background_progress(const struct mms_background *background,
                                     struct mms_background_progress *progress);

#ifdef __cplusplus
}
#endif

#endif
