// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Binding in each way, again and again; what is refused; devices that overlap. */
#include "support.h"

#include <dirent.h>
#include <errno.h>

#define THREADS 2

static const struct mms_pool_options workers = {.threads = THREADS, .node = MMS_NODE_ANY};
static struct mms_pool *pool;
static struct mms_devices *devices;

static int set_up(void **state)
{
	(void)state;
	pool = make_pool(THREADS);
	return mms_devices_create(&devices);
}

static int tear_down(void **state)
{
	(void)state;
	held_release();
	held_fail(0, 0);
	mms_pool_destroy(pool);
	mms_devices_destroy(devices);
	return 0;
}

/* Who takes what of a device's jobs. */
static struct mms_schedule *schedule_of(struct mms_device *device)
{
	struct mms_placed_job job = {.node = MMS_NODE_ANY};
	struct mms_topology *topology;
	struct mms_schedule *schedule;

	assert_int_equal(mms_job_create(mms_device_memmap(device), 0, &job.job), 0);
	assert_int_equal(mms_topology_create(NULL, NULL, &topology), 0);
	assert_int_equal(
		mms_schedule_create(topology, &workers, &job, 1, MMS_SPLIT_CHUNKS, &schedule), 0);
	mms_topology_destroy(topology);
	return schedule;
}

static void test_each_way_binds_dirty_memory_again_and_again(void **state)
{
	const struct mms_namespace namespaces[] = {
		{MMS_MODE_FSDAX, MMS_MAP_DEV, 2 * M, 64 * G, 300 * M, 1, 0},
		{MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 * M, 64 * G, 300 * M, 1, 0},
		{MMS_MODE_DEVDAX, MMS_MAP_MEM, 2 * M, 64 * G, 300 * M, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < 3 * MMS_NR_BIND_BYS; i++) {
		struct mms_device *device = make_device(devices, NULL, &namespaces[i / 3], NULL);
		struct mms_schedule *schedule = schedule_of(device);
		const struct mms_bind_options options = {
			.initializer = mms_initializer_auto(),
			.by = (enum mms_bind_by)(i % 3),
			.pool = pool,
			.schedule = schedule,
			.wait = MMS_WAIT_CHUNK,
			.node = MMS_NODE_ANY,
		};

		for (unsigned int round = 0; round < 3; round++) {
			mms_memmap_dirty(mms_device_memmap(device), DIRTY_SEED);
			assert_int_equal(mms_device_bind(device, &options), 0);
			assert_int_equal(mms_device_wait(device, MMS_FOREVER), 0);
			assert_memmap_right(mms_device_memmap(device));
			assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), 0);
			/* Nothing is taken back. */
			assert_memmap_right(mms_device_memmap(device));
		}
		mms_schedule_destroy(schedule);
		mms_device_destroy(device);
	}
}

static void test_gates_hold_for_every_bind(void **state)
{
	struct mms_device *device = make_fsdax(devices, 2);
	struct mms_bind_options options = {
		.initializer = mms_initializer_auto(),
		.gates = MMS_GATE_SANITIZER,
	};
	const struct mms_initializer never = {
		.name = "never",
		.cpu = 1u << 31,
		.gates = MMS_GATE_SANITIZER,
		.cuttable = true,
	};

	(void)state;
	options.initializer = &never; /* the gate makes "naive" of it */
	mms_memmap_dirty(mms_device_memmap(device), DIRTY_SEED);
	assert_int_equal(mms_device_bind(device, &options), 0);
	assert_memmap_right(mms_device_memmap(device));
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), 0);
	options.by = MMS_BIND_BY_BACKGROUND;
	options.pool = pool;
	options.node = MMS_NODE_ANY;
	assert_int_equal(mms_device_bind(device, &options), 0);
	assert_int_equal(mms_device_wait(device, MMS_FOREVER), 0);
	options.gates = 0;
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), 0);
	assert_int_equal(mms_device_bind(device, &options), -EOPNOTSUPP);
	mms_device_destroy(device);
}

static void test_who_is_who(void **state)
{
	const struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 * M, 64 * G, 16 * M, 0, 0};
	const struct mms_range range = {0, 2 * M - 1};
	struct mms_device *fsdax = make_fsdax(devices, 1), *other = NULL;
	struct mms_device *devdax = make_device(devices, NULL, &ns, NULL);
	struct mms_geometry geometry;

	(void)state;
	assert_string_equal(mms_device_driver(fsdax), "nd_pmem");
	assert_string_equal(mms_device_driver(devdax), "dax_pmem");
	mms_device_destroy(fsdax);
	mms_device_destroy(devdax);
	mms_device_destroy(NULL);
	mms_devices_destroy(NULL);
	mms_put_dev_pagemap(NULL);

	assert_int_equal(mms_geometry_from_ranges(mms_kernel_default(), MMS_MEMORY_DEVICE_PRIVATE,
	                                          0, &range, 1, 0, &geometry),
	                 0);
	assert_int_equal(mms_device_create(devices, &geometry, NULL, &other), -EINVAL);
	assert_sentence("nd_pmem takes MEMORY_DEVICE_FS_DAX", NULL);
	assert_int_equal(mms_geometry_from_ranges(mms_kernel_default(), MMS_MEMORY_DEVICE_FS_DAX, 9,
	                                          &range, 1, 0, &geometry),
	                 0);
	assert_int_equal(mms_device_create(devices, &geometry, NULL, &other), -EINVAL);
	assert_sentence("nd_pmem", "vmemmap_shift of 9", NULL);
	assert_null(other);
}

/* An own description may have metadata in another size than mappings are counted in. */
static void test_metadata_that_cannot_count_is_refused(void **state)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_RAW, .align = 2 * M, .start = 64 * G, .size = 128 * M};
	struct mms_kernel own = *mms_kernel_default();
	struct mms_device *device;
	struct mms_geometry geometry;

	(void)state;
	assert_int_equal(mms_geometry_from_namespace(&own, &ns, &geometry), 0);
	own.metadata[0].size = 2;
	assert_int_equal(mms_device_create(devices, &geometry, NULL, &device), -EINVAL);
	assert_sentence("has no _large_mapcount of 4 bytes in tail 1", NULL);
	own.dax_folios = false;
	assert_int_equal(mms_device_create(devices, &geometry, NULL, &device), 0);
	mms_device_destroy(device);
}

static int refuse(const struct mms_job *job)
{
	(void)job;
	return -EIO;
}

static void test_binds_that_cannot_be_are_refused(void **state)
{
	struct mms_device *device = make_fsdax(devices, 2), *other = make_fsdax(devices, 1);
	struct mms_schedule *schedule = schedule_of(other), *own_schedule = schedule_of(device);
	const struct mms_initializer whole = {.name = "whole", .init = naive->init};
	const struct mms_initializer broken = {.name = "broken", .cuttable = true, .init = refuse};
	struct mms_bind_options options = {.initializer = naive, .by = MMS_NR_BIND_BYS};

	(void)state;
	assert_int_equal(mms_device_bind(device, &options), -EINVAL);
	options = (struct mms_bind_options){.by = MMS_BIND_BY_CALLER};
	assert_int_equal(mms_device_bind(device, &options), -EINVAL);
	assert_sentence("initializer", NULL);
	options = (struct mms_bind_options){.initializer = naive, .by = MMS_BIND_BY_BACKGROUND};
	assert_int_equal(mms_device_bind(device, &options), -EINVAL);
	assert_sentence("pool", NULL);
	options.by = MMS_BIND_BY_POOL;
	options.pool = pool;
	assert_int_equal(mms_device_bind(device, &options), -EINVAL);
	assert_sentence("schedule", NULL);
	options.schedule = schedule;
	assert_int_equal(mms_device_bind(device, &options), -EINVAL);
	assert_sentence("schedule", NULL);
	options.by = MMS_BIND_BY_BACKGROUND;
	options.initializer = &whole;
	assert_int_equal(mms_device_bind(device, &options), -EINVAL);
	assert_sentence("whole", NULL);
	options.initializer = naive;
	options.wait = MMS_NR_WAITS;
	assert_int_equal(mms_device_bind(device, &options), -EINVAL);
	options.by = MMS_BIND_BY_CALLER;
	options.initializer = &broken;
	assert_int_equal(mms_device_bind(device, &options), -EIO);
	assert_sentence("broken", NULL);
	options.by = MMS_BIND_BY_POOL;
	options.schedule = own_schedule;
	assert_int_equal(mms_device_bind(device, &options), -EIO);
	assert_sentence("broken", NULL);

	/* After all that it is unbound, and can be bound. */
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), -ENODEV);
	assert_null(mms_get_dev_pagemap(devices, data_pfn(device, 0)));
	bind_by_caller(device);
	mms_schedule_destroy(own_schedule);
	mms_schedule_destroy(schedule);
	mms_device_destroy(other);
	mms_device_destroy(device);
}

static void test_bound_twice_and_unbound_twice(void **state)
{
	struct mms_device *device = make_fsdax(devices, 1);
	const struct mms_bind_options options = {.initializer = naive};

	(void)state;
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_CANCEL), -ENODEV);
	bind_by_caller(device);
	assert_int_equal(mms_device_bind(device, &options), -EBUSY);
	assert_sentence("nd_pmem", "bound already", NULL);
	assert_int_equal(mms_device_unbind(device, MMS_NR_UNBINDS), -EINVAL);
	assert_int_equal(fault_page(device, 0, NULL), 0);
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_CANCEL), 0);
	assert_int_equal(mms_device_unbind(device, MMS_UNBIND_CANCEL), -ENODEV);
	assert_sentence("not bound", NULL);
	mms_device_destroy(device);
}

/* And never gives out a page: also before the first bind. */
static void test_unbound_devices_serve_nobody(void **state)
{
	struct mms_device *device = make_fsdax(devices, 1);
	const struct mms_dax_entry entry = page_entry(3);
	uint64_t pfn = data_pfn(device, 3), untouched = 0;
	struct mms_background_progress progress;

	(void)state;
	for (unsigned int round = 0; round < 2; round++) {
		assert_null(mms_get_dev_pagemap(devices, pfn));
		assert_int_equal(fault_page(device, 3, NULL), -ENODEV);
		assert_sentence("nd_pmem", "not bound", NULL);
		assert_int_equal(mms_device_unmap(device, &entry, 1), -ENODEV);
		assert_int_equal(mms_device_delete_entry(device, &entry), -ENODEV);
		assert_int_equal(mms_device_direct_access(device, 3, 1, &untouched, &untouched),
		                 -ENODEV);
		assert_int_equal(untouched, 0);
		assert_int_equal(mms_dax_supported(device), -ENODEV);
		assert_int_equal(mms_device_sync(device, pfn, pfn + 1, NULL), -ENODEV);
		assert_int_equal(mms_device_wait(device, 0), -ENODEV);
		assert_int_equal(mms_device_progress(device, &progress), -ENODEV);
		assert_string_equal(mms_device_state_show(device), "idle");
		assert_int_equal(mms_device_state_store(device, "sync\n"), 0);
		if (!round) {
			bind_by_caller(device);
			assert_int_equal(fault_page(device, 3, NULL), 0);
			assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), 0);
		}
	}
	mms_device_destroy(device);
}

static void test_devices_that_overlap_are_bound_one_at_a_time(void **state)
{
	/* Two devices: where the second begins, its size, and whether they overlap. */
	static const struct {
		uint64_t start, size;
		bool overlaps;
	} cases[] = {
		{64 * G, 128 * M, true},          {64 * G - 128 * M, 128 * M, false},
		{64 * G + 128 * M, 2 * M, false}, {64 * G + 126 * M, 2 * M, true},
		{64 * G - 2 * M, 4 * M, true},    {64 * G - 2 * M, 256 * M, true},
		{64 * G + 2 * M, 2 * M, true},
	};
	struct mms_device *device = make_fsdax(devices, 1);
	const struct mms_bind_options options = {.initializer = naive};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct mms_namespace ns = {
			.mode = MMS_MODE_RAW,
			.align = 2 * M,
			.start = cases[i].start,
			.size = cases[i].size,
		};
		struct mms_device *second = make_device(devices, NULL, &ns, NULL);

		bind_by_caller(device);
		assert_int_equal(mms_device_bind(second, &options), cases[i].overlaps ? -EBUSY : 0);
		if (cases[i].overlaps) {
			assert_sentence("nd_pmem", "overlap", "0x1000000 to 0x1007fff", NULL);
			assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), 0);
			assert_int_equal(mms_device_bind(second, &options), 0);
			assert_int_equal(mms_device_bind(device, &options), -EBUSY);
		} else {
			assert_int_equal(mms_device_unbind(device, MMS_UNBIND_WAIT), 0);
		}
		mms_device_destroy(second);
	}
	mms_device_destroy(device);
}

/* What is bound to one machine is nothing to another. */
static void test_machines_are_separate(void **state)
{
	struct mms_devices *others;
	struct mms_device *device = make_fsdax(devices, 1), *twin;

	(void)state;
	assert_int_equal(mms_devices_create(&others), 0);
	twin = make_fsdax(others, 1);
	bind_by_caller(device);
	assert_null(mms_get_dev_pagemap(others, data_pfn(device, 0)));
	bind_by_caller(twin);
	assert_ptr_equal(mms_get_dev_pagemap(others, data_pfn(device, 0)), twin);
	mms_put_dev_pagemap(twin);
	mms_device_destroy(twin);
	mms_devices_destroy(others);
	mms_device_destroy(device);
}

static unsigned int count_threads(void)
{
	DIR *directory = opendir("/proc/self/task");
	unsigned int count = 0;

	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static void test_no_thread_is_started(void **state)
{
	unsigned int before = count_threads();
	struct mms_device *device = make_fsdax(devices, 1);

	(void)state;
	for (unsigned int round = 0; round < 3; round++) {
		bind_in_background(device, pool, naive, MMS_WAIT_CHUNK);
		assert_int_equal(fault_page(device, 0, NULL), 0);
		mms_put_dev_pagemap(mms_get_dev_pagemap(devices, data_pfn(device, 0)));
		assert_int_equal(mms_device_unbind(device, MMS_UNBIND_CANCEL), 0);
	}
	mms_device_destroy(device);
	assert_int_equal(count_threads(), before);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_each_way_binds_dirty_memory_again_and_again),
		TEST(test_gates_hold_for_every_bind),
		TEST(test_who_is_who),
		TEST(test_metadata_that_cannot_count_is_refused),
		TEST(test_binds_that_cannot_be_are_refused),
		TEST(test_bound_twice_and_unbound_twice),
		TEST(test_unbound_devices_serve_nobody),
		TEST(test_devices_that_overlap_are_bound_one_at_a_time),
		TEST(test_machines_are_separate),
		TEST(test_no_thread_is_started),
	};

	return cmocka_run_group_tests_name("bind and unbind", tests, NULL, NULL);
}
