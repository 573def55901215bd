// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The 2026 series: build a page once by the naive path, in a real memmap entry, and copy it to the
 * others. Its steps are data here, so that each can be measured.
 */
#include "init/builtin.h"
#include "init/kernel_code.h"
#include "init/page_template.h"

/* How far along the series is. */
struct recipe {
	bool tails;           /* tails have a template too; otherwise they go the naive way */
	bool stream;          /* 8-byte non-temporal stores; otherwise plain ones */
	bool plain_pageblock; /* pageblock-aligned pages are plain copies all the same (v2 to v4) */
};

mms_always_inline void drain(const struct recipe *recipe)
{
	if (recipe->stream)
		drain_stores();
}

mms_always_inline void copy_page(const struct mms_kernel *kernel, const struct recipe *recipe,
                                 const struct mms_job *job, struct mms_page *page, uint64_t pfn,
                                 const struct page_template *template)
{
	if (recipe->stream && !(recipe->plain_pageblock && pageblock_aligned(pfn)))
		copy_movnti(page, template);
	else
		copy_plain(page, template);

	if (kernel->pageblock_policy == MMS_PAGEBLOCK_PER_PAGE && pageblock_aligned(pfn)) {
		drain(recipe);
		mms_set_pageblock_migratetype(job->pageblocks, pfn, MMS_MIGRATE_MOVABLE);
	}
}

mms_always_inline int template_range(const struct mms_kernel *kernel, mms_init_page_fn *init_page,
                                     const struct mms_job *job, const struct recipe *recipe)
{
	const struct mms_geometry *geometry = job->geometry;
	uint64_t pfns_per_compound = mms_pgmap_vmemmap_nr(&geometry->pgmap);
	unsigned int order = geometry->pgmap.vmemmap_shift;
	struct mms_page *first = mms_job_page(job, job->start_pfn);
	struct page_template head_template, tail_template;

	init_page(first, job->start_pfn, geometry->nid, geometry, job->pageblocks);
	head_template = take_template(first);
	if (pfns_per_compound > 1 && recipe->tails) {
		init_tail(kernel, init_page, job, first, order, first + 1, job->start_pfn + 1, 1);
		tail_template = take_template(first + 1);
	}

	for (uint64_t head_pfn = job->start_pfn; head_pfn < job->end_pfn;
	     head_pfn += pfns_per_compound) {
		struct mms_page *head = mms_job_page(job, head_pfn);
		uint64_t end_pfn;

		copy_page(kernel, recipe, job, head, head_pfn, &head_template);
		if (pfns_per_compound == 1)
			continue;

		drain(recipe); /* before the compound is worked on */
		mms___SetPageHead(kernel, head);
		end_pfn = head_pfn + mms_geometry_compound_nr_pages(geometry, head_pfn);
		if (recipe->tails) {
			tail_template.words[1] =
				mms_tail_link(kernel, (uint64_t)(uintptr_t)head, order);
			for (uint64_t pfn = head_pfn + 1; pfn < end_pfn; pfn++)
				copy_page(kernel, recipe, job, mms_job_page(job, pfn), pfn,
				          &tail_template);
		} else {
			for (uint64_t pfn = head_pfn + 1; pfn < end_pfn; pfn++)
				init_tail(kernel, init_page, job, head, order,
				          mms_job_page(job, pfn), pfn, (int)(pfn - head_pfn));
		}
		drain(recipe); /* before metadata is written over tails */
		finish_compound(kernel, head, order);
	}
	drain(recipe); /* before anybody marks pageblocks or reads pages */
	return 0;
}

#define RECIPE(...) (&(const struct recipe){__VA_ARGS__})
MMS_DEFINE_INITIALIZER(mms_template_heads, template_range, RECIPE(.tails = false))
MMS_DEFINE_INITIALIZER(mms_template, template_range, RECIPE(.tails = true))
MMS_DEFINE_INITIALIZER(mms_template_movnti, template_range, RECIPE(.tails = true, .stream = true))
MMS_DEFINE_INITIALIZER(mms_template_movnti_pb, template_range,
                       RECIPE(.tails = true, .stream = true, .plain_pageblock = true))
