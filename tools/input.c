// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <fcntl.h>
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
