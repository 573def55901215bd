// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Mistakes, for memmapsim to find: several plug-ins in a file. */
#include "template.h"

static void copy_plain(struct mms_page *to, const struct mms_page *from)
{
	*to = *from;
}

static void no_drain(void)
{
}

/* All bytes are right, but nothing makes sure when they get to memory. */
static int missing_drain(const struct mms_plugin_job *job)
{
	static const struct way way = {copy_movnti, no_drain};

	return copy_template(job, &way);
}

static int right(const struct mms_plugin_job *job)
{
	static const struct way way = {copy_plain, no_drain};

	return copy_template(job, &way);
}

/* Some tail of each compound keeps the reference that it was born with. */
static int tail_refcount(const struct mms_plugin_job *job)
{
	int err = right(job);

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += 512)
		if (job->pgmap->vmemmap_shift)
			mms_plugin_page(job, pfn + 100)->_refcount = 1;
	return err;
}

/* <= instead of <. */
static int one_too_many(const struct mms_plugin_job *job)
{
	int err = right(job);

	*mms_plugin_page(job, job->end_pfn) = *mms_plugin_page(job, job->start_pfn);
	return err;
}

static int nothing(const struct mms_plugin_job *job)
{
	(void)job;
	return 0;
}

MMS_PLUGINS({.name = "missing-drain", .cpu = MMS_CPU_SSE2, .init = missing_drain},
            {.name = "tail-refcount", .init = tail_refcount},
            {.name = "one-too-many", .init = one_too_many}, {.name = "nothing", .init = nothing});
