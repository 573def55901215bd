// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a plug-in sees of a job, and the functions that it finds there. */
#include <errno.h>

#include "error.h"
#include "init/kernel_code.h"
#include "plugin/plugin.h"

/* Plug-ins have the pgmap itself before them, under names that stay. */
#define ASSERT_SAME(theirs, ours)                                                                  \
	MMS_STATIC_ASSERT(offsetof(struct mms_plugin_pgmap, theirs) ==                             \
	                                  offsetof(struct mms_dev_pagemap, ours) &&                \
	                          sizeof(((struct mms_plugin_pgmap *)0)->theirs) ==                \
	                                  sizeof(((struct mms_dev_pagemap *)0)->ours),             \
	                  #theirs)
ASSERT_SAME(altmap.base_pfn, altmap.base_pfn);
ASSERT_SAME(altmap.end_pfn, altmap.end_pfn);
ASSERT_SAME(altmap.reserve, altmap.reserve);
ASSERT_SAME(altmap.free, altmap.free);
ASSERT_SAME(altmap.align, altmap.align);
ASSERT_SAME(altmap.alloc, altmap.alloc);
ASSERT_SAME(type, type);
ASSERT_SAME(flags, flags);
ASSERT_SAME(vmemmap_shift, vmemmap_shift);
ASSERT_SAME(nr_range, nr_range);
ASSERT_SAME(ranges, ranges);
ASSERT_SAME(ranges[0].start, ranges[0].start);
ASSERT_SAME(ranges[0].end, ranges[0].end);
MMS_STATIC_ASSERT(sizeof(struct mms_metadata_field) == 16, "struct mms_metadata_field");

/* What mms_plugin_job.host points to. */
struct host {
	const struct mms_job *job;
	mms_init_page_fn *init_page;
};

static const struct mms_job *host_job(const struct mms_plugin_job *view)
{
	return ((const struct host *)view->host)->job;
}

static uint64_t compound_nr_pages(const struct mms_plugin_job *view, uint64_t head_pfn)
{
	return mms_geometry_compound_nr_pages(host_job(view)->geometry, head_pfn);
}

static int early_section(const struct mms_plugin_job *view, uint64_t pfn)
{
	return mms_geometry_early_section(host_job(view)->geometry, pfn);
}

static void set_pageblock_migratetype(const struct mms_plugin_job *view, uint64_t pfn,
                                      unsigned int migratetype)
{
	mms_set_pageblock_migratetype(host_job(view)->pageblocks, pfn, migratetype);
}

static void init_page(const struct mms_plugin_job *view, uint64_t pfn)
{
	const struct host *host = view->host;
	const struct mms_geometry *geometry = host->job->geometry;
	struct mms_page *page = mms_job_page(host->job, pfn);

	host->init_page(page, pfn, geometry->nid, geometry, host->job->pageblocks);
	if (geometry->pgmap.vmemmap_shift)
		mms___SetPageHead(geometry->kernel, page);
}

static void init_tail_page(const struct mms_plugin_job *view, uint64_t head_pfn, uint64_t pfn)
{
	const struct host *host = view->host;
	const struct mms_job *job = host->job;
	const struct mms_geometry *geometry = job->geometry;

	init_tail(geometry->kernel, host->init_page, job, mms_job_page(job, head_pfn),
	          geometry->pgmap.vmemmap_shift, mms_job_page(job, pfn), pfn,
	          (int)(pfn - head_pfn));
}

static void finish_tails(const struct mms_plugin_job *view, uint64_t head_pfn)
{
	const struct mms_job *job = host_job(view);

	finish_compound(job->geometry->kernel, mms_job_page(job, head_pfn),
	                job->geometry->pgmap.vmemmap_shift);
}

static mms_init_page_fn *init_page_of(const struct mms_kernel *kernel)
{
#define INIT_PAGE(id, ...) mms_init_zone_device_page_##id,
	static mms_init_page_fn *const all[] = {MMS_KERNELS(INIT_PAGE)
	                                                mms_init_zone_device_page_any};

	return all[mms_kernel_index(kernel)];
}

int mms_plugin_run(const struct mms_job *job)
{
	const struct mms_plugin *plugin = job->data;
	const struct mms_geometry *geometry = job->geometry;
	const struct mms_kernel *kernel = geometry->kernel;
	const struct host host = {.job = job, .init_page = init_page_of(kernel)};
	const struct mms_plugin_rules rules = {
		.size = sizeof(rules),
		.kernel = kernel->name,
		.pg_head = kernel->pg_head,
		.pg_reserved = kernel->pg_reserved,
		.refcount = kernel->refcount[geometry->pgmap.type],
		.pgmap_by_folio = kernel->pgmap_by_folio,
		.tail_link = kernel->tail_link,
		.prep_head = kernel->prep_head,
		.order_in_flags = kernel->order_in_flags,
		.deferred_list = kernel->deferred_list,
		.pageblock_policy = kernel->pageblock_policy,
		.dedup = geometry->dedup,
		.nr_metadata = kernel->nr_metadata,
		.metadata = kernel->metadata,
	};
	const struct mms_plugin_job view = {
		.size = sizeof(view),
		.gates = job->gates,
		.start_pfn = job->start_pfn,
		.end_pfn = job->end_pfn,
		.vmemmap = job->vmemmap,
		.pgmap = (const struct mms_plugin_pgmap *)&geometry->pgmap,
		.rules = &rules,
		.nid = geometry->nid,
		.zone = MMS_ZONE_DEVICE,
		.compound_nr_pages = compound_nr_pages,
		.early_section = early_section,
		.set_pageblock_migratetype = set_pageblock_migratetype,
		.init_page = init_page,
		.init_tail = init_tail_page,
		.finish_compound = finish_tails,
		.host = &host,
	};
	int result = plugin->init(&view);

	if (result > 0)
		return mms_fail(EINVAL,
		                "%s returned %d; an initializer returns 0 or a negative errno",
		                plugin->name, result);
	return result;
}
