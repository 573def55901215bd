/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Tokens of C source as it stands in files, before any preprocessing. Comments, line continuations
 * and the insides of literals are seen through; a preprocessor directive is one token.
 */
#ifndef TOOLS_IMPORT_LEXER_H
#define TOOLS_IMPORT_LEXER_H

#include <stdbool.h>
#include <stddef.h>

enum token_type {
	TOKEN_END,
	TOKEN_WORD, /* identifier or keyword */
	TOKEN_NUMBER,
	TOKEN_LITERAL,   /* string or character */
	TOKEN_OPERATOR,  /* one character, or -> */
	TOKEN_DIRECTIVE, /* from # to the end of its last line, which isn't part of it */
};

struct token {
	enum token_type type;
	const char *start;
	size_t length;
};

struct lexer {
	const char *at, *end;
	bool line_begins; /* nothing but blanks and comments so far on this line */
};

/* Read what is from @start up to @end, whose beginning begins a line. */
struct lexer lexer_init(const char *start, const char *end);

/* The next token; TOKEN_END, at the end, for ever. */
struct token lexer_next(struct lexer *lexer);

/* Whether a token is this word, operator or number. */
bool token_is(const struct token *token, const char *text);

/*
 * The name of a directive ("ifdef"), and a lexer over what follows it, in which directives can't
 * occur.
 */
struct token directive_name(const struct token *directive, struct lexer *rest);

#endif
