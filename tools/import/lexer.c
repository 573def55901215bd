// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ctype.h>
#include <string.h>

#include "import/lexer.h"

struct lexer lexer_init(const char *start, const char *end)
{
	return (struct lexer){.at = start, .end = end, .line_begins = true};
}

bool token_is(const struct token *token, const char *text)
{
	return strlen(text) == token->length && memcmp(token->start, text, token->length) == 0;
}

static bool at_text(const struct lexer *lexer, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(lexer->end - lexer->at) >= length && !memcmp(lexer->at, text, length);
}

/* The length of a backslash and the end of line that it takes away; 0 if there is none here. */
static size_t continuation(const struct lexer *lexer)
{
	return at_text(lexer, "\\\n") ? 2 : at_text(lexer, "\\\r\n") ? 3 : 0;
}

/* Behind a comment that begins here. */
static void skip_comment(struct lexer *lexer)
{
	bool line = at_text(lexer, "//");

	for (lexer->at += 2; lexer->at < lexer->end; lexer->at++) {
		lexer->at += continuation(lexer);
		if (line && at_text(lexer, "\n"))
			return;
		if (!line && at_text(lexer, "*/")) {
			lexer->at += 2;
			return;
		}
	}
	lexer->at = lexer->end;
}

static bool at_comment(const struct lexer *lexer)
{
	return at_text(lexer, "/*") || at_text(lexer, "//");
}

static void skip_blanks(struct lexer *lexer)
{
	while (lexer->at < lexer->end) {
		size_t continued = continuation(lexer);

		if (continued) {
			lexer->at += continued;
		} else if (at_comment(lexer)) {
			skip_comment(lexer);
		} else if (isspace((unsigned char)*lexer->at)) {
			lexer->line_begins |= *lexer->at == '\n';
			lexer->at++;
		} else {
			return;
		}
	}
}

static void skip_literal(struct lexer *lexer)
{
	char quote = *lexer->at++;

	while (lexer->at < lexer->end && *lexer->at != quote && *lexer->at != '\n') {
		size_t continued = continuation(lexer);

		lexer->at += continued ? continued : *lexer->at == '\\' ? 2 : 1;
	}
	if (lexer->at < lexer->end && *lexer->at == quote)
		lexer->at++;
	if (lexer->at > lexer->end)
		lexer->at = lexer->end;
}

static void skip_directive(struct lexer *lexer)
{
	while (lexer->at < lexer->end && *lexer->at != '\n') {
		size_t continued = continuation(lexer);

		if (continued)
			lexer->at += continued;
		else if (at_comment(lexer))
			skip_comment(lexer);
		else if (*lexer->at == '"')
			skip_literal(lexer);
		else
			lexer->at++;
	}
}

static void skip_word(struct lexer *lexer)
{
	while (lexer->at < lexer->end && (isalnum((unsigned char)*lexer->at) || *lexer->at == '_'))
		lexer->at++;
}

static enum token_type skip_token(struct lexer *lexer)
{
	unsigned char first = (unsigned char)*lexer->at;

	if (first == '#' && lexer->line_begins) {
		skip_directive(lexer);
		return TOKEN_DIRECTIVE;
	}
	if (isalpha(first) || first == '_') {
		skip_word(lexer);
		return TOKEN_WORD;
	}
	if (isdigit(first)) {
		skip_word(lexer);
		return TOKEN_NUMBER;
	}
	if (first == '"' || first == '\'') {
		skip_literal(lexer);
		return TOKEN_LITERAL;
	}
	lexer->at += at_text(lexer, "->") ? 2 : 1;
	return TOKEN_OPERATOR;
}

struct token lexer_next(struct lexer *lexer)
{
	struct token token;

	skip_blanks(lexer);
	token = (struct token){.type = TOKEN_END, .start = lexer->at};
	if (lexer->at < lexer->end)
		token.type = skip_token(lexer);
	lexer->line_begins = false;
	token.length = (size_t)(lexer->at - token.start);
	return token;
}

struct token directive_name(const struct token *directive, struct lexer *rest)
{
	*rest = lexer_init(directive->start + 1, directive->start + directive->length);
	rest->line_begins = false;
	return lexer_next(rest);
}
