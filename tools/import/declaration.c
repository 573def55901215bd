// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a declaration at the top level of a file defines. */
#include <string.h>

#include "import/scan.h"

/* What stands before a function's name with an argument in parentheses. */
static const char *const attributes[] = {
	"__attribute__", "__attribute",    "__printf",     "__scanf",          "__alloc_size",
	"__releases",    "__acquires",     "__must_hold",  "__section",        "__aligned",
	"__malloc",      "__nonnull",      "__free",       "typeof",           "__typeof__",
	"__no_sanitize", "_Alignas",       "__counted_by", "__realloc_size",   "__cond_acquires",
	"__diagnose_as", "__overloadable", "__packed",     "__assume_aligned", "__must_not_hold",
};

static bool is_attribute(const struct token *token)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		if (token_is(token, attributes[i]))
			return true;
	return false;
}

/* A declaration's tokens from one to before another. */
struct stretch {
	const struct token *from, *to;
};

/* Behind the parentheses that open at @at; @to if they don't close. */
static const struct token *behind_parentheses(const struct token *at, const struct token *to)
{
	unsigned int depth = 0;

	for (; at < to; at++) {
		if (token_is(at, "("))
			depth++;
		else if (token_is(at, ")") && --depth == 0)
			return at + 1;
	}
	return to;
}

static bool is_call(const struct token *at, const struct token *to)
{
	return at + 1 < to && at->type == TOKEN_WORD && token_is(at + 1, "(");
}

/*
 * Skip macros at the beginning that are whole by themselves, without a semicolon, as those are that
 * make functions for page flags.
 */
static const struct token *behind_macros(struct stretch tokens)
{
	const struct token *at = tokens.from;

	while (is_call(at, tokens.to)) {
		const struct token *behind = behind_parentheses(at + 1, tokens.to);

		if (behind == tokens.to || behind->type != TOKEN_WORD)
			break;
		at = behind;
	}
	return at;
}

bool declaration_is_macros(const struct declaration *declaration)
{
	const struct token *at = declaration->tokens, *to = at + declaration->count;

	if (declaration->braces || declaration->too_long)
		return false;
	while (is_call(at, to) && token_is(behind_parentheses(at + 1, to) - 1, ")"))
		at = behind_parentheses(at + 1, to);
	return at == to;
}

/* The word before a parameter list: the first with parentheses that is no attribute. */
static const struct token *function_name(struct stretch tokens)
{
	const struct token *at = tokens.from;

	while (at < tokens.to) {
		if (!is_call(at, tokens.to)) {
			at++;
			continue;
		}
		if (!is_attribute(at))
			return at;
		at = behind_parentheses(at + 1, tokens.to);
	}
	return NULL;
}

static const struct token *find(struct stretch tokens, const char *text)
{
	unsigned int depth = 0;

	for (const struct token *at = tokens.from; at < tokens.to; at++) {
		if (!depth && token_is(at, text))
			return at;
		depth += token_is(at, "(");
		depth -= depth && token_is(at, ")");
	}
	return NULL;
}

static bool has(struct stretch tokens, const char *text)
{
	return find(tokens, text) != NULL;
}

static struct stretch before_braces(const struct declaration *declaration)
{
	struct stretch tokens = {declaration->tokens,
	                         declaration->tokens + (declaration->braces
	                                                        ? declaration->before_braces
	                                                        : declaration->count)};

	tokens.from = behind_macros(tokens);
	return tokens;
}

bool declaration_begins_function(const struct declaration *declaration)
{
	struct stretch tokens = {declaration->tokens, declaration->tokens + declaration->count};

	tokens.from = behind_macros(tokens);
	return !has(tokens, "=") && !has(tokens, "typedef") && function_name(tokens) != NULL;
}

static bool is_in(const struct branch *inner, const struct branch *outer)
{
	while (inner && inner != outer)
		inner = inner->outer;
	return inner == outer;
}

/*
 * What all definitions of a declaration have in common. One that begins inside of a conditional
 * and ends behind it, as functions do that have two heads, begins where the conditional does.
 */
static struct definition common(const struct source_file *file,
                                const struct declaration *declaration, struct stretch tokens)
{
	const struct branch *branch = declaration->branches[tokens.from - declaration->tokens];
	const char *start = tokens.from->start;

	for (; !is_in(declaration->last, branch); branch = branch->outer)
		start = branch_start(branch);
	return (struct definition){
		.is_static = has(tokens, "static"),
		.file = file,
		.start = start,
		.end = declaration->end,
		.body = declaration->end,
		.branch = branch,
	};
}

static int add(struct source_index *index, struct definition definition, enum definition_kind kind,
               const struct token *name)
{
	definition.kind = kind;
	definition.name = *name;
	return definition_add(index, &definition);
}

/* Behind "struct", "union" or "enum", if the declaration has one with a body; or NULL. */
static const struct token *tag(struct stretch tokens, bool *is_enum)
{
	for (const struct token *at = tokens.from; at < tokens.to; at++) {
		*is_enum = token_is(at, "enum");
		if (*is_enum || token_is(at, "struct") || token_is(at, "union"))
			return at + 1;
	}
	return NULL;
}

/* The constants of an enum: each word that follows its opening brace or a comma. */
static int add_constants(struct source_index *index, const struct definition *definition,
                         const char *braces)
{
	struct lexer lexer = lexer_init(braces, definition->end);
	unsigned int depth = 0;
	bool expected = false;

	for (;;) {
		struct token token = lexer_next(&lexer);
		int error = 0;

		if (token.type == TOKEN_END || (token_is(&token, "}") && --depth == 0))
			return 0;
		if (token.type == TOKEN_DIRECTIVE)
			continue;
		if (expected && token.type == TOKEN_WORD)
			error = add(index, *definition, DEFINITION_CONSTANT, &token);
		if (error)
			return error;
		expected = (token_is(&token, "{") && depth == 0) ||
		           (token_is(&token, ",") && depth == 1);
		depth += token_is(&token, "{") || token_is(&token, "(");
		depth -= token_is(&token, ")");
	}
}

static bool has_prefix(const struct token *word, const char *prefix)
{
	return word->length >= strlen(prefix) && !memcmp(word->start, prefix, strlen(prefix));
}

/* The word that a declaration declares last: before =, [ or its end; or in (*name). */
static const struct token *declared(struct stretch tokens)
{
	const struct token *name = NULL;

	for (const struct token *at = tokens.from; at < tokens.to; at++) {
		if (token_is(at, "=") || token_is(at, "[") || token_is(at, ":"))
			break;
		if (token_is(at, "(") && at + 2 < tokens.to && token_is(at + 1, "*"))
			return at + 2;
		if (is_call(at, tokens.to) && is_attribute(at)) {
			at = behind_parentheses(at + 1, tokens.to) - 1;
			continue;
		}
		if (token_is(at, "("))
			return name;
		/* Attributes that are macros begin so: int name __read_mostly; */
		if (at->type == TOKEN_WORD && !(name && has_prefix(at, "__")))
			name = at;
	}
	return name;
}

/* struct, union and enum with a body, and what is declared behind it. */
static int add_type(struct source_index *index, const struct source_file *file,
                    const struct declaration *declaration, struct stretch tokens, bool is_enum,
                    const struct token *name)
{
	struct definition definition = common(file, declaration, tokens);
	struct stretch behind = {tokens.to, declaration->tokens + declaration->count};
	const struct token *other = declared(behind);
	bool is_typedef = token_is(tokens.from, "typedef");
	int error = 0;

	if (name < tokens.to && name->type == TOKEN_WORD)
		error = add(index, definition, DEFINITION_TAG, name);
	if (!error && is_enum)
		error = add_constants(index, &definition, declaration->braces);
	if (!error && other)
		error = add(index, definition, is_typedef ? DEFINITION_TYPE : DEFINITION_VARIABLE,
		            other);
	return error;
}

/* Names among the arguments of a macro: DEFINE_STATIC_KEY_TRUE(name), DEFINE_PER_CPU(type, name).
 */
static int add_arguments(struct source_index *index, const struct definition *definition,
                         struct stretch tokens)
{
	bool type_first = memmem(tokens.from->start, tokens.from->length, "_PER_CPU", 8) != NULL;

	for (const struct token *at = tokens.from + 1; at + 1 < tokens.to; at++) {
		bool begins = (token_is(at - 1, "(") && !type_first) || token_is(at - 1, ",");
		bool whole = begins && (token_is(at + 1, ")") || token_is(at + 1, ","));
		int error = 0;

		if (whole && at->type == TOKEN_WORD)
			error = add(index, *definition, DEFINITION_BY_MACRO, at);
		if (error)
			return error;
	}
	return 0;
}

/* What has no body: a variable, a typedef, or a macro that makes one. Prototypes define nothing. */
static int add_plain(struct source_index *index, const struct source_file *file,
                     const struct declaration *declaration, struct stretch tokens)
{
	struct definition definition = common(file, declaration, tokens);
	struct stretch behind = {tokens.from + definition.is_static, tokens.to};
	const struct token *name;

	if (has(tokens, "extern"))
		return 0;
	if (token_is(tokens.from, "typedef")) {
		name = declared(tokens);
		/* typedef int name(int): the last word before the parameters. */
		return name ? add(index, definition, DEFINITION_TYPE, name) : 0;
	}
	if (is_call(behind.from, behind.to) && !is_attribute(behind.from))
		return add_arguments(index, &definition, behind);
	name = declared(tokens);
	if (!name || name == tokens.from)
		return 0;
	/* "struct page;" and prototypes declare only. */
	if (name == tokens.from + 1 &&
	    (token_is(tokens.from, "struct") || token_is(tokens.from, "union")))
		return 0;
	if (!has(tokens, "=") && function_name(tokens) == name)
		return 0;
	return add(index, definition, DEFINITION_VARIABLE, name);
}

int declaration_add(struct source_index *index, const struct source_file *file,
                    const struct declaration *declaration)
{
	struct stretch tokens = before_braces(declaration);
	const struct token *name;
	bool is_enum;

	if (tokens.from >= tokens.to)
		return 0;
	if (declaration->is_function) {
		struct definition definition = common(file, declaration, tokens);

		definition.body = declaration->braces;
		return add(index, definition, DEFINITION_FUNCTION, function_name(tokens));
	}
	name = declaration->braces && !has(tokens, "=") ? tag(tokens, &is_enum) : NULL;
	if (name)
		return add_type(index, file, declaration, tokens, is_enum, name);
	return add_plain(index, file, declaration, tokens);
}
