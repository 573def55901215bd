// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A device's life: nd_pmem_probe() and pmem_attach_disk(), dev_dax_probe(), memunmap_pages(). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device/device.h"
#include "device/rcu.h"
#include "error.h"

static const struct mms_driver drivers[] = {
	{
		.name = "nd_pmem",
		.type = MMS_MEMORY_DEVICE_FS_DAX,
		.direct_access = true,
		.pages = &mms_fsdax_pages,
		.folios = &mms_fsdax_folios,
	},
	{
		.name = "dax_pmem",
		.type = MMS_MEMORY_DEVICE_GENERIC,
		.compounds = true,
		.pages = &mms_devdax_pages,
		.folios = &mms_devdax_folios,
	},
};

/* The driver for @pgmap: NULL if there is none. */
static const struct mms_driver *find_driver(const struct mms_dev_pagemap *pgmap)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
		if (drivers[i].type == pgmap->type)
			return &drivers[i];
	mms_fail(EINVAL,
	         "no driver here is for type %d; nd_pmem takes MEMORY_DEVICE_FS_DAX, "
	         "dax_pmem MEMORY_DEVICE_GENERIC",
	         (int)pgmap->type);
	return NULL;
}

static uint64_t count_data_pages(const struct mms_geometry *geometry)
{
	const struct mms_dev_pagemap *pgmap = &geometry->pgmap;
	uint64_t pages = 0;

	for (unsigned int i = 0; i < pgmap->nr_range; i++)
		pages += (pgmap->ranges[i].end + 1 - pgmap->ranges[i].start) >> MMS_PAGE_SHIFT;
	return pages - (geometry->data_pfn - (pgmap->ranges[0].start >> MMS_PAGE_SHIFT));
}

static struct mms_device *allocate(void)
{
	struct mms_device *device = aligned_alloc(_Alignof(struct mms_device), sizeof(*device));

	if (!device)
		return NULL;
	memset(device, 0, sizeof(*device));
	mms_users_init(&device->users);
	pthread_mutex_init(&device->lock, NULL);
	for (unsigned int i = 0; i < MMS_NR_ENTRY_LOCKS; i++)
		pthread_mutex_init(&device->entry_locks[i].mutex, NULL);
	return device;
}

static void release(struct mms_device *device)
{
	for (unsigned int i = 0; i < MMS_NR_ENTRY_LOCKS; i++)
		pthread_mutex_destroy(&device->entry_locks[i].mutex);
	pthread_mutex_destroy(&device->lock);
	mms_users_finish(&device->users);
	mms_memmap_destroy(device->map);
	free(device);
}

int mms_device_create(struct mms_devices *devices, const struct mms_geometry *geometry,
                      const struct mms_device_options *options, struct mms_device **out)
{
	const struct mms_driver *driver = find_driver(&geometry->pgmap);
	struct mms_device *device;
	int err;

	if (!driver)
		return -EINVAL;
	if (geometry->pgmap.vmemmap_shift && !driver->compounds)
		return mms_fail(EINVAL,
		                "%s makes compounds only as files need them, so it takes no pgmap "
		                "with a vmemmap_shift of %u",
		                driver->name, geometry->pgmap.vmemmap_shift);
	device = allocate();
	if (!device)
		return mms_fail(ENOMEM, "no memory to describe a device");
	device->devices = devices;
	device->driver = driver;
	if (options)
		device->options = *options;
	err = mms_memmap_create(geometry, &device->options.memmap, &device->map);
	if (!err && geometry->kernel->dax_folios)
		err = mms_rmap_layout(geometry->kernel, &device->rmap);
	if (err) {
		release(device);
		return err;
	}
	device->geometry = mms_memmap_geometry(device->map);
	device->data_pages = count_data_pages(geometry);
	*out = device;
	return 0;
}

void mms_device_destroy(struct mms_device *device)
{
	if (!device)
		return;
	if (device->bound)
		mms_device_unbind(device, MMS_UNBIND_CANCEL);
	release(device);
}

const char *mms_device_driver(const struct mms_device *device)
{
	return device->driver->name;
}

struct mms_memmap *mms_device_memmap(struct mms_device *device)
{
	return device->map;
}

static bool same_job(const struct mms_job *a, const struct mms_job *b)
{
	return a->vmemmap == b->vmemmap && a->geometry == b->geometry &&
	       a->pageblocks == b->pageblocks && a->start_pfn == b->start_pfn &&
	       a->end_pfn == b->end_pfn;
}

static int check_schedule(struct mms_device *device, const struct mms_schedule *schedule)
{
	unsigned int nr_range = device->geometry->pgmap.nr_range;
	bool fits = schedule && schedule->nr_jobs == nr_range;

	for (unsigned int i = 0; i < nr_range && fits; i++) {
		struct mms_job job;
		int err = mms_job_create(device->map, i, &job);

		if (err)
			return err;
		fits = same_job(&job, &schedule->jobs[i].job);
	}
	if (!fits)
		return mms_fail(EINVAL, "a pool that binds a device needs a schedule of the jobs "
		                        "that mms_job_create() makes of its memmap");
	return 0;
}

static int check(struct mms_device *device, const struct mms_bind_options *options)
{
	if ((unsigned int)options->by >= MMS_NR_BIND_BYS)
		return mms_fail(EINVAL, "%d is no way to bind", (int)options->by);
	if (!options->initializer)
		return mms_fail(EINVAL, "a bind needs an initializer");
	if (options->by != MMS_BIND_BY_CALLER && !options->pool)
		return mms_fail(EINVAL, "a bind that isn't the caller's work needs a pool");
	return options->by == MMS_BIND_BY_POOL ? check_schedule(device, options->schedule) : 0;
}

static int by_caller(struct mms_device *device, const struct mms_bind_options *options,
                     struct mms_background **background)
{
	(void)background;
	return mms_memmap_bind(device->map, options->initializer, options->gates);
}

static int by_pool(struct mms_device *device, const struct mms_bind_options *options,
                   struct mms_background **background)
{
	(void)background;
	mms_memmap_reset_pageblocks(device->map);
	mms_init_altmap(device->map);
	return mms_pool_run(options->pool, options->initializer, options->schedule);
}

static int by_background(struct mms_device *device, const struct mms_bind_options *options,
                         struct mms_background **background)
{
	const struct mms_background_options how = {
		.wait = options->wait,
		.async = options->async,
		.node = options->node,
		.gates = options->gates,
	};

	mms_memmap_reset_pageblocks(device->map);
	return mms_background_start(options->pool, options->initializer, device->map, &how,
	                            background);
}

static int (*const initialize[MMS_NR_BIND_BYS])(struct mms_device *,
                                                const struct mms_bind_options *,
                                                struct mms_background **) = {
	[MMS_BIND_BY_CALLER] = by_caller,
	[MMS_BIND_BY_POOL] = by_pool,
	[MMS_BIND_BY_BACKGROUND] = by_background,
};

/*
 * Under the lock. First the pfns are claimed, so that of two devices that overlap one gives up
 * before it writes anything. Nobody gets a reference before the device is live.
 */
static int bind(struct mms_device *device, const struct mms_bind_options *options)
{
	struct mms_background *background = NULL;
	int err;

	if (device->bound)
		return mms_fail(EBUSY, "the %s device is bound already; unbind it first",
		                device->driver->name);
	err = check(device, options);
	if (!err)
		err = mms_devices_add(device->devices, device);
	if (err)
		return err;
	err = initialize[options->by](device, options, &background);
	if (err) {
		mms_devices_remove(device->devices, device);
		return err;
	}
	mms_rcu_assign_pointer(device->background, background);
	device->bound = true;
	mms_users_live(&device->users);
	return 0;
}

int mms_device_bind(struct mms_device *device, const struct mms_bind_options *options)
{
	int err;

	pthread_mutex_lock(&device->lock);
	err = bind(device, options);
	pthread_mutex_unlock(&device->lock);
	return err;
}

static int end_background(struct mms_background *background, enum mms_unbind how)
{
	if (!background)
		return 0;
	if (how == MMS_UNBIND_WAIT)
		return mms_background_wait(background, MMS_FOREVER);
	mms_background_cancel(background);
	return 0;
}

/* Under the lock. */
static int unbind(struct mms_device *device, enum mms_unbind how)
{
	struct mms_background *background = atomic_load(&device->background);
	int err;

	if (!device->bound)
		return mms_fail(ENODEV, "the %s device is not bound", device->driver->name);
	if ((unsigned int)how >= MMS_NR_UNBINDS)
		return mms_fail(EINVAL, "%d is no way to unbind", (int)how);
	mms_users_kill(&device->users);
	err = end_background(background, how);
	mms_users_wait(&device->users);
	mms_rcu_assign_pointer(device->background, NULL);
	mms_devices_remove(device->devices, device);
	mms_background_destroy(background);
	device->bound = false;
	return err;
}

int mms_device_unbind(struct mms_device *device, enum mms_unbind how)
{
	int err;

	pthread_mutex_lock(&device->lock);
	err = unbind(device, how);
	pthread_mutex_unlock(&device->lock);
	return err;
}
