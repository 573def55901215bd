/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef PAGE_FLAGS_H
#define PAGE_FLAGS_H

#include <linux/mm_types.h>

enum pageflags {
	PG_locked,
	PG_writeback,
	PG_referenced,
	PG_uptodate,
	PG_dirty,
	PG_lru,
	PG_head, /* must stay below PG_waiters */
	PG_waiters,
	PG_active,
	PG_workingset,
	PG_owner_priv_1,
	PG_owner_2,
	PG_arch_1,
	PG_reserved,
	PG_private,
	PG_private_2,
	PG_reclaim,
	PG_swapbacked,
	PG_unevictable,
	PG_dropbehind,
#ifdef CONFIG_MMU
	PG_mlocked,
#endif
#ifdef CONFIG_MEMORY_FAILURE
	PG_hwpoison,
#endif
#if defined(CONFIG_PAGE_IDLE_FLAG) && defined(CONFIG_64BIT)
	PG_young,
	PG_idle,
#endif
#ifdef CONFIG_ARCH_USES_PG_ARCH_2
	PG_arch_2,
#endif
#ifdef CONFIG_ARCH_USES_PG_ARCH_3
	PG_arch_3,
#endif
	__NR_PAGEFLAGS,

	/* Second names for bits of which only some pages make this use. */
	PG_readahead = PG_reclaim,
	PG_checked = PG_owner_priv_1,
};

#ifndef __GENERATING_BOUNDS_H

/* Functions for flags are made by macros that stand alone, without semicolons. */
#define SMALL_FLAG(name, bit)                                                                      \
	static inline int Page##name(const struct page *page)                                      \
	{                                                                                          \
		return page->flags.f >> (bit)&1;                                                   \
	}
SMALL_FLAG(Lru, PG_lru)
SMALL_FLAG(Active, PG_active)

static __always_inline bool links_are_masks(void)
{
	return IS_ENABLED(CONFIG_HUGETLB_PAGE_OPTIMIZE_VMEMMAP) &&
	       is_power_of_2(sizeof(struct page));
}

static __always_inline unsigned long head_address(const struct page *page)
{
	unsigned long link = READ_ONCE(page->compound_info);

	if (!(link & 1))
		return (unsigned long)page;
	if (!links_are_masks())
		return link - 1;
	return (unsigned long)page & link;
}

#define page_folio(page) ((struct folio *)head_address(page))

static __always_inline void set_compound_head(struct page *tail, const struct page *head,
                                              unsigned int order)
{
	unsigned long mask = ~0UL << (order + order_base_2(sizeof(struct page)));

	if (links_are_masks())
		WRITE_ONCE(tail->compound_info, mask | 1);
	else
		WRITE_ONCE(tail->compound_info, (unsigned long)head | 1);
}

#endif
#endif
