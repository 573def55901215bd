/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the initializers that stand for kernel code share: the init of one page, and how a loop is
 * instantiated for every kernel description.
 *
 * A loop takes the description as its first argument and is always inlined. Given one of the
 * constants of page/descriptions.h, compilers fold every rule, so that no instruction of the loop
 * looks one up; given a pointer known only at run time, the same source serves descriptions that
 * users make.
 */
#ifndef LIB_INIT_KERNEL_CODE_H
#define LIB_INIT_KERNEL_CODE_H

#include <memmapsim/init.h>

#include "page/descriptions.h"
#include "page/kernel.h"

#define mms_always_inline static inline __attribute__((always_inline))

/*
 * __init_zone_device_page(). One function per description, out of line, as compilers leave it in
 * distribution kernels, where it is called for every page (with __init_single_page() inlined).
 */
typedef void mms_init_page_fn(struct mms_page *page, uint64_t pfn, unsigned int nid,
                              const struct mms_geometry *geometry,
                              struct mms_pageblocks *pageblocks);

#define MMS_DECLARE_INIT_PAGE(id, ...) mms_init_page_fn mms_init_zone_device_page_##id;
MMS_KERNELS(MMS_DECLARE_INIT_PAGE)
mms_init_page_fn mms_init_zone_device_page_any;
#undef MMS_DECLARE_INIT_PAGE

/*
 * Define the function @name(job), which runs the always-inlined loop
 * @body(kernel, init_page, job, ...) compiled for the job's description.
 */
#define MMS_DEFINE_INITIALIZER(name, body, ...)                                                    \
	MMS_KERNELS(MMS_INSTANTIATE, name, body, ##__VA_ARGS__)                                    \
	static __attribute__((noinline)) int name##_any(const struct mms_job *job)                 \
	{                                                                                          \
		return body(job->geometry->kernel, mms_init_zone_device_page_any, job,             \
		            ##__VA_ARGS__);                                                        \
	}                                                                                          \
	int name(const struct mms_job *job)                                                        \
	{                                                                                          \
		static int (*const instances[])(const struct mms_job *) = {                        \
			MMS_KERNELS(MMS_INSTANCE, name) name##_any};                               \
		return instances[mms_kernel_index(job->geometry->kernel)](job);                    \
	}
#define MMS_INSTANTIATE(id, name, body, ...)                                                       \
	static __attribute__((noinline)) int name##_##id(const struct mms_job *job)                \
	{                                                                                          \
		return body(&mms_descriptions[MMS_KERNEL_##id], mms_init_zone_device_page_##id,    \
		            job, ##__VA_ARGS__);                                                   \
	}
#define MMS_INSTANCE(id, name) name##_##id,

/* __init_single_page(), and before it mm_zero_struct_page(), which spells out its eight stores. */
mms_always_inline void init_single_page(struct mms_page *page, unsigned int zone, unsigned int nid)
{
	page->memcg_data = 0;
	page->_mapcount = 0;
	page->_refcount = 0;
	page->private_ = 0;
	page->index = 0;
	page->mapping = 0;
	page->zone_device_data = 0;
	page->compound_head = 0;
	page->flags = 0;
	mms_set_page_links(page, zone, nid);
	mms_set_page_count(page, 1);
	mms_page_mapcount_reset(page);
	mms_page_cpupid_reset_last(page);
	mms_init_list_head(&page->lru);
}

/* Where it is in another C file: called, and compiled for size, as __meminit had it. */
void mms_init_single_page_apart(struct mms_page *page, uint64_t pfn, unsigned int zone,
                                unsigned int nid);

/* The same, out of line. */
void mms_init_single_page(struct mms_page *page, unsigned int zone, unsigned int nid);

mms_always_inline bool pageblock_aligned(uint64_t pfn)
{
	return pfn % MMS_PAGEBLOCK_NR_PAGES == 0;
}

/* Whether pages of @type start without the reference that init_single_page() gives. */
mms_always_inline bool starts_unreferenced(const struct mms_kernel *kernel,
                                           enum mms_memory_type type)
{
	unsigned int unreferenced = 0;

#pragma GCC unroll 6
	for (unsigned int t = 0; t < MMS_NR_MEMORY_TYPES; t++)
		unreferenced |= (unsigned int)!kernel->refcount[t] << t;
	return unreferenced >> type & 1;
}

mms_always_inline void init_zone_device_page(const struct mms_kernel *kernel, struct mms_page *page,
                                             uint64_t pfn, unsigned int nid,
                                             const struct mms_dev_pagemap *pgmap,
                                             struct mms_pageblocks *pageblocks)
{
	if (kernel->init_apart)
		mms_init_single_page_apart(page, pfn, MMS_ZONE_DEVICE, nid);
	else
		init_single_page(page, MMS_ZONE_DEVICE, nid);
	mms___SetPageReserved(kernel, page);
	if (kernel->pgmap_by_folio)
		mms_compound_head(kernel, page)->pgmap = pgmap;
	else
		page->pgmap = pgmap;
	page->zone_device_data = 0;
	if (kernel->pageblock_policy == MMS_PAGEBLOCK_PER_PAGE && pageblock_aligned(pfn))
		mms_set_pageblock_migratetype(pageblocks, pfn, MMS_MIGRATE_MOVABLE);
	if (starts_unreferenced(kernel, pgmap->type))
		mms_set_page_count(page, 0);
}

/* prep_compound_tail() where it is in another C file, so that it is called. */
void mms_prep_compound_tail_apart(struct mms_page *head, int index, uint64_t link);

/*
 * prep_compound_tail(). Where tails hold their head's address, it is given the head and the tail's
 * index, and works the tail's address out again.
 */
mms_always_inline void prep_tail(const struct mms_kernel *kernel, struct mms_page *head,
                                 unsigned int order, struct mms_page *page, int index)
{
	if (kernel->init_apart)
		mms_prep_compound_tail_apart(
			head, index, mms_tail_link(kernel, (uint64_t)(uintptr_t)head, order));
	else if (kernel->tail_link == MMS_TAIL_LINK_HEAD)
		mms_prep_compound_tail(kernel, head + index, head, order);
	else
		mms_prep_compound_tail(kernel, page, head, order);
}

/* Tail @index of a compound, as memmap_init_compound() makes it. */
mms_always_inline void init_tail(const struct mms_kernel *kernel, mms_init_page_fn *init_page,
                                 const struct mms_job *job, struct mms_page *head,
                                 unsigned int order, struct mms_page *page, uint64_t pfn, int index)
{
	const struct mms_geometry *geometry = job->geometry;

	init_page(page, pfn, geometry->nid, geometry, job->pageblocks);
	prep_tail(kernel, head, order, page, index);
	mms_set_page_count(page, 0);
}

/* Whether tail 2 is left with the list that prep_compound_head() makes of it. */
mms_always_inline bool tail_2_keeps_list(const struct mms_kernel *kernel, unsigned int order)
{
	return kernel->deferred_list && order > 1 &&
	       kernel->prep_head != MMS_PREP_HEAD_AFTER_TAIL_1;
}

/*
 * What prep_compound_head() leaves behind, for those who write it when all tails are there. Where
 * the naive path prepares the head before the init of tail 2, that init wipes tail 2's list, so it
 * isn't made here; and where the path waits for a tail 2 that doesn't exist, there is no metadata.
 */
mms_always_inline void finish_compound(const struct mms_kernel *kernel, struct mms_page *head,
                                       unsigned int order)
{
	if (tail_2_keeps_list(kernel, order))
		mms_prep_compound_head(kernel, head, order);
	else if (kernel->prep_head != MMS_PREP_HEAD_AFTER_TAIL_2 || order > 1)
		mms_prep_compound_metadata(kernel, head, order);
}

#endif
