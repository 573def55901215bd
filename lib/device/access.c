// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Finding data: pmem_direct_access(), drivers/nvdimm/pmem.c. */
#include <errno.h>
#include <inttypes.h>

#include "device/device.h"
#include "error.h"

/* page_offset_base with 4-level page tables and without KASLR: the kernel's direct map. */
#define PAGE_OFFSET UINT64_C(0xffff888000000000)

int mms_device_data(const struct mms_device *device, uint64_t pgoff, uint64_t *pfn, uint64_t *nr)
{
	const struct mms_dev_pagemap *pgmap = &device->geometry->pgmap;
	uint64_t rest = pgoff;

	for (unsigned int i = 0; i < pgmap->nr_range; i++) {
		uint64_t start =
			i ? pgmap->ranges[i].start >> MMS_PAGE_SHIFT : device->geometry->data_pfn;
		uint64_t end = (pgmap->ranges[i].end + 1) >> MMS_PAGE_SHIFT;

		if (rest < end - start) {
			*pfn = start + rest;
			*nr = end - *pfn;
			return 0;
		}
		rest -= end - start;
	}
	return mms_fail(ERANGE,
	                "the device has no page 0x%" PRIx64 "; its data are pages 0 to 0x%" PRIx64,
	                pgoff, device->data_pages - 1);
}

uint64_t mms_device_data_pages(const struct mms_device *device)
{
	return device->data_pages;
}

/* With a reference. */
static int64_t direct_access(struct mms_device *device, uint64_t pgoff, uint64_t nr_pages,
                             uint64_t *kaddr, uint64_t *pfn)
{
	uint64_t first = 0, nr = 0;
	int err = mms_device_data(device, pgoff, &first, &nr);

	if (!err && pfn)
		err = mms_device_sync_pfns(device, first, first + (nr_pages < nr ? nr_pages : nr),
		                           NULL);
	if (err)
		return err;
	if (kaddr)
		*kaddr = PAGE_OFFSET + (first << MMS_PAGE_SHIFT);
	if (pfn)
		*pfn = first;
	return (int64_t)nr;
}

int64_t mms_device_direct_access(struct mms_device *device, uint64_t pgoff, uint64_t nr_pages,
                                 uint64_t *kaddr, uint64_t *pfn)
{
	int64_t nr;
	int err;

	if (!device->driver->direct_access)
		return mms_fail(EOPNOTSUPP, "%s has no direct_access(); its users fault",
		                device->driver->name);
	if (!nr_pages)
		return mms_fail(EINVAL, "direct_access() is for 1 page or more");
	err = mms_device_get(device);
	if (err)
		return err;
	nr = direct_access(device, pgoff, nr_pages, kaddr, pfn);
	mms_device_put(device);
	return nr;
}

/* What kernels before 2018 looked at: pfn_t_devmap(), and that get_dev_pagemap() knows the page. */
static int validate(const struct mms_device *device, uint64_t pfn)
{
	const struct mms_page *page = mms_memmap_page(device->map, pfn);
	const struct mms_dev_pagemap *pgmap = &device->geometry->pgmap;

	if (mms_page_zonenum(page) == MMS_ZONE_DEVICE && page->pgmap == pgmap)
		return 0;
	return mms_fail(EUCLEAN,
	                "pfn 0x%" PRIx64 ": flags 0x%" PRIx64 " and pgmap 0x%" PRIx64
	                " are not of a page in zone %d and the device's pgmap, 0x%" PRIx64,
	                pfn, page->flags, (uint64_t)(uintptr_t)page->pgmap, MMS_ZONE_DEVICE,
	                (uint64_t)(uintptr_t)pgmap);
}

int mms_dax_supported(struct mms_device *device)
{
	const uint64_t pgoffs[] = {0, device->data_pages - 1};
	int err = mms_device_get(device);

	if (err)
		return err;
	for (unsigned int i = 0; i < 2 && !err; i++) {
		uint64_t kaddr, pfn;
		int64_t nr = mms_device_direct_access(device, pgoffs[i], 1, &kaddr,
		                                      device->options.validate_pfns ? &pfn : NULL);

		if (nr < 0)
			err = (int)nr;
		else if (device->options.validate_pfns)
			err = validate(device, pfn);
	}
	mms_device_put(device);
	return err;
}
