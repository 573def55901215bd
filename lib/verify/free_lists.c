// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Free lists: that they lead through exactly the blocks that are declared. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verify/zone.h"

/* How many blocks there must be on each list. */
struct declared {
	uint64_t blocks[MMS_NR_PAGE_ORDERS][MMS_NR_MIGRATETYPES];
};

static void declare(const struct mms_oracle *oracle, struct declared *declared)
{
	const struct mms_zone *zone = oracle->geometry->zone;

	memset(declared, 0, sizeof(*declared));
	for (size_t i = 0; i < zone->nr_free; i++) {
		uint64_t pfn = zone->free[i].start;

		while (pfn < zone->free[i].end) {
			struct mms_free_block block;

			mms_oracle_free_block(oracle, pfn, &block);
			declared->blocks[block.order][block.migratetype]++;
			pfn = block.pfn + (UINT64_C(1) << block.order);
		}
	}
}

static void note(struct mms_free_report *report, enum mms_free_fault fault, unsigned int order,
                 unsigned int migratetype, uint64_t expected, uint64_t found)
{
	if (report->fault)
		return;
	report->fault = fault;
	report->order = order;
	report->migratetype = migratetype;
	report->expected = expected;
	report->found = found;
}

/* What is wrong with an entry, which may be any address. */
static enum mms_free_fault entry_fault(const struct mms_oracle *oracle, uint64_t address,
                                       unsigned int order, unsigned int migratetype)
{
	uint64_t offset = address - offsetof(struct mms_page, lru) - oracle->vmemmap;
	struct mms_free_block block;

	if (offset % sizeof(struct mms_page) ||
	    mms_geometry_page_kind(oracle->geometry, offset / sizeof(struct mms_page)) ==
	            MMS_PAGE_OUTSIDE)
		return MMS_FREE_FAULT_STRAY;
	if (!mms_oracle_free_block(oracle, offset / sizeof(struct mms_page), &block) ||
	    block.pfn != offset / sizeof(struct mms_page) || block.order != order ||
	    block.migratetype != migratetype)
		return MMS_FREE_FAULT_BLOCK;
	return MMS_FREE_FAULT_NONE;
}

static void check_list(const struct mms_oracle *oracle, const struct mms_list_head *head,
                       unsigned int order, unsigned int migratetype, uint64_t declared,
                       struct mms_free_report *report)
{
	const struct mms_list_head *last = head, *entry = head->next;
	uint64_t nr = 0;

	/* Each entry leads back to the one before it, so none can come twice. */
	for (; entry != head && nr <= declared; last = entry, entry = entry->next, nr++) {
		uint64_t address = (uint64_t)(uintptr_t)entry;
		enum mms_free_fault fault = entry_fault(oracle, address, order, migratetype);

		if (!fault && entry->prev != last)
			fault = MMS_FREE_FAULT_LINK;
		if (fault) {
			note(report, fault, order, migratetype, 0, address);
			return;
		}
	}
	if (nr != declared)
		note(report, MMS_FREE_FAULT_LIST, order, migratetype, declared, nr);
	else if (head->prev != last)
		note(report, MMS_FREE_FAULT_LINK, order, migratetype, 0, (uint64_t)(uintptr_t)head);
}

static void check_lists(const struct mms_oracle *oracle, const struct mms_free_area *areas,
                        struct mms_free_report *report)
{
	struct declared declared;

	declare(oracle, &declared);
	for (unsigned int order = 0; order < MMS_NR_PAGE_ORDERS; order++) {
		for (unsigned int type = 0; type < MMS_NR_MIGRATETYPES; type++) {
			check_list(oracle, &areas[order].free_list[type], order, type,
			           declared.blocks[order][type], report);
			report->blocks[order] += declared.blocks[order][type];
		}
		if (areas[order].nr_free != report->blocks[order])
			note(report, MMS_FREE_FAULT_NR_FREE, order, 0, report->blocks[order],
			     areas[order].nr_free);
	}
}

void mms_verify_free(const struct mms_memmap *map, const struct mms_free_area *areas,
                     uint64_t managed_pages, struct mms_free_report *report)
{
	struct mms_oracle oracle = mms_oracle_of(map);
	const struct mms_zone *zone = oracle.geometry->zone;

	memset(report, 0, sizeof(*report));
	for (unsigned int i = 0; i < zone->nr_ranges; i++) {
		const void *pages = mms_memmap_page(map, zone->ranges[i].start);

		mms_compare_zone_pages(&oracle, true, pages, zone->ranges[i], &report->pages);
		mms_compare_pageblocks(&oracle, mms_oracle_freed_pageblock,
		                       mms_memmap_pageblocks(map), zone->ranges[i], &report->pages);
	}
	report->pages.guards = mms_memmap_check(map);
	check_lists(&oracle, areas, report);
	if (managed_pages != zone->free_pages)
		note(report, MMS_FREE_FAULT_MANAGED, 0, 0, zone->free_pages, managed_pages);
}

bool mms_free_report_ok(const struct mms_free_report *report)
{
	return mms_report_ok(&report->pages) && !report->fault;
}

void mms_free_report_describe(const struct mms_free_report *report, char *text, size_t size)
{
	static const char *const entry_faults[] = {
		[MMS_FREE_FAULT_STRAY] = "is no struct page of this memory",
		[MMS_FREE_FAULT_BLOCK] = "is the first page of no such block",
		[MMS_FREE_FAULT_LINK] = "doesn't lead back to the entry before it",
	};

	if (!mms_report_ok(&report->pages) || !report->fault)
		mms_report_describe(&report->pages, text, size);
	else if (report->fault == MMS_FREE_FAULT_MANAGED)
		snprintf(text, size, "%" PRIu64 " pages are managed instead of %" PRIu64,
		         report->found, report->expected);
	else if (report->fault == MMS_FREE_FAULT_NR_FREE)
		snprintf(text, size, "nr_free of order %u is %" PRIu64 " instead of %" PRIu64,
		         report->order, report->found, report->expected);
	else if (report->fault == MMS_FREE_FAULT_LIST)
		snprintf(text, size,
		         "the free list of order %u, migratetype %u, has %s%" PRIu64
		         " entries instead of %" PRIu64,
		         report->order, report->migratetype,
		         report->found > report->expected ? "at least " : "", report->found,
		         report->expected);
	else
		snprintf(text, size,
		         "entry 0x%" PRIx64 " in the free list of order %u, migratetype %u, %s",
		         report->found, report->order, report->migratetype,
		         entry_faults[report->fault]);
}
