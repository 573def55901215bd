// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The "file:PATH" backing: what PATH may be, and whether there is room. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "error.h"
#include "memmap/limits.h"
#include "memmap/memmap.h"

static int refuse(const char *path, const char *what)
{
	return mms_fail(errno, "%s \"%s\": %s", what, path, strerror(errno));
}

/*
 * A mapping of blocks that its file system then hasn't got is a SIGBUS, one of pages that there is
 * no memory for is an OOM kill; so ask for what the file doesn't hold yet. File systems without a
 * limit say that they have no blocks at all.
 */
static int check_room(const char *root, const char *path, int fd, uint64_t bytes)
{
	uint64_t allocated, missing, available;
	struct statfs fs;
	struct stat st;

	if (fstat(fd, &st) || fstatfs(fd, &fs))
		return refuse(path, "can't look at file");
	allocated = (uint64_t)st.st_blocks * 512;
	missing = bytes > allocated ? bytes - allocated : 0;
	available = (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize;
	if (fs.f_blocks && missing > available)
		return mms_fail(ENOSPC,
		                "the memmap needs %" PRIu64
		                " MiB more on the file system of \"%s\" "
		                "and there are %" PRIu64 " MiB; free some or take another",
		                mms_mib_up(missing), path, available >> 20);
	return fs.f_type == TMPFS_MAGIC ? mms_check_memory(root, missing) : 0;
}

/* Devices of other kinds hold what isn't for memmaps: /dev/mem has the machine's first pages. */
static bool is_dax_device(const char *root, dev_t device)
{
	char link[PATH_MAX], target[PATH_MAX];
	const char *name;
	ssize_t length;

	snprintf(link, sizeof(link), "%s/sys/dev/char/%u:%u/subsystem", root, major(device),
	         minor(device));
	length = readlink(link, target, sizeof(target) - 1);
	if (length < 0)
		return false;
	target[length] = '\0';
	name = strrchr(target, '/');
	return name && strcmp(name, "/dax") == 0;
}

static int check_existing(const char *root, const char *path, int fd, uint64_t bytes)
{
	struct stat st;

	if (fstat(fd, &st))
		return refuse(path, "can't look at file");
	if (S_ISCHR(st.st_mode) && is_dax_device(root, st.st_rdev))
		return 0; /* how large a device is turns out when it is mapped */
	if (!S_ISREG(st.st_mode))
		return mms_fail(EINVAL,
		                "\"%s\" is no regular file, directory or DAX device, so it can't "
		                "hold a memmap",
		                path);
	if ((uint64_t)st.st_size < bytes)
		return mms_fail(ENOSPC,
		                "file \"%s\" has %jd bytes and the memmap needs %" PRIu64
		                "; enlarge it with: truncate -s %" PRIu64
		                " \"%s\" (or name a new file)",
		                path, (intmax_t)st.st_size, bytes, bytes, path);
	return check_room(root, path, fd, bytes);
}

/* Make a file that just came into being as large as it has to be. */
static int use_new(const char *root, const char *path, int new, uint64_t bytes, int *fd)
{
	int err = 0;

	if (ftruncate(new, (off_t)bytes))
		err = refuse(path, "can't enlarge the new file");
	if (!err)
		err = check_room(root, path, new, bytes);
	if (err)
		close(new);
	else
		*fd = new;
	return err;
}

/* O_TMPFILE would say it at once, but isn't known to every file system. */
static int open_unnamed(const char *root, const char *directory, uint64_t bytes, int *fd)
{
	char *name;
	int new;

	if (asprintf(&name, "%s/memmapsim-XXXXXX", directory) < 0)
		return mms_fail(ENOMEM, "no memory for the name of a file");
	new = mkostemp(name, O_CLOEXEC);
	if (new >= 0)
		unlink(name);
	free(name);
	if (new < 0)
		return refuse(directory, "can't make a file in");
	return use_new(root, directory, new, bytes, fd);
}

/* Without its name it also goes if this process is killed. */
static int create(const char *root, const char *path, uint64_t bytes, int *fd)
{
	int new = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (new < 0 && errno == EEXIST)
		return mms_fail(ENOENT,
		                "\"%s\" is a symbolic link to a file that isn't there; name the "
		                "file itself",
		                path);
	if (new < 0)
		return refuse(path, "can't create file");
	unlink(path);
	return use_new(root, path, new, bytes, fd);
}

int mms_backing_file_open(const char *root, const char *path, uint64_t bytes, int *fd)
{
	/* O_NONBLOCK: not to wait at a FIFO. O_NOCTTY: not to become a terminal's owner. */
	int existing = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int err;

	if (existing < 0 && errno == EISDIR)
		return open_unnamed(root, path, bytes, fd);
	if (existing < 0 && errno == ENOENT)
		return create(root, path, bytes, fd);
	if (existing < 0)
		return refuse(path, "can't open file");
	err = check_existing(root, path, existing, bytes);
	if (err)
		close(existing);
	else
		*fd = existing;
	return err;
}
