/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file memmap.h
 * Real memory for the struct pages of a geometry, with the pageblock types beside it.
 *
 * A memmap is one virtual mapping: guard, slack, array, slack, guard. Guards are inaccessible and
 * as large as the struct pages of a 1 GiB compound. Slack reaches from the array to the border of
 * the backing's pages; what of it is next to the array, up to 64 KiB, holds canaries (in hugetlb
 * pages, which array and slack share, only from the first mms_memmap_dirty() on, and zeros before).
 * With base pages and transparent huge pages there is none, and the first byte beside the array is
 * a guard's. Between the ranges of a geometry there is no memory either, as in the kernel: slack
 * and guard.
 *
 * The array lies so that compound_info masks work: the (virtual) struct page of pfn 0 is aligned to
 * the memmap of a 1 GiB compound. Where a geometry shares tails, the array is sparse, in pages of
 * 4 KiB as the kernel's: struct pages that the kernel maps to a compound's second vmemmap page have
 * no memory of their own here and must never be touched; mms_memmap_page() redirects to those that
 * exist. (Mapping the second page repeatedly, as the kernel does, would take more mappings than
 * Linux gives a process.)
 *
 * Thread safety: creating and destroying are for one thread; reading is for all. Pageblock types
 * may be set and read by any number of threads at once.
 */
#ifndef MEMMAPSIM_MEMMAP_H
#define MEMMAPSIM_MEMMAP_H

#include <memmapsim/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Kind of memory behind the array. */
enum mms_backing {
	/**
	 * The first that can be had of hugetlb-1g, hugetlb-2m, thp, 4k; hugetlb only if the array
	 * fills at least half of the pages.
	 */
	MMS_BACKING_AUTO,
	MMS_BACKING_HUGETLB_1G, /**< reserved when mapped, so there is no want of them later */
	MMS_BACKING_HUGETLB_2M, /**< likewise */
	MMS_BACKING_THP,  /**< asked for by madvise(); mms_memmap_info() says what came of it */
	MMS_BACKING_4K,   /**< base pages, with advice against huge ones */
	MMS_BACKING_FILE, /**< a shared mapping of a file, on DAX say */
};
#define MMS_NR_BACKINGS 6

/** enum migratetype, as far as initialization deals with it. */
enum mms_migratetype {
	MMS_MIGRATE_UNMOVABLE = 0,
	MMS_MIGRATE_MOVABLE = 1,
	MMS_MIGRATE_RECLAIMABLE = 2,
	MMS_MIGRATE_HIGHATOMIC = 3,
};
#define MMS_NR_MIGRATETYPES 4

struct mms_memmap;

struct mms_memmap_options {
	enum mms_backing backing;
	/**
	 * For MMS_BACKING_FILE: an existing regular file or DAX device of at least the needed
	 * size, whose contents are overwritten; a directory, for an unnamed file in it; or a name
	 * that doesn't exist yet, for a file that loses it again at once. Both of these live as
	 * long as the memmap, however the process ends.
	 */
	const char *file;
	/**
	 * Take memory of NUMA node @p node only, whatever node goes into the flags; otherwise of
	 * any, as the system likes. mms_memmap_info() says where it is. Not for MMS_BACKING_FILE.
	 */
	bool on_node;
	unsigned int node;
};

/** Pageblock types of a pfn range: struct mem_section_usage.pageblock_flags, in one piece. */
struct mms_pageblocks {
	uint64_t *bitmap;
	uint64_t first; /**< number of the first pageblock (pfn >> MMS_PAGEBLOCK_ORDER) */
	uint64_t nr;
	unsigned int bits; /**< per pageblock, as the kernel description says */
};

/** struct free_area: the free blocks of one order, in lists through the lru of their first pages.
 */
struct mms_free_area {
	struct mms_list_head free_list[MMS_NR_MIGRATETYPES];
	uint64_t nr_free; /**< blocks in all lists */
};
#define MMS_NR_PAGE_ORDERS (MMS_MAX_PAGE_ORDER + 1)

/** What was obtained. */
struct mms_memmap_info {
	enum mms_backing backing;  /**< of the mapping; never MMS_BACKING_AUTO */
	uint64_t array_bytes;      /**< the array as addressed, with what is between ranges */
	uint64_t needed_bytes;     /**< what of it has memory of its own once initialized */
	uint64_t mapped_bytes;     /**< array and slack, without what is between ranges */
	uint64_t resident_bytes;   /**< now in memory, from smaps (which may not count DAX) */
	uint64_t huge_bytes;       /**< of these, in pages of 2 MiB or 1 GiB, from smaps */
	uint64_t kernel_page_size; /**< of the mapping, from smaps */
	int node;            /**< NUMA node that has most of what is in memory; -1: not known */
	uint64_t node_bytes; /**< what it has of array and slack, from numa_maps */
};

/**
 * Map memory for the struct pages of @p geometry. Nothing of the array is touched, so the first
 * initialization pays for the first touch; the bytes read as 0 until then (those of a file: as they
 * are; and its first and last 2 MiB may be touched for canaries). Pageblocks are as before a bind
 * (mms_memmap_reset_pageblocks()).
 *
 * @param geometry  copied
 * @param options   NULL: MMS_BACKING_AUTO
 * @param map       the memmap; to be given to mms_memmap_destroy()
 * @return 0; -ENOMEM: not enough memory (MemAvailable, the cgroups' limits or RLIMIT_AS), not
 *         enough free hugepages of that kind, or transparent ones switched off, all checked before
 *         anything is mapped; -EINVAL: no such node; for a geometry that shares tails, a huge
 *         backing or a file (whose pages come and go as the page cache likes, so that
 *         mms_memmap_check() would be blind); for a file, a node; or no file named, or what is
 *         named is no regular file, directory or DAX device; -ENOSPC: the file or its file system
 * is too small; else what the file's open or mapping gave. mms_last_error() has what is needed and
 * what there is.
 */
MMS_API int mms_memmap_create(const struct mms_geometry *geometry,
                              const struct mms_memmap_options *options, struct mms_memmap **map);

/** Unmap and free everything; NULL is fine. */
MMS_API void mms_memmap_destroy(struct mms_memmap *map);

/** @return the geometry that @p map was made for; its pgmap is what pages point to. */
MMS_API const struct mms_geometry *mms_memmap_geometry(const struct mms_memmap *map);

/**
 * Address of pfn 0's struct page, the kernel's vmemmap. An integer, because usually nothing is
 * there: the struct page of a pfn of the geometry is at this + 64 * pfn.
 */
MMS_API uintptr_t mms_memmap_vmemmap(const struct mms_memmap *map);

/** @return the pageblock types beside the array. */
MMS_API struct mms_pageblocks *mms_memmap_pageblocks(const struct mms_memmap *map);

/**
 * pfn_to_page(), for readers: where tails are shared it leads to the one that exists.
 * @return NULL for a pfn in no range of the geometry
 */
MMS_API struct mms_page *mms_memmap_page(const struct mms_memmap *map, uint64_t pfn);

/**
 * Fill in what was obtained; reads smaps and numa_maps.
 * @return 0, or the negative errno of reading
 */
MMS_API int mms_memmap_info(const struct mms_memmap *map, struct mms_memmap_info *info);

/**
 * Look at the canaries in the slack, and where tails are shared, for memory behind struct pages
 * that must not exist.
 * @return 0; -EFAULT: something was written there, mms_last_error() says where
 */
MMS_API int mms_memmap_check(const struct mms_memmap *map);

/**
 * Fill every struct page that exists with bytes that depend on @p seed and its pfn, so that no two
 * look alike and none looks initialized. What unbinding and other users leave, made worse on
 * purpose.
 */
MMS_API void mms_memmap_dirty(struct mms_memmap *map, uint64_t seed);

/** The 64 bytes that mms_memmap_dirty() leaves for @p pfn. */
MMS_API void mms_dirty_page(uint64_t seed, uint64_t pfn, void *image);

/**
 * Bring the pageblock types to what a bind finds: MMS_MIGRATE_UNMOVABLE in sections that are being
 * added, MMS_MIGRATE_MOVABLE in early sections, where they are from boot.
 */
MMS_API void mms_memmap_reset_pageblocks(struct mms_memmap *map);

/** get_pageblock_migratetype(). @p pfn must be covered. Any number of threads. */
MMS_API unsigned int mms_get_pageblock_migratetype(const struct mms_pageblocks *pageblocks,
                                                   uint64_t pfn);

/**
 * set_pageblock_migratetype(): a compare-and-swap loop on the word, as kernels do it.
 * @p pfn must be covered. Any number of threads.
 */
MMS_API void mms_set_pageblock_migratetype(struct mms_pageblocks *pageblocks, uint64_t pfn,
                                           unsigned int migratetype);

/** @return "hugetlb-1g", "thp", …; NULL for no backing. Static storage. */
MMS_API const char *mms_backing_name(enum mms_backing backing);

/**
 * Read "auto", "thp", "file:PATH", … into @p options, whose file then points into @p text, and
 * whose other members become 0.
 * @return 0; -ENOENT: no such backing, mms_last_error() names the nearest one; -EINVAL: "file:"
 *         without a path
 */
MMS_API int mms_backing_parse(const char *text, struct mms_memmap_options *options);

#ifdef __cplusplus
}
#endif

#endif
