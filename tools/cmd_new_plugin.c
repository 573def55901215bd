// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim new-plugin: a folder with an initializer that is right, to be made faster. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memmapsim/init.h>

#include "command.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define PLACEHOLDER  "@NAME@"

/* The folder tools/new_plugin, as it is. */
static const struct template
{
	const char *name, *text;
}
templates[] = {
#include <new_plugin_files.inc>
};

struct arguments {
	const char *name;
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (arguments->name)
			return command_fail(STATUS_USAGE,
			                    "new-plugin takes one name, not both %s and %s",
			                    arguments->name, text);
		arguments->name = text;
		return STATUS_OK;
	case ARGP_KEY_END:
		if (!arguments->name)
			return command_fail(STATUS_USAGE,
			                    "which name? Write memmapsim new-plugin NAME");
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "NAME",
	.doc = "Make a folder NAME with a plug-in that is right, and with what builds, verifies and "
	       "times it: the starting point for an idea of your own.\v"
	       "Example:\n  memmapsim new-plugin fast",
};

/* The name is also that of a folder, of files, of a make target and of an initializer. */
static int check_name(const char *name)
{
	const struct mms_initializer *builtin;
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && (i == 0 || !strchr("._-", name[i])))
			length = 0;
	if (length < 1 || length > 32)
		return command_fail(STATUS_USAGE,
		                    "\"%.60s\" is no name for a plug-in; it takes up to 32 letters "
		                    "and digits, and . _ - within",
		                    name);
	if (strcmp(name, "all") == 0 || mms_initializer_find(name, &builtin) == 0)
		return command_fail(
			STATUS_USAGE,
			"%s is what a built-in initializer is called; take another name", name);
	return STATUS_OK;
}

/* Write @text with @name in its places. @return whether that worked */
static bool write_filled(FILE *stream, const char *text, const char *name)
{
	const char *place;

	while ((place = strstr(text, PLACEHOLDER))) {
		fwrite(text, 1, (size_t)(place - text), stream);
		fputs(name, stream);
		text = place + strlen(PLACEHOLDER);
	}
	return fputs(text, stream) >= 0 && !ferror(stream);
}

static void path_in_folder(const char *name, const struct template *template, char *path,
                           size_t size)
{
	if (strcmp(template->name, "plugin.c") == 0)
		snprintf(path, size, "%s/%s.c", name, name);
	else
		snprintf(path, size, "%s/%s", name, template->name);
}

static int write_file(const char *path, const char *text, const char *name)
{
	FILE *stream;
	bool ok;

	errno = 0;
	stream = fopen(path, "wx");
	ok = stream && write_filled(stream, text, name);
	if (stream && fclose(stream) != 0)
		ok = false;
	return ok ? STATUS_OK
	          : command_fail(STATUS_RESOURCE, "%s can't be written: %s", path,
	                         strerror(errno ? errno : EIO));
}

static int write_all(const char *name)
{
	int status = STATUS_OK;
	char path[128];
	size_t i = 0;

	for (; i < COUNT(templates) && status == STATUS_OK; i++) {
		path_in_folder(name, &templates[i], path, sizeof(path));
		status = write_file(path, templates[i].text, name);
	}
	if (status == STATUS_OK)
		return status;
	/* Half of a starting point is none. */
	while (i--) {
		path_in_folder(name, &templates[i], path, sizeof(path));
		unlink(path);
	}
	rmdir(name);
	return status;
}

int cmd_new_plugin(int argc, char **argv)
{
	struct arguments arguments = {0};
	const char *name;
	int status = command_parse(&argp, argc, argv, &arguments);

	name = arguments.name;
	if (status == STATUS_OK)
		status = check_name(name);
	if (status)
		return status;
	if (mkdir(name, 0777) == 0)
		status = write_all(name);
	else if (errno == EEXIST)
		return command_fail(STATUS_USAGE,
		                    "%s is there already, and nothing gets overwritten; take "
		                    "another name",
		                    name);
	else
		return command_fail(STATUS_RESOURCE, "the folder %s can't be made here: %s", name,
		                    strerror(errno));
	if (status == STATUS_OK)
		printf("%s/ has %s.c, a Makefile, a meson.build and a README.md. Next:\n"
		       "  memmapsim try --quick %s/%s.c\n"
		       "or, if memmapsim is installed and not only built:\n"
		       "  cd %s && make check\n",
		       name, name, name, name, name);
	return status;
}
