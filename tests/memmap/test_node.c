// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Memory of a chosen NUMA node. */
#include <errno.h>
#include <linux/mempolicy.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memmap/limits.h"

#include "support.h"

#define NODE "sys/devices/system/node/node3"

static int make_root(void **state)
{
	*state = make_directory();
	return 0;
}

static int remove_root(void **state)
{
	remove_directory(*state);
	return 0;
}

static void a_node_has_what_is_free_or_file_cache(void **state)
{
	const char *root = *state;

	assert_int_equal(mms_check_node(root, 3, 0, MIB), -EINVAL);
	assert_explained("no NUMA node 3");
	write_file(root, NODE "/meminfo",
	           "Node 3 MemTotal:       8388608 kB\nNode 3 MemFree:           1024 kB\n"
	           "Node 3 Active(anon):     99999 kB\nNode 3 Inactive(anon):   99999 kB\n"
	           "Node 3 Active(file):      2048 kB\nNode 3 Inactive(file):    4096 kB\n");
	assert_success(mms_check_node(root, 3, 0, 7 * MIB));
	assert_int_equal(mms_check_node(root, 3, 0, 7 * MIB + 1), -ENOMEM);
	assert_explained("needs 8 MiB and NUMA node 3 has 7 MiB left");
}

static void hugepages_are_a_nodes_own(void **state)
{
	const char *root = *state;

	write_file(root, NODE "/meminfo", "Node 3 MemFree: 1048576 kB\n");
	assert_int_equal(mms_check_node(root, 3, 2 * MIB, 2 * MIB), -ENOMEM);
	write_file(root, NODE "/hugepages/hugepages-2048kB/free_hugepages", "3\n");
	assert_success(mms_check_node(root, 3, 2 * MIB, 6 * MIB));
	assert_int_equal(mms_check_node(root, 3, 2 * MIB, 8 * MIB), -ENOMEM);
	assert_explained("needs 8 MiB of hugepages and NUMA node 3 has 6 MiB");
}

/* As mms_memmap_create() on @node; skipped where that is not for this process. */
static struct mms_memmap *create_on_node(const struct mms_geometry *geometry, unsigned int node,
                                         enum mms_backing backing)
{
	struct mms_memmap_options options = {
		.backing = backing,
		.on_node = true,
		.node = node,
	};
	struct mms_memmap *map;
	int err = mms_memmap_create(geometry, &options, &map);

	if (err == -EPERM || err == -ENOSYS)
		skip_because("this process may not bind memory to nodes");
	assert_success(err);
	return map;
}

static int policy_at(const void *address)
{
	int policy = -1;

	assert_int_equal(syscall(SYS_get_mempolicy, &policy, NULL, 0ul, address, MPOL_F_ADDR), 0);
	return policy;
}

static void memory_is_where_it_was_asked_for(void **state)
{
	struct mms_geometry geometry = plain_geometry(GIB, GIB);
	static const enum mms_backing backings[] = {MMS_BACKING_4K, MMS_BACKING_AUTO};
	struct mms_memmap_info info;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct mms_memmap *map = create_on_node(&geometry, 0, backings[i]);

		/* On a machine of one node, this is all there is to see. */
		assert_int_equal(policy_at(array_start(map)), MPOL_BIND);
		assert_int_equal(policy_at(array_end(map) - 1), MPOL_BIND);
		mms_memmap_dirty(map, 1);
		assert_success(mms_memmap_info(map, &info));
		if (info.node == -1)
			skip_because("this kernel doesn't say which node memory is on");
		assert_int_equal(info.node, 0);
		assert_int_equal(info.node_bytes, info.resident_bytes);
		assert_true(info.node_bytes >= info.needed_bytes);
		mms_memmap_destroy(map);
	}
}

static void the_node_is_known_without_asking_for_one(void **state)
{
	struct mms_geometry geometry = plain_geometry(GIB, 64 * MIB);
	struct mms_memmap *map = create_memmap(&geometry, "4k");
	struct mms_memmap_info info;

	(void)state;
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.node_bytes, 0);
	assert_int_equal(info.node, -1); /* nothing is in memory yet */
	mms_memmap_dirty(map, 1);
	assert_success(mms_memmap_info(map, &info));
	if (info.node == -1)
		skip_because("this kernel doesn't say which node memory is on");
	assert_in_range(info.node_bytes, 1, info.resident_bytes);
	mms_memmap_destroy(map);
}

static void nodes_that_are_not_there_are_refused(void **state)
{
	static const unsigned int nodes[] = {777, 1023, 1024, 4000000000u};
	struct mms_memmap_options options = {.backing = MMS_BACKING_4K, .on_node = true};
	struct mms_geometry geometry = plain_geometry(GIB, 64 * MIB);
	struct mms_memmap *map = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		char number[16];

		options.node = nodes[i];
		snprintf(number, sizeof(number), "node %u", nodes[i]);
		assert_int_equal(mms_memmap_create(&geometry, &options, &map), -EINVAL);
		assert_explained(number);
	}
	assert_null(map);
}

static void files_are_on_no_node(void **state)
{
	struct mms_memmap_options options = {
		.backing = MMS_BACKING_FILE,
		.file = "/tmp",
		.on_node = true,
	};
	struct mms_geometry geometry = plain_geometry(GIB, 64 * MIB);
	struct mms_memmap *map;

	(void)state;
	assert_int_equal(mms_memmap_create(&geometry, &options, &map), -EINVAL);
	assert_explained("can't be put on NUMA node 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_node_has_what_is_free_or_file_cache, make_root,
	                                        remove_root),
		cmocka_unit_test_setup_teardown(hugepages_are_a_nodes_own, make_root, remove_root),
		cmocka_unit_test(memory_is_where_it_was_asked_for),
		cmocka_unit_test(the_node_is_known_without_asking_for_one),
		cmocka_unit_test(nodes_that_are_not_there_are_refused),
		cmocka_unit_test(files_are_on_no_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
