/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* For each test, a device whose initialization in the background can be held by the chunk. */
#ifndef TESTS_DEVICE_HELD_H
#define TESTS_DEVICE_HELD_H

#include "support.h"

#define SECTIONS 6 /* chunks of the device, and one worker for them */
#define SECTION  MMS_PAGES_PER_SECTION

extern struct mms_pool *pool;
extern struct mms_devices *devices;
extern struct mms_device *device;

int set_up(void **state);
int tear_down(void **state);

/* Bind with the only worker being held in chunk @chunk. */
void bind_held(unsigned int chunk);

/* Start @doer, and return when it sleeps because of the held chunk that @pgoff is in. */
void put_to_sleep_at(struct doer *doer, uint64_t pgoff);

/* What doers do. */
int fault(struct mms_device *faulted, uint64_t pgoff);
int store_sync(struct mms_device *stored, uint64_t newline);

#endif
