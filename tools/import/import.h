/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What import-kernel does, for others, too. Functions return an enum status, and have printed what
 * failed. */
#ifndef TOOLS_IMPORT_IMPORT_H
#define TOOLS_IMPORT_IMPORT_H

#include <stddef.h>

#include "import/lexer.h"
#include "import/rules.h"

/* What a job is given to unless something else is asked for. */
#define IMPORT_ENTRY "memmap_init_zone_device"

/* What to import, and how. NULL: nothing of that kind. */
struct import_request {
	const char *tree, *output;
	const char *name; /* of the initializer */
	const char *extra, *config, *keep;
	const struct token *names; /* functions: the entry, and what the tree is to give */
	size_t nr_functions;
};

/*
 * Make the plug-in, and print what was taken and which rules that follows.
 * @rules: those, or NULL. Their findings' files are gone by then.
 */
int import_kernel(const struct import_request *request, struct tree_rules *rules);

/*
 * The same for all of a tree, as an initializer "tree".
 * @kernel: the description of its rules, a built-in one if there is one; until the next call
 */
int import_tree(const char *tree, const char *output, const struct mms_kernel **kernel);

#endif
