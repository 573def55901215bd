/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file init.h
 * Jobs ("initialize these pfns") and the initializers that do them.
 */
#ifndef MEMMAPSIM_INIT_H
#define MEMMAPSIM_INIT_H

#include <memmapsim/cpu.h>
#include <memmapsim/memmap.h>
#include <memmapsim/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Initialize the struct pages of these pfns, and touch no other: device pages, or, with the
 * geometry of a zone, what of them is free memory.
 */
struct mms_job {
	const struct mms_geometry *geometry;
	uintptr_t vmemmap; /**< address of pfn 0's struct page */
	struct mms_pageblocks *pageblocks;
	uint64_t start_pfn, end_pfn; /**< [start, end), of one range */
	unsigned int gates;          /**< enum mms_gate, or'ed */
	const void *data;            /**< of the initializer, when mms_init_range() runs it */
};

/** The struct page of a pfn of the job. */
static inline struct mms_page *mms_job_page(const struct mms_job *job, uint64_t pfn)
{
	return (struct mms_page *)(job->vmemmap + (uintptr_t)(pfn << MMS_STRUCT_PAGE_SHIFT));
}

/**
 * The whole job that binding @p map gives for range @p range of its pgmap: what the kernel calls
 * memmap_init_zone_device() for; or all of a range of a zone.
 * @return 0, or -ERANGE: no such range
 */
MMS_API int mms_job_create(struct mms_memmap *map, unsigned int range, struct mms_job *job);

/**
 * A part of @p job. Both ends must be an end of @p job, or multiples of mms_geometry_job_unit().
 * @return 0; -EINVAL: empty, outside, or inside a compound or pageblock
 */
MMS_API int mms_job_cut(const struct mms_job *job, uint64_t start_pfn, uint64_t end_pfn,
                        struct mms_job *part);

/**
 * A way to initialize struct pages. Users may define their own; the library treats it like the
 * built-in ones.
 */
struct mms_initializer {
	const char *name;
	const char *description;
	unsigned int cpu;   /**< enum mms_cpu: what it can't run without */
	unsigned int gates; /**< enum mms_gate: under these the kernel would use "naive" instead */
	bool kernel_usable; /**< a kernel can run it without saving FPU state */
	bool cuttable;      /**< its job may be a part of a range; otherwise whole ranges only */
	/** It marks the pageblocks of its job under either policy, as memmap_init_zone_device()
	 * does, so that mms_init_range() has nothing left to mark. */
	bool marks_pageblocks;
	const void *data; /**< for it to find in its job */
	/**
	 * Initialize job->start_pfn … end_pfn - 1 (heads, the tails that
	 * mms_geometry_compound_nr_pages() counts, pageblocks if the policy is per page) on memory
	 * with any contents. Non-temporal stores are drained on return. Must not keep state of its
	 * own: many threads may run it on disjoint jobs.
	 * NULL: not for device pages.
	 * @return 0 or negative errno
	 */
	int (*init)(const struct mms_job *job);
	/**
	 * The same for normal memory: all pages of the job are free ones, each with a list head
	 * that points to itself, and no pageblock is to be marked. NULL: not for normal memory.
	 */
	int (*init_normal)(const struct mms_job *job);
};

/** @return how many initializers are built in. */
MMS_API size_t mms_initializer_count(void);

/** @return built-in initializer @p index, or NULL past the last. Static storage. */
MMS_API const struct mms_initializer *mms_initializer_at(size_t index);

/**
 * The fastest that this CPU runs, from a static ladder: stream-avx512, stream-avx2, stream-erms,
 * stream-movnti. Never NULL.
 */
MMS_API const struct mms_initializer *mms_initializer_auto(void);

/**
 * Find a built-in initializer; "auto" finds mms_initializer_auto().
 * @return 0, or -ENOENT: no such name; mms_last_error() names the nearest one
 */
MMS_API int mms_initializer_find(const char *name, const struct mms_initializer **initializer);

/** The one that really runs when @p initializer is asked for under @p gates: itself, or "naive". */
MMS_API const struct mms_initializer *
mms_initializer_effective(const struct mms_initializer *initializer, unsigned int gates);

/**
 * Initialize a range: run the initializer (or what the job's gates make of it), then mark the
 * pageblocks where the kernel description says that this happens once per range. Mirrors
 * memmap_init_zone_device() and is what gets timed. In a zone of normal memory: run it on each
 * range of free pages, and leave pageblocks to those who free them.
 *
 * @return 0; -EOPNOTSUPP: the CPU lacks a feature, or it is not for such pages; -EINVAL: a part
 * of a range for an initializer that takes only whole ones; else what the initializer returned
 */
MMS_API int mms_init_range(const struct mms_initializer *initializer, const struct mms_job *job);

/**
 * Initialize the altmap's own pages, as memmap_init_range() does before device pages, page by page;
 * nothing to do without an altmap. A step of its own, which is in no time of mms_init_range().
 */
MMS_API void mms_init_altmap(struct mms_memmap *map);

/**
 * Initialize what of a zone boot has done already: all pages that are not free, as reserved ones,
 * page by page; nothing to do for device pages.
 */
MMS_API void mms_init_reserved(struct mms_memmap *map);

/**
 * All that a bind does to the memmap: mms_memmap_reset_pageblocks(), mms_init_altmap() or
 * mms_init_reserved(), and mms_init_range() for each range.
 * @return 0, or the first error
 */
MMS_API int mms_memmap_bind(struct mms_memmap *map, const struct mms_initializer *initializer,
                            unsigned int gates);

#ifdef __cplusplus
}
#endif

#endif
