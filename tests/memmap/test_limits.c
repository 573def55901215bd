// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is refused before anything is mapped, mostly told by made-up /proc and /sys. */
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memmap/limits.h"

#include "sanitizers.h"
#include "support.h"

#define HUGEPAGES "sys/kernel/mm/hugepages/hugepages-2048kB"

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

static void memory_is_what_meminfo_calls_available(void **state)
{
	const char *root = *state;

	assert_success(mms_check_memory(root, 64 * GIB)); /* nothing known */
	write_file(root, "proc/meminfo",
	           "MemTotal:        8388608 kB\nMemFree:           1024 kB\n"
	           "MemAvailable:    1048576 kB\nSwapTotal:             0 kB\n");
	assert_success(mms_check_memory(root, GIB));
	assert_int_equal(mms_check_memory(root, GIB + 1), -ENOMEM);
	assert_explained("needs 1025 MiB");
	assert_explained("are 1024 MiB (MemAvailable in /proc/meminfo)");
}

static void unified_cgroups_limit_with_all_their_ancestors(void **state)
{
	const char *root = *state;

	write_file(root, "proc/self/cgroup", "0::/user.slice/shell\n");
	write_file(root, "proc/self/mountinfo",
	           "22 27 0:21 / /proc rw - proc proc rw\n"
	           "30 23 0:26 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
	write_file(root, "sys/fs/cgroup/user.slice/shell/memory.max", "max\n");
	write_file(root, "sys/fs/cgroup/user.slice/shell/memory.current", "1048576\n");
	assert_success(mms_check_memory(root, 64 * GIB));

	write_file(root, "sys/fs/cgroup/user.slice/memory.max", "104857600\n");
	write_file(root, "sys/fs/cgroup/user.slice/memory.current", "41943040\n");
	assert_success(mms_check_memory(root, 60 * MIB));
	assert_int_equal(mms_check_memory(root, 60 * MIB + 1), -ENOMEM);
	assert_explained("are 60 MiB (what /sys/fs/cgroup/user.slice/memory.max leaves)");

	/* File cache is used only as long as nobody needs the memory. */
	write_file(root, "sys/fs/cgroup/user.slice/memory.stat",
	           "anon 10485760\nfile 31457280\ninactive_anon 5242880\n"
	           "inactive_file 10485760\nactive_file 20971520\n");
	assert_success(mms_check_memory(root, 90 * MIB));
	assert_int_equal(mms_check_memory(root, 90 * MIB + 1), -ENOMEM);

	/* The tightest of all counts. */
	write_file(root, "sys/fs/cgroup/user.slice/shell/memory.max", "2097152\n");
	assert_int_equal(mms_check_memory(root, 2 * MIB), -ENOMEM);
	assert_explained("are 1 MiB (what /sys/fs/cgroup/user.slice/shell/memory.max leaves)");
	write_file(root, "proc/meminfo", "MemAvailable: 512 kB\n");
	assert_int_equal(mms_check_memory(root, 2 * MIB), -ENOMEM);
	assert_explained("meminfo");
}

static void a_cgroup_that_uses_more_than_its_limit_leaves_nothing(void **state)
{
	const char *root = *state;

	write_file(root, "proc/self/cgroup", "0::/\n");
	write_file(root, "proc/self/mountinfo", "30 23 0:26 / /cg rw - cgroup2 none rw\n");
	write_file(root, "cg/memory.max", "1000\n");
	write_file(root, "cg/memory.current", "2000\n");
	assert_int_equal(mms_check_memory(root, 1), -ENOMEM);
	assert_explained("are 0 MiB");
}

static void first_version_cgroups_limit_too(void **state)
{
	const char *root = *state;

	write_file(root, "proc/self/cgroup",
	           "9:name=systemd:/\n5:cpu,memory:/box/inner\n4:mymemory:/wrong\n0::/\n");
	write_file(root, "proc/self/mountinfo",
	           "34 31 0:34 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
	           "35 31 0:35 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,cpu,memory\n"
	           "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
	write_file(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
	write_file(root, "sys/fs/cgroup/memory/memory.usage_in_bytes", "100\n");
	write_file(root, "sys/fs/cgroup/memory/box/memory.limit_in_bytes", "20971520\n");
	write_file(root, "sys/fs/cgroup/memory/box/memory.usage_in_bytes", "10485760\n");
	write_file(root, "sys/fs/cgroup/memory/box/memory.stat",
	           "active_file 10485760\ntotal_active_file 1048576\n");
	write_file(root, "sys/fs/cgroup/memory/wrong/memory.limit_in_bytes", "0\n");
	assert_success(mms_check_memory(root, 11 * MIB));
	assert_int_equal(mms_check_memory(root, 11 * MIB + 1), -ENOMEM);
	assert_explained("/sys/fs/cgroup/memory/box/memory.limit_in_bytes");
}

static void containers_see_a_part_of_the_hierarchy(void **state)
{
	const char *root = *state;

	/* The mount shows /docker/abc as its root; the process is right there or below. */
	write_file(root, "proc/self/cgroup", "0::/docker/abc/job\n");
	write_file(root, "proc/self/mountinfo",
	           "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
	write_file(root, "sys/fs/cgroup/memory.max", "3145728\n");
	write_file(root, "sys/fs/cgroup/memory.current", "0\n");
	write_file(root, "sys/fs/cgroup/job/memory.max", "2097152\n");
	write_file(root, "sys/fs/cgroup/job/memory.current", "0\n");
	assert_success(mms_check_memory(root, 2 * MIB));
	assert_int_equal(mms_check_memory(root, 2 * MIB + 1), -ENOMEM);
	assert_explained("/sys/fs/cgroup/job/memory.max");
	write_file(root, "proc/self/cgroup", "0::/docker/abc\n");
	assert_success(mms_check_memory(root, 3 * MIB));
	assert_int_equal(mms_check_memory(root, 3 * MIB + 1), -ENOMEM);
	/* Outside of what can be seen, the mount's own limit is the one that is known. */
	write_file(root, "proc/self/cgroup", "0::/../other/job\n");
	assert_int_equal(mms_check_memory(root, 3 * MIB + 1), -ENOMEM);
	write_file(root, "proc/self/cgroup", "0::/docker/abcdef/job\n");
	assert_int_equal(mms_check_memory(root, 3 * MIB + 1), -ENOMEM);
	assert_success(mms_check_memory(root, 3 * MIB));
}

static void hugepages_must_be_free_and_unreserved(void **state)
{
	const char *root = *state;

	assert_int_equal(mms_check_hugepages(root, 2 * MIB, 8 * MIB), -ENOMEM);
	assert_explained("needs 4 hugepages of 2 MiB, which this machine hasn't got");
	write_file(root, HUGEPAGES "/nr_hugepages", "10\n");
	write_file(root, HUGEPAGES "/free_hugepages", "7\n");
	write_file(root, HUGEPAGES "/resv_hugepages", "3\n");
	assert_success(mms_check_hugepages(root, 2 * MIB, 8 * MIB));
	assert_int_equal(mms_check_hugepages(root, 2 * MIB, 12 * MIB), -ENOMEM);
	assert_explained("needs 6 hugepages of 2 MiB and 4 are free");
	assert_explained("echo 12 | sudo tee /" HUGEPAGES "/nr_hugepages");
	assert_int_equal(mms_check_hugepages(root, GIB, GIB), -ENOMEM);
}

static void transparent_huge_pages_may_be_off(void **state)
{
	struct mms_geometry geometry = plain_geometry(4 * GIB, 128 * MIB);
	struct mms_memmap_options options = {.backing = MMS_BACKING_THP};
	struct mms_memmap *map = NULL;
	struct mms_memmap_info info;
	const char *root = *state;

	assert_int_equal(mms_memmap_create_at(root, &geometry, &options, &map), -ENOMEM);
	assert_explained("no transparent huge pages");
	write_file(root, "sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
	assert_int_equal(mms_memmap_create_at(root, &geometry, &options, &map), -ENOMEM);
	assert_explained("echo madvise | sudo tee");
	assert_null(map);

	/* "auto" takes what is there. */
	assert_success(mms_memmap_create_at(root, &geometry, NULL, &map));
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.backing, MMS_BACKING_4K);
	mms_memmap_destroy(map);
	write_file(root, "sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	assert_success(mms_check_thp(root));
}

static void too_large_a_memmap_is_refused(void **state)
{
	struct mms_geometry geometry = plain_geometry(4 * GIB, 128 * MIB);
	struct mms_geometry shared = shared_geometry(4 * GIB, 128 * MIB, 2 * MIB, MMS_EARLY_NONE);
	struct mms_geometry ranges = two_ranges(4 * GIB, 64 * MIB, 1024 * GIB);
	struct mms_geometry huge = plain_geometry(0, UINT64_C(1) << 49);
	struct mms_memmap *map = NULL;
	const char *root = *state;

	write_file(root, "proc/meminfo", "MemAvailable:   2047 kB\n");
	assert_int_equal(mms_memmap_create_at(root, &geometry, NULL, &map), -ENOMEM);
	assert_explained("needs 2 MiB of memory and there are 1 MiB");
	assert_int_equal(mms_memmap_create_at(root, &ranges, NULL, &map), -ENOMEM);
	assert_null(map);
	/* Struct pages that aren't there need nothing: shared tails, and what is between ranges. */
	assert_success(mms_memmap_create_at(root, &shared, NULL, &map));
	mms_memmap_destroy(map);
	write_file(root, "proc/meminfo", "MemAvailable:   2048 kB\n");
	assert_success(mms_memmap_create_at(root, &ranges, NULL, &map));
	mms_memmap_destroy(map);

	/* No machine has 8 TiB to spare for this; and these are the real limits. */
	map = NULL;
	assert_int_equal(mms_memmap_create(&huge, NULL, &map), -ENOMEM);
	assert_explained("needs 8388608 MiB");
	assert_null(map);
}

static void address_space_may_be_limited(void **state)
{
	struct mms_geometry geometry = plain_geometry(4 * GIB, 64 * GIB);
	struct mms_geometry small = plain_geometry(4 * GIB, 128 * MIB);
	struct mms_memmap *map = NULL;
	pid_t child;
	int status;

	(void)state;
	if (ADDRESS_SANITIZER || THREAD_SANITIZER)
		skip_because("sanitizers map terabytes, which RLIMIT_AS counts");
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit limit = {512 * MIB, 512 * MIB};
		bool told;

		setrlimit(RLIMIT_AS, &limit);
		told = mms_memmap_create(&geometry, NULL, &map) == -ENOMEM && !map &&
		       strstr(mms_last_error(), "RLIMIT_AS") &&
		       strstr(mms_last_error(), "MiB of address space");
		_exit(told && mms_memmap_create(&small, NULL, &map) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
#define test_in_root(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
	const struct CMUnitTest tests[] = {
		test_in_root(memory_is_what_meminfo_calls_available),
		test_in_root(unified_cgroups_limit_with_all_their_ancestors),
		test_in_root(a_cgroup_that_uses_more_than_its_limit_leaves_nothing),
		test_in_root(first_version_cgroups_limit_too),
		test_in_root(containers_see_a_part_of_the_hierarchy),
		test_in_root(hugepages_must_be_free_and_unreserved),
		test_in_root(transparent_huge_pages_may_be_off),
		test_in_root(too_large_a_memmap_is_refused),
		cmocka_unit_test(address_space_may_be_limited),
	};

	return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
