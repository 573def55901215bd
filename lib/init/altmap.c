// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The altmap's own pages, which memmap_init_range() initializes when the memory is hotplugged,
 * before memmap_init_zone_device() gets to the device pages. The reserve is skipped and so stays as
 * it was.
 */
#include "init/kernel_code.h"

void mms_init_altmap(struct mms_memmap *map)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	struct mms_pfn_range pfns = mms_geometry_altmap_pfns(geometry);
	struct mms_pageblocks *pageblocks = mms_memmap_pageblocks(map);
	uintptr_t vmemmap = mms_memmap_vmemmap(map);

	for (uint64_t pfn = pfns.start; pfn < pfns.end; pfn++) {
		struct mms_page *page =
			(struct mms_page *)(vmemmap + (pfn << MMS_STRUCT_PAGE_SHIFT));

		init_single_page(page, MMS_ZONE_DEVICE, geometry->nid);
		mms___SetPageReserved(geometry->kernel, page);
		if (pageblock_aligned(pfn))
			mms_set_pageblock_migratetype(pageblocks, pfn, MMS_MIGRATE_MOVABLE);
	}
}
