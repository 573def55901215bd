// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "read.h"

#include <memmapsim/cpu.h>

#include "memmap/layout.h"

mms_read_fn *mms_read_at(size_t index, const char **name)
{
	static const struct {
		const char *name;
		unsigned int cpu;
		mms_read_fn *read;
	} reads[] = {
		{"sse2", 0, mms_read_sse2}, /* x86-64 has it, whatever MMS_CPU says */
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
	struct mms_pfn_range extent = {0, 0};

	while (mms_layout_next_extent(mms_memmap_geometry(map), &extent))
		read(mms_memmap_page(map, extent.start), (extent.end - extent.start)
		                                                 << MMS_STRUCT_PAGE_SHIFT);
}
