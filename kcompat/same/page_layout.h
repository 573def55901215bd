/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Sizes, and where page->flags holds what, of an x86-64 distribution kernel. Kernels work these out
 * from the configuration, in part while they are being built.
 */
#ifndef KCOMPAT_SAME_PAGE_LAYOUT_H
#define KCOMPAT_SAME_PAGE_LAYOUT_H

#define PAGE_SHIFT         12
#define PAGE_SIZE          (1UL << PAGE_SHIFT)
#define PAGE_MASK          (~(PAGE_SIZE - 1))
#define PMD_SHIFT          21
#define PMD_SIZE           (1UL << PMD_SHIFT)
#define PUD_SHIFT          30
#define PUD_SIZE           (1UL << PUD_SHIFT)
#define HPAGE_PMD_ORDER    (PMD_SHIFT - PAGE_SHIFT)
#define HUGETLB_PAGE_ORDER HPAGE_PMD_ORDER
#define MAX_PAGE_ORDER     10
/* Its meaning changed in v6.4; nobody here asks on which side of that a tree is. */
#define MAX_FOLIO_ORDER (PUD_SHIFT - PAGE_SHIFT)
#define L1_CACHE_BYTES  64
#define SMP_CACHE_BYTES L1_CACHE_BYTES

#define SECTION_SIZE_BITS    27
#define PFN_SECTION_SHIFT    (SECTION_SIZE_BITS - PAGE_SHIFT)
#define PAGES_PER_SECTION    (1UL << PFN_SECTION_SHIFT)
#define PAGE_SECTION_MASK    (~(PAGES_PER_SECTION - 1))
#define SUBSECTION_SHIFT     21
#define PAGES_PER_SUBSECTION (1UL << (SUBSECTION_SHIFT - PAGE_SHIFT))
#define pageblock_order      9

#define PFN_ALIGN(address) ALIGN((unsigned long)(address), PAGE_SIZE)
#define PFN_UP(address)    (((address) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(address)  ((address) >> PAGE_SHIFT)
#define PFN_PHYS(pfn)      ((phys_addr_t)(pfn) << PAGE_SHIFT)
#define PHYS_PFN(address)  ((unsigned long)((address) >> PAGE_SHIFT))

/* node 54 to 63, zone 51 to 53, last_cpupid 30 to 50, no section */
#define SECTIONS_WIDTH      0
#define NODES_SHIFT         10
#define NODES_WIDTH         10
#define ZONES_SHIFT         3
#define ZONES_WIDTH         3
#define MAX_NR_ZONES        5
#define LAST_CPUPID_SHIFT   21
#define LAST_CPUPID_WIDTH   21
#define LRU_GEN_WIDTH       3
#define LRU_REFS_WIDTH      2
#define KASAN_TAG_WIDTH     0
#define NODES_PGSHIFT       54
#define ZONES_PGSHIFT       51
#define ZONEID_PGSHIFT      51
#define LAST_CPUPID_PGSHIFT 30
#define LRU_GEN_PGOFF       27
#define LRU_REFS_PGOFF      25
#define NODES_MASK          ((1UL << NODES_WIDTH) - 1)
#define ZONES_MASK          ((1UL << ZONES_WIDTH) - 1)
#define LAST_CPUPID_MASK    ((1UL << LAST_CPUPID_WIDTH) - 1)

/* Locks of page tables fit into struct page. */
#define ALLOC_SPLIT_PTLOCKS 0

#endif
