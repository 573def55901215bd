// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Faults that begin right after the init, at pages that nobody has mapped yet. */
#include <emmintrin.h>

#include "aftermath_bench.h"
#include "permutation.h"

#define MAPPING UINT64_C(0xffff888100000000) /* stands for an address_space */
#define MM_ID   1

static bool has_compounds(const struct mms_aftermath_bench *bench)
{
	return bench->config->geometry->pgmap.vmemmap_shift > 0;
}

static uint64_t nr_entries(const struct mms_aftermath_bench *bench, unsigned int order)
{
	return mms_device_data_pages(bench->device) >> order;
}

/* Faults of 4 KiB << @order, @most at most: among the last struct pages, and anywhere. */
static void add_order(const struct mms_aftermath_bench *bench, struct mms_aftermath_result *result,
                      unsigned int order, uint64_t most)
{
	static const char *const units[] = {"KiB", "MiB", "GiB"};
	unsigned int size = MMS_PAGE_SHIFT + order - 10;
	uint64_t entries = nr_entries(bench, order);
	struct mms_aftermath_step step = {
		.part = MMS_AFTERMATH_FAULT,
		.unit = "fault",
		.units = entries < most ? entries : most,
		.order = order,
		.bytes = result->last_level_bytes / 2,
	};

	if (!entries)
		return;
	mms_aftermath_add(result, step, "%u %s, in last LLC/2", 1u << size % 10, units[size / 10]);
	step.bytes = 0;
	mms_aftermath_add(result, step, "%u %s, anywhere", 1u << size % 10, units[size / 10]);
}

/* nd_pmem has faults of two sizes, dax_pmem those of its compounds. */
static void add_steps(const struct mms_aftermath_bench *bench, struct mms_aftermath_result *result)
{
	const struct mms_dev_pagemap *pgmap = &bench->config->geometry->pgmap;

	if (!pgmap->vmemmap_shift)
		add_order(bench, result, 0, 4096);
	else
		add_order(bench, result, pgmap->vmemmap_shift, 256);
	if (pgmap->type == MMS_MEMORY_DEVICE_FS_DAX)
		add_order(bench, result, MMS_PAGEBLOCK_ORDER, 256);
}

/*
 * Of which entries a step takes some, at random: any, or the last ones, those of struct pages that
 * the last-level cache may hold. (In order they would show how good prefetchers are.)
 */
struct entries {
	uint64_t first;
	struct mms_permutation permutation;
};

static struct entries entries_of(const struct mms_aftermath_bench *bench,
                                 const struct mms_aftermath_step *step)
{
	struct mms_pfn_range last = mms_aftermath_last_pfns(bench, step->bytes);
	uint64_t all = nr_entries(bench, step->order), count = all;

	if (step->bytes) {
		count = (last.end - last.start) >> step->order;
		if (count < step->units)
			count = step->units;
		if (count > all)
			count = all;
	}
	return (struct entries){
		.first = all - count,
		.permutation = mms_permutation(count, bench->config->seed),
	};
}

static struct mms_dax_entry entry_at(const struct mms_aftermath_step *step,
                                     const struct entries *entries, uint64_t i)
{
	uint64_t number = entries->first + mms_permute(&entries->permutation, i);

	return (struct mms_dax_entry){
		.pgoff = number << step->order,
		.order = step->order,
		.mapping = MAPPING,
		.index = number << step->order,
	};
}

/* Page @pgoff of the data. Ranges are as long as their alignment wants, so no entry is in two. */
static uint64_t data_pfn(const struct mms_geometry *geometry, uint64_t pgoff)
{
	uint64_t pfn = geometry->data_pfn + pgoff;

	for (unsigned int i = 0; i + 1 < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range range = mms_geometry_range_pfns(geometry, i);
		struct mms_pfn_range next = mms_geometry_range_pfns(geometry, i + 1);

		if (pfn < range.end)
			break;
		pfn += next.start - range.end;
	}
	return pfn;
}

/* Undo a fault, and leave nothing of it in the caches. */
static void repair(const struct mms_aftermath_bench *bench, const struct mms_dax_entry *entry)
{
	struct mms_oracle oracle = mms_oracle_of(bench->map);
	uint64_t pfn = data_pfn(bench->config->geometry, entry->pgoff);
	/* Of a compound that is there already, only head and tail 1 are changed. */
	uint64_t end = pfn + (has_compounds(bench) ? 2 : UINT64_C(1) << entry->order);

	for (; pfn < end; pfn++) {
		struct mms_page *page = mms_memmap_page(bench->map, pfn);

		mms_oracle_page(&oracle, pfn, page);
		_mm_clflush(page);
	}
}

static int take(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row,
                const struct mms_aftermath_step *step, struct mms_measure *measures)
{
	struct entries entries = entries_of(bench, step);
	int error = mms_aftermath_init(bench, row);
	struct mms_dax_entry entry;
	uint64_t i;

	if (error)
		return error;
	mms_stopwatch_start(&bench->watch);
	for (i = 0; i < step->units; i++) {
		entry = entry_at(step, &entries, i);
		error = mms_device_fault(bench->device, &entry, MMS_DAX_FAULT_NEW, MM_ID, NULL);
		if (error)
			break;
	}
	measures[0] = mms_stopwatch_stop(&bench->watch);
	/* But for what a fault refused, which shows why. */
	while (i) {
		entry = entry_at(step, &entries, --i);
		repair(bench, &entry);
	}
	_mm_mfence();
	return error;
}

const struct mms_aftermath_ops mms_aftermath_fault = {.add_steps = add_steps, .take = take};
