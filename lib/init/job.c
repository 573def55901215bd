// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <memmapsim/init.h>

#include "error.h"
#include "init/init.h"

int mms_job_create(struct mms_memmap *map, unsigned int range, struct mms_job *job)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	struct mms_pfn_range pfns;

	if (range >= geometry->pgmap.nr_range)
		return mms_fail(ERANGE, "there is no range %u; the pgmap has %u", range,
		                geometry->pgmap.nr_range);
	pfns = mms_geometry_device_pfns(geometry, range);
	*job = (struct mms_job){
		.geometry = geometry,
		.vmemmap = mms_memmap_vmemmap(map),
		.pageblocks = mms_memmap_pageblocks(map),
		.start_pfn = pfns.start,
		.end_pfn = pfns.end,
	};
	return 0;
}

/* Whether a job may be cut at @pfn. */
static bool is_border(const struct mms_job *job, uint64_t pfn)
{
	return pfn == job->start_pfn || pfn == job->end_pfn ||
	       pfn % mms_geometry_job_unit(job->geometry) == 0;
}

int mms_job_cut(const struct mms_job *job, uint64_t start_pfn, uint64_t end_pfn,
                struct mms_job *part)
{
	if (start_pfn >= end_pfn || start_pfn < job->start_pfn || end_pfn > job->end_pfn)
		return mms_fail(EINVAL,
		                "pfns 0x%" PRIx64 " to 0x%" PRIx64
		                " are no part of the job 0x%" PRIx64 " to 0x%" PRIx64,
		                start_pfn, end_pfn, job->start_pfn, job->end_pfn);
	if (!is_border(job, start_pfn) || !is_border(job, end_pfn))
		return mms_fail(EINVAL,
		                "pfns 0x%" PRIx64 " to 0x%" PRIx64
		                " would cut a compound or pageblock in two",
		                start_pfn, end_pfn);
	*part = *job;
	part->start_pfn = start_pfn;
	part->end_pfn = end_pfn;
	return 0;
}

static bool is_whole_range(const struct mms_job *job)
{
	for (unsigned int i = 0; i < job->geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range pfns = mms_geometry_device_pfns(job->geometry, i);

		if (job->start_pfn == pfns.start && job->end_pfn == pfns.end)
			return true;
	}
	return false;
}

unsigned int mms_initializer_missing_cpu(const struct mms_initializer *initializer)
{
	unsigned int missing = initializer->cpu & ~mms_cpu_features();

	return missing & -missing;
}

int mms_initializer_check_cpu(const struct mms_initializer *initializer)
{
	unsigned int missing = mms_initializer_missing_cpu(initializer);
	const char *name = mms_cpu_feature_name(missing);

	if (!missing)
		return 0;
	/* An initializer of one's own may ask for anything. */
	if (!name)
		return mms_fail(EOPNOTSUPP, "%s needs CPU feature 0x%x, which isn't known here",
		                initializer->name, missing);
	return mms_fail(EOPNOTSUPP, "%s needs %s, which this CPU or its OS doesn't have",
	                initializer->name, name);
}

/* Free pages of normal memory, range by range. */
static int init_free_pages(const struct mms_initializer *initializer, const struct mms_job *job)
{
	const struct mms_zone *zone = job->geometry->zone;
	struct mms_job part = *job;
	int err = 0;

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn && !err; pfn = part.end_pfn) {
		struct mms_pfn_range free = mms_zone_next_free(zone, pfn, job->end_pfn);

		part.start_pfn = free.start;
		part.end_pfn = free.end;
		if (free.start < free.end)
			err = initializer->init_normal(&part);
	}
	return err;
}

static void mark_range(const struct mms_job *job)
{
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += MMS_PAGEBLOCK_NR_PAGES)
		mms_set_pageblock_migratetype(job->pageblocks, pfn, MMS_MIGRATE_MOVABLE);
}

int mms_init_range(const struct mms_initializer *initializer, const struct mms_job *asked)
{
	struct mms_job own = *asked;
	const struct mms_job *job = &own;
	bool normal = job->geometry->zone;
	unsigned int failures;
	int err;

	initializer = mms_initializer_effective(initializer, job->gates);
	own.data = initializer->data;
	err = mms_initializer_check_cpu(initializer);
	if (err)
		return err;
	if (!initializer->cuttable && !is_whole_range(job))
		return mms_fail(EINVAL, "%s takes whole ranges only, not a part of one",
		                initializer->name);
	if (!(normal ? initializer->init_normal : initializer->init))
		return mms_fail(EOPNOTSUPP, "%s is not for %s", initializer->name,
		                normal ? "normal memory" : "device pages");
	failures = mms_failures();
	err = normal ? init_free_pages(initializer, job) : initializer->init(job);
	/* A user's initializer can't say why. */
	if (err && failures == mms_failures())
		mms_fail(-err, "%s failed on pfns 0x%" PRIx64 " to 0x%" PRIx64 ": %s",
		         initializer->name, job->start_pfn, job->end_pfn, strerror(-err));
	if (err)
		return err;
	if (!normal && job->geometry->kernel->pageblock_policy == MMS_PAGEBLOCK_RANGE &&
	    !initializer->marks_pageblocks)
		mark_range(job);
	return 0;
}

int mms_memmap_bind(struct mms_memmap *map, const struct mms_initializer *initializer,
                    unsigned int gates)
{
	unsigned int nr_range = mms_memmap_geometry(map)->pgmap.nr_range;

	mms_memmap_reset_pageblocks(map);
	mms_init_altmap(map);
	mms_init_reserved(map);
	for (unsigned int i = 0; i < nr_range; i++) {
		struct mms_job job;
		int err = mms_job_create(map, i, &job);

		if (err)
			return err;
		job.gates = gates;
		err = mms_init_range(initializer, &job);
		if (err)
			return err;
	}
	return 0;
}
