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

/*
 * Where the extent ends that begins with @pfn, the head of a compound if tails are shared. They are
 * or aren't in all of a compound: those larger than a section begin and end at section borders, and
 * so does then the namespace, which leaves no section to be early.
 */
static uint64_t extent_end(const struct mms_geometry *geometry, uint64_t pfn, uint64_t range_end)
{
	uint64_t compound_end = pfn + mms_pgmap_vmemmap_nr(&geometry->pgmap);

	if (!geometry->dedup)
		return range_end;
	if (mms_geometry_backing_pfn(geometry, compound_end - 1) == compound_end - 1)
		return compound_end;
	return pfn + MMS_VMEMMAP_RESERVE_PAGES;
}

bool mms_layout_next_extent(const struct mms_geometry *geometry, struct mms_pfn_range *extent)
{
	uint64_t nr = geometry->dedup ? mms_pgmap_vmemmap_nr(&geometry->pgmap) : 1;
	uint64_t next = (extent->end + nr - 1) / nr * nr;

	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range range = mms_range_pfns(geometry, i);
		uint64_t pfn = range.start > next ? range.start : next;

		if (pfn < range.end) {
			*extent = (struct mms_pfn_range){pfn, extent_end(geometry, pfn, range.end)};
			return true;
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
