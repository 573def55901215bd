// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Pages that are initialized before any initializer's turn. Of a device, the altmap's own, which
 * memmap_init_range() initializes when the memory is hotplugged; the reserve is skipped and so
 * stays as it was. Of normal memory, what boot took, and pages of sections that are in no memory,
 * which init_unavailable_range() initializes.
 */
#include "init/init.h"
#include "init/kernel_code.h"

static void init_reserved_page(const struct mms_geometry *geometry, struct mms_page *page,
                               enum mms_zone_type zone)
{
	init_single_page(page, zone, geometry->nid);
	mms___SetPageReserved(geometry->kernel, page);
}

bool mms_altmap_job_create(struct mms_memmap *map, struct mms_job *job)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	struct mms_pfn_range pfns = mms_geometry_altmap_pfns(geometry);

	*job = (struct mms_job){
		.geometry = geometry,
		.vmemmap = mms_memmap_vmemmap(map),
		.pageblocks = mms_memmap_pageblocks(map),
		.start_pfn = pfns.start,
		.end_pfn = pfns.end,
	};
	return pfns.start < pfns.end;
}

void mms_init_altmap_job(const struct mms_job *job)
{
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn++) {
		init_reserved_page(job->geometry, mms_job_page(job, pfn), MMS_ZONE_DEVICE);
		if (pageblock_aligned(pfn))
			mms_set_pageblock_migratetype(job->pageblocks, pfn, MMS_MIGRATE_MOVABLE);
	}
}

void mms_init_altmap(struct mms_memmap *map)
{
	struct mms_job job;

	if (mms_altmap_job_create(map, &job))
		mms_init_altmap_job(&job);
}

/* init_reserved_page() for what is reserved, init_unavailable_range() for what isn't memory. */
static void init_boot_page(struct mms_memmap *map, uint64_t pfn)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	const struct mms_zone *zone = geometry->zone;

	init_reserved_page(geometry, mms_memmap_page(map, pfn), zone->type);
	if (geometry->kernel->reserved_movable && pageblock_aligned(pfn) &&
	    mms_zone_reserved(zone, pfn))
		mms_set_pageblock_migratetype(mms_memmap_pageblocks(map), pfn, MMS_MIGRATE_MOVABLE);
}

void mms_init_reserved(struct mms_memmap *map)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	const struct mms_zone *zone = geometry->zone;

	for (unsigned int i = 0; zone && i < zone->nr_ranges; i++) {
		const struct mms_pfn_range *range = &zone->ranges[i];
		uint64_t pfn = range->start;

		while (pfn < range->end) {
			struct mms_pfn_range free = mms_zone_next_free(zone, pfn, range->end);

			for (; pfn < free.start; pfn++)
				init_boot_page(map, pfn);
			pfn = free.end;
		}
	}
}
