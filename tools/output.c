// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "output.h"

static int fail(const struct output *output, int error)
{
	return command_fail(STATUS_RESOURCE, "%s can't be written: %s", output->path,
	                    strerror(error));
}

/* A file that is there already keeps its permissions. */
static int create_temporary(const struct output *output)
{
	struct stat old;
	int fd = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd >= 0 && stat(output->target, &old) == 0)
		(void)!fchmod(fd, old.st_mode & 07777);
	return fd;
}

/* A file that is no pipe or the like: whether it can be replaced. */
static int try_replacing(struct output *output, bool exists)
{
	int fd;

	if (exists && access(output->target, W_OK) != 0)
		return fail(output, errno);
	snprintf(output->temporary, sizeof(output->temporary), "%s.%d.tmp", output->target,
	         (int)getpid());
	fd = create_temporary(output);
	if (fd < 0)
		return fail(output, errno);
	close(fd);
	unlink(output->temporary);
	return STATUS_OK;
}

int output_open(struct output *output, const char *path)
{
	struct stat found;
	bool exists;

	*output = (struct output){.path = path, .fd = -1};
	if (!path)
		return STATUS_OK;
	exists = stat(path, &found) == 0;
	if (!exists && (errno != ENOENT || !*path))
		return fail(output, errno);
	if (exists && !S_ISREG(found.st_mode)) {
		output->fd = open(path, O_WRONLY | O_CLOEXEC);
		return output->fd < 0 ? fail(output, errno) : STATUS_OK;
	}
	if (exists && !realpath(path, output->target))
		return fail(output, errno);
	if (!exists && strlen(path) >= sizeof(output->target))
		return fail(output, ENAMETOOLONG);
	if (!exists)
		strcpy(output->target, path);
	return try_replacing(output, exists);
}

static int write_json(const struct output *output, int fd, const json_t *json)
{
	FILE *stream = fdopen(fd, "w");
	int failed;

	if (!stream)
		return fail(output, errno);
	errno = 0;
	failed = json_dumpf(json, stream, JSON_INDENT(2)) != 0 || fputc('\n', stream) == EOF;
	failed |= fclose(stream) != 0;
	return failed ? fail(output, errno ? errno : EIO) : STATUS_OK;
}

int output_write_json(struct output *output, const json_t *json)
{
	int status, fd = output->fd;

	if (!output->path)
		return STATUS_OK;
	output->fd = -1;
	if (fd >= 0)
		return write_json(output, fd, json);
	fd = create_temporary(output);
	if (fd < 0)
		return fail(output, errno);
	status = write_json(output, fd, json);
	if (status == STATUS_OK && rename(output->temporary, output->target) != 0)
		status = fail(output, errno);
	if (status)
		unlink(output->temporary);
	return status;
}

void output_discard(struct output *output)
{
	if (output->fd >= 0)
		close(output->fd);
	output->fd = -1;
}
