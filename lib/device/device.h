/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of the device layer share. */
#ifndef LIB_DEVICE_DEVICE_H
#define LIB_DEVICE_DEVICE_H

#include <pthread.h>
#include <stdatomic.h>

#include <memmapsim/device.h>

#include "device/dax.h"

/*
 * Those who use a device while it is bound; the kernel's dev_pagemap.ref, a percpu_ref. Counted in
 * one word, since with the live bit in it one instruction takes a reference and knows that it is
 * one.
 */
struct mms_users {
	_Alignas(128) _Atomic(uint64_t) count; /* of references, and MMS_USERS_LIVE */
	pthread_mutex_t lock;
	pthread_cond_t gone;
	bool done; /* the last reference of a dying device is put */
};
#define MMS_USERS_LIVE (UINT64_C(1) << 63)

void mms_users_init(struct mms_users *users);
void mms_users_finish(struct mms_users *users);

/* From now on there may be references. */
void mms_users_live(struct mms_users *users);

/* percpu_ref_tryget_live() */
bool mms_users_tryget_live(struct mms_users *users);

/* percpu_ref_put() */
void mms_users_put(struct mms_users *users);

/* percpu_ref_kill(): from now on there are no new ones. */
void mms_users_kill(struct mms_users *users);

/* Sleep until all are put; after mms_users_kill(). */
void mms_users_wait(struct mms_users *users);

/*
 * The kernel's hashed wait queues for locked DAX entries. A lock is for all entries of a 2 MiB
 * range, so that those of 4 KiB and the one of 2 MiB exclude each other.
 */
#define MMS_NR_ENTRY_LOCKS 64
struct mms_entry_lock {
	_Alignas(64) pthread_mutex_t mutex;
};

struct mms_device {
	struct mms_users users;

	struct mms_devices *devices;
	struct mms_memmap *map;
	const struct mms_geometry *geometry; /* the memmap's */
	struct mms_device_options options;
	const struct mms_driver *driver;
	struct mms_rmap_layout rmap;
	uint64_t data_pages;

	pthread_mutex_t lock; /* of bind and unbind: the driver core's device_lock() */
	bool bound;           /* under it */
	/*
	 * NULL if the bind waited for all. Who holds a reference may use it; others, by RCU, only
	 * look.
	 */
	_Atomic(struct mms_background *) background;

	struct mms_entry_lock entry_locks[MMS_NR_ENTRY_LOCKS];
};

/* What sets nd_pmem and dax_pmem devices apart. */
struct mms_driver {
	const char *name;
	enum mms_memory_type type;
	bool direct_access;
	bool compounds; /* its pgmaps may have some: then faults are of their size */
	const struct mms_dax_events *pages, *folios; /* see mms_kernel.dax_folios */
};

/* Take a reference. @return 0, or -ENODEV: not bound */
int mms_device_get(struct mms_device *device);

static inline void mms_device_put(struct mms_device *device)
{
	mms_users_put(&device->users);
}

/* With a reference: mms_background_sync() of [start, end). */
int mms_device_sync_pfns(struct mms_device *device, uint64_t start_pfn, uint64_t end_pfn,
                         unsigned int *done);

/*
 * The first pfn of the data area's page @pgoff.
 * @nr: how many pages there are from it on, without a gap
 * Returns 0, or -ERANGE.
 */
int mms_device_data(const struct mms_device *device, uint64_t pgoff, uint64_t *pfn, uint64_t *nr);

/*
 * Let the ranges of @device be looked up from now on; mms_users_live() is another matter.
 * Returns 0; -EBUSY: they overlap with others; -ENOMEM.
 */
int mms_devices_add(struct mms_devices *devices, struct mms_device *device);

/* The opposite; on return no look-up sees @device or its background any more. */
void mms_devices_remove(struct mms_devices *devices, struct mms_device *device);

#endif
