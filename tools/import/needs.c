// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ctype.h>
#include <string.h>

#include "import/keywords.h"
#include "import/needs.h"
#include "import/text.h"

/* The names that a condition asks for. */
static int give_condition(void *context, const struct branch *branch)
{
	const struct needs *needs = context;
	struct lexer lexer = branch_condition(branch);
	struct token token = lexer_next(&lexer);
	int error = 0;

	while (!error && token.type != TOKEN_END) {
		struct token behind = lexer_next(&lexer);
		enum usage usage = token_is(&behind, "(") ? USAGE_CALL : USAGE_PLAIN;

		if (token.type == TOKEN_WORD && !is_keyword(&token) && !is_compilers(&token))
			error = needs->take(needs->context, &token, usage, false);
		token = behind;
	}
	return error;
}

int needs_of_branch(const struct needs *needs, const struct branch *branch)
{
	for (; branch; branch = branch->outer)
		for (const struct branch *one = branch; one; one = one->before) {
			int error = 0;

			if (condition_own(needs->conditions, one) == VERDICT_UNKNOWN)
				error = give_condition((void *)needs, one);
			if (error)
				return error;
		}
	return 0;
}

static bool all_capitals(const struct token *name)
{
	for (size_t i = 0; i < name->length; i++)
		if (islower((unsigned char)name->start[i]))
			return false;
	return true;
}

/* Whether the word at @index can be the end of a type: int, struct page, pgoff_t. */
static bool ends_type(const struct needs *needs, const struct text *text, size_t index)
{
	const struct token *word = text_at(text, index), *before = text_at(text, index - 1);

	if (word->type != TOKEN_WORD)
		return false;
	if (is_type_keyword(word))
		return true;
	if (is_keyword(word))
		return false;
	if (token_is(before, "struct") || token_is(before, "union") || token_is(before, "enum"))
		return true;
	return needs->is_type(needs->context, word);
}

/* Whether a declarator can end behind the word at @index. */
static bool ends_declarator(const struct text *text, size_t index)
{
	const struct token *behind = text_at(text, index + 1);

	return behind->type == TOKEN_OPERATOR && strchr("=;,)[:", *behind->start);
}

/* Whether the word at @index is declared there. */
static bool is_declared_at(const struct needs *needs, const struct text *text, size_t index)
{
	size_t before = index - 1;

	if (!ends_declarator(text, index))
		return false;
	while (token_is(text_at(text, before), "*") || token_is(text_at(text, before), "const") ||
	       token_is(text_at(text, before), "__restrict"))
		before--;
	/* (*name)( declares a pointer to a function. */
	if (token_is(text_at(text, before), "(") && before + 2 == index &&
	    token_is(text_at(text, index + 2), "("))
		return true;
	return ends_type(needs, text, before);
}

/* Parameters of a macro. */
static bool is_parameter(const struct text *text, size_t parameters, const struct token *name)
{
	for (size_t i = 0; i < parameters; i++)
		if (text->tokens[i].length == name->length &&
		    !memcmp(text->tokens[i].start, name->start, name->length))
			return true;
	return false;
}

/* Further names of a declaration: int a, b = 1, *c; */
static bool is_declared_further(const struct needs *needs, const struct text *text, size_t index)
{
	const struct token *before = text_at(text, index - 1);
	unsigned int depth = 0;

	if (token_is(before, "*"))
		before = text_at(text, index - 2);
	if (!token_is(before, ",") || !ends_declarator(text, index))
		return false;
	for (size_t i = index - 1; i < text->count; i--) {
		const struct token *token = text_at(text, i);

		if (token_is(token, ")") || token_is(token, "]"))
			depth++;
		else if ((token_is(token, "(") || token_is(token, "[")) && depth-- == 0)
			return false;
		if (token_is(token, ";") || token_is(token, "{") || token_is(token, "}"))
			return false;
		if (!depth && token->type == TOKEN_WORD && is_declared_at(needs, text, i))
			return true;
	}
	return false;
}

static bool is_local(const struct needs *needs, const struct text *text, size_t parameters,
                     const struct token *name)
{
	if (is_parameter(text, parameters, name))
		return true;
	if (all_capitals(name))
		return false;
	for (size_t i = parameters; i < text->count; i++) {
		const struct token *token = text_at(text, i);

		if (token->length == name->length &&
		    !memcmp(token->start, name->start, name->length) && i &&
		    (is_declared_at(needs, text, i) || is_declared_further(needs, text, i)))
			return true;
	}
	return false;
}

/* A pointer in another type can do without what it points to. */
static bool is_pointer_member(const struct definition *definition, const struct text *text,
                              size_t index)
{
	bool in_type = definition->kind == DEFINITION_TAG || definition->kind == DEFINITION_TYPE;

	return in_type && token_is(text_at(text, index + 1), "*");
}

/*
 * What an attribute's arguments need: a constant by a macro. Other words in it are the compiler's.
 * @index: at __attribute__; then at its end
 */
static int give_attribute(const struct needs *needs, const struct text *text, size_t *index)
{
	unsigned int depth = 0;
	int error = 0;

	do {
		const struct token *token = text_at(text, ++*index);

		depth += token_is(token, "(");
		depth -= token_is(token, ")");
		if (token->type == TOKEN_WORD && all_capitals(token))
			error = needs->take(needs->context, token, USAGE_PLAIN, false);
	} while (depth && *index < text->count && !error);
	return error;
}

static bool is_same_name(const struct token *a, const struct token *b)
{
	return a->length == b->length && !memcmp(a->start, b->start, a->length);
}

static int give(const struct needs *needs, const struct definition *definition,
                const struct text *text, size_t parameters, size_t index)
{
	const struct token *name = text_at(text, index), *behind = text_at(text, index + 1);
	const struct token *before = index ? text_at(text, index - 1) : text_at(text, text->count);
	enum usage usage = USAGE_PLAIN;

	if (token_is(before, ".") || token_is(before, "->") || token_is(before, "goto") ||
	    is_keyword(name) || is_compilers(name))
		return 0;
	if (token_is(before, "struct") || token_is(before, "union") || token_is(before, "enum")) {
		usage = is_pointer_member(definition, text, index) ? USAGE_POINTER : USAGE_TAG;
		return needs->take(needs->context, name, usage, false);
	}
	if (is_same_name(name, &definition->name))
		return 0;
	if (token_is(behind, "#") && token_is(text_at(text, index + 2), "#"))
		usage = USAGE_PREFIX;
	else if (token_is(behind, "("))
		usage = USAGE_CALL;
	return needs->take(needs->context, name, usage, is_local(needs, text, parameters, name));
}

/* A macro's text without #define and its name; parameters come first. */
static struct lexer macro_text(const struct definition *macro)
{
	struct token directive = {TOKEN_DIRECTIVE, macro->start,
	                          (size_t)(macro->end - macro->start)};
	struct lexer lexer;

	directive_name(&directive, &lexer);
	lexer_next(&lexer);
	return lexer;
}

static size_t count_parameters(const struct definition *definition, const struct text *text)
{
	size_t count = 0;

	if (definition->kind != DEFINITION_MACRO || !definition->takes_arguments)
		return 0;
	while (count < text->count && !token_is(text_at(text, count), ")"))
		count++;
	return count;
}

int needs_of(const struct needs *needs, const struct definition *definition)
{
	struct lexer lexer = definition->kind == DEFINITION_MACRO
	                             ? macro_text(definition)
	                             : lexer_init(definition->start, definition->end);
	struct text text = {0};
	int error = text_read(&text, needs->conditions, lexer, give_condition, (void *)needs);
	size_t parameters = count_parameters(definition, &text);

	for (size_t i = parameters; i < text.count && !error; i++) {
		if (token_is(text_at(&text, i), "__attribute__"))
			error = give_attribute(needs, &text, &i);
		else if (text_at(&text, i)->type == TOKEN_WORD)
			error = give(needs, definition, &text, parameters, i);
	}
	text_finish(&text);
	return error;
}
