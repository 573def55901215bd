// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Looking up pgmaps while devices come and go. A device that is found must be the right one, must
 * stay bound while it is held, and must then have the struct pages that its bind gave it.
 */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define DEVICES 4 /* of one section each, side by side */
#define BINDERS 2
#define READERS 6
#define BINDS   500 /* of each binder */
#define SECTION MMS_PAGES_PER_SECTION
#define FIRST   (64 * G / 4096)

static struct mms_devices *devices;
static struct mms_device *device[DEVICES];
static struct mms_pool *pool;
static atomic_uint binders_left;
static _Atomic(uint64_t) wrong; /* a pfn; 0: none */

struct thread {
	pthread_t thread;
	struct random_source random;
	uint64_t found, missed;
};

static struct mms_device *make_at(unsigned int section)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_RAW,
		.align = 2 * M,
		.start = 64 * G + ((uint64_t)section << MMS_SECTION_SHIFT),
		.size = 128 * M,
	};

	return make_device(devices, NULL, &ns, NULL);
}

/* Each binder has devices of its own, so none is bound twice. */
static void *bind_and_unbind(void *argument)
{
	struct thread *thread = argument;
	unsigned int first = (unsigned int)(thread->random.seed % BINDERS) * (DEVICES / BINDERS);

	for (unsigned int i = 0; i < BINDS; i++) {
		struct random_source *random = &thread->random;
		struct mms_device *own = device[first + random_below(random, DEVICES / BINDERS)];
		const struct mms_bind_options options = {
			.initializer = naive,
			.by = random_one_in(random, 3) ? MMS_BIND_BY_CALLER
		                                       : MMS_BIND_BY_BACKGROUND,
			.pool = pool,
			.wait = (enum mms_wait)random_below(random, MMS_NR_WAITS),
			.async = MMS_ASYNC_ALL,
			.node = MMS_NODE_ANY,
		};

		mms_memmap_dirty(mms_device_memmap(own), i);
		if (mms_device_bind(own, &options))
			atomic_store(&wrong, 1);
		for (uint64_t yields = random_below(random, 20); yields; yields--)
			sched_yield();
		if (mms_device_unbind(own, (enum mms_unbind)random_below(random, MMS_NR_UNBINDS)))
			atomic_store(&wrong, 2);
	}
	atomic_fetch_sub(&binders_left, 1);
	return NULL;
}

/* Only the unbind that the reference keeps waiting can be in the way of a sync. */
static bool is_right(struct mms_device *got, uint64_t pfn)
{
	unsigned int expected = (unsigned int)((pfn - FIRST) / SECTION);
	int err;

	if (pfn < FIRST || expected >= DEVICES || got != device[expected])
		return false;
	err = mms_device_sync(got, pfn, pfn + 1, NULL);
	return err ? err == -ECANCELED || err == -ENODEV
	           : pfn_is_right(mms_device_memmap(got), pfn);
}

static void *look_up(void *argument)
{
	struct thread *thread = argument;

	while (atomic_load(&binders_left) && !atomic_load(&wrong)) {
		/* Also before and after all of them. */
		uint64_t pfn = FIRST - 64 + random_below(&thread->random, DEVICES * SECTION + 128);
		struct mms_device *got = mms_get_dev_pagemap(devices, pfn);

		if (!got) {
			if (++thread->missed % 64 == 0)
				sched_yield();
			continue;
		}
		if (++thread->found % 16 == 0)
			sched_yield();
		if (!is_right(got, pfn))
			atomic_store(&wrong, pfn);
		mms_put_dev_pagemap(got);
	}
	return NULL;
}

static void test_devices_come_and_go(void **state)
{
	struct thread threads[BINDERS + READERS];
	uint64_t seed = random_first_seed();
	uint64_t found = 0, missed = 0;

	(void)state;
	pool = make_pool(2);
	assert_int_equal(mms_devices_create(&devices), 0);
	for (unsigned int i = 0; i < DEVICES; i++)
		device[i] = make_at(i);
	atomic_store(&binders_left, BINDERS);
	for (unsigned int i = 0; i < BINDERS + READERS; i++) {
		threads[i] = (struct thread){.random = random_source(seed / BINDERS * BINDERS + i)};
		assert_int_equal(pthread_create(&threads[i].thread, NULL,
		                                i < BINDERS ? bind_and_unbind : look_up,
		                                &threads[i]),
		                 0);
	}
	for (unsigned int i = 0; i < BINDERS + READERS; i++) {
		pthread_join(threads[i].thread, NULL);
		found += threads[i].found;
		missed += threads[i].missed;
	}
	print_message("# %d binds, %" PRIu64 " look-ups found a device, %" PRIu64 " none\n",
	              BINDERS * BINDS, found, missed);
	if (atomic_load(&wrong))
		fail_msg("pfn 0x%" PRIx64 " was wrong", atomic_load(&wrong));
	assert_true(found && missed);
	for (unsigned int i = 0; i < DEVICES; i++)
		mms_device_destroy(device[i]);
	mms_devices_destroy(devices);
	mms_pool_destroy(pool);
}

/* The borders of ranges, with a gap, and with neighbours that come and go. */
static void test_every_pfn_belongs_to_one_device(void **state)
{
	(void)state;
	assert_int_equal(mms_devices_create(&devices), 0);
	assert_null(mms_get_dev_pagemap(devices, FIRST));
	for (unsigned int i = 0; i < DEVICES; i++)
		device[i] = make_at(i);
	/* Not in the order of their pfns. */
	for (unsigned int bound = 0; bound < 1u << DEVICES; bound++) {
		for (unsigned int i = 0; i < DEVICES; i++) {
			unsigned int j = (i * 3 + bound) % DEVICES;

			if (bound >> j & 1)
				bind_by_caller(device[j]);
		}
		for (unsigned int i = 0; i < DEVICES; i++) {
			struct mms_device *expected = bound >> i & 1 ? device[i] : NULL;
			const uint64_t pfns[] = {FIRST + i * SECTION, FIRST + i * SECTION + 12345,
			                         FIRST + (i + 1) * SECTION - 1};

			for (unsigned int j = 0; j < 3; j++) {
				assert_ptr_equal(mms_get_dev_pagemap(devices, pfns[j]), expected);
				mms_put_dev_pagemap(expected);
			}
		}
		assert_null(mms_get_dev_pagemap(devices, FIRST - 1));
		assert_null(mms_get_dev_pagemap(devices, FIRST + DEVICES * SECTION));
		assert_null(mms_get_dev_pagemap(devices, 0));
		assert_null(mms_get_dev_pagemap(devices, UINT64_MAX));
		for (unsigned int i = 0; i < DEVICES; i++)
			if (bound >> i & 1)
				assert_int_equal(mms_device_unbind(device[i], MMS_UNBIND_WAIT), 0);
	}
	for (unsigned int i = 0; i < DEVICES; i++)
		mms_device_destroy(device[i]);
	mms_devices_destroy(devices);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_devices_come_and_go),
		cmocka_unit_test(test_every_pfn_belongs_to_one_device),
	};

	return cmocka_run_group_tests_name("looking up pgmaps", tests, NULL, NULL);
}
