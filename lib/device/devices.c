// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Which bound device a pfn belongs to: the kernel's pgmap_array.
 *
 * An array sorted by pfn, which readers search under RCU. A bind replaces it by a larger copy. An
 * unbind, which must not fail for want of memory, only takes the device out of its entries; the
 * next copy leaves those out. Arrays that were replaced are kept until an unbind waits for readers
 * anyway, so a bind never does.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "device/device.h"
#include "device/rcu.h"
#include "error.h"

struct entry {
	uint64_t start, end;                 /* pfns [start, end) */
	_Atomic(struct mms_device *) device; /* NULL: unbound meanwhile */
};

struct array {
	struct array *next; /* in the list of those that were replaced */
	size_t nr;
	struct entry entries[];
};

struct mms_devices {
	_Atomic(struct array *) array; /* NULL: none yet */
	pthread_mutex_t lock;          /* of those who change it */
	struct array *replaced;
};

int mms_devices_create(struct mms_devices **out)
{
	struct mms_devices *devices = calloc(1, sizeof(*devices));

	if (!devices)
		return mms_fail(ENOMEM, "no memory to keep track of devices");
	pthread_mutex_init(&devices->lock, NULL);
	*out = devices;
	return 0;
}

static void free_arrays(struct array *array)
{
	while (array) {
		struct array *next = array->next;

		free(array);
		array = next;
	}
}

void mms_devices_destroy(struct mms_devices *devices)
{
	if (!devices)
		return;
	free_arrays(devices->replaced);
	free(atomic_load(&devices->array));
	pthread_mutex_destroy(&devices->lock);
	free(devices);
}

static struct mms_device *device_of(const struct entry *entry)
{
	return mms_rcu_dereference(((struct entry *)entry)->device);
}

/* The first entry that doesn't end before @pfn, or the end. */
static size_t search(const struct array *array, uint64_t pfn)
{
	size_t first = 0, end = array->nr;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (array->entries[middle].end <= pfn)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

struct mms_device *mms_get_dev_pagemap(struct mms_devices *devices, uint64_t pfn)
{
	struct mms_device *device = NULL;
	const struct array *array;

	mms_rcu_read_lock();
	array = mms_rcu_dereference(devices->array);
	if (array) {
		size_t i = search(array, pfn);

		if (i < array->nr && array->entries[i].start <= pfn)
			device = device_of(&array->entries[i]);
		if (device && !mms_users_tryget_live(&device->users))
			device = NULL;
	}
	mms_rcu_read_unlock();
	return device;
}

void mms_put_dev_pagemap(struct mms_device *device)
{
	if (device)
		mms_device_put(device);
}

/* A copy of what is bound, with room for @more entries. */
static struct array *copy(const struct array *array, unsigned int more)
{
	size_t nr = array ? array->nr : 0;
	struct array *made = calloc(1, sizeof(*made) + (nr + more) * sizeof(*made->entries));

	if (!made) {
		mms_fail(ENOMEM, "no memory for an array of %zu pgmaps", nr + more);
		return NULL;
	}
	for (size_t i = 0; i < nr; i++)
		if (device_of(&array->entries[i]))
			made->entries[made->nr++] = array->entries[i];
	return made;
}

/* Put pfns of @device where they belong. -EBUSY if others have some of them. */
static int insert(struct array *array, struct mms_device *device, const struct mms_range *range)
{
	struct entry entry = {
		.start = range->start >> MMS_PAGE_SHIFT,
		.end = (range->end + 1) >> MMS_PAGE_SHIFT,
	};
	size_t i = search(array, entry.start);
	struct entry *at = &array->entries[i];

	if (i < array->nr && at->start < entry.end)
		return mms_fail(EBUSY,
		                "pfns 0x%" PRIx64 " to 0x%" PRIx64
		                " overlap with those of another bound device, 0x%" PRIx64
		                " to 0x%" PRIx64 " (%s); unbind it first",
		                entry.start, entry.end - 1, at->start, at->end - 1,
		                mms_device_driver(device_of(at)));
	atomic_init(&entry.device, device);
	memmove(at + 1, at, (array->nr - i) * sizeof(*at));
	*at = entry;
	array->nr++;
	return 0;
}

/* Under the lock. */
static int add(struct mms_devices *devices, struct mms_device *device)
{
	const struct mms_dev_pagemap *pgmap = &device->geometry->pgmap;
	struct array *old = mms_rcu_dereference(devices->array);
	struct array *made = copy(old, pgmap->nr_range);

	if (!made)
		return -ENOMEM;
	for (unsigned int i = 0; i < pgmap->nr_range; i++) {
		int err = insert(made, device, &pgmap->ranges[i]);

		if (err) {
			free(made);
			return err;
		}
	}
	mms_rcu_assign_pointer(devices->array, made);
	if (old) {
		old->next = devices->replaced;
		devices->replaced = old;
	}
	return 0;
}

int mms_devices_add(struct mms_devices *devices, struct mms_device *device)
{
	int err;

	pthread_mutex_lock(&devices->lock);
	err = add(devices, device);
	pthread_mutex_unlock(&devices->lock);
	return err;
}

void mms_devices_remove(struct mms_devices *devices, struct mms_device *device)
{
	struct array *array, *replaced;

	pthread_mutex_lock(&devices->lock);
	array = mms_rcu_dereference(devices->array);
	for (size_t i = 0; i < array->nr; i++)
		if (device_of(&array->entries[i]) == device)
			mms_rcu_assign_pointer(array->entries[i].device, NULL);
	replaced = devices->replaced;
	devices->replaced = NULL;
	pthread_mutex_unlock(&devices->lock);

	mms_synchronize_rcu();
	free_arrays(replaced);
}
