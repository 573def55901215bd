// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "data_folder.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool data_folder(const char *const *folders, size_t count, const char *file, char *found,
                 size_t size)
{
	char program[PATH_MAX], path[2 * PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (length < 0)
		return false;
	program[length] = '\0';
	*(strrchr(program, '/') + 1) = '\0';
	for (size_t i = 0; i < count; i++) {
		snprintf(found, size, "%s%s", folders[i][0] == '/' ? "" : program, folders[i]);
		snprintf(path, sizeof(path), "%s/%s", found, file);
		if (access(path, R_OK) == 0)
			return true;
	}
	return false;
}
