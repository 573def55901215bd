// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Normal memory that is initialized in the background, deferred_init_pages(): free pages, all with
 * the same contents but for the list head, which points to itself. No release differs in them, and
 * there are no heads and tails yet. What follows at once is that they are freed (lib/buddy).
 */
#include "init/builtin.h"
#include "init/kernel_code.h"
#include "init/page_template.h"

/* __init_single_page(). Out of line, as in kernels, where it has more callers. */
__attribute__((noinline)) void mms_init_single_page(struct mms_page *page, unsigned int zone,
                                                    unsigned int nid)
{
	init_single_page(page, zone, nid);
}

int mms_naive_normal(const struct mms_job *job)
{
	const struct mms_geometry *geometry = job->geometry;
	unsigned int zone = geometry->zone->type, nid = geometry->nid;

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn++)
		mms_init_single_page(mms_job_page(job, pfn), zone, nid);
	return 0;
}

/* The template's lru has to be refreshed for each page: words 1 and 2. */
mms_always_inline int copy_template(const struct mms_job *job,
                                    void (*copy)(struct mms_page *, const struct page_template *))
{
	struct mms_page *page = mms_job_page(job, job->start_pfn);
	const struct mms_page *end = mms_job_page(job, job->end_pfn);
	struct page_template template;

	mms_init_single_page(page, job->geometry->zone->type, job->geometry->nid);
	template = take_template(page);
	for (; page < end; page++) {
		template.words[1] = (uint64_t)(uintptr_t)&page->lru;
		template.words[2] = (uint64_t)(uintptr_t)&page->lru;
		copy(page, &template);
	}
	return 0;
}

int mms_template_normal(const struct mms_job *job)
{
	return copy_template(job, copy_plain);
}

int mms_template_movnti_normal(const struct mms_job *job)
{
	int err = copy_template(job, copy_movnti);

	drain_stores(); /* before pageblocks are marked, and before freeing reads the pages */
	return err;
}
