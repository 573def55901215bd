/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file zone.h
 * Zones of normal memory: which pfns have struct pages, and which of those pages are free when boot
 * is over and the rest is initialized in the background, deferred_init_memmap(). Plain description,
 * like namespaces; thread-safe.
 */
#ifndef MEMMAPSIM_ZONE_H
#define MEMMAPSIM_ZONE_H

#include <memmapsim/namespace.h>

#ifdef __cplusplus
extern "C" {
#endif

/** MAX_PAGE_ORDER: the largest free block, 4 MiB, which is also what is initialized at a time. */
#define MMS_MAX_PAGE_ORDER     10
#define MMS_MAX_ORDER_NR_PAGES (UINT64_C(1) << MMS_MAX_PAGE_ORDER)

/** struct memblock: what the firmware has, and what boot took of it. */
struct mms_memblock {
	const struct mms_pfn_range *memory; /**< ascending and disjoint; holes are between them */
	size_t nr_memory;
	const struct mms_pfn_range *reserved; /**< ascending and disjoint, of memory or not */
	size_t nr_reserved;
};

/** A zone of one node, made from a memblock. For reading only. */
struct mms_zone {
	enum mms_zone_type type;
	unsigned int nid;
	uint64_t start_pfn;     /**< zone_start_pfn */
	uint64_t spanned_pages; /**< with holes */
	uint64_t present_pages; /**< without */
	uint64_t free_pages;    /**< without reserved ones; what freeing makes managed pages */
	/**
	 * Where struct pages are: sections with memory in them, as a whole, joined where they meet.
	 * Pages that are not free, because they are reserved or in no memory at all, are
	 * initialized by boot.
	 */
	unsigned int nr_ranges;
	struct mms_pfn_range ranges[MMS_MAX_RANGES];
	/** Memory that is not reserved: ascending, disjoint, and not next to each other. */
	size_t nr_free;
	const struct mms_pfn_range *free;
	/** As in the memblock. */
	size_t nr_reserved;
	const struct mms_pfn_range *reserved;
};

/**
 * Make a zone of all of @p memblock.
 * @param type  any but MMS_ZONE_DEVICE
 * @param nid   NUMA node that goes into flags, below 1024
 * @param zone  to be given to mms_zone_destroy()
 * @return 0; -EINVAL: a range that is empty or not in order, no memory, or memory in more than
 *         MMS_MAX_RANGES places that are sections apart; -ERANGE: beyond the physical address
 * space; -ENOMEM
 */
MMS_API int mms_zone_create(const struct mms_memblock *memblock, enum mms_zone_type type,
                            unsigned int nid, struct mms_zone **zone);

/** NULL is fine. What was made of it must be gone. */
MMS_API void mms_zone_destroy(struct mms_zone *zone);

/**
 * The free pages of [@p start_pfn, @p end_pfn) up to the first that is not free after them: empty,
 * with start == end == @p end_pfn, if there are none.
 */
MMS_API struct mms_pfn_range mms_zone_next_free(const struct mms_zone *zone, uint64_t start_pfn,
                                                uint64_t end_pfn);

/** Whether boot reserved @p pfn, be it memory or not. */
MMS_API bool mms_zone_reserved(const struct mms_zone *zone, uint64_t pfn);

/**
 * The geometry of @p zone: a memmap can be made for it, and jobs as for a pgmap. Its ranges are the
 * zone's; what else is about a pgmap in it is 0.
 * @param zone  must outlive the geometry
 */
MMS_API void mms_geometry_from_zone(const struct mms_kernel *kernel, const struct mms_zone *zone,
                                    struct mms_geometry *geometry);

#ifdef __cplusplus
}
#endif

#endif
