// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From a tree, a source file or a shared object to a plug-in. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "foreign.h"
#include "input.h"
#include "try/try.h"

const char *const subject_kinds[NR_SUBJECT_KINDS] = {
	[SUBJECT_PLUGIN] = "plugin",
	[SUBJECT_SOURCE] = "source",
	[SUBJECT_TREE] = "tree",
};

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length > end_length && strcmp(text + length - end_length, end) == 0;
}

static int kind_of(const char *what, enum subject_kind *kind)
{
	struct stat stat_of;

	if (stat(what, &stat_of) != 0)
		return command_fail(command_status(-errno), "%s can't be read: %s", path_text(what),
		                    strerror(errno));
	if (S_ISDIR(stat_of.st_mode))
		*kind = SUBJECT_TREE;
	else if (ends_in(what, ".c"))
		*kind = SUBJECT_SOURCE;
	else if (ends_in(what, ".so"))
		*kind = SUBJECT_PLUGIN;
	else
		return command_fail(STATUS_USAGE,
		                    "%s is neither the folder of a kernel tree, nor a plug-in's "
		                    "source (.c) or a plug-in (.so)",
		                    what);
	return STATUS_OK;
}

/* The compiler is run elsewhere. */
static int absolute(const char *what, char path[PATH_MAX])
{
	if (realpath(what, path))
		return STATUS_OK;
	return command_fail(command_status(-errno), "%s can't be read: %s", what, strerror(errno));
}

static int fail_compile(const char *what, char *messages)
{
	int status = command_fail(STATUS_USAGE, "%s does not compile:\n%s", what,
	                          messages ? messages : "");

	free(messages);
	return status;
}

static int compile(struct subject *subject, const char *path)
{
	char source[PATH_MAX], include[PATH_MAX + 2], object[PATH_MAX], *messages;
	const char *compile_arguments[] = {"-c", include, source, "-o", object, NULL};
	const char *link_arguments[] = {"-shared", "-Wl,-z,defs",   object,
	                                "-o",      subject->plugin, NULL};
	int status = absolute(path, source);

	if (!status)
		status = build_init(&subject->build, NULL);
	if (status)
		return status;
	snprintf(include, sizeof(include), "-I%s", subject->build.include);
	snprintf(object, sizeof(object), "%s/plugin.o", subject->build.folder);
	snprintf(subject->plugin, sizeof(subject->plugin), "%s/plugin.so", subject->build.folder);
	status = build_compile(&subject->build, compile_arguments, &messages);
	if (status == STATUS_FAILED)
		return fail_compile(path, messages);
	free(messages);
	if (!status)
		status = build_link(&subject->build, link_arguments, &messages);
	else
		return status;
	if (status == STATUS_FAILED)
		return fail_compile(path, messages);
	free(messages);
	return status;
}

static int import(struct subject *subject, const char *path, struct import_request *request)
{
	int status = build_init(&subject->build, NULL);

	if (status)
		return status;
	snprintf(subject->plugin, sizeof(subject->plugin), "%s/tree.so", subject->build.folder);
	request->tree = path;
	request->output = subject->plugin;
	request->name = "tree";
	status = import_kernel(request, &subject->kernel);
	if (!status)
		putchar('\n');
	return status;
}

static int build(struct subject *subject, const char *path, struct import_request *request)
{
	int status = kind_of(path, &subject->kind);

	if (status)
		return status;
	if (subject->kind != SUBJECT_TREE && import_options_given(request))
		return command_fail(
			STATUS_USAGE,
			"--functions, --extra, --config and --keep are for kernel trees, "
			"and %s is none",
			path);
	switch (subject->kind) {
	case SUBJECT_TREE:
		return import(subject, path, request);
	case SUBJECT_SOURCE:
		return compile(subject, path);
	default:
		return absolute(path, subject->plugin);
	}
}

int subject_build(struct subject *subject, const char *what, struct import_request *request)
{
	char *path = strdup(what);
	const char *name;
	size_t length;
	int status;

	*subject = (struct subject){.what = what, .build = {.keep = true}};
	if (!path)
		return command_fail(STATUS_RESOURCE, "out of memory");
	name = foreign_split_name(path);
	status = build(subject, path, request);
	length = strlen(subject->plugin);
	if (!status && name &&
	    snprintf(subject->plugin + length, sizeof(subject->plugin) - length, ":%s", name) >=
	            (int)(sizeof(subject->plugin) - length))
		status = command_fail(STATUS_USAGE, "%.40s... is too long", what);
	free(path);
	return status;
}

void subject_finish(struct subject *subject)
{
	build_finish(&subject->build);
}
