// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What kernels do to free pages that were just initialized: __free_pages_core() and below
 * (mm/page_alloc.c), words in the order in which it reads and writes them.
 */
#include "buddy/free.h"

#include <sched.h>

#include "buddy/buddy.h"
#include "init/kernel_code.h"

/* What list_del() leaves in what was on a list. */
#define LIST_POISON1 UINT64_C(0xdead000000000100)
#define LIST_POISON2 UINT64_C(0xdead000000000122)

/* A holder that the system took from its CPU needs that CPU back, so nobody spins for long. */
#define MANY_SPINS 1000

/* spin_lock(&zone->lock) */
static void lock_zone(struct mms_buddy *buddy)
{
	for (unsigned int spins = 0; __atomic_exchange_n(&buddy->lock, 1, __ATOMIC_ACQUIRE);) {
		while (__atomic_load_n(&buddy->lock, __ATOMIC_RELAXED)) {
			__builtin_ia32_pause();
			if (++spins % MANY_SPINS == 0)
				sched_yield();
		}
	}
}

static void unlock_zone(struct mms_buddy *buddy)
{
	__atomic_store_n(&buddy->lock, 0, __ATOMIC_RELEASE);
}

/* list_add_tail() */
mms_always_inline void list_add_tail(struct mms_list_head *entry, struct mms_list_head *head)
{
	struct mms_list_head *last = head->prev;

	head->prev = entry;
	entry->next = head;
	entry->prev = last;
	MMS_WRITE_ONCE(last->next, entry);
}

/* list_del() */
mms_always_inline void list_del(struct mms_list_head *entry)
{
	struct mms_list_head *next = entry->next, *prev = entry->prev;

	next->prev = prev;
	MMS_WRITE_ONCE(prev->next, next);
	entry->next = (struct mms_list_head *)(uintptr_t)LIST_POISON1;
	entry->prev = (struct mms_list_head *)(uintptr_t)LIST_POISON2;
}

/* PageBuddy() */
mms_always_inline bool page_buddy(const struct mms_kernel *kernel, const struct mms_page *page)
{
	return !((MMS_READ_ONCE(page->page_type) ^ kernel->buddy_type) & kernel->buddy_mask);
}

/* set_buddy_order() */
mms_always_inline void set_buddy_order(const struct mms_kernel *kernel, struct mms_page *page,
                                       unsigned int order)
{
	page->private_ = order;
	if (kernel->buddy_bit)
		page->page_type &= kernel->buddy_type;
	else
		page->page_type = kernel->buddy_type;
}

/* __ClearPageBuddy() */
mms_always_inline void clear_page_buddy(const struct mms_kernel *kernel, struct mms_page *page)
{
	if (kernel->buddy_bit)
		page->page_type |= ~kernel->buddy_type;
	else
		page->page_type = UINT32_MAX;
}

/* page_is_buddy(): order and zone are read only of what is marked. */
mms_always_inline bool page_is_buddy(const struct mms_kernel *kernel, const struct mms_page *page,
                                     const struct mms_page *buddy, unsigned int order)
{
	return page_buddy(kernel, buddy) && MMS_READ_ONCE(buddy->private_) == order &&
	       !((page->flags ^ buddy->flags) >> MMS_ZONES_SHIFT);
}

/* __del_page_from_free_list() */
mms_always_inline void take_from_list(const struct mms_kernel *kernel, struct mms_buddy *zone,
                                      struct mms_page *page, unsigned int order)
{
	list_del(&page->lru);
	clear_page_buddy(kernel, page);
	page->private_ = 0;
	zone->free_area[order].nr_free--;
}

/*
 * __free_one_page(), with the zone locked. That blocks as large as a pageblock are of the same
 * migratetype, or of two that may be merged, is so by construction: they were marked on the way
 * here.
 */
mms_always_inline void free_one_block(const struct mms_kernel *kernel, struct mms_buddy *zone,
                                      const struct mms_job *job, uint64_t pfn, unsigned int order,
                                      unsigned int migratetype)
{
	struct mms_page *page = mms_job_page(job, pfn);

	for (; order < MMS_MAX_PAGE_ORDER; order++) {
		uint64_t buddy_pfn = pfn ^ UINT64_C(1) << order;
		struct mms_page *buddy = mms_job_page(job, buddy_pfn);

		if (!page_is_buddy(kernel, page, buddy, order))
			break;
		take_from_list(kernel, zone, buddy, order);
		pfn &= buddy_pfn;
		page = mms_job_page(job, pfn);
	}
	set_buddy_order(kernel, page, order);
	list_add_tail(&page->lru, &zone->free_area[order].free_list[migratetype]);
	zone->free_area[order].nr_free++;
}

/* free_one_page(): under the lock, pageblock by pageblock. */
mms_always_inline void free_block(const struct mms_kernel *kernel, struct mms_buddy *zone,
                                  const struct mms_job *job, uint64_t pfn, unsigned int order)
{
	uint64_t end = pfn + (UINT64_C(1) << order);
	unsigned int unit = order < MMS_PAGEBLOCK_ORDER ? order : MMS_PAGEBLOCK_ORDER;

	lock_zone(zone);
	for (; pfn < end; pfn += UINT64_C(1) << unit)
		free_one_block(kernel, zone, job, pfn, unit,
		               mms_get_pageblock_migratetype(job->pageblocks, pfn));
	unlock_zone(zone);
}

/*
 * PAGE_FLAGS_CHECK_AT_PREP: flags that no free page has. All but hwpoison, and the bits of LRU_GEN;
 * none is set after init, so that what is left of clearing them is the access to memory.
 */
mms_always_inline uint64_t check_at_prep(const struct mms_kernel *kernel)
{
	uint64_t flags = (UINT64_C(1) << kernel->nr_pageflags) - 1;
	uint64_t lru_gen = (UINT64_C(1) << MMS_LRU_GEN_WIDTH) - 1;

	return (flags & ~(UINT64_C(1) << kernel->pg_hwpoison)) | lru_gen << MMS_LRU_GEN_SHIFT;
}

/* Whether a page that is to be free is still in use: nothing is done about it here. */
mms_always_inline bool looks_used(const struct mms_kernel *kernel, const struct mms_page *page)
{
	uint64_t flags = MMS_READ_ONCE(page->flags);
	uint64_t link = MMS_READ_ONCE(page->compound_head);
	uint64_t mapping = MMS_READ_ONCE(page->mapping);
	uint32_t page_type = MMS_READ_ONCE(page->page_type);

	return (flags >> kernel->pg_head & 1) | (link & 1) | (mapping & 1) |
	       (page_type != UINT32_MAX);
}

/* free_pages_prepare(), pass B: tails first, then the head. */
mms_always_inline void prepare_block(const struct mms_kernel *kernel, struct mms_page *page,
                                     unsigned int order)
{
	for (uint64_t i = 1; i < UINT64_C(1) << order; i++)
		page[i].flags &= ~check_at_prep(kernel);
	(void)looks_used(kernel, page);
	mms_page_cpupid_reset_last(page);
	page->flags &= ~check_at_prep(kernel);
	page->private_ = 0;
}

/* __ClearPageReserved(): one instruction that reads and writes, and not atomic. */
mms_always_inline void clear_page_reserved(const struct mms_kernel *kernel, struct mms_page *page)
{
#if defined(__x86_64__)
	__asm__ volatile("btrq %1, %0"
	                 : "+m"(page->flags)
	                 : "Jr"((uint64_t)kernel->pg_reserved)
	                 : "cc", "memory");
#else
	page->flags &= ~(UINT64_C(1) << kernel->pg_reserved);
#endif
}

/* __free_pages_core(), pass A and all that it leads to. */
mms_always_inline void free_pages_core(const struct mms_kernel *kernel, struct mms_buddy *zone,
                                       const struct mms_job *job, uint64_t pfn, unsigned int order)
{
	struct mms_page *page = mms_job_page(job, pfn);
	uint64_t nr = UINT64_C(1) << order;

	for (uint64_t i = 0; i < nr; i++) {
		clear_page_reserved(kernel, &page[i]);
		mms_set_page_count(&page[i], 0);
	}
	__atomic_fetch_add(&zone->managed_pages, nr, __ATOMIC_RELAXED);
	prepare_block(kernel, page, order);
	free_block(kernel, zone, job, pfn, order);
}

/* deferred_free_pages(): @job's pages are all free ones. */
mms_always_inline void free_pages(const struct mms_kernel *kernel, struct mms_buddy *zone,
                                  const struct mms_job *job)
{
	const uint64_t whole = UINT64_C(1) << kernel->deferred_order;
	uint64_t pfn = job->start_pfn;

	while (pfn < job->end_pfn) {
		if (pfn % whole == 0 && job->end_pfn - pfn >= whole) {
			for (uint64_t i = 0; i < whole; i += MMS_PAGEBLOCK_NR_PAGES)
				mms_set_pageblock_migratetype(job->pageblocks, pfn + i,
				                              MMS_MIGRATE_MOVABLE);
			free_pages_core(kernel, zone, job, pfn, kernel->deferred_order);
			pfn += whole;
			continue;
		}
		if (pageblock_aligned(pfn))
			mms_set_pageblock_migratetype(job->pageblocks, pfn, MMS_MIGRATE_MOVABLE);
		free_pages_core(kernel, zone, job, pfn, 0);
		pfn++;
	}
}

#define DEFINE_FREE_PAGES(id, ...)                                                                 \
	static __attribute__((noinline)) void free_pages_##id(struct mms_buddy *buddy,             \
	                                                      const struct mms_job *job)           \
	{                                                                                          \
		free_pages(&mms_descriptions[MMS_KERNEL_##id], buddy, job);                        \
	}
MMS_KERNELS(DEFINE_FREE_PAGES)

static __attribute__((noinline)) void free_pages_any(struct mms_buddy *buddy,
                                                     const struct mms_job *job)
{
	free_pages(job->geometry->kernel, buddy, job);
}

mms_free_pages_fn *mms_free_pages_of(const struct mms_kernel *kernel)
{
#define FREE_PAGES(id, ...) free_pages_##id,
	static mms_free_pages_fn *const instances[] = {MMS_KERNELS(FREE_PAGES) free_pages_any};

	return instances[mms_kernel_index(kernel)];
}
