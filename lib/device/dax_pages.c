// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * To v6.14 device pages are mapped by page table entries that are marked as such (devmap), so that
 * rmap never hears of them. All that a struct page learns is its file: dax_associate_entry() and
 * dax_disassociate_entry() of fs/dax.c, dax_set_mapping() of drivers/dax/device.c.
 */
#include <inttypes.h>

#include "device/dax.h"

/* PAGE_MAPPING_DAX_COW, later PAGE_MAPPING_DAX_SHARED: several files have the page. */
#define MAPPING_SHARED 1

/* Whether the entry's file has page @i. */
static int check_in_file(const struct mms_dax *dax, uint64_t i)
{
	const struct mms_page *page = &dax->page[i];
	int err = mms_dax_check_ours(dax, i);

	if (err)
		return err;
	if (page->mapping != MAPPING_SHARED && page->mapping != dax->entry->mapping)
		return mms_dax_impossible(dax, i, "mapping", page->mapping,
		                          "the entry is one of mapping 0x%" PRIx64,
		                          dax->entry->mapping);
	return 0;
}

static void associate(struct mms_page *page, uint64_t mapping, uint64_t index)
{
	page->mapping = mapping;
	page->index = index;
}

/* dax_page_share_get(). The first file of a page that comes to be shared counts, too. */
static void share_get(struct mms_page *page)
{
	if (page->mapping != MAPPING_SHARED) {
		if (page->mapping)
			page->share = 1;
		page->mapping = MAPPING_SHARED;
	}
	page->share++;
}

/* dax_page_share_put(): whether the page stays shared. */
static bool share_put(const struct mms_kernel *kernel, struct mms_page *page)
{
	uint64_t before = page->share--;

	return kernel->dax_share_stays ? before > 0 : before > 1;
}

static int fsdax_fault(const struct mms_dax *dax, enum mms_dax_fault fault, uint32_t mm_id)
{
	int err = 0;

	(void)mm_id;
	if (fault == MMS_DAX_FAULT_AGAIN)
		return check_in_file(dax, 0);
	for (uint64_t i = 0; i < dax->nr && !err; i++)
		err = fault == MMS_DAX_FAULT_SHARED ? mms_dax_check_ours(dax, i)
		                                    : mms_dax_check_free(dax, i);
	for (uint64_t i = 0; i < dax->nr && !err; i++)
		if (fault == MMS_DAX_FAULT_SHARED)
			share_get(&dax->page[i]);
		else
			associate(&dax->page[i], dax->entry->mapping, dax->entry->index + i);
	return err;
}

static int unmap(const struct mms_dax *dax, uint32_t mm_id)
{
	int err = mms_dax_check_ours(dax, 0);

	(void)mm_id;
	if (!err && !dax->page->mapping)
		err = mms_dax_impossible(dax, 0, "mapping", 0,
		                         "a page that is mapped is in a file");
	return err;
}

static int check_delete(const struct mms_dax *dax, uint64_t i)
{
	const struct mms_page *page = &dax->page[i];
	int err = check_in_file(dax, i);

	if (!err)
		err = mms_dax_check_idle(dax, i);
	if (!err && page->mapping == MAPPING_SHARED && !page->share &&
	    !dax->kernel->dax_share_stays)
		err = mms_dax_impossible(dax, i, "share", 0, "a shared page has files");
	return err;
}

static int fsdax_delete_entry(const struct mms_dax *dax)
{
	int err = 0;

	for (uint64_t i = 0; i < dax->nr && !err; i++)
		err = check_delete(dax, i);
	for (uint64_t i = 0; i < dax->nr && !err; i++) {
		struct mms_page *page = &dax->page[i];

		if (page->mapping == MAPPING_SHARED && share_put(dax->kernel, page))
			continue;
		associate(page, 0, 0);
	}
	return err;
}

static int devdax_fault(const struct mms_dax *dax, enum mms_dax_fault fault, uint32_t mm_id)
{
	int err = mms_devdax_check(dax);

	(void)fault;
	(void)mm_id;
	if (!err)
		mms_devdax_set_mapping(dax);
	return err;
}

const struct mms_dax_events mms_fsdax_pages = {
	.fault = fsdax_fault,
	.unmap = unmap,
	.delete_entry = fsdax_delete_entry,
};

const struct mms_dax_events mms_devdax_pages = {
	.fault = devdax_fault,
	.unmap = unmap,
};
