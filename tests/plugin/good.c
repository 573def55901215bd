// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Several plug-ins in a file, which together use all that there is to see of a job. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <memmapsim/plugin.h>

/* The kernel's steps, one by one. */
static int by_steps(const struct mms_plugin_job *job)
{
	uint64_t step = UINT64_C(1) << job->pgmap->vmemmap_shift;

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

/* What a page holds, from the rules alone. */
static struct mms_page image_of(const struct mms_plugin_job *job, uint64_t head_pfn, bool tail)
{
	struct mms_page page = {0};

	mms_set_page_links(&page, job->zone, job->nid);
	mms_page_cpupid_reset_last(&page);
	page.flags |= UINT64_C(1) << job->rules->pg_reserved;
	page._mapcount = -1;
	if (tail) {
		page.compound_info = mms_plugin_tail_link(job, head_pfn);
		page.mapping = MMS_TAIL_MAPPING;
		return page;
	}
	if (job->pgmap->vmemmap_shift)
		page.flags |= UINT64_C(1) << job->rules->pg_head;
	page.pgmap = (const struct mms_dev_pagemap *)job->pgmap;
	page._refcount = job->rules->refcount;
	return page;
}

static void write_metadata(const struct mms_plugin_job *job, uint64_t head_pfn)
{
	const struct mms_plugin_rules *rules = job->rules;
	unsigned int order = job->pgmap->vmemmap_shift;
	struct mms_page *tail_1 = mms_plugin_page(job, head_pfn + 1);

	if (rules->prep_head == MMS_PREP_HEAD_AFTER_TAIL_2 && order == 1)
		return;
	if (rules->order_in_flags)
		tail_1->flags |= order;
	for (unsigned int i = 0; i < rules->nr_metadata; i++) {
		const struct mms_metadata_field *field = &rules->metadata[i];
		const uint64_t values[] = {0, 1, ~UINT64_C(0), order, UINT64_C(1) << order};

		memcpy((char *)tail_1 + field->offset, &values[field->value], field->size);
	}
	if (rules->deferred_list && order > 1 && rules->prep_head != MMS_PREP_HEAD_AFTER_TAIL_1)
		mms_init_list_head((struct mms_list_head *)&tail_1[1].zone_device_data);
}

static int by_rules(const struct mms_plugin_job *job)
{
	uint64_t step = UINT64_C(1) << job->pgmap->vmemmap_shift;

	for (uint64_t head = job->start_pfn; head < job->end_pfn; head += step) {
		uint64_t nr_pages = step > 1 ? job->compound_nr_pages(job, head) : 1;

		for (uint64_t pfn = head; pfn < head + nr_pages; pfn++) {
			*mms_plugin_page(job, pfn) = image_of(job, head, pfn != head);
			if (job->rules->pageblock_policy == MMS_PAGEBLOCK_PER_PAGE &&
			    pfn % 512 == 0)
				job->set_pageblock_migratetype(job, pfn, 1);
		}
		if (step > 1)
			write_metadata(job, head);
	}
	return 0;
}

/* As memmap_init_zone_device(), with the range's pageblocks. */
static int with_pageblocks(const struct mms_plugin_job *job)
{
	if (job->rules->pageblock_policy == MMS_PAGEBLOCK_RANGE)
		for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += 512)
			job->set_pageblock_migratetype(job, pfn, 1);
	return by_steps(job);
}

/* setup() and teardown() are seen by what they leave in a variable that tests look up. */
int mms_test_set_up;

static int set_up(void)
{
	mms_test_set_up++;
	return 0;
}

static void tear_down(void)
{
	mms_test_set_up--;
}

static int fail_setup(void)
{
	return -EBUSY;
}

static int fail_positively(const struct mms_plugin_job *job)
{
	return (int)job->size;
}

static int see_everything(const struct mms_plugin_job *job)
{
	/* Whatever geometry a test has, these go together. */
	bool altmap = job->pgmap->flags & 1;
	uint64_t first = job->pgmap->ranges[0].start >> MMS_PAGE_SHIFT;

	if (job->size != sizeof(*job) || job->zone != MMS_ZONE_DEVICE || !job->rules->kernel ||
	    !job->pgmap->nr_range || (altmap && job->pgmap->altmap.base_pfn != first) ||
	    job->early_section(job, job->start_pfn) || job->gates)
		return -EPROTO;
	return by_steps(job);
}

MMS_PLUGINS(
	{
		.name = "by-steps",
		.description = "the kernel's steps",
		.flags = MMS_PLUGIN_KERNEL_USABLE | MMS_PLUGIN_CUTTABLE,
		.init = by_steps,
	},
	{
		.name = "by-rules",
		.flags = MMS_PLUGIN_CUTTABLE,
		.init = by_rules,
		.setup = set_up,
		.teardown = tear_down,
	},
	{
		.name = "with-pageblocks",
		.gates = MMS_GATE_SANITIZER,
		.flags = MMS_PLUGIN_MARKS_PAGEBLOCKS,
		.init = with_pageblocks,
	},
	{.name = "busy", .init = by_steps, .setup = fail_setup},
	{.name = "positive", .init = fail_positively},
	{.name = "demanding", .cpu = 1u << 31, .init = by_steps, .setup = set_up},
	{.name = "curious", .init = see_everything});
