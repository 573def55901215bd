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

/* Page flags, by bit: more than descriptions can have, so that these can say so. */
enum { MAX_FLAGS = 64, MAX_FLAG_NAME = 48 };

struct tree_flags {
	unsigned int count;
	char names[MAX_FLAGS][MAX_FLAG_NAME]; /* without PG_ */
	bool conditional[MAX_FLAGS];          /* there only if the configuration says so */
	const struct source_file *file;
	unsigned int line;
};

struct tree_rules {
	size_t nr_findings;
	struct finding findings[MAX_FINDINGS];
	size_t nr_unseen;
	const char *unseen[MAX_FINDINGS]; /* names of rules that nothing was found of */
	struct tree_flags flags;
	char obstacle[256]; /* the first reason why no description can have these rules */
	const struct mms_kernel *given; /* the description to go by; NULL: by what was found */
	bool configured;                /* by a configuration of the tree's own, not kcompat's */
	const struct mms_kernel *base;  /* that, or the built-in one that differs least */
	size_t nr_differences;          /* rules, flags as one, and metadata in which it does */
	size_t nr_moved;                /* of its metadata, members that are elsewhere or missing */
	struct mms_kernel kernel;       /* the base with what was found */
};

/*
 * Find the rules of the tree whose code @unit has.
 * @rules: all 0, but for what is given, and whether it is configured
 * @return an enum status; what failed is printed
 */
int rules_find(const struct unit *unit, const char *tree, const struct build *build,
               struct tree_rules *rules);

/*
 * Make a description of the rules: that which was given; or else the base, or one called @name
 * where they differ from it.
 * @text: what a plug-in says of its kernel, a built-in one's name or a description; to be freed
 * @own: that description, to be given to mms_kernel_destroy(); NULL: it is rules->base
 * @return an enum status; that no description can have these rules is printed
 */
int rules_describe(struct tree_rules *rules, const char *tree, const char *name, char **text,
                   struct mms_kernel **own);

/* Say what was found: a line for each rule, with file and line, and what description it is. */
void rules_print(const struct tree_rules *rules, FILE *stream);

#endif
