// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim import-kernel: make an initializer of a kernel tree's own code. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <memmapsim/memmapsim.h>

#include "command.h"
#include "import/import.h"
#include "kernel_file.h"

/* plugin.h: how long the name of an initializer can be. */
#define MAX_NAME 32

enum { KEY_NAME = 0x3000 };

static const struct argp_option argp_options[] = {
	{"output", 'o', "FILE.so", 0, "Where the plug-in goes", 0},
	{"name", KEY_NAME, "NAME", 0, "The initializer's name (that of the output)", 0},
	{"kernel", 'k', "NAME", 0,
         "Whose rules the plug-in is to follow, instead of those that are found: a release, such as "
         "v7.2, or a file that describes one, FILE.kernel or a path with a slash",
         0},
	{0},
};

static const struct argp_child children[] = {
	{&import_argp, 0, "What is taken from the tree:", 1},
	{0},
};

struct import_arguments {
	struct import_request request;
	char made_name[MAX_NAME + 1];
};

static int check_name(const char *name)
{
	size_t length = strlen(name);
	const struct mms_initializer *builtin;

	if (!length || length > MAX_NAME || !isalnum((unsigned char)*name) ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-") !=
	            length)
		return command_fail(STATUS_USAGE,
		                    "an initializer can't be called \"%s\"; give another with "
		                    "--name, up to %d letters, digits, and . _ + - within",
		                    name, MAX_NAME);
	if (strcmp(name, "all") == 0 || mms_initializer_find(name, &builtin) == 0)
		return command_fail(STATUS_USAGE,
		                    "there is a built-in initializer %s; give another name with "
		                    "--name",
		                    name);
	return STATUS_OK;
}

/* my.so and lib/my.so are called my. */
static void name_after_output(struct import_arguments *arguments)
{
	const char *slash = strrchr(arguments->request.output, '/');
	const char *base = slash ? slash + 1 : arguments->request.output, *dot = strrchr(base, '.');
	int length = (int)(dot && dot > base ? dot - base : (ptrdiff_t)strlen(base));

	snprintf(arguments->made_name, sizeof(arguments->made_name), "%.*s", length, base);
	arguments->request.name = arguments->made_name;
}

static int check_arguments(struct import_arguments *arguments)
{
	size_t length;

	if (!arguments->request.tree)
		return command_fail(STATUS_USAGE, "which kernel? Name the top folder of its tree");
	if (!arguments->request.output)
		return command_fail(STATUS_USAGE,
		                    "where is the plug-in to go? Say so with -o FILE.so");
	length = strlen(arguments->request.output);
	if (length < 4 || strcmp(arguments->request.output + length - 3, ".so") != 0)
		return command_fail(STATUS_USAGE,
		                    "-o %s: a plug-in is a shared object, whose name ends in .so",
		                    path_text(arguments->request.output));
	if (!arguments->request.name)
		name_after_output(arguments);
	return check_name(arguments->request.name);
}

static int parse(int key, char *text, struct argp_state *state)
{
	struct import_arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->request;
		return STATUS_OK;
	case ARGP_KEY_ARG:
		if (arguments->request.tree)
			return command_fail(STATUS_USAGE,
			                    "import-kernel takes one tree, not both %s and %s",
			                    arguments->request.tree, text);
		arguments->request.tree = text;
		return STATUS_OK;
	case 'o':
		arguments->request.output = text;
		return STATUS_OK;
	case KEY_NAME:
		arguments->request.name = text;
		return STATUS_OK;
	case 'k':
		return option_kernel(text, &arguments->request.kernel);
	case ARGP_KEY_END:
		return check_arguments(arguments);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.args_doc = "TREE",
	.doc = "Make a plug-in of the code with which a kernel tree initializes struct pages of "
	       "devices, as it stands, and say which rules that code follows.\v"
	       "Example:\n"
	       "  memmapsim import-kernel ~/linux -o mine.so",
};

int cmd_import_kernel(int argc, char **argv)
{
	struct import_arguments arguments = {0};
	struct import_request *request = &arguments.request;
	const struct mms_kernel *kernel;
	int status = command_parse(&argp, argc, argv, &arguments);

	if (!status)
		status = import_kernel(request, &kernel);
	if (!status)
		printf("\n%s has the initializer %s.\n", request->output, request->name);
	import_options_finish(request);
	return status;
}
