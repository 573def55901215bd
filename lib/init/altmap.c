// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The altmap's own pages, which memmap_init_range() initializes when the memory is hotplugged,
 * before memmap_init_zone_device() gets to the device pages. The reserve is skipped and so stays as
 * it was.
 */
#include "init/init.h"
#include "init/kernel_code.h"

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
	const struct mms_geometry *geometry = job->geometry;

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn++) {
		struct mms_page *page = mms_job_page(job, pfn);

		init_single_page(page, MMS_ZONE_DEVICE, geometry->nid);
		mms___SetPageReserved(geometry->kernel, page);
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
