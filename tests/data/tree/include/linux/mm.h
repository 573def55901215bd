/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/mmzone.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/poison.h>

#if BITS_PER_LONG == 64
#define mm_zero_struct_page(page) zero_words((unsigned long *)(page))
static inline void zero_words(unsigned long *words)
{
	BUILD_BUG_ON(sizeof(struct page) != 64);
	words[7] = words[6] = words[5] = words[4] = 0;
	words[3] = words[2] = words[1] = words[0] = 0;
}
#else
#define mm_zero_struct_page(page) memset(page, 0, sizeof(struct page))
#endif

static inline void set_page_links(struct page *page, enum zone_type zone, unsigned long nid,
                                  unsigned long pfn)
{
	page->flags.f |= (zone & ZONES_MASK) << ZONES_PGSHIFT;
	page->flags.f |= (nid & NODES_MASK) << NODES_PGSHIFT;
#ifdef SECTION_IN_PAGE_FLAGS
	set_page_section(page, pfn_to_section_nr(pfn));
#endif
}

#ifdef CONFIG_NUMA_BALANCING
#ifdef LAST_CPUPID_NOT_IN_PAGE_FLAGS
#define page_cpupid_reset_last(page) ((page)->_last_cpupid = LAST_CPUPID_MASK)
#else
#define page_cpupid_reset_last(page) ((page)->flags.f |= LAST_CPUPID_MASK << LAST_CPUPID_PGSHIFT)
#endif
#endif

#define SHARED_FROM 2 /* vmemmap pages of a compound */

static inline bool tails_are_shared(struct vmem_altmap *altmap, struct dev_pagemap *pgmap)
{
	return !altmap && pgmap_vmemmap_nr(pgmap) * sizeof(struct page) > SHARED_FROM * PAGE_SIZE;
}
#ifndef vmemmap_can_optimize
#define vmemmap_can_optimize tails_are_shared
#endif

#endif
