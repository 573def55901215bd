// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/mm.h>

#include "internal.h"

int page_group_by_mobility_disabled __read_mostly;

/* Static, and of no use to other files, that have one of the same name. */
static void note(struct page *page)
{
	BUG();
}

static void write_type(struct page *page, unsigned long type)
{
	__set_pfnblock_flags_mask(page, page_to_pfn(page), type, 7);
}

void __meminit init_pageblock_migratetype(struct page *page, enum migratetype migratetype,
                                          bool isolate)
{
	if (unlikely(page_group_by_mobility_disabled))
		migratetype = MIGRATE_UNMOVABLE;
	write_type(page, migratetype);
}
EXPORT_SYMBOL_GPL(init_pageblock_migratetype);
