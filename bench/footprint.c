// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <unistd.h>

#include <emmintrin.h>

#include "footprint.h"
#include "memmap/layout.h"

uint64_t mms_footprint_pages(const struct mms_geometry *geometry)
{
	uint64_t step = mms_pgmap_vmemmap_nr(&geometry->pgmap), pages = 0;

	if (!geometry->dedup)
		return geometry->nr_initialised;
	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range pfns = mms_geometry_device_pfns(geometry, i);

		for (uint64_t pfn = pfns.start; pfn < pfns.end; pfn += step)
			pages += mms_geometry_compound_nr_pages(geometry, pfn);
	}
	return pages;
}

void mms_footprint_touch(struct mms_memmap *map)
{
	struct mms_pfn_range extent = {0, 0};

	/* Extents are whole vmemmap pages. */
	while (mms_layout_next_extent(mms_memmap_geometry(map), &extent))
		for (uint64_t pfn = extent.start; pfn < extent.end;
		     pfn += MMS_PAGES_PER_VMEMMAP_PAGE)
			*(volatile unsigned char *)mms_memmap_page(map, pfn) = 0;
}

void mms_footprint_flush(struct mms_memmap *map, size_t bytes)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	uint64_t needed = mms_layout_needed(geometry);
	uint64_t kept = (needed > bytes ? needed - bytes : 0) >> MMS_STRUCT_PAGE_SHIFT;
	struct mms_pfn_range extent = {0, 0};

	while (mms_layout_next_extent(geometry, &extent)) {
		uint64_t count = extent.end - extent.start;
		uint64_t skipped = kept < count ? kept : count;
		const struct mms_page *page = mms_memmap_page(map, extent.start);

		kept -= skipped;
		for (uint64_t i = skipped; i < count; i++) /* a struct page is a cache line */
			_mm_clflush(page + i);
	}
	_mm_mfence();
}

size_t mms_footprint_cached(void)
{
	const size_t least = (size_t)64 << 20;
	long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
	size_t bytes = cache > 0 ? 2 * (size_t)cache : 0;

	return bytes > least ? bytes : least;
}
