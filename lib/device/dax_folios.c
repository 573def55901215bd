// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * From v6.15 device pages are mapped as all others are: by reference and mapcount. An fsdax entry
 * of 2 MiB is made a compound for as long as it is in a file: dax_associate_entry(),
 * dax_folio_init() and dax_folio_put() of fs/dax.c.
 */
#include <inttypes.h>

#include "device/dax.h"

static void ref_add(struct mms_page *page, int count)
{
	__atomic_add_fetch(&page->_refcount, count, __ATOMIC_SEQ_CST);
}

/* A device page may be used by any number, so only fewer references than at rest are wrong. */
static int check_referenced(const struct mms_dax *dax, int at_least)
{
	int refcount = mms_page_ref_count(dax->page);

	if (refcount < at_least)
		return mms_dax_impossible(dax, 0, "_refcount", (uint32_t)refcount,
		                          "there have to be at least %d", at_least);
	return 0;
}

/* Whether the page or compound is as large as the entry. */
static int check_order(const struct mms_dax *dax)
{
	unsigned int order = mms_compound_order(dax->kernel, dax->page);
	int err = mms_dax_check_ours(dax, 0);

	if (err)
		return err;
	if (order != dax->entry->order)
		return mms_dax_impossible(dax, 0, "flags", dax->page->flags,
		                          "the entry is of order %u, and these pages are of %u",
		                          dax->entry->order, order);
	return 0;
}

/* dax_folio_is_shared(). A page that once had an index and kept it looks the same. */
static bool is_shared(const struct mms_page *page)
{
	return !page->mapping && page->share;
}

/* Whether the page or compound is in the entry's file. */
static int check_in_file(const struct mms_dax *dax)
{
	const struct mms_page *page = dax->page;
	int err = check_order(dax);

	if (err)
		return err;
	if (!is_shared(page) && page->mapping != dax->entry->mapping)
		return mms_dax_impossible(dax, 0, "mapping", page->mapping,
		                          "the entry is one of mapping 0x%" PRIx64,
		                          dax->entry->mapping);
	return check_referenced(dax, mms_dax_idle_refcount(dax));
}

/* prep_compound_page() */
static void prep_compound_page(const struct mms_dax *dax)
{
	unsigned int order = dax->entry->order;

	mms___SetPageHead(dax->kernel, dax->page);
	for (uint64_t i = 1; i < dax->nr; i++)
		mms_prep_compound_tail(dax->kernel, &dax->page[i], dax->page, order);
	mms_prep_compound_head(dax->kernel, dax->page, order);
}

static int associate_new(const struct mms_dax *dax)
{
	int err = 0;

	for (uint64_t i = 0; i < dax->nr && !err; i++)
		err = mms_dax_check_free(dax, i);
	if (err)
		return err;
	if (dax->entry->order)
		prep_compound_page(dax);
	dax->page->mapping = dax->entry->mapping;
	dax->page->index = dax->entry->index;
	return 0;
}

static int associate_shared(const struct mms_dax *dax)
{
	struct mms_page *page = dax->page;
	int err;

	if (!page->mapping && !is_shared(page))
		return associate_new(dax);
	err = check_order(dax);
	if (err)
		return err;
	if (page->mapping) { /* dax_folio_make_shared() */
		page->mapping = 0;
		page->share = 1;
	}
	page->share++;
	return 0;
}

static int fsdax_fault(const struct mms_dax *dax, enum mms_dax_fault fault, uint32_t mm_id)
{
	static int (*const associate[MMS_NR_DAX_FAULTS])(const struct mms_dax *) = {
		[MMS_DAX_FAULT_NEW] = associate_new,
		[MMS_DAX_FAULT_SHARED] = associate_shared,
		[MMS_DAX_FAULT_AGAIN] = check_in_file,
	};
	int err = associate[fault](dax);

	if (err)
		return err;
	/* dax_fault_iter() holds one of its own while vmf_insert_…() takes the page table's. */
	ref_add(dax->page, 1);
	ref_add(dax->page, 1);
	mms_rmap_add(dax, mm_id);
	ref_add(dax->page, -1);
	return 0;
}

static int unmap(const struct mms_dax *dax, uint32_t mm_id)
{
	int err = check_order(dax);

	if (!err)
		err = check_referenced(dax, mms_dax_idle_refcount(dax) + 1);
	if (!err)
		err = mms_rmap_check_remove(dax, mm_id);
	if (err)
		return err;
	mms_rmap_remove(dax, mm_id);
	ref_add(dax->page, -1);
	return 0;
}

static void store(struct mms_page *tail_1, uint8_t offset, uint32_t value)
{
	*(volatile uint32_t *)((char *)tail_1 + offset) = value;
}

/* Make single pages of a compound: what of tail 1 is neither link nor mapping or share stays. */
static void split(const struct mms_dax *dax)
{
	struct mms_page *tail_1 = &dax->page[1];

	tail_1->flags &= ~UINT64_C(0xff); /* folio_reset_order() */
	store(tail_1, dax->rmap->nr_pages, 0);
	for (uint64_t i = 0; i < dax->nr; i++) {
		struct mms_page *page = &dax->page[i];

		__atomic_and_fetch(&page->flags, ~(UINT64_C(1) << dax->kernel->pg_head),
		                   __ATOMIC_SEQ_CST);
		MMS_WRITE_ONCE(page->compound_head, 0);
		page->mapping = 0;
		page->pgmap = dax->pgmap;
		page->share = 0;
	}
}

/* dax_folio_put() */
static int fsdax_delete_entry(const struct mms_dax *dax)
{
	struct mms_page *page = dax->page;
	int err = check_in_file(dax);

	for (uint64_t i = 0; i < dax->nr && !err; i++)
		err = mms_dax_check_idle(dax, i);
	if (err)
		return err;
	if (is_shared(page) && --page->share)
		return 0;
	page->mapping = 0;
	if (dax->entry->order)
		split(dax);
	else if (dax->kernel->dax_index_cleared)
		page->share = 0;
	return 0;
}

static int devdax_fault(const struct mms_dax *dax, enum mms_dax_fault fault, uint32_t mm_id)
{
	int err = mms_devdax_check(dax);

	(void)fault;
	if (!err)
		err = check_referenced(dax, mms_dax_idle_refcount(dax));
	if (err)
		return err;
	mms_devdax_set_mapping(dax);
	ref_add(dax->page, 1);
	mms_rmap_add(dax, mm_id);
	return 0;
}

const struct mms_dax_events mms_fsdax_folios = {
	.fault = fsdax_fault,
	.unmap = unmap,
	.delete_entry = fsdax_delete_entry,
};

const struct mms_dax_events mms_devdax_folios = {
	.fault = devdax_fault,
	.unmap = unmap,
};
