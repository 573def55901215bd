// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A plug-in that names the kernel whose pages it makes. */
#include <string.h>

#include <memmapsim/plugin.h>

static int by_steps(const struct mms_plugin_job *job)
{
	uint64_t step = UINT64_C(1) << job->pgmap->vmemmap_shift;

	if (strcmp(job->rules->kernel, "v6.12") != 0)
		return -1;
	for (uint64_t head = job->start_pfn; head < job->end_pfn; head += step) {
		job->init_page(job, head);
		if (step == 1)
			continue;
		for (uint64_t i = 1; i < job->compound_nr_pages(job, head); i++)
			job->init_tail(job, head, head + i);
		job->finish_compound(job, head);
	}
	return 0;
}

MMS_PLUGIN_KERNEL("v6.12");
MMS_PLUGINS({.name = "of-v6.12", .init = by_steps});
