/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef TOOLS_IMPORT_SCAN_H
#define TOOLS_IMPORT_SCAN_H

#include "import/source.h"

/* Add what @file defines at its top level. @return 0 or -ENOMEM */
int scan_file(struct source_index *index, struct source_file *file);

/* A declaration is this many tokens at most that aren't in braces; what is longer, is none. */
#define MAX_DECLARATION 512

/* Tokens of a declaration at the top level, without what is in braces. */
struct declaration {
	struct token tokens[MAX_DECLARATION];
	const struct branch *branches[MAX_DECLARATION]; /* that each stands in */
	size_t count;
	bool too_long;
	const char *end;           /* behind its last brace or semicolon */
	const char *braces;        /* the first opening brace, or NULL */
	size_t before_braces;      /* tokens before it */
	bool is_function;          /* the braces are a function's body */
	const struct branch *last; /* that its end stands in */
};

/* Add what a declaration defines. @return 0 or -ENOMEM */
int declaration_add(struct source_index *index, const struct source_file *file,
                    const struct declaration *declaration);

/* Whether it is macros that are whole by themselves, so that nothing has begun. */
bool declaration_is_macros(const struct declaration *declaration);

/* Whether what comes before an opening brace makes it a function's. */
bool declaration_begins_function(const struct declaration *declaration);

/* Add one definition. @return 0 or -ENOMEM */
int definition_add(struct source_index *index, const struct definition *definition);

#endif
