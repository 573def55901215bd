// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdlib.h>

#include "import/array.h"
#include "import/text.h"

#define MAX_DEPTH (sizeof(((struct text *)0)->branches) / sizeof(struct branch *))

static int append(struct text *text, const struct token *token)
{
	int error = array_grow(&text->tokens, &text->room, text->count, sizeof(*text->tokens));

	if (!error)
		text->tokens[text->count++] = *token;
	return error;
}

static const struct branch *innermost(const struct text *text)
{
	return text->depth ? text->branches[text->depth - 1] : NULL;
}

/* @begun: whether a branch begins there. */
static int take_directive(struct text *text, const struct token *directive, bool *begun)
{
	const struct branch *before = NULL, *outer = innermost(text);
	struct branch *branch;
	enum branch_kind kind;
	struct lexer rest;
	struct token name = directive_name(directive, &rest);
	bool next;

	*begun = false;
	if (token_is(&name, "endif") && text->depth)
		text->depth--;
	if (!branch_begins(&name, &kind, &next) || (next && !text->depth))
		return 0;
	if (next) {
		before = outer;
		outer = before->outer;
		text->depth--;
	}
	if (text->depth == MAX_DEPTH)
		return 0;
	branch = branch_add(&text->all, kind, outer, before, &rest);
	if (!branch)
		return -ENOMEM;
	text->branches[text->depth++] = branch;
	*begun = true;
	return 0;
}

int text_read(struct text *text, const struct conditions *conditions, struct lexer lexer,
              int (*condition)(void *context, const struct branch *branch), void *context)
{
	int error = 0;

	while (!error) {
		struct token token = lexer_next(&lexer);
		bool begun;

		if (token.type == TOKEN_END)
			break;
		if (token.type != TOKEN_DIRECTIVE) {
			error = text->left_out ? 0 : append(text, &token);
			continue;
		}
		error = take_directive(text, &token, &begun);
		if (!error && begun)
			error = condition(context, innermost(text));
		text->left_out = condition_branch(conditions, innermost(text)) == VERDICT_NO;
	}
	return error;
}

const struct token *text_at(const struct text *text, size_t index)
{
	static const struct token none = {.type = TOKEN_END, .start = ""};

	return index < text->count ? &text->tokens[index] : &none;
}

void text_finish(struct text *text)
{
	branches_free(text->all);
	free(text->tokens);
}
