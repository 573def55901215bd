// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "memmap/layout.h"

unsigned int mms_layout_pieces(const struct mms_geometry *geometry, uint64_t page_size,
                               struct mms_piece *pieces)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range pfns = mms_geometry_range_pfns(geometry, i);
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
		struct mms_pfn_range range = mms_geometry_range_pfns(geometry, i);
		uint64_t pfn = range.start > next ? range.start : next;

		if (pfn < range.end) {
			*extent = (struct mms_pfn_range){pfn, extent_end(geometry, pfn, range.end)};
			return true;
		}
	}
	return false;
}

/* Pages in early sections: the first section or the last, and then there is a single range. */
static uint64_t early_pages(const struct mms_geometry *geometry)
{
	uint64_t start = geometry->start_pfn, end = geometry->end_pfn;
	uint64_t first_end = (start | (MMS_PAGES_PER_SECTION - 1)) + 1;
	uint64_t last_start = (end - 1) & ~(MMS_PAGES_PER_SECTION - 1);
	uint64_t pages = 0;

	if (first_end > end)
		first_end = end;
	if (last_start < first_end)
		last_start = first_end;
	if (mms_geometry_early_section(geometry, start))
		pages += first_end - start;
	if (mms_geometry_early_section(geometry, end - 1))
		pages += end - last_start;
	return pages;
}

/* By arithmetic: a namespace may have more compounds than anybody waits for to be counted. */
uint64_t mms_layout_needed(const struct mms_geometry *geometry)
{
	uint64_t pages = 0, early;

	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range range = mms_geometry_range_pfns(geometry, i);

		pages += range.end - range.start;
	}
	if (geometry->dedup) {
		early = early_pages(geometry);
		pages = early + (pages - early) / mms_pgmap_vmemmap_nr(&geometry->pgmap) *
		                        MMS_VMEMMAP_RESERVE_PAGES;
	}
	return pages << MMS_STRUCT_PAGE_SHIFT;
}
