// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The store tracer in the terms of struct pages and the 2026 series. */
#include <memmapsim/verify.h>

void mms_watch_memmap(const struct mms_memmap *map, struct mms_watch watch[2])
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	const struct mms_pageblocks *pageblocks = mms_memmap_pageblocks(map);
	uintptr_t vmemmap = mms_memmap_vmemmap(map), bitmap = (uintptr_t)pageblocks->bitmap;

	watch[0] = (struct mms_watch){
		.start = vmemmap + (geometry->start_pfn << MMS_STRUCT_PAGE_SHIFT),
		.end = vmemmap + (geometry->end_pfn << MMS_STRUCT_PAGE_SHIFT),
		.kind = MMS_WATCH_ARRAY,
	};
	watch[1] = (struct mms_watch){
		.start = bitmap,
		.end = bitmap + (pageblocks->nr * pageblocks->bits + 7) / 8,
		.kind = MMS_WATCH_PUBLISH,
	};
}

enum mms_drain mms_missing_drain(const struct mms_geometry *geometry, uintptr_t vmemmap,
                                 const struct mms_store_finding *finding)
{
	switch (finding->undrained) {
	case MMS_UNDRAINED_RETURN:
		return MMS_DRAIN_BEFORE_RETURN;
	case MMS_UNDRAINED_PUBLISH:
		return MMS_DRAIN_BEFORE_PAGEBLOCK;
	default:
		break;
	}
	switch (mms_geometry_page_kind(geometry,
	                               (finding->line - vmemmap) >> MMS_STRUCT_PAGE_SHIFT)) {
	case MMS_PAGE_HEAD:
		return MMS_DRAIN_AFTER_HEAD;
	case MMS_PAGE_TAIL:
		return MMS_DRAIN_BEFORE_METADATA;
	default:
		return MMS_DRAIN_BEFORE_REUSE;
	}
}

const char *mms_drain_name(enum mms_drain drain)
{
	static const char *const names[MMS_NR_DRAINS] = {
		[MMS_DRAIN_AFTER_HEAD] = "after the head",
		[MMS_DRAIN_BEFORE_METADATA] = "before the metadata",
		[MMS_DRAIN_BEFORE_REUSE] = "before the page is used again",
		[MMS_DRAIN_BEFORE_PAGEBLOCK] = "before pageblock marking",
		[MMS_DRAIN_BEFORE_RETURN] = "before return",
	};

	return (unsigned int)drain < MMS_NR_DRAINS ? names[drain] : NULL;
}
