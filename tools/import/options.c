// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The options that say how a tree is imported, for all who do. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import/import.h"
#include "options.h"

enum {
	KEY_FUNCTIONS = 0x3100,
	KEY_CONFIG,
	KEY_EXTRA,
	KEY_KEEP,
};

static const struct argp_option argp_options[] = {
	{"functions", KEY_FUNCTIONS, "NAMES", 0,
         "Functions and macros to take from the tree even where kcompat has them; the first is "
         "what a job is given to (" IMPORT_ENTRY ")",
         0},
	{"extra", KEY_EXTRA, "FILE.c", 0,
         "A file of your own: what it defines is taken before anything else", 0},
	{"config", KEY_CONFIG, "FILE", 0,
         "A kernel's .config, whose options are taken before kcompat's", 0},
	{"keep", KEY_KEEP, "FOLDER", 0, "Leave what is compiled, and the rules, in FOLDER", 0},
	{0},
};

static int take_function(const char *word, void *context)
{
	struct import_request *request = context;
	size_t length = strlen(word);
	char *copy;

	if (!length || isdigit((unsigned char)*word) ||
	    strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") !=
	            length)
		return command_fail(STATUS_USAGE,
		                    "--functions: \"%s\" is no name of a function; write names "
		                    "with commas between them",
		                    word);
	if (request->nr_functions == IMPORT_MAX_FUNCTIONS)
		return command_fail(STATUS_USAGE, "--functions takes %d names at most",
		                    IMPORT_MAX_FUNCTIONS);
	copy = strdup(word);
	if (!copy)
		return command_fail(STATUS_RESOURCE, "out of memory");
	request->functions[request->nr_functions++] = (struct token){TOKEN_WORD, copy, length};
	return STATUS_OK;
}

/* A second one would go unheard. */
static int take_file(const char *option, const char *text, const char **file)
{
	if (*file)
		return command_fail(STATUS_USAGE,
		                    "%s takes one file, not both %s and %s; put what they say "
		                    "into one",
		                    option, *file, path_text(text));
	*file = text;
	return STATUS_OK;
}

static int parse(int key, char *text, struct argp_state *state)
{
	struct import_request *request = state->input;

	switch (key) {
	case KEY_FUNCTIONS:
		return option_list(text, take_function, request);
	case KEY_EXTRA:
		return take_file("--extra", text, &request->extra);
	case KEY_CONFIG:
		return take_file("--config", text, &request->config);
	case KEY_KEEP:
		request->keep = text;
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp import_argp = {.options = argp_options, .parser = parse};

bool import_options_given(const struct import_request *request)
{
	return request->extra || request->config || request->keep || request->nr_functions;
}

void import_options_finish(struct import_request *request)
{
	for (size_t i = 0; i < request->nr_functions; i++)
		free((char *)(uintptr_t)request->functions[i].start);
	request->nr_functions = 0;
}
