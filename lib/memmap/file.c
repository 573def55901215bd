// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The "file:PATH" backing: what PATH may be, and whether there is room. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
		                "the memmap needs %" PRIu64 " more bytes for file \"%s\" and its "
		                "file system has %" PRIu64 "; take another",
		                missing, path, available);
	return fs.f_type == TMPFS_MAGIC ? mms_check_memory(root, missing) : 0;
}

static int check_existing(const char *root, const char *path, int fd, uint64_t bytes)
{
	struct stat st;

	if (fstat(fd, &st))
		return refuse(path, "can't look at file");
	if (S_ISCHR(st.st_mode))
		return 0; /* how large a device is turns out when it is mapped */
	if (!S_ISREG(st.st_mode))
		return mms_fail(
			EINVAL,
			"\"%s\" is no file, directory or character device, so it can't hold "
			"a memmap",
			path);
	if ((uint64_t)st.st_size < bytes)
		return mms_fail(ENOSPC,
		                "file \"%s\" has %jd bytes and the memmap needs %" PRIu64
		                "; enlarge it with: truncate -s %" PRIu64 " (or name a new file)",
		                path, (intmax_t)st.st_size, bytes, bytes);
	return check_room(root, path, fd, bytes);
}

static int make_room(const char *root, const char *path, int fd, uint64_t bytes)
{
	if (ftruncate(fd, (off_t)bytes))
		return refuse(path, "can't enlarge the new file");
	return check_room(root, path, fd, bytes);
}

/* O_TMPFILE would say it at once, but isn't known to every file system. */
static int open_unnamed(const char *root, const char *directory, uint64_t bytes, int *fd)
{
	char *name;
	int unnamed, err;

	if (asprintf(&name, "%s/memmapsim-XXXXXX", directory) < 0)
		return mms_fail(ENOMEM, "no memory for the name of a file");
	unnamed = mkostemp(name, O_CLOEXEC);
	if (unnamed < 0) {
		err = refuse(directory, "can't make a file in");
	} else {
		unlink(name);
		err = make_room(root, directory, unnamed, bytes);
		if (err)
			close(unnamed);
		else
			*fd = unnamed;
	}
	free(name);
	return err;
}

static int create(const char *root, const char *path, uint64_t bytes, int *fd, char **created)
{
	int new = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	char *absolute;
	int err;

	if (new < 0)
		return refuse(path, "can't create file");
	/* Removed when the memmap goes, wherever the working directory is by then. */
	absolute = realpath(path, NULL);
	err = absolute ? make_room(root, path, new, bytes)
	               : refuse(path, "can't find the new file");
	if (err) {
		unlink(path);
		free(absolute);
		close(new);
		return err;
	}
	*fd = new;
	*created = absolute;
	return 0;
}

int mms_backing_file_open(const char *root, const char *path, uint64_t bytes, int *fd,
                          char **created)
{
	/* O_NONBLOCK: not to wait at a FIFO. O_NOCTTY: not to become a terminal's owner. */
	int existing = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int err;

	if (existing < 0 && errno == EISDIR)
		return open_unnamed(root, path, bytes, fd);
	if (existing < 0 && errno == ENOENT)
		return create(root, path, bytes, fd, created);
	if (existing < 0)
		return refuse(path, "can't open file");
	err = check_existing(root, path, existing, bytes);
	if (err)
		close(existing);
	else
		*fd = existing;
	return err;
}
