// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

struct mms_geometry plain_geometry(uint64_t start, uint64_t size)
{
	struct mms_namespace ns = {
		.mode = MMS_MODE_FSDAX,
		.map = MMS_MAP_MEM,
		.align = 2 * MIB,
		.start = start,
		.size = size,
	};
	struct mms_geometry geometry;

	assert_success(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry));
	return geometry;
}

struct mms_geometry shared_geometry(uint64_t start, uint64_t size, uint64_t align,
                                    enum mms_early early)
{
	struct mms_namespace ns = {
		.mode = MMS_MODE_DEVDAX,
		.map = MMS_MAP_MEM,
		.align = align,
		.start = start,
		.size = size,
		.early = early,
	};
	struct mms_geometry geometry;

	assert_success(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry));
	assert_true(geometry.dedup);
	return geometry;
}

struct mms_geometry two_ranges(uint64_t start, uint64_t size, uint64_t distance)
{
	struct mms_range ranges[] = {
		{start, start + size - 1},
		{start + distance, start + distance + size - 1},
	};
	struct mms_geometry geometry;

	assert_success(mms_geometry_from_ranges(mms_kernel_default(), MMS_MEMORY_DEVICE_PRIVATE, 0,
	                                        ranges, 2, 0, &geometry));
	return geometry;
}

struct mms_memmap *create_memmap(const struct mms_geometry *geometry, const char *backing)
{
	struct mms_memmap_options options;
	struct mms_memmap *map;

	assert_success(mms_backing_parse(backing, &options));
	assert_success(mms_memmap_create(geometry, &options, &map));
	return map;
}

unsigned char *array_start(const struct mms_memmap *map)
{
	return (unsigned char *)(mms_memmap_vmemmap(map) +
	                         (uintptr_t)(mms_memmap_geometry(map)->start_pfn * 64));
}

unsigned char *array_end(const struct mms_memmap *map)
{
	return (unsigned char *)(mms_memmap_vmemmap(map) +
	                         (uintptr_t)(mms_memmap_geometry(map)->end_pfn * 64));
}

bool write_is_fatal(volatile unsigned char *address)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGSEGV, SIG_DFL); /* sanitizers would report it */
		*address = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

char *make_directory(void)
{
	const char *parent = getenv("TMPDIR");
	char *directory;

	assert_true(asprintf(&directory, "%s/memmapsim-test-XXXXXX", parent ? parent : "/tmp") > 0);
	if (!mkdtemp(directory))
		fail_msg("can't make %s: %s", directory, strerror(errno));
	return directory;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void remove_directory(char *directory)
{
	assert_int_equal(nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(directory);
}

void write_file(const char *directory, const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *file;

	assert_true(snprintf(full, sizeof(full), "%s/%s", directory, path) < (int)sizeof(full));
	for (char *slash = full + strlen(directory) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		assert_true(mkdir(full, 0700) == 0 || errno == EEXIST);
		*slash = '/';
	}
	file = fopen(full, "w");
	if (!file)
		fail_msg("can't write %s: %s", full, strerror(errno));
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}
