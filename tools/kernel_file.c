// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "kernel_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf_file.h"
#include "command.h"
#include "input.h"
#include "layout.h"

/* More than any description has to say. */
#define MAX_TEXT (1 << 20)
#define SUFFIX   ".kernel"
#define FLAGS    "PG_"

/* What was read stays as long as the process: geometries refer to it wherever they go. */
static struct kept {
	struct mms_kernel *kernel;
	struct kept *next;
} * kept;

/* The types of a real kernel, for mms_kernel_parse(). */
struct types {
	const char *path; /* of the description */
	struct btf *btf;
	const char *structure;       /* the one that was looked up last, */
	const struct btf_type *type; /* and what was found */
	int status;                  /* of reading it, which has printed what is wrong */
};

/* What a description names lies beside it. */
static int open_types(void *context, const char *file)
{
	struct types *types = context;
	const char *slash = *file == '/' ? NULL : strrchr(types->path, '/');
	int folder = slash ? (int)(slash + 1 - types->path) : 0;
	char *path;

	if (asprintf(&path, "%.*s%s", folder, types->path, file) < 0) {
		types->status = command_fail(STATUS_RESOURCE, "out of memory");
		return -ENOMEM;
	}
	types->status = btf_file_load(path, &types->btf);
	free(path);
	return types->status ? -EIO : 0;
}

static const struct btf_type *type_of(struct types *types, const struct mms_struct *like)
{
	if (!types->structure || strcmp(types->structure, like->name) != 0) {
		types->structure = like->name;
		types->type = layout_find_struct(like, types->btf);
	}
	return types->type;
}

static unsigned int size_of(void *context, const struct mms_struct *like)
{
	const struct btf_type *type = type_of(context, like);

	return type ? type->size : 0;
}

static bool find_member(void *context, const struct mms_struct *like, const char *name,
                        struct mms_member *found)
{
	struct types *types = context;
	const struct btf_type *type = type_of(types, like);

	return type && layout_find_member(types->btf, type, name, found);
}

static const char *flag_at(void *context, unsigned int bit)
{
	struct types *types = context;
	const char *name = layout_find_enumerator(types->btf, "pageflags", bit);

	return name && strncmp(name, FLAGS, strlen(FLAGS)) == 0 ? name + strlen(FLAGS) : NULL;
}

static int parse(const char *path, const char *text, size_t size, struct mms_kernel **kernel)
{
	struct types types = {.path = path};
	const struct mms_kernel_types functions = {open_types, size_of, find_member, flag_at,
	                                           &types};
	int error = mms_kernel_parse(text, size, path, &functions, kernel);

	btf__free(types.btf);
	if (types.status)
		return types.status;
	return error ? command_fail_library(error) : STATUS_OK;
}

static int read_kernel(const char *path, const struct mms_kernel **kernel)
{
	struct kept *keep = malloc(sizeof(*keep));
	char *text = NULL;
	size_t size = 0;
	int status;

	if (!keep)
		return command_fail(STATUS_RESOURCE, "out of memory");
	status = input_read(path, MAX_TEXT, &text, &size);
	if (!status)
		status = parse(path, text, size, &keep->kernel);
	free(text);
	if (status) {
		free(keep);
		return status;
	}
	keep->next = kept;
	kept = keep;
	*kernel = keep->kernel;
	return STATUS_OK;
}

static bool is_file(const char *text)
{
	size_t length = strlen(text), suffix = strlen(SUFFIX);

	return strchr(text, '/') ||
	       (length >= suffix && strcmp(text + length - suffix, SUFFIX) == 0);
}

int option_kernel(const char *text, const struct mms_kernel **kernel)
{
	int error;

	if (is_file(text))
		return read_kernel(text, kernel);
	error = mms_kernel_find(text, kernel);
	return error ? command_fail_library(error) : STATUS_OK;
}
