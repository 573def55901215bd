// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What comes before an event touches struct pages: is it possible, is it its turn, are they there.
 */
#include <errno.h>
#include <inttypes.h>

#include "device/device.h"
#include "error.h"

/* An fsdax entry is a PTE or a PMD. */
static bool has_faults_of(const struct mms_device *device, unsigned int order)
{
	if (device->driver->compounds)
		return order == device->geometry->pgmap.vmemmap_shift;
	return order == 0 || order == MMS_PAGEBLOCK_ORDER;
}

static int find(const struct mms_device *device, const struct mms_dax_entry *entry, uint64_t *pfn)
{
	uint64_t nr;
	int err;

	if (!has_faults_of(device, entry->order))
		return mms_fail(
			EINVAL, "a %s device with compounds of order %u has no entries of order %u",
			device->driver->name, device->geometry->pgmap.vmemmap_shift, entry->order);
	if (!entry->mapping || entry->mapping % 4)
		return mms_fail(EINVAL,
		                "0x%" PRIx64 " can't be a mapping; give a multiple of 4, but not 0",
		                entry->mapping);
	err = mms_device_data(device, entry->pgoff, pfn, &nr);
	if (err)
		return err;
	if (*pfn % (UINT64_C(1) << entry->order))
		return mms_fail(EINVAL,
		                "page 0x%" PRIx64 ", pfn 0x%" PRIx64
		                ", is not aligned for an entry of order %u",
		                entry->pgoff, *pfn, entry->order);
	if (nr < UINT64_C(1) << entry->order)
		return mms_fail(ERANGE,
		                "an entry of order %u at page 0x%" PRIx64 " ends beyond the data",
		                entry->order, entry->pgoff);
	return 0;
}

static int check_mm_id(uint32_t mm_id)
{
	if (!mm_id || mm_id > MMS_MM_ID_MAX)
		return mms_fail(EINVAL, "there is no mm_id %" PRIu32 "; give 1 to %" PRIu32, mm_id,
		                MMS_MM_ID_MAX);
	return 0;
}

static pthread_mutex_t *entry_lock(struct mms_device *device, uint64_t pfn)
{
	return &device->entry_locks[(pfn >> MMS_PAGEBLOCK_ORDER) % MMS_NR_ENTRY_LOCKS].mutex;
}

/* An event of any kind, as run_event() is told of it. */
struct event {
	const struct mms_dax_entry *entry;
	uint32_t mm_id;
	enum mms_dax_fault fault;
	int (*run)(struct mms_device *device, const struct event *event, const struct mms_dax *dax);
};

static const struct mms_dax_events *events_of(const struct mms_device *device)
{
	return device->geometry->kernel->dax_folios ? device->driver->folios
	                                            : device->driver->pages;
}

static int run_fault(struct mms_device *device, const struct event *event,
                     const struct mms_dax *dax)
{
	if (device->options.fault_found)
		device->options.fault_found(device->options.fault_context, dax->pfn, dax->page);
	return events_of(device)->fault(dax, event->fault, event->mm_id);
}

static int run_unmap(struct mms_device *device, const struct event *event,
                     const struct mms_dax *dax)
{
	return events_of(device)->unmap(dax, event->mm_id);
}

static int run_delete_entry(struct mms_device *device, const struct event *event,
                            const struct mms_dax *dax)
{
	(void)event;
	return events_of(device)->delete_entry(dax);
}

/*
 * With a reference. The wait is before the lock, so that whoever has to wait keeps nobody from what
 * is there already.
 */
static int run_event(struct mms_device *device, const struct event *event, unsigned int *done)
{
	struct mms_dax dax = {
		.kernel = device->geometry->kernel,
		.pgmap = &device->geometry->pgmap,
		.rmap = &device->rmap,
		.entry = event->entry,
	};
	pthread_mutex_t *lock;
	int err = find(device, event->entry, &dax.pfn);

	if (err)
		return err;
	dax.nr = UINT64_C(1) << event->entry->order;
	err = mms_device_sync_pfns(device, dax.pfn, dax.pfn + dax.nr, done);
	if (err)
		return err;
	dax.page = mms_memmap_page(device->map, dax.pfn);
	lock = entry_lock(device, dax.pfn);
	pthread_mutex_lock(lock);
	err = event->run(device, event, &dax);
	pthread_mutex_unlock(lock);
	return err;
}

static int start_event(struct mms_device *device, const struct event *event, unsigned int *done)
{
	int err = mms_device_get(device);

	if (err)
		return err;
	err = run_event(device, event, done);
	mms_device_put(device);
	return err;
}

int mms_device_fault(struct mms_device *device, const struct mms_dax_entry *entry,
                     enum mms_dax_fault fault, uint32_t mm_id, unsigned int *done)
{
	const struct event event = {entry, mm_id, fault, run_fault};
	int err = check_mm_id(mm_id);

	if (!err && (unsigned int)fault >= MMS_NR_DAX_FAULTS)
		err = mms_fail(EINVAL, "%d is no kind of fault", (int)fault);
	return err ? err : start_event(device, &event, done);
}

int mms_device_unmap(struct mms_device *device, const struct mms_dax_entry *entry, uint32_t mm_id)
{
	const struct event event = {.entry = entry, .mm_id = mm_id, .run = run_unmap};
	int err = check_mm_id(mm_id);

	return err ? err : start_event(device, &event, NULL);
}

int mms_device_delete_entry(struct mms_device *device, const struct mms_dax_entry *entry)
{
	const struct event event = {.entry = entry, .run = run_delete_entry};

	if (!events_of(device)->delete_entry)
		return mms_fail(EOPNOTSUPP, "a %s device has no files that entries could leave",
		                device->driver->name);
	return start_event(device, &event, NULL);
}
