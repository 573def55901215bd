/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Branches of #if, as they stand in a text. */
#ifndef TOOLS_IMPORT_BRANCH_H
#define TOOLS_IMPORT_BRANCH_H

#include <stdbool.h>

#include "import/lexer.h"

enum branch_kind { BRANCH_IF, BRANCH_IFDEF, BRANCH_IFNDEF, BRANCH_ELSE };

/* A branch of a conditional: #if, #ifdef, #ifndef, #elif or #else. */
struct branch {
	const struct branch *outer;  /* that this conditional stands in, or NULL */
	const struct branch *before; /* of the same conditional, or NULL */
	enum branch_kind kind;
	struct token condition; /* what follows the directive's name */
	struct branch *older;   /* in the list of all of a text, for its end */
};

/*
 * Whether a directive of that name begins a branch, and of which kind; @next: of the conditional
 * that is open.
 */
bool branch_begins(const struct token *name, enum branch_kind *kind, bool *next);

/*
 * Add a branch to a list, to be given to branches_free(). @rest: what follows the directive's name.
 * @return NULL: out of memory
 */
struct branch *branch_add(struct branch **list, enum branch_kind kind, const struct branch *outer,
                          const struct branch *before, const struct lexer *rest);

void branches_free(struct branch *list);

/* Where the directive stands that begins a branch's conditional. */
const char *branch_start(const struct branch *branch);

/* The tokens of a branch's condition. */
struct lexer branch_condition(const struct branch *branch);

#endif
