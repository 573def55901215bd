// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A way to initialize struct pages, for memmapsim: the kernel's first pages are copied. */
#include <memmapsim/plugin.h>

/* How a page gets to its place: the part to have ideas about. */
static void copy_page(struct mms_page *to, const struct mms_page *from)
{
	*to = *from;
}

/* What has to be done before a page that was copied is used in any way. */
static void settle(void)
{
}

static void put_page(const struct mms_plugin_job *job, uint64_t pfn, const struct mms_page *from)
{
	copy_page(mms_plugin_page(job, pfn), from);
	if (job->rules->pageblock_policy == MMS_PAGEBLOCK_PER_PAGE && pfn % 512 == 0) {
		settle();
		job->set_pageblock_migratetype(job, pfn, 1);
	}
}

static int init(const struct mms_plugin_job *job)
{
	uint64_t compound = UINT64_C(1) << job->pgmap->vmemmap_shift, first = job->start_pfn;
	struct mms_page head, tail = {0};

	/* The kernel's own steps make the first head and the first tail. */
	job->init_page(job, first);
	head = *mms_plugin_page(job, first);
	if (compound > 1) {
		job->init_tail(job, first, first + 1);
		tail = *mms_plugin_page(job, first + 1);
	}

	for (uint64_t pfn = first; pfn < job->end_pfn; pfn += compound) {
		put_page(job, pfn, &head);
		if (compound == 1)
			continue;
		tail.compound_info = mms_plugin_tail_link(job, pfn);
		for (uint64_t i = 1; i < job->compound_nr_pages(job, pfn); i++)
			put_page(job, pfn + i, &tail);
		settle();
		job->finish_compound(job, pfn);
	}
	settle();
	return 0;
}

MMS_PLUGINS({
	.name = "@NAME@",
	.description = "an idea",
	.gates = MMS_GATE_PAGE_REF_SET | MMS_GATE_SANITIZER,
	.flags = MMS_PLUGIN_KERNEL_USABLE | MMS_PLUGIN_CUTTABLE,
	.init = init,
});
