// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "import/tree.h"

/*
 * What is looked through first. The build gives the last two to every file, with no #include in
 * sight.
 */
static const char *const seeds[] = {
	TREE_HOME,
	"mm/internal.h",
	"include/linux/mm.h",
	"include/linux/mm_types.h",
	"include/linux/page-flags.h",
	"include/linux/page_ref.h",
	"include/linux/mmzone.h",
	"include/linux/memremap.h",
	"include/linux/kconfig.h",
	"include/linux/compiler_types.h",
};

/* Where <name> is looked for; an x86-64 kernel's include path. */
static const char *const include_folders[] = {
	"include/",
	"arch/x86/include/",
	"include/uapi/",
	"arch/x86/include/uapi/",
};

/* More than a kernel has headers. */
#define MAX_FILES 10000

static int out_of_memory(void)
{
	return command_fail(STATUS_RESOURCE, "out of memory");
}

/*
 * Follow . and .. in @name, so that one file has one name; @plain has as much room as @name.
 * @return false: it leads out of the tree
 */
static bool make_plain(const char *name, char *plain)
{
	char *end = plain;

	for (name += strspn(name, "/"); *name; name += strspn(name, "/")) {
		size_t length = strcspn(name, "/");

		if (length == 2 && memcmp(name, "..", 2) == 0) {
			if (end == plain)
				return false;
			for (end--; end > plain && end[-1] != '/';)
				end--;
		} else if (length != 1 || *name != '.') {
			memcpy(end, name, length);
			end += length;
			*end++ = '/';
		}
		name += length;
	}
	if (end == plain)
		return false;
	end[-1] = '\0';
	return true;
}

/* @return 0, -ENOENT, another negative errno; -EOVERFLOW: there are too many */
static int add_file(struct source_index *index, const char *tree, const char *name)
{
	char path[PATH_MAX], plain[PATH_MAX];
	int error;

	if (!make_plain(name, plain))
		return -ENOENT;
	if (snprintf(path, sizeof(path), "%s/%s", tree, plain) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	error = source_add(index, path, plain);
	if (error == -EEXIST)
		return 0;
	return !error && index->nr_files > MAX_FILES ? -EOVERFLOW : error;
}

static void mark_units(struct source_index *index)
{
	for (size_t i = 0; i < index->nr_files; i++) {
		const char *dot = strrchr(index->files[i]->path, '.');

		index->files[i]->is_unit = dot && strcmp(dot, ".c") == 0;
	}
}

/* <asm/name.h> that the architecture hasn't got is the generic one. */
static int add_generic(struct source_index *index, const char *tree, const char *name)
{
	char path[PATH_MAX];

	if (strncmp(name, "asm/", 4) != 0)
		return -ENOENT;
	snprintf(path, sizeof(path), "include/asm-generic/%s", name + 4);
	return add_file(index, tree, path);
}

static int add_named(struct source_index *index, const char *tree, const char *name)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(include_folders) / sizeof(*include_folders); i++) {
		int error;

		snprintf(path, sizeof(path), "%s%s", include_folders[i], name);
		error = add_file(index, tree, path);
		if (error != -ENOENT)
			return error;
	}
	return add_generic(index, tree, name);
}

/* "name" is beside the file that includes it, or else where <name> is. */
static int add_beside(struct source_index *index, const char *tree, const char *includer,
                      const char *name)
{
	const char *slash = strrchr(includer, '/');
	char path[PATH_MAX];
	int error;

	snprintf(path, sizeof(path), "%.*s%s", slash ? (int)(slash + 1 - includer) : 0, includer,
	         name);
	error = add_file(index, tree, path);
	return error == -ENOENT ? add_named(index, tree, name) : error;
}

/* What isn't there is made by the build, or for another architecture. */
static int add_include(struct source_index *index, const char *tree, const char *includer,
                       const struct token *include)
{
	char name[256], close[2] = "";
	int error;

	if (sscanf(include->start, " <%255[^>\n]%1[>]", name, close) == 2)
		error = add_named(index, tree, name);
	else if (sscanf(include->start, " \"%255[^\"\n]%1[\"]", name, close) == 2)
		error = add_beside(index, tree, includer, name);
	else
		return 0;
	return error == -ENOMEM || error == -EOVERFLOW ? error : 0;
}

/* @index grows while it is gone through. */
static int add_includes(struct source_index *index, const char *tree)
{
	for (size_t i = 0; i < index->nr_files; i++)
		for (size_t j = 0; j < index->files[i]->nr_includes; j++) {
			const struct source_file *file = index->files[i];
			int error = add_include(index, tree, file->path, &file->includes[j]);

			if (error)
				return error;
		}
	return 0;
}

/* The files of a folder whose names end so, in order; people know them by what is behind @prefix.
 */
static int add_folder(struct source_index *index, const char *folder, const char *suffix,
                      size_t prefix)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort), error = 0;

	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name, *dot = strrchr(name, '.');
		char path[PATH_MAX];

		if (!error && *name != '.' && dot && strcmp(dot, suffix) == 0) {
			snprintf(path, sizeof(path), "%s/%s", folder, name);
			error = source_add(index, path, path + prefix);
		}
		if (error == -EEXIST)
			error = 0;
		free(entries[i]);
	}
	free(entries);
	return error;
}

static int check_tree(const char *tree)
{
	char path[PATH_MAX];
	struct stat stat_buffer;

	if (stat(tree, &stat_buffer) < 0)
		return command_fail(command_status(-errno), "%s: %s", path_text(tree),
		                    strerror(errno));
	if (!S_ISDIR(stat_buffer.st_mode))
		return command_fail(STATUS_USAGE,
		                    "%s is no folder; name the top folder of a kernel tree", tree);
	if (snprintf(path, sizeof(path), "%s/" TREE_HOME, tree) >= (int)sizeof(path))
		return command_fail(STATUS_USAGE, "%.40s... is too long a path", tree);
	if (stat(path, &stat_buffer) < 0)
		return command_fail(command_status(-errno),
		                    "%s has no " TREE_HOME
		                    ": %s; name the top folder of a kernel tree, of v6.0 or later",
		                    tree, strerror(errno));
	return STATUS_OK;
}

int tree_read(const char *tree, struct source_index *index)
{
	char units[PATH_MAX];
	int status = check_tree(tree), error = 0;

	if (status)
		return status;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		error = add_file(index, tree, seeds[i]);
		if (error && error != -ENOENT)
			return command_fail(command_status(error), "%s/%s: %s", tree, seeds[i],
			                    strerror(-error));
	}
	error = add_includes(index, tree);
	snprintf(units, sizeof(units), "%s/mm", tree);
	if (!error)
		error = add_folder(index, units, ".c", strlen(tree) + 1);
	if (error == -ENOMEM)
		return out_of_memory();
	if (error == -EOVERFLOW)
		return command_fail(STATUS_USAGE,
		                    "%s: what " TREE_HOME " includes leads to more than %d files",
		                    tree, MAX_FILES);
	if (error)
		return command_fail(command_status(error), "%s: %s", tree, strerror(-error));
	mark_units(index);
	source_sort(index);
	return STATUS_OK;
}

int kcompat_read(const char *directory, const char *config, struct source_index *index)
{
	static const char *const folders[] = {"changed", "empty", "same"};
	int status = config_read(directory, config, index), error = 0;
	char path[PATH_MAX];

	if (status)
		return status;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders) && !error; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, folders[i]);
		error = add_folder(index, path, ".h", 0);
	}
	if (error)
		return command_fail(command_status(error), "%s: %s", directory, strerror(-error));
	source_sort(index);
	return STATUS_OK;
}

int extra_read(const char *path, struct source_index *index)
{
	int error = path ? source_add(index, path, path) : 0;

	if (error)
		return command_fail(command_status(error), "%s: %s", path_text(path),
		                    strerror(-error));
	source_sort(index);
	return STATUS_OK;
}
