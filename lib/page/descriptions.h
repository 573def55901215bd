/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The built-in kernel descriptions. They stand in a header, as constants, so that hot loops can be
 * compiled once per description with everything folded (see init/kernel_code.h); everybody else
 * reaches them through mms_kernel_at().
 *
 * To add a release: add its name to MMS_KERNELS, oldest first, and its description below.
 */
#ifndef LIB_PAGE_DESCRIPTIONS_H
#define LIB_PAGE_DESCRIPTIONS_H

#include <memmapsim/kernel.h>

#include "page/structs.h"

// clang-format off

#define MMS_KERNELS(X, ...)                                                                        \
	X(v6_1, ##__VA_ARGS__)                                                                     \
	X(v6_12, ##__VA_ARGS__)                                                                    \
	X(v6_16, ##__VA_ARGS__)                                                                    \
	X(v6_18, ##__VA_ARGS__)                                                                    \
	X(v7_1, ##__VA_ARGS__)                                                                     \
	X(v7_2, ##__VA_ARGS__)

#define MMS_ENUMERATE(id) MMS_KERNEL_##id,
enum mms_kernel_index { MMS_KERNELS(MMS_ENUMERATE) MMS_NR_KERNELS };
#undef MMS_ENUMERATE

/* enum pageflags, by bit. Three orders so far; v6.16 is v6.12 with dropbehind inserted. */
static const char *const mms_pageflags_v6_1[] = {
	"locked", "referenced", "uptodate", "dirty", "lru", "active", "workingset", "waiters", "error",
	"slab", "owner_priv_1", "arch_1", "reserved", "private", "private_2", "writeback", "head",
	"mappedtodisk", "reclaim", "swapbacked", "unevictable", "mlocked", "uncached", "hwpoison",
	"arch_2",
};
static const char *const mms_pageflags_v6_12[] = {
	"locked", "writeback", "referenced", "uptodate", "dirty", "lru", "head", "waiters", "active",
	"workingset", "owner_priv_1", "owner_2", "arch_1", "reserved", "private", "private_2",
	"reclaim", "swapbacked", "unevictable", "mlocked", "hwpoison", "young", "idle", "arch_2",
};
static const char *const mms_pageflags_v6_16[] = {
	"locked", "writeback", "referenced", "uptodate", "dirty", "lru", "head", "waiters", "active",
	"workingset", "owner_priv_1", "owner_2", "arch_1", "reserved", "private", "private_2",
	"reclaim", "swapbacked", "unevictable", "dropbehind", "mlocked", "hwpoison", "young", "idle",
	"arch_2",
};
#define MMS_PAGEFLAGS(names) .pageflags = names, .nr_pageflags = sizeof(names) / sizeof(*(names))

/* Which device pages start with a reference: to v6.12 those that drivers don't hand out themselves. */
#define MMS_REFCOUNTS(fs_dax, p2pdma)                                                               \
	.refcount = {                                                                               \
		[MMS_MEMORY_DEVICE_PRIVATE] = 0,                                                    \
		[MMS_MEMORY_DEVICE_COHERENT] = 0,                                                   \
		[MMS_MEMORY_DEVICE_FS_DAX] = fs_dax,                                                \
		[MMS_MEMORY_DEVICE_GENERIC] = 1,                                                    \
		[MMS_MEMORY_DEVICE_PCI_P2PDMA] = p2pdma,                                            \
	}

/* Metadata of a compound in its tail 1. */
#define MMS_METADATA(nr, ...) .nr_metadata = nr, .metadata = { __VA_ARGS__ }
#define MMS_METADATA_V6_16                                                                          \
	MMS_METADATA(7, { "_large_mapcount", 16, 4, MMS_METADATA_MINUS_ONE },                       \
		     { "_nr_pages_mapped", 20, 4, MMS_METADATA_ZERO },                              \
		     { "_entire_mapcount", 24, 4, MMS_METADATA_MINUS_ONE },                         \
		     { "_pincount", 28, 4, MMS_METADATA_ZERO },                                     \
		     { "_mm_id_mapcount", 32, 8, MMS_METADATA_MINUS_ONE },                          \
		     { "_mm_ids", 40, 8, MMS_METADATA_ZERO },                                       \
		     { "_nr_pages", 56, 4, MMS_METADATA_NR_PAGES })

/* How normal memory is freed, and what marks a free block, from v6.12. */
#define MMS_FREE_V6_12                                                                              \
	.deferred_order = 10, .buddy_type = 0xf0000000, .buddy_mask = 0xff000000

#define MMS_STRUCTS(...)                                                                            \
	.nr_structs = sizeof((const struct mms_struct *const[]){ __VA_ARGS__ }) /                   \
		      sizeof(const struct mms_struct *),                                            \
	.structs = { __VA_ARGS__ }

static const struct mms_kernel mms_descriptions[] = {
	[MMS_KERNEL_v6_1] = {
		.name = "v6.1",
		.summary = "compound_dtor and compound_order in tail 1",
		.derived_from = "v6.12",
		MMS_PAGEFLAGS(mms_pageflags_v6_1),
		.pg_head = 16,
		.pg_reserved = 12,
		.pg_hwpoison = 23,
		MMS_REFCOUNTS(1, 1),
		.init_apart = true,
		.tail_link = MMS_TAIL_LINK_HEAD,
		.prep_head = MMS_PREP_HEAD_AFTER_TAIL_2,
		MMS_METADATA(5, { "compound_dtor", 16, 1, MMS_METADATA_ONE },
			     { "compound_order", 17, 1, MMS_METADATA_ORDER },
			     { "compound_mapcount", 20, 4, MMS_METADATA_MINUS_ONE },
			     { "compound_pincount", 24, 4, MMS_METADATA_ZERO },
			     { "compound_nr", 28, 4, MMS_METADATA_NR_PAGES }),
		.pageblock_policy = MMS_PAGEBLOCK_RANGE, /* by backport, 6.1.192 */
		.pageblock_bits = 4,
		.early_section_whole = true, /* by backport, 6.1.192 */
		.deferred_order = 9, /* a pageblock */
		.buddy_type = 0xffffff7f,
		.buddy_mask = 0xf0000080,
		.buddy_bit = true,
		.dax_share_stays = true,
		.dax_index_cleared = true,
		MMS_STRUCTS(&mms_page_v6_1, &mms_folio_v6_1, &mms_dev_pagemap_v6_1,
			    &mms_vmem_altmap_v6_1, &mms_range),
	},
	[MMS_KERNEL_v6_12] = {
		.name = "v6.12",
		.summary = "folio metadata in tail 1; fsdax pages start with a reference",
		.nr_captures = 6,
		MMS_PAGEFLAGS(mms_pageflags_v6_12),
		.pg_head = 6,
		.pg_reserved = 13,
		.pg_hwpoison = 20,
		MMS_REFCOUNTS(1, 1),
		.tail_link = MMS_TAIL_LINK_HEAD,
		.prep_head = MMS_PREP_HEAD_AFTER_TAIL_1,
		.order_in_flags = true,
		.deferred_list = true,
		MMS_METADATA(5, { "_large_mapcount", 16, 4, MMS_METADATA_MINUS_ONE },
			     { "_entire_mapcount", 20, 4, MMS_METADATA_MINUS_ONE },
			     { "_nr_pages_mapped", 24, 4, MMS_METADATA_ZERO },
			     { "_pincount", 28, 4, MMS_METADATA_ZERO },
			     { "_folio_nr_pages", 32, 4, MMS_METADATA_NR_PAGES }),
		.pageblock_policy = MMS_PAGEBLOCK_RANGE, /* by backport, 6.12.117 */
		.pageblock_bits = 4,
		.early_section_whole = true, /* by backport, 6.12.117 */
		MMS_FREE_V6_12,
		.dax_index_cleared = true,
		MMS_STRUCTS(&mms_page_v6_12, &mms_folio_v6_12, &mms_dev_pagemap_v6_12,
			    &mms_vmem_altmap_v6_12, &mms_range),
	},
	[MMS_KERNEL_v6_16] = {
		.name = "v6.16",
		.summary = "fsdax pages start unreferenced; pgmap is stored through the folio",
		.derived_from = "v6.18",
		MMS_PAGEFLAGS(mms_pageflags_v6_16),
		.pg_head = 6,
		.pg_reserved = 13,
		.pg_hwpoison = 21,
		MMS_REFCOUNTS(0, 0),
		.pgmap_by_folio = true,
		.tail_link = MMS_TAIL_LINK_HEAD,
		.prep_head = MMS_PREP_HEAD_AFTER_TAIL_1,
		.order_in_flags = true,
		.deferred_list = true,
		MMS_METADATA_V6_16,
		.pageblock_policy = MMS_PAGEBLOCK_PER_PAGE,
		.pageblock_bits = 4,
		.reserved_movable = true,
		MMS_FREE_V6_12,
		.dax_folios = true,
		MMS_STRUCTS(&mms_page_v6_16, &mms_folio_v6_16, &mms_dev_pagemap_v6_12,
			    &mms_vmem_altmap_v6_12, &mms_range),
	},
	[MMS_KERNEL_v6_18] = {
		.name = "v6.18",
		.summary = "compound heads are prepared last, so tail 2 keeps its list",
		.btf = "6.18.15",
		.nr_captures = 6,
		MMS_PAGEFLAGS(mms_pageflags_v6_16),
		.pg_head = 6,
		.pg_reserved = 13,
		.pg_hwpoison = 21,
		MMS_REFCOUNTS(0, 0),
		.pgmap_by_folio = true,
		.tail_link = MMS_TAIL_LINK_HEAD,
		.prep_head = MMS_PREP_HEAD_AFTER_LAST_TAIL,
		.order_in_flags = true,
		.deferred_list = true,
		MMS_METADATA_V6_16,
		.pageblock_policy = MMS_PAGEBLOCK_PER_PAGE,
		.pageblock_bits = 8,
		.reserved_movable = true,
		MMS_FREE_V6_12,
		.dax_folios = true,
		MMS_STRUCTS(&mms_page_v6_18, &mms_folio_v6_18, &mms_dev_pagemap_v6_12,
			    &mms_vmem_altmap_v6_12, &mms_range),
	},
	[MMS_KERNEL_v7_1] = {
		.name = "v7.1",
		.summary = "as v7.1-rc3: tails hold a mask instead of their head's address",
		.derived_from = "v7.2",
		.btf = "7.1.13",
		MMS_PAGEFLAGS(mms_pageflags_v6_16),
		.pg_head = 6,
		.pg_reserved = 13,
		.pg_hwpoison = 21,
		MMS_REFCOUNTS(0, 0),
		.pgmap_by_folio = true,
		.tail_link = MMS_TAIL_LINK_MASK,
		.prep_head = MMS_PREP_HEAD_AFTER_LAST_TAIL,
		.order_in_flags = true,
		.deferred_list = true,
		MMS_METADATA_V6_16,
		.pageblock_policy = MMS_PAGEBLOCK_PER_PAGE,
		.pageblock_bits = 8,
		.reserved_movable = true,
		MMS_FREE_V6_12,
		.dax_folios = true,
		MMS_STRUCTS(&mms_page_v7_1, &mms_folio_v6_18, &mms_dev_pagemap_v6_1,
			    &mms_vmem_altmap_v6_1, &mms_range),
	},
	[MMS_KERNEL_v7_2] = {
		.name = "v7.2",
		.summary = "pageblocks are marked once per range; early sections are whole",
		.btf = "7.2.13",
		.nr_captures = 6,
		MMS_PAGEFLAGS(mms_pageflags_v6_16),
		.pg_head = 6,
		.pg_reserved = 13,
		.pg_hwpoison = 21,
		MMS_REFCOUNTS(0, 0),
		.pgmap_by_folio = true,
		.tail_link = MMS_TAIL_LINK_MASK,
		.prep_head = MMS_PREP_HEAD_AFTER_LAST_TAIL,
		.order_in_flags = true,
		.deferred_list = true,
		MMS_METADATA_V6_16,
		.pageblock_policy = MMS_PAGEBLOCK_RANGE,
		.pageblock_bits = 8,
		.early_section_whole = true,
		.fsdev = true,
		.reserved_movable = true,
		MMS_FREE_V6_12,
		.dax_folios = true,
		.dax_index_cleared = true,
		MMS_STRUCTS(&mms_page_v7_1, &mms_folio_v6_18, &mms_dev_pagemap_v6_1,
			    &mms_vmem_altmap_v6_1, &mms_range),
	},
};

// clang-format on

#endif
