// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What devdax does under all kernels: drivers/dax/device.c. */
#include <inttypes.h>

#include "device/dax.h"

int mms_devdax_check(const struct mms_dax *dax)
{
	const struct mms_page *head = dax->page;
	unsigned int order = dax->entry->order;
	uint64_t link;
	int err = mms_dax_check_ours(dax, 0);

	if (err)
		return err;
	if (mms_PageHead(dax->kernel, head) != (order > 0))
		return mms_dax_impossible(dax, 0, "flags", head->flags,
		                          "the device's compounds are of order %u", order);
	if (!order)
		return 0;
	link = mms_tail_link(dax->kernel, (uint64_t)(uintptr_t)head, order);
	if (head[1].compound_head != link)
		return mms_dax_impossible(dax, 1, "compound_head", head[1].compound_head,
		                          "that of a tail here is 0x%" PRIx64, link);
	return 0;
}

void mms_devdax_set_mapping(const struct mms_dax *dax)
{
	if (dax->page->mapping)
		return;
	dax->page->mapping = dax->entry->mapping;
	dax->page->index = dax->entry->index;
}
