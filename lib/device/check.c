// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Struct pages in states that can't be: where kernels warn, and where they trust. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "device/dax.h"
#include "error.h"

int mms_dax_impossible(const struct mms_dax *dax, uint64_t i, const char *field, uint64_t found,
                       const char *but, ...)
{
	char reason[160];
	va_list args;

	va_start(args, but);
	vsnprintf(reason, sizeof(reason), but, args);
	va_end(args);
	return mms_fail(EUCLEAN, "pfn 0x%" PRIx64 ": %s is 0x%" PRIx64 ", but %s", dax->pfn + i,
	                field, found, reason);
}

int mms_dax_check_ours(const struct mms_dax *dax, uint64_t i)
{
	const struct mms_page *page = &dax->page[i];
	uint64_t link = page->compound_head;

	if (mms_page_zonenum(page) != MMS_ZONE_DEVICE)
		return mms_dax_impossible(dax, i, "flags", page->flags,
		                          "a device page's zone is %d, not %u", MMS_ZONE_DEVICE,
		                          mms_page_zonenum(page));
	if (link & 1)
		return mms_dax_impossible(dax, i, "compound_head", link,
		                          "no entry begins with a tail");
	if (page->pgmap != dax->pgmap)
		return mms_dax_impossible(dax, i, "pgmap", link, "the device's is at 0x%" PRIx64,
		                          (uint64_t)(uintptr_t)dax->pgmap);
	return 0;
}

int mms_dax_check_idle(const struct mms_dax *dax, uint64_t i)
{
	int refcount = mms_page_ref_count(&dax->page[i]);

	if (refcount != mms_dax_idle_refcount(dax))
		return mms_dax_impossible(dax, i, "_refcount", (uint32_t)refcount,
		                          "it is %d if nobody uses the page",
		                          mms_dax_idle_refcount(dax));
	return 0;
}

int mms_dax_check_free(const struct mms_dax *dax, uint64_t i)
{
	const struct mms_page *page = &dax->page[i];
	int err = mms_dax_check_ours(dax, i);

	if (err)
		return err;
	if (mms_PageHead(dax->kernel, page))
		return mms_dax_impossible(dax, i, "flags", page->flags,
		                          "a page that is in no file is no compound's head");
	if (page->mapping)
		return mms_dax_impossible(dax, i, "mapping", page->mapping,
		                          "an entry is added for pages that are in no file yet");
	if (page->_mapcount != -1)
		return mms_dax_impossible(dax, i, "_mapcount", (uint32_t)page->_mapcount,
		                          "it is -1 if nobody has the page mapped");
	return mms_dax_check_idle(dax, i);
}
