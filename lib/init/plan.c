// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <string.h>

#include "init/kernel_code.h"
#include "init/plan.h"

/*
 * Fill in what depends on where the compound at @head_pfn lies: links to the head, to v7.0, and the
 * list in tail 2, which points to itself.
 */
static void aim(struct mms_plan *plan, struct mms_page *images, uint64_t head_pfn)
{
	const struct mms_geometry *geometry = plan->job->geometry;
	unsigned int order = geometry->pgmap.vmemmap_shift;
	struct mms_page *head = mms_job_page(plan->job, head_pfn);

	if (geometry->kernel->tail_link == MMS_TAIL_LINK_HEAD)
		for (unsigned int i = 1; i <= plan->nr_prefix; i++)
			images[i].compound_head =
				mms_tail_link(geometry->kernel, (uint64_t)(uintptr_t)head, order);
	if (tail_2_keeps_list(geometry->kernel, order)) {
		images[2].zone_device_data = (uint64_t)(uintptr_t)&head[2].zone_device_data;
		images[2].mapping = images[2].zone_device_data;
	}
}

void mms_plan_begin(struct mms_plan *plan, const struct mms_job *job)
{
	const struct mms_geometry *geometry = job->geometry;
	const struct mms_kernel *kernel = geometry->kernel;
	uint64_t pfns_per_compound = mms_pgmap_vmemmap_nr(&geometry->pgmap);
	unsigned int order = geometry->pgmap.vmemmap_shift;
	struct mms_page *head = plan->images[0];

	plan->job = job;
	plan->pfn = job->start_pfn;
	plan->turn = 0;
	plan->nr_prefix = 0;

	/*
	 * The naive path makes the images, so that this follows every rule that it does; but for
	 * the marking of pageblocks, which has to wait for mms_plan_end(), so that no pfn is an
	 * aligned one.
	 */
	mms_init_zone_device_page_any(head, job->start_pfn + 1, geometry->nid, geometry,
	                              job->pageblocks);
	if (pfns_per_compound > 1) {
		plan->nr_prefix = pfns_per_compound > MMS_MAX_PREFIX
		                          ? MMS_MAX_PREFIX
		                          : (unsigned int)pfns_per_compound;
		mms___SetPageHead(kernel, head);
		for (unsigned int i = 1; i <= MMS_MAX_PREFIX; i++)
			init_tail(kernel, mms_init_zone_device_page_any, job, head, order, &head[i],
			          job->start_pfn + i, (int)i);
		finish_compound(kernel, head, order);
		memcpy(plan->images[1], plan->images[0], sizeof(plan->images[1]));
		aim(plan, plan->images[0], plan->pfn);
	}
}

bool mms_plan_next(struct mms_plan *plan, struct mms_run *run)
{
	const struct mms_job *job = plan->job;
	const struct mms_page *images = plan->images[plan->turn];
	uint64_t pfns_per_compound = mms_pgmap_vmemmap_nr(&job->geometry->pgmap);

	if (plan->pfn >= job->end_pfn)
		return false;
	run->to = mms_job_page(job, plan->pfn);
	run->prefix = images;
	run->nr_prefix = plan->nr_prefix;
	run->image = &images[plan->nr_prefix];
	run->own_list = false;
	if (pfns_per_compound == 1) {
		run->count = job->end_pfn - plan->pfn;
		plan->pfn = job->end_pfn;
		return true;
	}
	run->count = mms_geometry_compound_nr_pages(job->geometry, plan->pfn) - plan->nr_prefix;
	plan->pfn += pfns_per_compound;
	plan->turn ^= 1;
	aim(plan, plan->images[plan->turn], plan->pfn);
	return true;
}

void mms_plan_end(const struct mms_plan *plan)
{
	const struct mms_job *job = plan->job;
	uint64_t pfns_per_compound = mms_pgmap_vmemmap_nr(&job->geometry->pgmap);

	if (job->geometry->kernel->pageblock_policy != MMS_PAGEBLOCK_PER_PAGE)
		return;
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += MMS_PAGEBLOCK_NR_PAGES) {
		uint64_t index = pfn & (pfns_per_compound - 1);

		if (index < mms_geometry_compound_nr_pages(job->geometry, pfn - index))
			mms_set_pageblock_migratetype(job->pageblocks, pfn, MMS_MIGRATE_MOVABLE);
	}
}

void mms_plan_free_pages(const struct mms_job *job, struct mms_page *image, struct mms_run *run)
{
	struct mms_page *first = mms_job_page(job, job->start_pfn);

	mms_init_single_page(image, job->geometry->zone->type, job->geometry->nid);
	image->lru.next = image->lru.prev = &first->lru;
	*run = (struct mms_run){
		.to = first,
		.image = image,
		.count = job->end_pfn - job->start_pfn,
		.own_list = true,
	};
}
