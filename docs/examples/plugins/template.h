/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Let the kernel's own steps make one head and one tail, and copy those to all others. */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <memmapsim/plugin.h>

/* How a page is copied, and what makes copies visible before something else is done to them. */
struct way {
	void (*copy)(struct mms_page *to, const struct mms_page *from);
	void (*drain)(void);
};

static inline void copy_to(const struct mms_plugin_job *job, const struct way *way, uint64_t pfn,
                           const struct mms_page *from)
{
	way->copy(mms_plugin_page(job, pfn), from);
	if (job->rules->pageblock_policy == MMS_PAGEBLOCK_PER_PAGE && pfn % 512 == 0) {
		way->drain();
		job->set_pageblock_migratetype(job, pfn, 1);
	}
}

static inline int copy_template(const struct mms_plugin_job *job, const struct way *way)
{
	uint64_t compound = UINT64_C(1) << job->pgmap->vmemmap_shift, first = job->start_pfn;
	struct mms_page head, tail = {0};

	job->init_page(job, first);
	head = *mms_plugin_page(job, first);
	if (compound > 1) {
		job->init_tail(job, first, first + 1);
		tail = *mms_plugin_page(job, first + 1);
	}
	for (uint64_t pfn = first; pfn < job->end_pfn; pfn += compound) {
		copy_to(job, way, pfn, &head);
		if (compound == 1)
			continue;
		tail.compound_info = mms_plugin_tail_link(job, pfn);
		for (uint64_t i = 1; i < job->compound_nr_pages(job, pfn); i++)
			copy_to(job, way, pfn + i, &tail);
		way->drain();
		job->finish_compound(job, pfn);
	}
	way->drain();
	return 0;
}

/* Eight bytes at a time, past the caches. */
static inline void copy_movnti(struct mms_page *to, const struct mms_page *from)
{
	const uint64_t *word = (const uint64_t *)(const void *)from;
	uint64_t *at = (uint64_t *)(void *)to;

	for (int i = 0; i < 8; i++)
		__asm__ volatile("movnti %1, %0" : "=m"(at[i]) : "r"(word[i]));
}

static inline void sfence(void)
{
	__asm__ volatile("sfence" : : : "memory");
}

#endif
