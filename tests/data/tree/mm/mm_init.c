// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/init.h>
#include <linux/memremap.h>
#include <linux/mm.h>

#include "internal.h"

void __meminit __init_single_page(struct page *page, unsigned long pfn, unsigned long zone, int nid)
{
	mm_zero_struct_page(page);
	set_page_links(page, zone, nid, pfn);
	set_page_count(page, 1);
	atomic_set(&page->_mapcount, -1);
	page_cpupid_reset_last(page);
	INIT_LIST_HEAD(&page->lru);
#ifdef WANT_PAGE_VIRTUAL
	set_page_address(page, __va(pfn << PAGE_SHIFT));
#endif
}

#ifdef CONFIG_ZONE_DEVICE
static __meminit void mark_range(unsigned long pfn, unsigned long nr_pages, int migratetype)
{
	unsigned long end = pfn + nr_pages;

	for (pfn = pageblock_align(pfn); pfn < end; pfn += pageblock_nr_pages) {
		init_pageblock_migratetype(pfn_to_page(pfn), migratetype, false);
		if (IS_ALIGNED(pfn, PAGES_PER_SECTION))
			cond_resched();
	}
}

static void __ref __init_zone_device_page(struct page *page, unsigned long pfn,
                                          unsigned long zone_idx, int nid,
                                          struct dev_pagemap *pgmap)
{
	__init_single_page(page, pfn, zone_idx, nid);
	__SetPageReserved(page);
	page_folio(page)->pgmap = pgmap;
	page->zone_device_data = NULL;

	/* "case 0:" in a string and a { in a comment must not confuse anybody */
	switch (pgmap->type) {
	case MEMORY_DEVICE_FS_DAX:
	case MEMORY_DEVICE_PRIVATE:
	case MEMORY_DEVICE_COHERENT:
	case MEMORY_DEVICE_PCI_P2PDMA:
		set_page_count(page, 0);
		break;
	case MEMORY_DEVICE_GENERIC:
		break;
	}
}

static inline unsigned long compound_nr_pages(unsigned long pfn, struct vmem_altmap *altmap,
                                              struct dev_pagemap *pgmap)
{
	if (early_section(__pfn_to_section(pfn)) || !vmemmap_can_optimize(altmap, pgmap))
		return pgmap_vmemmap_nr(pgmap);
	return SHARED_FROM * (PAGE_SIZE / sizeof(struct page));
}

static void __ref memmap_init_compound(struct page *head, unsigned long head_pfn,
                                       unsigned long zone_idx, int nid, struct dev_pagemap *pgmap,
                                       unsigned long nr_pages)
{
	unsigned long pfn, end_pfn = head_pfn + nr_pages;
	unsigned int order = pgmap->vmemmap_shift;

	__SetPageHead(head);
	for (pfn = head_pfn + 1; pfn < end_pfn; pfn++) {
		struct page *page = pfn_to_page(pfn);

		__init_zone_device_page(page, pfn, zone_idx, nid, pgmap);
		prep_compound_tail(page, head, order);
		set_page_count(page, 0);
	}
	prep_compound_head(head, order);
}

void __ref memmap_init_zone_device(struct zone *zone, unsigned long start_pfn,
                                   unsigned long nr_pages, struct dev_pagemap *pgmap)
{
	unsigned long pfn, end_pfn = start_pfn + nr_pages, zone_idx = zone_idx(zone);
	struct vmem_altmap *altmap = pgmap_altmap(pgmap);
	unsigned int step = pgmap_vmemmap_nr(pgmap);
	int nid = zone->zone_pgdat->node_id;

	if (WARN_ON_ONCE(!pgmap || zone_idx != ZONE_DEVICE))
		return;
	if (altmap) {
		start_pfn = altmap->base_pfn + vmem_altmap_offset(altmap);
		nr_pages = end_pfn - start_pfn;
	}
	for (pfn = start_pfn; pfn < end_pfn; pfn += step) {
		struct page *page = pfn_to_page(pfn);

		__init_zone_device_page(page, pfn, zone_idx, nid, pgmap);
		if (IS_ALIGNED(pfn, PAGES_PER_SECTION))
			cond_resched();
		if (step == 1)
			continue;
		memmap_init_compound(page, pfn, zone_idx, nid, pgmap,
		                     compound_nr_pages(pfn, altmap, pgmap));
	}
	mark_range(start_pfn, nr_pages, MIGRATE_MOVABLE);
	pr_debug("%s initialised %lu pages in %ums\n", __func__, nr_pages,
	         jiffies_to_msecs(jiffies));
}
#endif

/* What boot reserved; it is only read here. */
void __meminit __init_page_from_nid(unsigned long pfn, int nid)
{
	__init_single_page(pfn_to_page(pfn), pfn, ZONE_NORMAL, nid);
	if (pageblock_aligned(pfn))
		init_pageblock_migratetype(pfn_to_page(pfn), MIGRATE_MOVABLE, false);
}
