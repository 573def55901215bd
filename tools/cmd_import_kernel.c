// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim import-kernel: make an initializer of a kernel tree's own code. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import/import.h"
#include "options.h"

#define MAX_FUNCTIONS 64
/* plugin.h: how long the name of an initializer can be. */
#define MAX_NAME 32

enum {
	KEY_FUNCTIONS = 0x3000,
	KEY_CONFIG,
	KEY_EXTRA,
	KEY_KEEP,
	KEY_NAME,
};

static const struct argp_option argp_options[] = {
	{"output", 'o', "FILE.so", 0, "Where the plug-in goes", 0},
	{"functions", KEY_FUNCTIONS, "NAMES", 0,
         "Functions and macros to take from the tree even where kcompat has them; the first is "
         "what a job is given to (" IMPORT_ENTRY ")",
         0},
	{"extra", KEY_EXTRA, "FILE.c", 0,
         "A file of your own: what it defines is taken before anything else", 0},
	{"config", KEY_CONFIG, "FILE", 0,
         "A kernel's .config, whose options are taken before kcompat's", 0},
	{"name", KEY_NAME, "NAME", 0, "The initializer's name (that of the output)", 0},
	{"keep", KEY_KEEP, "FOLDER", 0, "Leave what is compiled in FOLDER", 0},
	{0},
};

struct import_arguments {
	struct import_request request;
	struct token names[MAX_FUNCTIONS]; /* for the request; each is a string of its own */
	char made_name[MAX_NAME + 1];
};

static int take_function(const char *word, void *context)
{
	struct import_arguments *arguments = context;
	size_t length = strlen(word);
	char *copy;

	if (!length || isdigit((unsigned char)*word) ||
	    strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") !=
	            length)
		return command_fail(STATUS_USAGE,
		                    "--functions: \"%s\" is no name of a function; write names "
		                    "with commas between them",
		                    word);
	if (arguments->request.nr_functions == MAX_FUNCTIONS)
		return command_fail(STATUS_USAGE, "--functions takes %d names at most",
		                    MAX_FUNCTIONS);
	copy = strdup(word);
	if (!copy)
		return command_fail(STATUS_RESOURCE, "out of memory");
	arguments->names[arguments->request.nr_functions++] =
		(struct token){TOKEN_WORD, copy, length};
	return STATUS_OK;
}

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
	case KEY_FUNCTIONS:
		return option_list(text, take_function, arguments);
	case KEY_EXTRA:
		arguments->request.extra = text;
		return STATUS_OK;
	case KEY_CONFIG:
		arguments->request.config = text;
		return STATUS_OK;
	case KEY_NAME:
		arguments->request.name = text;
		return STATUS_OK;
	case KEY_KEEP:
		arguments->request.keep = text;
		return STATUS_OK;
	case ARGP_KEY_END:
		return check_arguments(arguments);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
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
	int status = command_parse(&argp, argc, argv, &arguments);

	request->names = arguments.names;
	if (!status)
		status = import_kernel(request, NULL);
	if (!status)
		printf("\n%s has the initializer %s.\n", request->output, request->name);
	for (size_t i = 0; i < request->nr_functions; i++)
		free((char *)(uintptr_t)arguments.names[i].start);
	return status;
}
