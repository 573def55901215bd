/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Which names the text of a definition needs to have been defined before it. */
#ifndef TOOLS_IMPORT_NEEDS_H
#define TOOLS_IMPORT_NEEDS_H

#include "import/condition.h"

/* How a name is used. */
enum usage {
	USAGE_PLAIN,
	USAGE_CALL,    /* followed by an opening parenthesis */
	USAGE_TAG,     /* after struct, union or enum */
	USAGE_POINTER, /* the same, for a member that is only a pointer to one */
	USAGE_PREFIX,  /* pasted to what a macro is given */
};

struct needs {
	const struct conditions *conditions;
	/* Whether a name is known as a typedef. */
	bool (*is_type)(void *context, const struct token *name);
	/* Takes each need. @local: the text may well declare the name itself. @return 0 or an error
	 */
	int (*take)(void *context, const struct token *name, enum usage usage, bool local);
	void *context;
};

/* Give each need of the text of @definition to @needs->take, until that returns an error. */
int needs_of(const struct needs *needs, const struct definition *definition);

/* The names that those conditions of @branch and of what is around it ask for that aren't decided.
 */
int needs_of_branch(const struct needs *needs, const struct branch *branch);

#endif
