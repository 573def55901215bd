// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

int output_open(struct output *output, const char *path)
{
	int flags = O_WRONLY | O_CLOEXEC;

	*output = (struct output){.path = path, .fd = -1};
	if (!path)
		return STATUS_OK;
	output->fd = open(path, flags);
	if (output->fd < 0 && errno == ENOENT) {
		output->fd = open(path, flags | O_CREAT | O_EXCL, 0666);
		output->created = output->fd >= 0;
	}
	return output->fd < 0 ? fail(output, errno) : STATUS_OK;
}

int output_write_json(struct output *output, const json_t *json)
{
	struct stat stat;
	FILE *stream;
	int error;

	if (output->fd < 0)
		return STATUS_OK;
	/* Pipes and terminals have nothing to cut off. */
	if (fstat(output->fd, &stat) != 0 ||
	    (S_ISREG(stat.st_mode) && ftruncate(output->fd, 0) != 0))
		return fail(output, errno);
	stream = fdopen(output->fd, "w");
	if (!stream)
		return fail(output, errno);
	output->fd = -1;
	errno = 0;
	error = json_dumpf(json, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) != 0 ||
	        fputc('\n', stream) == EOF;
	error |= fclose(stream) != 0;
	return error ? fail(output, errno ? errno : EIO) : STATUS_OK;
}

void output_discard(struct output *output)
{
	if (output->fd < 0)
		return;
	close(output->fd);
	output->fd = -1;
	if (output->created)
		unlink(output->path);
}
