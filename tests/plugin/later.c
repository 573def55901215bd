// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A plug-in that is right when it is verified, and leaves the last page alone later on. */
#include <memmapsim/plugin.h>

static int later(const struct mms_plugin_job *job)
{
	static int calls;
	uint64_t end = job->end_pfn - (++calls > 2);

	for (uint64_t pfn = job->start_pfn; pfn < end; pfn++)
		job->init_page(job, pfn);
	return 0;
}

MMS_PLUGINS({.name = "later", .init = later});
