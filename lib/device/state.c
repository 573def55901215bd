// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Waiting for a device's struct pages, and the file memmap_state. */
#include <errno.h>
#include <string.h>

#include "device/device.h"
#include "device/rcu.h"
#include "error.h"

int mms_device_get(struct mms_device *device)
{
	if (mms_users_tryget_live(&device->users))
		return 0;
	return mms_fail(ENODEV, "the %s device is not bound", device->driver->name);
}

/* With a reference: NULL if there is none, and so nothing to wait for. */
static struct mms_background *background_of(struct mms_device *device)
{
	return atomic_load_explicit(&device->background, memory_order_relaxed);
}

int mms_device_sync_pfns(struct mms_device *device, uint64_t start_pfn, uint64_t end_pfn,
                         unsigned int *done)
{
	struct mms_background *background = background_of(device);

	if (background)
		return mms_background_sync(background, start_pfn, end_pfn, done);
	if (done)
		*done = 0;
	return 0;
}

int mms_device_sync(struct mms_device *device, uint64_t start_pfn, uint64_t end_pfn,
                    unsigned int *done)
{
	int err = mms_device_get(device);

	if (err)
		return err;
	err = mms_device_sync_pfns(device, start_pfn, end_pfn, done);
	mms_device_put(device);
	return err;
}

/* With a reference. */
static int wait_idle(struct mms_device *device, uint64_t timeout_ns)
{
	struct mms_background *background = background_of(device);

	return background ? mms_background_wait(background, timeout_ns) : 0;
}

int mms_device_wait(struct mms_device *device, uint64_t timeout_ns)
{
	int err = mms_device_get(device);

	if (err)
		return err;
	err = wait_idle(device, timeout_ns);
	mms_device_put(device);
	return err;
}

int mms_device_progress(struct mms_device *device, struct mms_background_progress *progress)
{
	struct mms_background *background;
	int err = mms_device_get(device);

	if (err)
		return err;
	background = background_of(device);
	if (background) {
		mms_background_progress(background, progress);
	} else {
		uint64_t pages = device->geometry->nr_initialised;

		*progress = (struct mms_background_progress){.pages = pages, .total_pages = pages};
	}
	mms_device_put(device);
	return 0;
}

const char *mms_device_state_show(struct mms_device *device)
{
	const struct mms_background *background;
	bool active;

	mms_rcu_read_lock();
	background = mms_rcu_dereference(device->background);
	active = background && mms_background_active(background);
	mms_rcu_read_unlock();
	return active ? "active" : "idle";
}

int mms_device_state_store(struct mms_device *device, const char *text)
{
	int err;

	if (strcmp(text, "sync") && strcmp(text, "sync\n"))
		return mms_fail(EINVAL, "memmap_state takes nothing but \"sync\"");
	/* What can't be got is unbound, or somebody who holds the lock is changing that. */
	while (!mms_users_tryget_live(&device->users)) {
		bool bound;

		pthread_mutex_lock(&device->lock);
		bound = device->bound;
		pthread_mutex_unlock(&device->lock);
		if (!bound)
			return 0;
	}
	err = wait_idle(device, MMS_FOREVER);
	mms_device_put(device);
	return err;
}
