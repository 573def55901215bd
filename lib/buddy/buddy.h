/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of the buddy layer share. */
#ifndef LIB_BUDDY_BUDDY_H
#define LIB_BUDDY_BUDDY_H

#include <memmapsim/buddy.h>

/* As in struct zone, what is written by everyone at any time is on lines of its own. */
struct mms_buddy {
	const struct mms_geometry *geometry;
	_Alignas(64) uint64_t managed_pages; /* added to by atomic operations */
	_Alignas(64) uint32_t lock;          /* the zone lock, for all below: 1 while held */
	_Alignas(64) struct mms_free_area free_area[MMS_NR_PAGE_ORDERS];
};

#endif
