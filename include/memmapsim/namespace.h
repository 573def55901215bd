/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file namespace.h
 * From a namespace to the pfns whose struct pages get initialized: pgmap, altmap, ranges, sections.
 *
 * Everything here is plain description: no memory is touched, nothing is owned, all functions are
 * thread-safe. Mirrors nd_pfn_init() and nd_pfn_setup_dev() (drivers/nvdimm/pfn_devs.c) and what
 * memremap_pages() makes of their result.
 */
#ifndef MEMMAPSIM_NAMESPACE_H
#define MEMMAPSIM_NAMESPACE_H

#include <stdbool.h>
#include <stdint.h>

#include <memmapsim/page.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MMS_SECTION_SHIFT      27 /**< 128 MiB */
#define MMS_PAGES_PER_SECTION  (UINT64_C(1) << (MMS_SECTION_SHIFT - MMS_PAGE_SHIFT))
#define MMS_SUBSECTION_SIZE    (UINT64_C(2) << 20)
#define MMS_PAGEBLOCK_ORDER    9 /**< 2 MiB */
#define MMS_PAGEBLOCK_NR_PAGES (UINT64_C(1) << MMS_PAGEBLOCK_ORDER)
/** End of physical memory with 52 address bits. */
#define MMS_MAX_PHYS (UINT64_C(1) << 52)
/** PUD_ORDER: the largest compound, 1 GiB. */
#define MMS_MAX_COMPOUND_ORDER 18
/** Struct pages of a compound that exist when its tails are shared: two vmemmap pages' worth. */
#define MMS_VMEMMAP_RESERVE_PAGES (2 * MMS_PAGES_PER_VMEMMAP_PAGE)

/** What a namespace is used as. */
enum mms_mode {
	MMS_MODE_FSDAX,  /**< nd_pmem block device with struct pages */
	MMS_MODE_DEVDAX, /**< dax_pmem character device */
	MMS_MODE_FSDEV,  /**< devdax geometry, pages as fsdax has them */
	MMS_MODE_RAW,    /**< legacy e820 pmem: no info block */
};

/** Where the memmap lives. */
enum mms_map {
	MMS_MAP_DEV, /**< in the namespace itself, by an altmap */
	MMS_MAP_MEM, /**< in RAM */
};

/** Where a namespace shares a section with System RAM, so that its struct pages are from boot. */
enum mms_early {
	MMS_EARLY_NONE = 0,
	MMS_EARLY_START = 1, /**< the section that the namespace starts in, not at */
	MMS_EARLY_END = 2,   /**< the section that it ends in, not at its end */
	MMS_EARLY_BOTH = 3,
};

/** struct range: physical addresses in bytes, end inclusive. */
struct mms_range {
	uint64_t start, end;
};

/** struct vmem_altmap: storage for the memmap inside the device, in pages. */
struct mms_vmem_altmap {
	uint64_t base_pfn; /**< first pfn of the namespace */
	uint64_t end_pfn;  /**< last pfn of the namespace */
	uint64_t reserve;  /**< pages at the base that no code initializes (the info block) */
	uint64_t free;     /**< pages after those that may hold the memmap */
	uint64_t align;    /**< pages lost to alignment, by page-table population */
	uint64_t alloc;    /**< pages used for the memmap, by page-table population */
};

#define MMS_PGMAP_ALTMAP_VALID 1u /**< PGMAP_ALTMAP_VALID */
#define MMS_MAX_RANGES         16

/** struct dev_pagemap, as far as initialization reads it. Device pages point to it. */
struct mms_dev_pagemap {
	struct mms_vmem_altmap altmap; /**< valid with MMS_PGMAP_ALTMAP_VALID */
	enum mms_memory_type type;
	unsigned int flags;
	unsigned int vmemmap_shift; /**< order of the compounds; 0: none */
	unsigned int nr_range;
	struct mms_range ranges[MMS_MAX_RANGES];
};

/** A namespace as its administrator sees it. */
struct mms_namespace {
	enum mms_mode mode;
	enum mms_map map;     /**< ignored for MMS_MODE_RAW, which always has its memmap in RAM */
	uint64_t align;       /**< bytes: 4 KiB, 2 MiB or 1 GiB */
	uint64_t start, size; /**< physical, bytes; start aligned to 2 MiB, size to 4 KiB */
	unsigned int nid;     /**< NUMA node that goes into flags, below 1024 */
	enum mms_early early;
};

struct mms_zone;

/**
 * Which pfns have struct pages, and by which rules those are initialized: device pages, or those of
 * a zone of normal memory, which leaves everything about a pgmap 0 but its ranges.
 */
struct mms_geometry {
	const struct mms_kernel *kernel;
	const struct mms_zone *zone; /**< of normal memory (zone.h); NULL: device pages */
	struct mms_dev_pagemap pgmap;
	unsigned int nid;
	uint64_t start_pfn, end_pfn; /**< [start, end): from the first range to the last */
	/** First page of the data. Info block and altmap are before it; their pages are device
	 * pages, too, with map=mem. */
	uint64_t data_pfn;
	uint64_t nr_initialised; /**< pages that the kernel reports as initialised */
	bool dedup;              /**< tails beyond MMS_VMEMMAP_RESERVE_PAGES are shared mappings */
	enum mms_early early;
};

/** Pfns [start, end). */
struct mms_pfn_range {
	uint64_t start, end;
};

/**
 * Work out what @p kernel makes of @p ns.
 * @param geometry  filled in on success
 * @return 0; -EINVAL: a member of @p ns is out of its domain, or no kernel creates such a namespace
 *         (mms_last_error() says which and why); -ERANGE: beyond the physical address space;
 *         -EOPNOTSUPP: this release has no such mode
 */
MMS_API int mms_geometry_from_namespace(const struct mms_kernel *kernel,
                                        const struct mms_namespace *ns,
                                        struct mms_geometry *geometry);

/**
 * A pgmap made directly, for memory types that no namespace has and for several ranges. No capture
 * backs these.
 * @param type           any memory type
 * @param vmemmap_shift  compound order, 0 to 18
 * @param ranges         @p nr_range ranges, ascending, disjoint, aligned to max(2 MiB, compound)
 * @param geometry       filled in on success; has no altmap and no early sections
 * @return 0, -EINVAL or -ERANGE as above
 */
MMS_API int mms_geometry_from_ranges(const struct mms_kernel *kernel, enum mms_memory_type type,
                                     unsigned int vmemmap_shift, const struct mms_range *ranges,
                                     unsigned int nr_range, unsigned int nid,
                                     struct mms_geometry *geometry);

/** pgmap_altmap(): the altmap, or NULL. */
static inline const struct mms_vmem_altmap *mms_pgmap_altmap(const struct mms_dev_pagemap *pgmap)
{
	return pgmap->flags & MMS_PGMAP_ALTMAP_VALID ? &pgmap->altmap : NULL;
}

/** pgmap_vmemmap_nr(): pages per compound, 1 without compounds. */
static inline uint64_t mms_pgmap_vmemmap_nr(const struct mms_dev_pagemap *pgmap)
{
	return UINT64_C(1) << pgmap->vmemmap_shift;
}

/**
 * Jobs are cut at multiples of so many pages: a pageblock or compound, whichever is larger; in
 * normal memory, the largest free block.
 */
MMS_API uint64_t mms_geometry_job_unit(const struct mms_geometry *geometry);

/** Pfns of range @p index (below pgmap.nr_range), those of the altmap included. */
MMS_API struct mms_pfn_range mms_geometry_range_pfns(const struct mms_geometry *geometry,
                                                     unsigned int index);

/**
 * Device pfns of range @p index (below pgmap.nr_range): what memmap_init_zone_device() walks, after
 * altmap reserve and altmap pages.
 */
MMS_API struct mms_pfn_range mms_geometry_device_pfns(const struct mms_geometry *geometry,
                                                      unsigned int index);

/** Pfns of the altmap's own pages, which memmap_init_range() initializes; empty without altmap. */
MMS_API struct mms_pfn_range mms_geometry_altmap_pfns(const struct mms_geometry *geometry);

/** early_section(): whether @p pfn lies in a section whose struct pages are from boot. */
MMS_API bool mms_geometry_early_section(const struct mms_geometry *geometry, uint64_t pfn);

/**
 * compound_nr_pages(): how many struct pages of the compound headed by @p head_pfn get initialized.
 * All of them, or MMS_VMEMMAP_RESERVE_PAGES where the rest is shared or taken to be.
 */
MMS_API uint64_t mms_geometry_compound_nr_pages(const struct mms_geometry *geometry,
                                                uint64_t head_pfn);

/**
 * The pfn whose struct page is read for @p pfn: a shared tail's twin in the second vmemmap page of
 * its compound, @p pfn itself otherwise.
 */
MMS_API uint64_t mms_geometry_backing_pfn(const struct mms_geometry *geometry, uint64_t pfn);

/** What of a geometry an altmap, the sharing of tails and early sections leave alone. */
enum mms_page_kind {
	MMS_PAGE_OUTSIDE,       /**< in no range of the pgmap */
	MMS_PAGE_NEVER_WRITTEN, /**< altmap reserve, or a tail in an early section that no code
	                           reaches */
	MMS_PAGE_ALTMAP,        /**< holds part of the memmap */
	MMS_PAGE_SINGLE,        /**< device page without compound */
	MMS_PAGE_HEAD,
	MMS_PAGE_TAIL,
	MMS_PAGE_RESERVED, /**< in a zone of normal memory, but not free: from boot */
	MMS_PAGE_FREE,     /**< free memory of a zone */
};

/** What @p pfn is in @p geometry. */
MMS_API enum mms_page_kind mms_geometry_page_kind(const struct mms_geometry *geometry,
                                                  uint64_t pfn);

/** @return "fsdax", "devdax", …; NULL for no mode. Static storage. */
MMS_API const char *mms_mode_name(enum mms_mode mode);
/** @return "dev" or "mem"; NULL for no place. Static storage. */
MMS_API const char *mms_map_name(enum mms_map map);
/** @return "none", "start", "end" or "both"; NULL for no value of the enum. Static storage. */
MMS_API const char *mms_early_name(enum mms_early early);
/** @return "MEMORY_DEVICE_GENERIC", …; NULL for no type. Static storage. */
MMS_API const char *mms_memory_type_name(enum mms_memory_type type);

#ifdef __cplusplus
}
#endif

#endif
