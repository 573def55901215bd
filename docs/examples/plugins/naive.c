// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Page by page, by the kernel's own steps. */
#include <memmapsim/plugin.h>

static int init(const struct mms_plugin_job *job)
{
	uint64_t compound = UINT64_C(1) << job->pgmap->vmemmap_shift;

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += compound) {
		job->init_page(job, pfn);
		if (compound == 1)
			continue;
		for (uint64_t i = 1; i < job->compound_nr_pages(job, pfn); i++)
			job->init_tail(job, pfn, pfn + i);
		job->finish_compound(job, pfn);
	}
	return 0;
}

MMS_PLUGINS({
	.name = "naive-example",
	.description = "page by page, in a plug-in",
	.flags = MMS_PLUGIN_KERNEL_USABLE | MMS_PLUGIN_CUTTABLE,
	.init = init,
});
