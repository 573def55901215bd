// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "memmap/layout.h"

unsigned int mms_layout_pieces(const struct mms_geometry *geometry, uint64_t page_size,
                               struct mms_piece *pieces)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range pfns = mms_range_pfns(geometry, i);
		uint64_t start = pfns.start << MMS_STRUCT_PAGE_SHIFT;
		uint64_t end = (pfns.end << MMS_STRUCT_PAGE_SHIFT) + page_size - 1;

		start -= start % page_size;
		end -= end % page_size;
		if (nr && start <= pieces[nr - 1].end)
			pieces[nr - 1].end = end;
		else
			pieces[nr++] = (struct mms_piece){start, end};
	}
	return nr;
}

static uint64_t next_multiple(uint64_t value, uint64_t step)
{
	return value - value % step + step;
}

/*
 * Sharing is decided section by section, and by compound within one. The vmemmap pages of a part
 * that lies in one section and one compound either all exist, or those at the compound's start do.
 */
static struct mms_pfn_range extent_at(const struct mms_geometry *geometry, uint64_t pfn,
                                      uint64_t end, uint64_t *next)
{
	uint64_t nr = mms_pgmap_vmemmap_nr(&geometry->pgmap);
	uint64_t head = pfn - pfn % nr;

	*next = end;
	if (!geometry->dedup)
		return (struct mms_pfn_range){pfn, end};
	if (next_multiple(pfn, nr) < *next)
		*next = next_multiple(pfn, nr);
	if (next_multiple(pfn, MMS_PAGES_PER_SECTION) < *next)
		*next = next_multiple(pfn, MMS_PAGES_PER_SECTION);
	if (mms_geometry_backing_pfn(geometry, *next - 1) == *next - 1)
		return (struct mms_pfn_range){pfn, *next};
	if (pfn < head + MMS_VMEMMAP_RESERVE_PAGES)
		return (struct mms_pfn_range){pfn, head + MMS_VMEMMAP_RESERVE_PAGES};
	return (struct mms_pfn_range){*next, *next};
}

bool mms_layout_next_extent(const struct mms_geometry *geometry, struct mms_pfn_range *extent)
{
	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range range = mms_range_pfns(geometry, i);
		uint64_t pfn = range.start > extent->end ? range.start : extent->end;

		while (pfn < range.end) {
			struct mms_pfn_range found = extent_at(geometry, pfn, range.end, &pfn);

			if (found.start < found.end) {
				*extent = found;
				return true;
			}
		}
	}
	return false;
}

uint64_t mms_layout_needed(const struct mms_geometry *geometry)
{
	struct mms_pfn_range extent = {0, 0};
	uint64_t bytes = 0;

	while (mms_layout_next_extent(geometry, &extent))
		bytes += (extent.end - extent.start) << MMS_STRUCT_PAGE_SHIFT;
	return bytes;
}
