/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Kernel structures as releases lay them out: the members that initialization deals with. Each
 * table is named after the first description that has it; a later one lists only what it changed.
 */
#ifndef LIB_PAGE_STRUCTS_H
#define LIB_PAGE_STRUCTS_H

#include <memmapsim/kernel.h>

// clang-format off

#define MMS_STRUCT(id, kernel_name, bytes, ...)                                                     \
	static const struct mms_member id##_members[] = { __VA_ARGS__ };                            \
	static const struct mms_struct id = { kernel_name, bytes,                                   \
					      sizeof(id##_members) / sizeof(*id##_members),         \
					      id##_members }

/* struct page: what all releases share, then the words whose names moved. */
#define MMS_PAGE_COMMON                                                                             \
	{ "lru", 8, 16 }, { "lru.next", 8, 8 }, { "lru.prev", 16, 8 },                              \
	{ "zone_device_data", 16, 8 }, { "mapping", 24, 8 }, { "private", 40, 8 },                  \
	{ "_mapcount", 48, 4 }, { "page_type", 48, 4 }, { "_refcount", 52, 4 },                     \
	{ "memcg_data", 56, 8 }, { "flags", 0, 8 }

MMS_STRUCT(mms_page_v6_1, "page", 64, MMS_PAGE_COMMON, { "compound_head", 8, 8 }, { "pgmap", 8, 8 },
	   { "index", 32, 8 }, { "compound_dtor", 16, 1 }, { "compound_order", 17, 1 },
	   { "compound_mapcount", 20, 4 }, { "compound_pincount", 24, 4 }, { "compound_nr", 28, 4 });
MMS_STRUCT(mms_page_v6_12, "page", 64, MMS_PAGE_COMMON, { "compound_head", 8, 8 },
	   { "pgmap", 8, 8 }, { "index", 32, 8 }, { "share", 32, 8 });
MMS_STRUCT(mms_page_v6_16, "page", 64, MMS_PAGE_COMMON, { "compound_head", 8, 8 },
	   { "_unused_pgmap_compound_head", 8, 8 }, { "__folio_index", 32, 8 }, { "share", 32, 8 });
MMS_STRUCT(mms_page_v6_18, "page", 64, MMS_PAGE_COMMON, { "flags.f", 0, 8 },
	   { "compound_head", 8, 8 }, { "_unused_pgmap_compound_head", 8, 8 },
	   { "__folio_index", 32, 8 }, { "share", 32, 8 });
MMS_STRUCT(mms_page_v7_1, "page", 64, MMS_PAGE_COMMON, { "flags.f", 0, 8 },
	   { "compound_info", 8, 8 }, { "_unused_pgmap_compound_info", 8, 8 },
	   { "__folio_index", 32, 8 }, { "share", 32, 8 });

/* struct folio: a compound's first struct pages as one, so tail 1 is at 64, tail 2 at 128. */
#define MMS_FOLIO_COMMON                                                                            \
	{ "flags", 0, 8 }, { "lru", 8, 16 }, { "mapping", 24, 8 }, { "index", 32, 8 },              \
	{ "private", 40, 8 }, { "_mapcount", 48, 4 }, { "_refcount", 52, 4 },                       \
	{ "memcg_data", 56, 8 }, { "page", 0, 64 }
#define MMS_FOLIO_TAILS                                                                             \
	{ "_flags_1", 64, 8 }, { "_head_1", 72, 8 }, { "__page_1", 64, 64 },                        \
	{ "_flags_2", 128, 8 }, { "_head_2", 136, 8 }, { "_deferred_list", 144, 16 },               \
	{ "__page_2", 128, 64 }
#define MMS_FOLIO_V6_16                                                                             \
	MMS_FOLIO_COMMON, { "pgmap", 8, 8 }, { "share", 32, 8 }, MMS_FOLIO_TAILS,                   \
	{ "_large_mapcount", 80, 4 }, { "_nr_pages_mapped", 84, 4 },                                \
	{ "_entire_mapcount", 88, 4 }, { "_pincount", 92, 4 }, { "_mm_id_mapcount", 96, 8 },        \
	{ "_mm_ids", 104, 8 }, { "_mapcount_1", 112, 4 }, { "_refcount_1", 116, 4 },                \
	{ "_nr_pages", 120, 4 }

MMS_STRUCT(mms_folio_v6_1, "folio", 112, MMS_FOLIO_COMMON);
MMS_STRUCT(mms_folio_v6_12, "folio", 256, MMS_FOLIO_COMMON, MMS_FOLIO_TAILS,
	   { "_large_mapcount", 80, 4 }, { "_entire_mapcount", 84, 4 }, { "_nr_pages_mapped", 88, 4 },
	   { "_pincount", 92, 4 }, { "_folio_nr_pages", 96, 4 });
MMS_STRUCT(mms_folio_v6_16, "folio", 256, MMS_FOLIO_V6_16);
MMS_STRUCT(mms_folio_v6_18, "folio", 256, MMS_FOLIO_V6_16, { "flags.f", 0, 8 });

#define MMS_DEV_PAGEMAP_MEMBERS(altmap_size)                                                        \
	{ "altmap", 0, altmap_size }, { "ref", altmap_size, 16 }, { "done", altmap_size + 16, 32 }, \
	{ "type", altmap_size + 48, 4 }, { "flags", altmap_size + 52, 4 },                          \
	{ "vmemmap_shift", altmap_size + 56, 8 }, { "ops", altmap_size + 64, 8 },                   \
	{ "owner", altmap_size + 72, 8 }, { "nr_range", altmap_size + 80, 4 },                      \
	{ "range", altmap_size + 88, 16 }, { "ranges", altmap_size + 88, 0 }
MMS_STRUCT(mms_dev_pagemap_v6_1, "dev_pagemap", 152, MMS_DEV_PAGEMAP_MEMBERS(48));
MMS_STRUCT(mms_dev_pagemap_v6_12, "dev_pagemap", 160, MMS_DEV_PAGEMAP_MEMBERS(56));

#define MMS_VMEM_ALTMAP_MEMBERS                                                                     \
	{ "base_pfn", 0, 8 }, { "end_pfn", 8, 8 }, { "reserve", 16, 8 }, { "free", 24, 8 },         \
	{ "align", 32, 8 }, { "alloc", 40, 8 }
MMS_STRUCT(mms_vmem_altmap_v6_1, "vmem_altmap", 48, MMS_VMEM_ALTMAP_MEMBERS);
MMS_STRUCT(mms_vmem_altmap_v6_12, "vmem_altmap", 56, MMS_VMEM_ALTMAP_MEMBERS,
	   { "inaccessible", 48, 1 });
MMS_STRUCT(mms_range, "range", 16, { "start", 0, 8 }, { "end", 8, 8 });

// clang-format on

#endif
