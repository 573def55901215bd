// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The "file:PATH" backing. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sanitizers.h"
#include "support.h"

/* 2 MiB of struct pages, so a file of just as much: one page of a DAX mapping. */
static const uint64_t file_bytes = 2 * MIB;

static struct mms_geometry one_section(void)
{
	return plain_geometry(4 * GIB, 128 * MIB);
}

static int create_on(const char *path, struct mms_memmap **map)
{
	struct mms_memmap_options options = {.backing = MMS_BACKING_FILE, .file = path};
	struct mms_geometry geometry = one_section();

	return mms_memmap_create(&geometry, &options, map);
}

static int refused_on(const char *path)
{
	struct mms_memmap *map = NULL;
	int err = create_on(path, &map);

	assert_null(map);
	assert_explained(path);
	return err;
}

static unsigned int nr_entries(const char *directory)
{
	DIR *dir = opendir(directory);
	unsigned int nr = 0;

	assert_non_null(dir);
	while (readdir(dir))
		nr++;
	closedir(dir);
	return nr - 2;
}

static int make_path(void **state)
{
	char *directory = make_directory();

	*state = directory;
	return chdir(directory);
}

static int remove_path(void **state)
{
	assert_int_equal(chdir("/"), 0);
	remove_directory(*state);
	return 0;
}

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

static void a_directory_takes_an_unnamed_file(void **state)
{
	struct mms_memmap_info info;
	struct mms_memmap *map;

	assert_success(create_on(*state, &map));
	assert_int_equal(nr_entries(*state), 0);
	mms_memmap_dirty(map, 1);
	assert_success(mms_memmap_check(map));
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.backing, MMS_BACKING_FILE);
	assert_int_equal(info.mapped_bytes, file_bytes);
	assert_int_equal(info.resident_bytes, file_bytes);
	mms_memmap_destroy(map);
}

/* Else a process that is killed would leave it behind, and it may be large. */
static void a_new_file_loses_its_name_at_once(void **state)
{
	struct mms_memmap_info info;
	struct mms_memmap *map;

	assert_success(create_on("new", &map));
	assert_int_equal(nr_entries(*state), 0);
	mms_memmap_dirty(map, 1);
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.backing, MMS_BACKING_FILE);
	assert_int_equal(info.mapped_bytes, file_bytes);
	mms_memmap_destroy(map);
	assert_int_equal(nr_entries(*state), 0);
}

static void an_existing_file_is_overwritten_and_stays(void **state)
{
	struct mms_memmap *map;
	unsigned char expected[64], found[64];
	int fd;

	(void)state;
	write_file(".", "existing", "old contents");
	assert_int_equal(truncate("existing", (off_t)file_bytes + 4096), 0);
	assert_success(create_on("existing", &map));
	assert_memory_equal(array_start(map), "old contents", 12);
	mms_memmap_dirty(map, 3);
	mms_memmap_destroy(map);

	assert_int_equal(size_of("existing"), file_bytes + 4096);
	fd = open("existing", O_RDONLY);
	assert_int_equal(pread(fd, found, 64, 64), 64);
	close(fd);
	mms_dirty_page(3, one_section().start_pfn + 1, expected);
	assert_memory_equal(found, expected, 64);
}

static void ranges_lie_one_after_another_in_the_file(void **state)
{
	/* What is between them may be more than a file system can address. */
	struct mms_geometry geometry = two_ranges(4 * GIB, 128 * MIB, 2048 * 1024 * GIB);
	struct mms_memmap_options options = {.backing = MMS_BACKING_FILE, .file = "new"};
	struct mms_memmap_info info;
	struct mms_memmap *map;

	(void)state;
	if (THREAD_SANITIZER)
		skip_because("the thread sanitizer leaves no room for 32 TiB of addresses");
	assert_success(mms_memmap_create(&geometry, &options, &map));
	assert_success(mms_memmap_info(map, &info));
	assert_int_equal(info.mapped_bytes, 2 * file_bytes);
	mms_memmap_dirty(map, 1);
	for (uint64_t i = 0; i < 2; i++) {
		uint64_t pfn = i ? geometry.end_pfn - 1 : geometry.start_pfn;
		unsigned char expected[64];

		mms_dirty_page(1, pfn, expected);
		assert_memory_equal(mms_memmap_page(map, pfn), expected, 64);
	}
	mms_memmap_destroy(map);
}

static void of_character_devices_only_dax_holds_memmaps(void **state)
{
	struct mms_memmap_options options = {.backing = MMS_BACKING_FILE, .file = "/dev/zero"};
	struct mms_geometry geometry = one_section();
	struct mms_memmap *map;

	/* /dev/mem, say, would be the machine's own memory. */
	assert_int_equal(refused_on("/dev/zero"), -EINVAL);
	assert_explained("DAX device");

	/* How large a device is turns out when it is mapped; so one that maps at any size. */
	write_file(*state, "sys/dev/char/1:5/uevent", "");
	assert_int_equal(symlink("../../../bus/dax", "sys/dev/char/1:5/subsystem"), 0);
	assert_success(mms_memmap_create_at(*state, &geometry, &options, &map));
	mms_memmap_dirty(map, 1);
	assert_success(mms_memmap_check(map));
	mms_memmap_destroy(map);
}

static void a_small_file_is_refused_as_it_is(void **state)
{
	(void)state;
	write_file(".", "small", "precious");
	assert_int_equal(truncate("small", (off_t)file_bytes - 1), 0);
	assert_int_equal(refused_on("small"), -ENOSPC);
	assert_explained("2097151 bytes");
	assert_explained("needs 2097152");
	assert_explained("truncate -s 2097152 \"small\"");
	assert_int_equal(size_of("small"), file_bytes - 1);
}

static void what_is_no_file_is_refused(void **state)
{
	struct mms_geometry geometry = one_section();
	struct mms_memmap_options options = {.backing = MMS_BACKING_FILE};
	struct mms_memmap *map;

	(void)state;
	assert_int_equal(refused_on("missing/new"), -ENOENT);
	assert_int_equal(symlink("missing", "link"), 0);
	assert_int_equal(refused_on("link"), -ENOENT);
	assert_explained("symbolic link");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(refused_on("fifo"), -EINVAL);
	assert_int_equal(refused_on("/proc/self/exe"), -ETXTBSY);
	assert_true(refused_on("/proc/new") < 0);
	assert_int_equal(mms_memmap_create(&geometry, &options, &map), -EINVAL);
}

static void a_file_of_others_is_refused(void **state)
{
	(void)state;
	if (geteuid() == 0)
		skip_because("root may write any file");
	write_file(".", "readonly", "");
	assert_int_equal(chmod("readonly", 0400), 0);
	assert_int_equal(refused_on("readonly"), -EACCES);
}

/* Refuse, then: nothing is left behind. In a child, since the limit is for the whole process. */
static void a_file_that_cannot_grow_is_removed(void **state)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit limit = {4096, 4096};
		struct mms_memmap *map;

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		_exit(create_on("new", &map) == -EFBIG ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(nr_entries(*state), 0);
}

static void a_full_file_system_is_noticed(void **state)
{
	/* 8 TiB of struct pages */
	struct mms_geometry geometry = plain_geometry(0, UINT64_C(1) << 49);
	struct mms_memmap_options options = {.backing = MMS_BACKING_FILE, .file = "new"};
	struct mms_memmap *map = NULL;
	int err;

	if (THREAD_SANITIZER)
		skip_because("the thread sanitizer leaves no room for 8 TiB of addresses");
	err = mms_memmap_create(&geometry, &options, &map);
	mms_memmap_destroy(map);
	assert_true(err == -ENOSPC || err == -EFBIG);
	assert_explained("\"new\"");
	assert_int_equal(nr_entries(*state), 0);
}

static void a_file_in_memory_meets_the_limits_of_memory(void **state)
{
	struct mms_memmap_options options = {.backing = MMS_BACKING_FILE, .file = "/dev/shm"};
	struct mms_geometry geometry = one_section();
	struct mms_memmap *map;
	struct statfs fs;

	if (statfs("/dev/shm", &fs) || fs.f_type != TMPFS_MAGIC || access("/dev/shm", W_OK))
		skip_because("no tmpfs that can be written at /dev/shm");
	write_file(*state, "proc/meminfo", "MemAvailable:       1024 kB\n");
	assert_int_equal(mms_memmap_create_at(*state, &geometry, &options, &map), -ENOMEM);
	assert_explained("needs 2 MiB of memory and there are 1 MiB");
}

int main(void)
{
#define test_in_directory(test) cmocka_unit_test_setup_teardown(test, make_path, remove_path)
	const struct CMUnitTest tests[] = {
		test_in_directory(a_directory_takes_an_unnamed_file),
		test_in_directory(a_new_file_loses_its_name_at_once),
		test_in_directory(an_existing_file_is_overwritten_and_stays),
		test_in_directory(ranges_lie_one_after_another_in_the_file),
		test_in_directory(of_character_devices_only_dax_holds_memmaps),
		test_in_directory(a_small_file_is_refused_as_it_is),
		test_in_directory(what_is_no_file_is_refused),
		test_in_directory(a_file_of_others_is_refused),
		test_in_directory(a_file_that_cannot_grow_is_removed),
		test_in_directory(a_full_file_system_is_noticed),
		test_in_directory(a_file_in_memory_meets_the_limits_of_memory),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
