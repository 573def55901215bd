// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <unistd.h>

#include <emmintrin.h>

#include "footprint.h"

/* Pfns of range @index whose struct pages the array has, those of the altmap included. */
static struct mms_pfn_range range_pfns(const struct mms_geometry *geometry, unsigned int index)
{
	const struct mms_range *range = &geometry->pgmap.ranges[index];

	return (struct mms_pfn_range){
		.start = range->start >> MMS_PAGE_SHIFT,
		.end = (range->end + 1) >> MMS_PAGE_SHIFT,
	};
}

/* Ranges start at vmemmap pages, so what exists does so by whole vmemmap pages. */
static struct mms_page *existing_page(const struct mms_memmap *map, uint64_t pfn)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);

	return mms_geometry_backing_pfn(geometry, pfn) == pfn ? mms_memmap_page(map, pfn) : NULL;
}

void mms_footprint_touch(struct mms_memmap *map)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);

	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range pfns = range_pfns(geometry, i);

		for (uint64_t pfn = pfns.start; pfn < pfns.end; pfn += MMS_PAGES_PER_VMEMMAP_PAGE) {
			struct mms_page *page = existing_page(map, pfn);

			if (page)
				*(volatile unsigned char *)page = 0;
		}
	}
}

/* Flush at most @lines struct pages, which are cache lines, from the end of @pfns on. */
static size_t flush_range(const struct mms_memmap *map, struct mms_pfn_range pfns, size_t lines)
{
	size_t flushed = 0;
	uint64_t end = pfns.end, start;

	for (; end > pfns.start && flushed < lines; end = start) {
		const struct mms_page *page;

		start = (end - 1) & ~(MMS_PAGES_PER_VMEMMAP_PAGE - 1);
		page = existing_page(map, start);
		for (uint64_t i = 0; page && i < end - start; i++, flushed++)
			_mm_clflush(page + i);
	}
	return flushed;
}

void mms_footprint_flush(struct mms_memmap *map, size_t bytes)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	size_t lines = bytes >> MMS_STRUCT_PAGE_SHIFT, flushed = 0;

	for (unsigned int i = geometry->pgmap.nr_range; i-- > 0 && flushed < lines;)
		flushed += flush_range(map, range_pfns(geometry, i), lines - flushed);
	_mm_mfence();
}

size_t mms_footprint_cached(void)
{
	const size_t least = (size_t)64 << 20;
	long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
	size_t bytes = cache > 0 ? 2 * (size_t)cache : 0;

	return bytes > least ? bytes : least;
}
