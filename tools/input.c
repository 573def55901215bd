// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "input.h"

int input_open(const char *path, int *fd)
{
	struct stat stat;
	int opened;

	/* A FIFO that nobody writes to is no reason to wait. */
	opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (opened < 0)
		return command_fail(command_status(-errno), "%s can't be read: %s", path_text(path),
		                    strerror(errno));
	if (fstat(opened, &stat) == 0 && S_ISREG(stat.st_mode)) {
		*fd = opened;
		return STATUS_OK;
	}
	close(opened);
	return command_fail(STATUS_USAGE, "%s is no regular file", path);
}

int input_open_stream(const char *path, FILE **stream)
{
	int fd, status = input_open(path, &fd);

	if (status)
		return status;
	*stream = fdopen(fd, "r");
	if (*stream)
		return STATUS_OK;
	close(fd);
	return command_fail(STATUS_RESOURCE, "out of memory");
}

int input_read(const char *path, size_t most, char **data, size_t *size)
{
	char *read_data = malloc(most + 1);
	size_t length = 0;
	ssize_t got = 1;
	int fd, status;

	if (!read_data)
		return command_fail(STATUS_RESOURCE, "out of memory");
	status = input_open(path, &fd);
	if (status) {
		free(read_data);
		return status;
	}
	while (length <= most && got > 0) {
		got = read(fd, read_data + length, most + 1 - length);
		if (got > 0)
			length += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (got < 0)
		status = command_fail(command_status(-errno), "%s can't be read: %s", path,
		                      strerror(errno));
	else if (length > most)
		status = command_fail(STATUS_USAGE, "%s has more than %zu bytes", path, most);
	close(fd);
	if (status) {
		free(read_data);
		return status;
	}
	*data = read_data;
	*size = length;
	return STATUS_OK;
}

char *input_text(const char *path)
{
	FILE *stream = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!stream)
		return NULL;
	if (getdelim(&text, &size, '\0', stream) < 0) {
		free(text);
		text = NULL;
	}
	fclose(stream);
	return text;
}
