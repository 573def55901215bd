// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Counting mappings, from v6.15: __folio_add_rmap() and __folio_remove_rmap() of mm/rmap.c for
 * entries that are mapped as a whole. A single page counts in _mapcount. A compound counts in tail
 * 1: how often it is mapped as a whole; a flag among the number of its pages that are mapped; and
 * how often it is mapped at all, in sum and by each of up to two processes, which have slots there.
 * The kernel's lock in _mm_ids isn't taken, since the entry's is held.
 */
#include <errno.h>

#include "device/dax.h"
#include "error.h"
#include "page/rules.h"

#define ENTIRELY_MAPPED 0x800000 /* in _nr_pages_mapped */
#define MM_IDS_SHARED   (UINT64_C(1) << 63)

static int32_t *field(const struct mms_dax *dax, uint8_t offset)
{
	return (int32_t *)((char *)&dax->page[1] + offset);
}

static int32_t *slot_counts(const struct mms_dax *dax)
{
	return field(dax, dax->rmap->mm_id_mapcount);
}

static uint64_t *mm_ids(const struct mms_dax *dax)
{
	return (uint64_t *)field(dax, dax->rmap->mm_ids);
}

static uint32_t slot_mm_id(const struct mms_dax *dax, unsigned int slot)
{
	return *mm_ids(dax) >> (32 * slot) & MMS_MM_ID_MAX;
}

static void set_slot_mm_id(const struct mms_dax *dax, unsigned int slot, uint64_t mm_id)
{
	uint64_t ids = *mm_ids(dax) & ~((uint64_t)MMS_MM_ID_MAX << (32 * slot));

	*mm_ids(dax) = ids | mm_id << (32 * slot);
}

/* The slot of @mm_id, or, with 0, the first free one; 2 if there is none. */
static unsigned int find_slot(const struct mms_dax *dax, uint32_t mm_id)
{
	unsigned int slot = 0;

	while (slot < 2 && slot_mm_id(dax, slot) != mm_id)
		slot++;
	return slot;
}

/* folio_add_large_mapcount(). A process that comes when both slots are taken gets none. */
static void add_large(const struct mms_dax *dax, uint32_t mm_id)
{
	int32_t mapcount = ++*field(dax, dax->rmap->large_mapcount);
	unsigned int slot = find_slot(dax, mm_id);

	if (slot < 2) {
		slot_counts(dax)[slot]++;
		return;
	}
	slot = find_slot(dax, 0);
	if (slot == 2)
		return;
	set_slot_mm_id(dax, slot, mm_id);
	slot_counts(dax)[slot] = 0;
	if (mapcount || slot)
		*mm_ids(dax) |= MM_IDS_SHARED;
}

/* folio_sub_large_mapcount() */
static void remove_large(const struct mms_dax *dax, uint32_t mm_id)
{
	int32_t mapcount = --*field(dax, dax->rmap->large_mapcount);
	int32_t *counts = slot_counts(dax);
	unsigned int slot = find_slot(dax, mm_id);

	if (slot < 2) {
		if (--counts[slot] >= 0)
			return;
		set_slot_mm_id(dax, slot, 0);
	}
	if (counts[0] == mapcount || counts[1] == mapcount)
		*mm_ids(dax) &= ~MM_IDS_SHARED;
}

void mms_rmap_add(const struct mms_dax *dax, uint32_t mm_id)
{
	if (!dax->entry->order) {
		__atomic_add_fetch(&dax->page->_mapcount, 1, __ATOMIC_SEQ_CST);
		return;
	}
	if (__atomic_add_fetch(field(dax, dax->rmap->entire_mapcount), 1, __ATOMIC_SEQ_CST) == 0)
		__atomic_add_fetch(field(dax, dax->rmap->nr_pages_mapped), ENTIRELY_MAPPED,
		                   __ATOMIC_SEQ_CST);
	add_large(dax, mm_id);
}

void mms_rmap_remove(const struct mms_dax *dax, uint32_t mm_id)
{
	if (!dax->entry->order) {
		__atomic_add_fetch(&dax->page->_mapcount, -1, __ATOMIC_SEQ_CST);
		return;
	}
	remove_large(dax, mm_id);
	if (__atomic_add_fetch(field(dax, dax->rmap->entire_mapcount), -1, __ATOMIC_SEQ_CST) < 0)
		__atomic_add_fetch(field(dax, dax->rmap->nr_pages_mapped), -ENTIRELY_MAPPED,
		                   __ATOMIC_SEQ_CST);
}

int mms_rmap_check_remove(const struct mms_dax *dax, uint32_t mm_id)
{
	const int32_t *mapcount =
		dax->entry->order ? field(dax, dax->rmap->entire_mapcount) : &dax->page->_mapcount;
	const int32_t *counts, *large;

	if (*mapcount < 0)
		return mms_dax_impossible(dax, dax->entry->order > 0,
		                          dax->entry->order ? "_entire_mapcount" : "_mapcount",
		                          (uint32_t)*mapcount, "mapped pages have 0 or more");
	if (!dax->entry->order || find_slot(dax, mm_id) < 2)
		return 0;
	counts = slot_counts(dax);
	large = field(dax, dax->rmap->large_mapcount);
	if (*large + 1 <= counts[0] + 1 + counts[1] + 1)
		return mms_dax_impossible(dax, 1, "_mm_ids", *mm_ids(dax),
		                          "mm_id %u should be among those that map it", mm_id);
	return 0;
}

int mms_rmap_layout(const struct mms_kernel *kernel, struct mms_rmap_layout *layout)
{
	const struct {
		const char *name;
		uint8_t *offset;
		uint8_t size;
	} wanted[] = {
		{"_large_mapcount", &layout->large_mapcount, 4},
		{"_entire_mapcount", &layout->entire_mapcount, 4},
		{"_nr_pages_mapped", &layout->nr_pages_mapped, 4},
		{"_mm_id_mapcount", &layout->mm_id_mapcount, 8},
		{"_mm_ids", &layout->mm_ids, 8},
		{"_nr_pages", &layout->nr_pages, 4},
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		unsigned int index = mms_find_metadata(kernel, wanted[i].name);

		if (index == kernel->nr_metadata || kernel->metadata[index].size != wanted[i].size)
			return mms_fail(EINVAL,
			                "%s counts mappings, but its description has no %s of %u "
			                "bytes in tail 1",
			                kernel->name, wanted[i].name, wanted[i].size);
		*wanted[i].offset = kernel->metadata[index].offset;
	}
	return 0;
}
