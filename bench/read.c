// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "read.h"

#include <memmapsim/cpu.h>

mms_read_fn *mms_read_at(size_t index, const char **name)
{
	static const struct {
		const char *name;
		unsigned int cpu;
		mms_read_fn *read;
	} reads[] = {
		{"sse2", MMS_CPU_SSE2, mms_read_sse2},
		{"avx2", MMS_CPU_AVX2, mms_read_avx2},
		{"avx512", MMS_CPU_AVX512F, mms_read_avx512},
	};
	unsigned int features = mms_cpu_features();

	for (size_t i = 0; i < sizeof(reads) / sizeof(*reads); i++)
		if (!(reads[i].cpu & ~features) && index-- == 0) {
			*name = reads[i].name;
			return reads[i].read;
		}
	return NULL;
}

void mms_read_memmap(const struct mms_memmap *map, mms_read_fn *read)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	const struct mms_dev_pagemap *pgmap = &geometry->pgmap;
	uint64_t step = mms_pgmap_vmemmap_nr(pgmap);

	for (unsigned int i = 0; i < pgmap->nr_range; i++) {
		uint64_t pfn = pgmap->ranges[i].start >> MMS_PAGE_SHIFT;
		uint64_t end = (pgmap->ranges[i].end + 1) >> MMS_PAGE_SHIFT;

		if (!geometry->dedup)
			step = end - pfn;
		for (; pfn < end; pfn += step) {
			uint64_t nr_pages = step;

			if (geometry->dedup && !mms_geometry_early_section(geometry, pfn))
				nr_pages = MMS_VMEMMAP_RESERVE_PAGES;
			read(mms_memmap_page(map, pfn), nr_pages << MMS_STRUCT_PAGE_SHIFT);
		}
	}
}
