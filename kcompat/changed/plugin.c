// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The plug-in around a tree's code. import-kernel defines KCOMPAT_NAME and KCOMPAT_DESCRIPTION and
 * compiles this apart from the tree's code, whose names must not meet the system's.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include <memmapsim/plugin.h>

#include "job.h"
/* Made by import-kernel: KCOMPAT_KERNEL, whose rules the tree follows. */
#include "rules.h"

/* A job of ours around the tree's, so that its functions find ours. */
struct run {
	struct kcompat_job job;
	const struct mms_plugin_job *plugin_job;
	int *error;
};

static const struct run *run_of(const struct kcompat_job *job)
{
	return (const struct run *)job;
}

static int early_section(const struct kcompat_job *job, unsigned long pfn)
{
	const struct mms_plugin_job *plugin_job = run_of(job)->plugin_job;

	return plugin_job->early_section(plugin_job, pfn) != 0;
}

static void set_pageblock(const struct kcompat_job *job, unsigned long pfn, unsigned int type)
{
	const struct mms_plugin_job *plugin_job = run_of(job)->plugin_job;

	plugin_job->set_pageblock_migratetype(plugin_job, pfn, type);
}

static void warn(const struct kcompat_job *job, const char *file, unsigned int line)
{
	int *error = run_of(job)->error;

	if (!*error)
		fprintf(stderr, "%s:%u: the tree's code warns here\n", file, line);
	*error = -EINVAL;
}

static int init(const struct mms_plugin_job *plugin_job)
{
	int error = 0;
	struct run run = {
		.job =
			{
				.vmemmap_base = plugin_job->vmemmap,
				.start_pfn = plugin_job->start_pfn,
				.nr_pages = plugin_job->end_pfn - plugin_job->start_pfn,
				.pgmap = (void *)(uintptr_t)plugin_job->pgmap,
				.nid = (int)plugin_job->nid,
				.early_section = early_section,
				.set_pageblock = set_pageblock,
				.warn = warn,
			},
		.plugin_job = plugin_job,
		.error = &error,
	};

	kcompat_run(&run.job);
	return error;
}

/* Whole ranges only: an altmap tells the tree's code where its pages begin. */
MMS_PLUGINS({
	.name = KCOMPAT_NAME,
	.description = KCOMPAT_DESCRIPTION,
	.flags = MMS_PLUGIN_KERNEL_USABLE | MMS_PLUGIN_MARKS_PAGEBLOCKS,
	.init = init,
});

MMS_PLUGIN_KERNEL(KCOMPAT_KERNEL);
