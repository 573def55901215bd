// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Zones of normal memory, from what firmware and boot say of it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <memmapsim/zone.h>

#include "error.h"

static int check_ranges(const char *what, const struct mms_pfn_range *ranges, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		if (ranges[i].start >= ranges[i].end)
			return mms_fail(EINVAL,
			                "%s of pfns 0x%" PRIx64 " to 0x%" PRIx64
			                " is empty; its end must be above its start",
			                what, ranges[i].start, ranges[i].end);
		if (i && ranges[i].start < ranges[i - 1].end)
			return mms_fail(EINVAL,
			                "%s from pfn 0x%" PRIx64
			                " starts before the end of the one before it; give ranges "
			                "in ascending order",
			                what, ranges[i].start);
		if (ranges[i].end > MMS_MAX_PHYS >> MMS_PAGE_SHIFT)
			return mms_fail(ERANGE,
			                "%s to pfn 0x%" PRIx64
			                " ends beyond the physical address space (2^52)",
			                what, ranges[i].end);
	}
	return 0;
}

static int check(const struct mms_memblock *memblock, enum mms_zone_type type, unsigned int nid)
{
	int err;

	if ((unsigned int)type >= MMS_ZONE_DEVICE)
		return mms_fail(EINVAL, "zone %d is none of normal memory", (int)type);
	if (nid >= 1u << MMS_NODES_WIDTH)
		return mms_fail(EINVAL,
		                "node %u doesn't fit into struct page's flags; give one below %u",
		                nid, 1u << MMS_NODES_WIDTH);
	if (!memblock->nr_memory)
		return mms_fail(EINVAL, "a zone without memory has no struct pages");
	err = check_ranges("memory", memblock->memory, memblock->nr_memory);
	return err ? err
	           : check_ranges("reserved memory", memblock->reserved, memblock->nr_reserved);
}

/* Where struct pages are: whole sections, each of which has memory. */
static int add_sections(struct mms_zone *zone, const struct mms_pfn_range *memory)
{
	uint64_t start = memory->start & ~(MMS_PAGES_PER_SECTION - 1);
	uint64_t end = (memory->end + MMS_PAGES_PER_SECTION - 1) & ~(MMS_PAGES_PER_SECTION - 1);
	struct mms_pfn_range *last = &zone->ranges[zone->nr_ranges];

	if (zone->nr_ranges && start <= last[-1].end) {
		last[-1].end = end;
		return 0;
	}
	if (zone->nr_ranges == MMS_MAX_RANGES)
		return mms_fail(EINVAL,
		                "memory in more than %d places with whole sections (128M) between "
		                "them is not supported",
		                MMS_MAX_RANGES);
	*last = (struct mms_pfn_range){start, end};
	zone->nr_ranges++;
	return 0;
}

static void add_free(struct mms_zone *zone, struct mms_pfn_range *free, uint64_t start,
                     uint64_t end)
{
	if (start >= end)
		return;
	zone->free_pages += end - start;
	if (zone->nr_free && free[zone->nr_free - 1].end == start)
		free[zone->nr_free - 1].end = end;
	else
		free[zone->nr_free++] = (struct mms_pfn_range){start, end};
}

/* What of @memory is not reserved. @from: the first reserved range that may matter; moves on */
static void add_memory(struct mms_zone *zone, struct mms_pfn_range *free,
                       const struct mms_memblock *memblock, const struct mms_pfn_range *memory,
                       size_t *from)
{
	uint64_t pfn = memory->start;

	while (*from < memblock->nr_reserved && memblock->reserved[*from].end <= pfn)
		++*from;
	for (size_t i = *from; i < memblock->nr_reserved && pfn < memory->end; i++) {
		const struct mms_pfn_range *reserved = &memblock->reserved[i];

		if (reserved->start >= memory->end)
			break;
		add_free(zone, free, pfn, reserved->start);
		pfn = reserved->end;
	}
	add_free(zone, free, pfn, memory->end);
}

/* @ranges: of what is free and of what is reserved, with room for as many as there can be */
static int describe(struct mms_zone *zone, const struct mms_memblock *memblock,
                    struct mms_pfn_range *ranges)
{
	size_t from = 0;

	for (size_t i = 0; i < memblock->nr_reserved; i++)
		ranges[i] = memblock->reserved[i];
	zone->reserved = ranges;
	zone->nr_reserved = memblock->nr_reserved;
	ranges += memblock->nr_reserved;
	zone->free = ranges;
	for (size_t i = 0; i < memblock->nr_memory; i++) {
		const struct mms_pfn_range *memory = &memblock->memory[i];
		int err = add_sections(zone, memory);

		if (err)
			return err;
		add_memory(zone, ranges, memblock, memory, &from);
		zone->present_pages += memory->end - memory->start;
	}
	zone->start_pfn = memblock->memory[0].start;
	zone->spanned_pages = memblock->memory[memblock->nr_memory - 1].end - zone->start_pfn;
	return 0;
}

int mms_zone_create(const struct mms_memblock *memblock, enum mms_zone_type type, unsigned int nid,
                    struct mms_zone **zone)
{
	struct mms_pfn_range *ranges;
	struct mms_zone *made;
	int err = check(memblock, type, nid);

	if (err)
		return err;
	made = calloc(1, sizeof(*made));
	/* Each reserved range cuts one in two at most. */
	ranges = calloc(memblock->nr_memory + 2 * memblock->nr_reserved, sizeof(*ranges));
	err = made && ranges ? describe(made, memblock, ranges)
	                     : mms_fail(ENOMEM, "no memory to describe a zone");
	if (err) {
		free(ranges);
		free(made);
		return err;
	}
	made->type = type;
	made->nid = nid;
	*zone = made;
	return 0;
}

void mms_zone_destroy(struct mms_zone *zone)
{
	if (!zone)
		return;
	free((void *)zone->reserved); /* and the free ones behind them */
	free(zone);
}

/* The first of @ranges that ends after @pfn; @nr if none does. */
static size_t first_after(const struct mms_pfn_range *ranges, size_t nr, uint64_t pfn)
{
	size_t low = 0, high = nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ranges[middle].end <= pfn)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct mms_pfn_range mms_zone_next_free(const struct mms_zone *zone, uint64_t start_pfn,
                                        uint64_t end_pfn)
{
	size_t index = first_after(zone->free, zone->nr_free, start_pfn);
	struct mms_pfn_range found;

	if (index == zone->nr_free || zone->free[index].start >= end_pfn)
		return (struct mms_pfn_range){end_pfn, end_pfn};
	found = zone->free[index];
	if (found.start < start_pfn)
		found.start = start_pfn;
	if (found.end > end_pfn)
		found.end = end_pfn;
	return found;
}

bool mms_zone_reserved(const struct mms_zone *zone, uint64_t pfn)
{
	size_t index = first_after(zone->reserved, zone->nr_reserved, pfn);

	return index < zone->nr_reserved && zone->reserved[index].start <= pfn;
}

void mms_geometry_from_zone(const struct mms_kernel *kernel, const struct mms_zone *zone,
                            struct mms_geometry *geometry)
{
	*geometry = (struct mms_geometry){
		.kernel = kernel,
		.zone = zone,
		.pgmap.nr_range = zone->nr_ranges,
		.nid = zone->nid,
		.start_pfn = zone->ranges[0].start,
		.end_pfn = zone->ranges[zone->nr_ranges - 1].end,
		.data_pfn = zone->start_pfn,
		.nr_initialised = zone->free_pages,
	};
	for (unsigned int i = 0; i < zone->nr_ranges; i++)
		geometry->pgmap.ranges[i] = (struct mms_range){
			zone->ranges[i].start << MMS_PAGE_SHIFT,
			(zone->ranges[i].end << MMS_PAGE_SHIFT) - 1,
		};
}
