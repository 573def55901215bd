/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Whether branches of #if are compiled, as far as that can be told before compiling: from the
 * configuration, and from macros that kcompat gives. What can't be told is left to the compiler.
 */
#ifndef TOOLS_IMPORT_CONDITION_H
#define TOOLS_IMPORT_CONDITION_H

#include "import/source.h"

enum verdict { VERDICT_NO, VERDICT_YES, VERDICT_UNKNOWN };

/* Where macros are looked for: what is given beats what the tree has. */
struct conditions {
	const struct source_index *given; /* configuration and kcompat */
	const struct source_index *tree;
};

/* Whether the text in @branch, which may be NULL, is compiled. */
enum verdict condition_branch(const struct conditions *conditions, const struct branch *branch);

/* Whether the condition of @branch itself is met, whatever stands before and around it. */
enum verdict condition_own(const struct conditions *conditions, const struct branch *branch);

/* Whether a name is that of an option of the configuration. */
bool condition_is_option(const struct token *name);

#endif
