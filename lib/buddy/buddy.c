// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "buddy/buddy.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"

int mms_buddy_create(struct mms_memmap *map, struct mms_buddy **buddy)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	struct mms_buddy *made;

	if (!geometry->zone)
		return mms_fail(EINVAL, "device pages are not free memory; make the memmap of a "
		                        "zone's geometry");
	made = aligned_alloc(_Alignof(struct mms_buddy), sizeof(*made));
	if (!made)
		return mms_fail(ENOMEM, "no memory for free lists");
	*made = (struct mms_buddy){.geometry = geometry};
	mms_buddy_reset(made);
	*buddy = made;
	return 0;
}

void mms_buddy_destroy(struct mms_buddy *buddy)
{
	free(buddy);
}

void mms_buddy_reset(struct mms_buddy *buddy)
{
	buddy->managed_pages = 0;
	for (unsigned int order = 0; order < MMS_NR_PAGE_ORDERS; order++) {
		buddy->free_area[order].nr_free = 0;
		for (unsigned int type = 0; type < MMS_NR_MIGRATETYPES; type++)
			mms_init_list_head(&buddy->free_area[order].free_list[type]);
	}
}

const struct mms_free_area *mms_buddy_free_areas(const struct mms_buddy *buddy)
{
	return buddy->free_area;
}

uint64_t mms_buddy_managed_pages(const struct mms_buddy *buddy)
{
	return __atomic_load_n(&buddy->managed_pages, __ATOMIC_RELAXED);
}
