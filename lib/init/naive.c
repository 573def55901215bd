// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What kernels do: every struct page step by step. memmap_init_zone_device(), mm/mm_init.c. */
#include "init/builtin.h"
#include "init/kernel_code.h"

#define DEFINE_INIT_PAGE(id, kernel)                                                               \
	void mms_init_zone_device_page_##id(struct mms_page *page, uint64_t pfn, unsigned int nid, \
	                                    const struct mms_geometry *geometry,                   \
	                                    struct mms_pageblocks *pageblocks)                     \
	{                                                                                          \
		init_zone_device_page(kernel, page, pfn, nid, &geometry->pgmap, pageblocks);       \
	}
#define DEFINE_BUILTIN_INIT_PAGE(id, ...) DEFINE_INIT_PAGE(id, &mms_descriptions[MMS_KERNEL_##id])
MMS_KERNELS(DEFINE_BUILTIN_INIT_PAGE)
DEFINE_INIT_PAGE(any, geometry->kernel)

__attribute__((noinline, cold)) void mms_init_single_page_apart(struct mms_page *page, uint64_t pfn,
                                                                unsigned int zone, unsigned int nid)
{
	(void)pfn;
	init_single_page(page, zone, nid);
}

__attribute__((noinline)) void mms_prep_compound_tail_apart(struct mms_page *head, int index,
                                                            uint64_t link)
{
	struct mms_page *tail = head + index;

	tail->mapping = MMS_TAIL_MAPPING;
	MMS_WRITE_ONCE(tail->compound_head, link);
	tail->private_ = 0;
}

/* memmap_init_compound(): what follows the init of a compound's head. */
mms_always_inline void init_compound(const struct mms_kernel *kernel, mms_init_page_fn *init_page,
                                     const struct mms_job *job, struct mms_page *head,
                                     uint64_t head_pfn, uint64_t nr_pages)
{
	const struct mms_geometry *geometry = job->geometry;
	unsigned int order = geometry->pgmap.vmemmap_shift;
	uint64_t end_pfn = head_pfn + nr_pages;

	mms___SetPageHead(kernel, head);
	for (uint64_t pfn = head_pfn + 1; pfn < end_pfn; pfn++) {
		init_tail(kernel, init_page, job, head, order, mms_job_page(job, pfn), pfn,
		          (int)(pfn - head_pfn));
		if ((kernel->prep_head == MMS_PREP_HEAD_AFTER_TAIL_1 && pfn == head_pfn + 1) ||
		    (kernel->prep_head == MMS_PREP_HEAD_AFTER_TAIL_2 && pfn == head_pfn + 2))
			mms_prep_compound_head(kernel, head, order);
	}
	if (kernel->prep_head == MMS_PREP_HEAD_AFTER_LAST_TAIL)
		mms_prep_compound_head(kernel, head, order);
}

mms_always_inline int naive(const struct mms_kernel *kernel, mms_init_page_fn *init_page,
                            const struct mms_job *job)
{
	const struct mms_geometry *geometry = job->geometry;
	uint64_t pfns_per_compound = mms_pgmap_vmemmap_nr(&geometry->pgmap);
	unsigned int nid = geometry->nid;

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += pfns_per_compound) {
		struct mms_page *page = mms_job_page(job, pfn);

		init_page(page, pfn, nid, geometry, job->pageblocks);
		if (pfns_per_compound == 1)
			continue;
		init_compound(kernel, init_page, job, page, pfn,
		              mms_geometry_compound_nr_pages(geometry, pfn));
	}
	return 0;
}
MMS_DEFINE_INITIALIZER(mms_naive, naive)
