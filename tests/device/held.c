// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "held.h"

struct mms_pool *pool;
struct mms_devices *devices;
struct mms_device *device;

int set_up(void **state)
{
	(void)state;
	pool = make_pool(1);
	assert_int_equal(mms_devices_create(&devices), 0);
	device = make_fsdax(devices, SECTIONS);
	return 0;
}

int tear_down(void **state)
{
	(void)state;
	held_release();
	held_fail(0, 0);
	mms_device_destroy(device);
	mms_devices_destroy(devices);
	mms_pool_destroy(pool);
	return 0;
}

void bind_held(unsigned int chunk)
{
	hold_pages(device, chunk * SECTION, (chunk + 1) * SECTION);
	bind_in_background(device, pool, &held_initializer, MMS_WAIT_CHUNK);
	held_await(1);
}

int fault(struct mms_device *faulted, uint64_t pgoff)
{
	return fault_page(faulted, pgoff, NULL);
}

int store_sync(struct mms_device *stored, uint64_t newline)
{
	return mms_device_state_store(stored, newline ? "sync\n" : "sync");
}

void put_to_sleep_at(struct doer *doer, uint64_t pgoff)
{
	start_doer(doer);
	await_waiter(device, pgoff);
	assert_false(atomic_load(&doer->returned));
}
