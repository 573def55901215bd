// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Where an idea starts from: a plug-in that does what kernels do, step by step. */
#include <memmapsim/plugin.h>

static int run(const struct mms_plugin_job *job)
{
	uint64_t compound = UINT64_C(1) << job->pgmap->vmemmap_shift;

	for (uint64_t head = job->start_pfn; head < job->end_pfn; head += compound) {
		uint64_t end = head + job->compound_nr_pages(job, head);

		job->init_page(job, head);
		if (compound == 1)
			continue;
		for (uint64_t pfn = head + 1; pfn < end; pfn++)
			job->init_tail(job, head, pfn);
		job->finish_compound(job, head);
	}
	return 0;
}

MMS_PLUGINS({
	.name = "idea",
	.description = "the kernel's own steps",
	.flags = MMS_PLUGIN_KERNEL_USABLE | MMS_PLUGIN_CUTTABLE,
	.init = run,
});
