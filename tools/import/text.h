/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A definition's text as the tokens that are compiled, as far as that is known before. */
#ifndef TOOLS_IMPORT_TEXT_H
#define TOOLS_IMPORT_TEXT_H

#include "import/condition.h"

struct text {
	struct token *tokens; /* without directives */
	size_t count, room;
	const struct branch *branches[64]; /* open conditionals' branches, inside the text */
	struct branch *all;
	size_t depth;
	bool left_out; /* what follows, by the innermost of them */
};

/*
 * Read all that @lexer gives but for what conditions leave out. @condition is given each branch as
 * it begins, until it returns an error. @return 0, that error, or -ENOMEM; text_finish() in any
 * case
 */
int text_read(struct text *text, const struct conditions *conditions, struct lexer lexer,
              int (*condition)(void *context, const struct branch *branch), void *context);

/* The token at @index; past the end, one that is TOKEN_END. */
const struct token *text_at(const struct text *text, size_t index);

void text_finish(struct text *text);

#endif
