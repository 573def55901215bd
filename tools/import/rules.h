/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Which rules a tree follows, as struct mms_kernel has them: read off its code and off how its
 * structures are laid out. Its version is never asked for, since stable series carry fixes back.
 */
#ifndef TOOLS_IMPORT_RULES_H
#define TOOLS_IMPORT_RULES_H

#include <stdint.h>
#include <stdio.h>

#include <memmapsim/kernel.h>

#include "import/build.h"
#include "import/unit.h"

enum { MAX_FINDINGS = 32 };

/* What was found out, and where. */
struct finding {
	size_t offset; /* of the member in struct mms_kernel, a byte */
	uint8_t value;
	const char *name; /* for people: "tail link" */
	char text[32];    /* the value, for people */
	const struct source_file *file;
	unsigned int line;
};

struct tree_rules {
	size_t nr_findings;
	struct finding findings[MAX_FINDINGS];
	const struct mms_kernel *base; /* the built-in description that differs least */
	size_t nr_differences;         /* rules and metadata in which it does */
	size_t nr_moved;               /* of its metadata, members that are elsewhere or missing */
	struct mms_kernel kernel;      /* the base with what was found */
};

/*
 * Find the rules of the tree whose code @unit has.
 * @return an enum status; what failed is printed
 */
int rules_find(const struct unit *unit, const char *tree, const struct build *build,
               struct tree_rules *rules);

/* The description of the tree where it differs from the base, called @name. */
struct mms_kernel rules_own_kernel(const struct tree_rules *rules, const char *name);

/*
 * Which kernel that is, for a plug-in to say: the base's name, or the text of a description called
 * @name. To be freed. @return NULL: out of memory
 */
char *rules_kernel_text(const struct tree_rules *rules, const char *name);

/*
 * Check that descriptions can have these rules, so that what the plug-in says of its kernel is
 * understood where it is used. @return an enum status; what is wrong is printed
 */
int rules_check(const struct tree_rules *rules, const char *tree, const char *name);

/* Say what was found: a line for each rule, with file and line, and what description it is. */
void rules_print(const struct tree_rules *rules, FILE *stream);

#endif
