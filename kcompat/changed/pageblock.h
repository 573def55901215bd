/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The types of pageblocks lie in one piece beside the memmap, and whoever gave the job writes them.
 * Which type a pageblock gets, and when, is the tree's; its name for the last step changed.
 */
#ifndef KCOMPAT_CHANGED_PAGEBLOCK_H
#define KCOMPAT_CHANGED_PAGEBLOCK_H

/* Bits 0 to 2 are the type, in all releases. */
#define KCOMPAT_MIGRATETYPE_MASK 7

#define __set_pfnblock_flags_mask(page, pfn, flags, mask)                                          \
	((void)(page),                                                                             \
	 kcompat_job->set_pageblock(kcompat_job, pfn, (flags) & (mask)&KCOMPAT_MIGRATETYPE_MASK))
/* To v6.15. */
#define set_pfnblock_flags_mask(page, flags, pfn, mask)                                            \
	__set_pfnblock_flags_mask(page, pfn, flags, mask)

#endif
