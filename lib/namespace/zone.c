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

int mms_zone_create(const struct mms_memblock *memblock, enum mms_zone_type type, unsigned int nid,
                    struct mms_zone **zone)
{
	struct mms_pfn_range *free_ranges;
	struct mms_zone *made;
	size_t from = 0;
	int err = check(memblock, type, nid);

	if (err)
		return err;
	made = calloc(1, sizeof(*made));
	/* Each reserved range cuts one in two at most. */
	free_ranges = calloc(memblock->nr_memory + memblock->nr_reserved, sizeof(*free_ranges));
	if (!made || !free_ranges)
		err = mms_fail(ENOMEM, "no memory to describe a zone");
	for (size_t i = 0; i < memblock->nr_memory && !err; i++) {
		const struct mms_pfn_range *memory = &memblock->memory[i];

		err = add_sections(made, memory);
		add_memory(made, free_ranges, memblock, memory, &from);
		made->present_pages += memory->end - memory->start;
	}
	if (err) {
		free(free_ranges);
		free(made);
		return err;
	}
	made->type = type;
	made->nid = nid;
	made->start_pfn = memblock->memory[0].start;
	made->spanned_pages = memblock->memory[memblock->nr_memory - 1].end - made->start_pfn;
	made->free = free_ranges;
	*zone = made;
	return 0;
}

void mms_zone_destroy(struct mms_zone *zone)
{
	if (!zone)
		return;
	free((void *)zone->free);
	free(zone);
}

struct mms_pfn_range mms_zone_next_free(const struct mms_zone *zone, uint64_t start_pfn,
                                        uint64_t end_pfn)
{
	size_t low = 0, high = zone->nr_free;
	struct mms_pfn_range found;

	/* The first that ends after start_pfn. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (zone->free[middle].end <= start_pfn)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == zone->nr_free || zone->free[low].start >= end_pfn)
		return (struct mms_pfn_range){end_pfn, end_pfn};
	found = zone->free[low];
	if (found.start < start_pfn)
		found.start = start_pfn;
	if (found.end > end_pfn)
		found.end = end_pfn;
	return found;
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
