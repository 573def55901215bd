/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What import-kernel does, for others, too. Functions return an enum status, and have printed what
 * failed. */
#ifndef TOOLS_IMPORT_IMPORT_H
#define TOOLS_IMPORT_IMPORT_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "import/lexer.h"
#include "import/rules.h"

/* What a job is given to unless something else is asked for. */
#define IMPORT_ENTRY "memmap_init_zone_device"

#define IMPORT_MAX_FUNCTIONS 64

/* What to import, and how. NULL: nothing of that kind. */
struct import_request {
	const char *tree, *output;
	const char *name;                /* of the initializer */
	const struct mms_kernel *kernel; /* that it is to follow, whatever is found */
	const char *extra, *config, *keep;
	size_t nr_functions;
	struct token functions[IMPORT_MAX_FUNCTIONS]; /* the entry, and what the tree is to give */
};

/*
 * --functions, --extra, --config, --keep, as an argp child whose input is a request; to be followed
 * by import_options_finish().
 */
extern const struct argp import_argp;

/* Whether any of them was there. */
bool import_options_given(const struct import_request *request);

void import_options_finish(struct import_request *request);

/*
 * Make the plug-in, and print what was taken and which rules that follows.
 * @kernel: the description of those, a built-in one if there is one; until the next call
 */
int import_kernel(const struct import_request *request, const struct mms_kernel **kernel);

#endif
