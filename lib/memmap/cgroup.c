// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What cgroups leave. A process is in one cgroup of the unified hierarchy (v2) and in one of each
 * v1 hierarchy; the memory controller is in one of them, which machines in between leave to find
 * out. So both are looked at, and from the process's own cgroup up to the mount point, since every
 * ancestor limits too.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "memmap/limits.h"
#include "memmap/sysfile.h"

struct hierarchy {
	const char *controllers; /* in /proc/self/cgroup: one that is listed; "" for v2 */
	const char *type;        /* of the file system */
	const char *maximum, *usage;
	/* File cache in memory.stat: counted as used, and given up when memory is asked for. */
	const char *cache[2];
};

static const struct hierarchy hierarchies[] = {
	{
		.controllers = "",
		.type = "cgroup2",
		.maximum = "memory.max",
		.usage = "memory.current",
		.cache = {"active_file ", "inactive_file "},
	},
	{
		.controllers = "memory",
		.type = "cgroup",
		.maximum = "memory.limit_in_bytes",
		.usage = "memory.usage_in_bytes",
		.cache = {"total_active_file ", "total_inactive_file "},
	},
};

/* Whether @word is in a list separated by commas; the empty word only is in the empty list. */
static bool listed(const char *list, const char *word)
{
	size_t length = strlen(word);

	if (!length)
		return !*list;
	for (const char *at = list; (at = strstr(at, word)); at += length)
		if ((at == list || at[-1] == ',') && (!at[length] || at[length] == ','))
			return true;
	return false;
}

/* The path of this process's cgroup in the hierarchy, from the hierarchy's root. */
static bool find_cgroup(const char *root, const struct hierarchy *hierarchy, char *path)
{
	FILE *file = mms_sysfile_open(root, "/proc/self", "cgroup");
	char line[PATH_MAX + 256];
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		char *controllers = strchr(line, ':');
		char *cgroup = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!cgroup)
			continue;
		*cgroup++ = '\0';
		cgroup[strcspn(cgroup, "\n")] = '\0';
		if (!listed(controllers + 1, hierarchy->controllers) || strlen(cgroup) >= PATH_MAX)
			continue;
		strcpy(path, cgroup);
		found = true;
	}
	fclose(file);
	return found;
}

/* Where the hierarchy is mounted, and which of its cgroups is the root of the mount. */
static bool find_mount(const char *root, const struct hierarchy *hierarchy, char *mount_root,
                       char *mount_point)
{
	FILE *file = mms_sysfile_open(root, "/proc/self", "mountinfo");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	if (!file)
		return false;
	while (!found && getline(&line, &size, file) > 0) {
		/* id parent major:minor ROOT POINT options [tags] - TYPE source SUPER-OPTIONS */
		const char *rest = strstr(line, " - ");
		char type[32], options[1024] = "";

		if (!rest || sscanf(rest, " - %31s %*s %1023s", type, options) < 1)
			continue;
		found = strcmp(type, hierarchy->type) == 0 &&
		        (!*hierarchy->controllers || listed(options, hierarchy->controllers)) &&
		        sscanf(line, "%*s %*s %*s %4095s %4095s", mount_root, mount_point) == 2;
	}
	free(line);
	fclose(file);
	return found;
}

static void lower(const char *root, const struct hierarchy *hierarchy, const char *directory,
                  struct mms_limit *limit)
{
	uint64_t maximum, usage, left;

	if (!mms_sysfile_number(root, directory, hierarchy->maximum, &maximum) ||
	    !mms_sysfile_number(root, directory, hierarchy->usage, &usage))
		return;
	for (size_t i = 0; i < 2; i++) {
		uint64_t cache = 0;

		mms_sysfile_field(root, directory, "memory.stat", hierarchy->cache[i], &cache);
		usage -= cache < usage ? cache : usage;
	}
	left = maximum > usage ? maximum - usage : 0;
	if (left >= limit->bytes)
		return;
	limit->bytes = left;
	snprintf(limit->origin, sizeof(limit->origin), "what %.400s/%s leaves", directory,
	         hierarchy->maximum);
}

void mms_cgroup_limit(const char *root, struct mms_limit *limit)
{
	char cgroup[PATH_MAX], mount_root[PATH_MAX], directory[2 * PATH_MAX];

	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(*hierarchies); i++) {
		const struct hierarchy *hierarchy = &hierarchies[i];
		const char *below = "";
		size_t mount_point, end;

		if (!find_cgroup(root, hierarchy, cgroup) ||
		    !find_mount(root, hierarchy, mount_root, directory))
			continue;
		/*
		 * A container's mount may show a part of the hierarchy only. If that part isn't
		 * above the process's cgroup, the mount point is the nearest that can be seen.
		 */
		if (strcmp(mount_root, "/") == 0)
			mount_root[0] = '\0';
		if (strncmp(cgroup, mount_root, strlen(mount_root)) == 0 &&
		    cgroup[strlen(mount_root)] == '/' && !strstr(cgroup, "/.."))
			below = cgroup + strlen(mount_root);
		mount_point = strlen(directory);
		end = mount_point + strlen(below);
		memcpy(directory + mount_point, below, strlen(below) + 1);
		while (end > mount_point) {
			lower(root, hierarchy, directory, limit);
			while (directory[--end] != '/')
				;
			directory[end] = '\0';
		}
		lower(root, hierarchy, directory, limit);
	}
}
