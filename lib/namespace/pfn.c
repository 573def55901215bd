// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a pfn of a geometry is: reserve, altmap page, device page, shared tail, early section. */
#include <memmapsim/zone.h>

/* vmem_altmap_offset(): pages of the device before its data. */
static uint64_t altmap_offset(const struct mms_vmem_altmap *altmap)
{
	return altmap->reserve + altmap->free;
}

uint64_t mms_geometry_job_unit(const struct mms_geometry *geometry)
{
	uint64_t compound = mms_pgmap_vmemmap_nr(&geometry->pgmap);

	if (geometry->zone)
		return MMS_MAX_ORDER_NR_PAGES;
	return compound > MMS_PAGEBLOCK_NR_PAGES ? compound : MMS_PAGEBLOCK_NR_PAGES;
}

struct mms_pfn_range mms_geometry_range_pfns(const struct mms_geometry *geometry,
                                             unsigned int index)
{
	const struct mms_range *range = &geometry->pgmap.ranges[index];

	return (struct mms_pfn_range){
		.start = range->start >> MMS_PAGE_SHIFT,
		.end = (range->end + 1) >> MMS_PAGE_SHIFT,
	};
}

struct mms_pfn_range mms_geometry_device_pfns(const struct mms_geometry *geometry,
                                              unsigned int index)
{
	const struct mms_vmem_altmap *altmap = mms_pgmap_altmap(&geometry->pgmap);
	struct mms_pfn_range pfns = mms_geometry_range_pfns(geometry, index);

	if (altmap)
		pfns.start = altmap->base_pfn + altmap_offset(altmap);
	return pfns;
}

struct mms_pfn_range mms_geometry_altmap_pfns(const struct mms_geometry *geometry)
{
	const struct mms_vmem_altmap *altmap = mms_pgmap_altmap(&geometry->pgmap);

	if (!altmap)
		return (struct mms_pfn_range){0, 0};
	return (struct mms_pfn_range){
		.start = altmap->base_pfn + altmap->reserve,
		.end = altmap->base_pfn + altmap_offset(altmap),
	};
}

bool mms_geometry_early_section(const struct mms_geometry *geometry, uint64_t pfn)
{
	uint64_t section = pfn / MMS_PAGES_PER_SECTION;

	return ((geometry->early & MMS_EARLY_START) &&
	        section == geometry->start_pfn / MMS_PAGES_PER_SECTION) ||
	       ((geometry->early & MMS_EARLY_END) &&
	        section == (geometry->end_pfn - 1) / MMS_PAGES_PER_SECTION);
}

uint64_t mms_geometry_compound_nr_pages(const struct mms_geometry *geometry, uint64_t head_pfn)
{
	if (!geometry->dedup || (geometry->kernel->early_section_whole &&
	                         mms_geometry_early_section(geometry, head_pfn)))
		return mms_pgmap_vmemmap_nr(&geometry->pgmap);
	return MMS_VMEMMAP_RESERVE_PAGES;
}

/*
 * Without altmap, compounds are aligned to their size, and only there are tails shared. With one,
 * they are as well: data starts at a multiple of the alignment.
 */
static uint64_t index_in_compound(const struct mms_geometry *geometry, uint64_t pfn)
{
	return pfn & (mms_pgmap_vmemmap_nr(&geometry->pgmap) - 1);
}

uint64_t mms_geometry_backing_pfn(const struct mms_geometry *geometry, uint64_t pfn)
{
	uint64_t index = index_in_compound(geometry, pfn);

	if (!geometry->dedup || index < MMS_VMEMMAP_RESERVE_PAGES ||
	    mms_geometry_early_section(geometry, pfn))
		return pfn;
	return pfn - index + MMS_PAGES_PER_VMEMMAP_PAGE + index % MMS_PAGES_PER_VMEMMAP_PAGE;
}

static enum mms_page_kind device_page_kind(const struct mms_geometry *geometry, uint64_t pfn)
{
	uint64_t index = index_in_compound(geometry, pfn);

	if (!geometry->pgmap.vmemmap_shift)
		return MMS_PAGE_SINGLE;
	if (!index)
		return MMS_PAGE_HEAD;
	if (mms_geometry_early_section(geometry, pfn) &&
	    index >= mms_geometry_compound_nr_pages(geometry, pfn - index))
		return MMS_PAGE_NEVER_WRITTEN;
	return MMS_PAGE_TAIL;
}

static enum mms_page_kind zone_page_kind(const struct mms_zone *zone, uint64_t pfn)
{
	struct mms_pfn_range free = mms_zone_next_free(zone, pfn, pfn + 1);

	return free.start < free.end ? MMS_PAGE_FREE : MMS_PAGE_RESERVED;
}

enum mms_page_kind mms_geometry_page_kind(const struct mms_geometry *geometry, uint64_t pfn)
{
	const struct mms_vmem_altmap *altmap = mms_pgmap_altmap(&geometry->pgmap);

	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range range = mms_geometry_range_pfns(geometry, i);

		if (pfn < range.start || pfn >= range.end)
			continue;
		if (altmap && pfn < range.start + altmap->reserve)
			return MMS_PAGE_NEVER_WRITTEN;
		if (altmap && pfn < range.start + altmap_offset(altmap))
			return MMS_PAGE_ALTMAP;
		if (geometry->zone)
			return zone_page_kind(geometry->zone, pfn);
		return device_page_kind(geometry, pfn);
	}
	return MMS_PAGE_OUTSIDE;
}
