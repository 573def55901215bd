// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "memmap/sysfile.h"

FILE *mms_sysfile_open(const char *root, const char *directory, const char *name)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s%s/%s", root, directory, name);

	return length < (int)sizeof(path) ? fopen(path, "re") : NULL;
}

bool mms_sysfile_number(const char *root, const char *directory, const char *name, uint64_t *value)
{
	FILE *file = mms_sysfile_open(root, directory, name);
	bool found;

	if (!file)
		return false;
	found = fscanf(file, "%" SCNu64, value) == 1;
	fclose(file);
	return found;
}

bool mms_sysfile_field(const char *root, const char *directory, const char *name, const char *key,
                       uint64_t *value)
{
	FILE *file = mms_sysfile_open(root, directory, name);
	char line[256];
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = strncmp(line, key, strlen(key)) == 0 &&
		        sscanf(line + strlen(key), "%" SCNu64, value) == 1;
	fclose(file);
	return found;
}
