// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/expression.h"

static const struct value unknown;

static struct value known(int64_t number)
{
	return (struct value){true, number};
}

/* How often a macro may lead to another. */
#define MAX_MACROS 8

/*
 * How many tokens are looked at for one condition, those of macros included: one that uses another
 * several times, which uses another, takes ever so many. Kernels' conditions are a few dozen.
 */
#define MAX_TOKENS 10000

/* How deep parentheses and signs may be in each other; kernels' are a few. */
#define MAX_DEPTH 100

struct evaluation {
	const struct conditions *conditions;
	struct lexer lexer;
	struct token token; /* the next one */
	unsigned int macros, depth;
	unsigned int *tokens; /* that may still be looked at */
};

static void advance(struct evaluation *evaluation)
{
	if (*evaluation->tokens) {
		--*evaluation->tokens;
		evaluation->token = lexer_next(&evaluation->lexer);
	} else {
		evaluation->token = (struct token){TOKEN_END, evaluation->lexer.end, 0};
	}
}

/* Take the next token if it is @text. */
static bool take(struct evaluation *evaluation, const char *text)
{
	if (!token_is(&evaluation->token, text))
		return false;
	advance(evaluation);
	return true;
}

/* Take an operator of two characters, which the lexer gives singly. */
static bool take_pair(struct evaluation *evaluation, const char *text)
{
	const struct token *token = &evaluation->token;

	if (token->type != TOKEN_OPERATOR || token->start + 1 >= evaluation->lexer.end ||
	    memcmp(token->start, text, 2) != 0)
		return false;
	advance(evaluation);
	advance(evaluation);
	return true;
}

/* Whether a definition is a default: #define X in #ifndef X. */
static bool is_default(const struct definition *definition)
{
	const struct branch *branch = definition->branch;
	struct lexer lexer;
	struct token name;

	if (!branch || branch->kind != BRANCH_IFNDEF)
		return false;
	lexer = branch_condition(branch);
	name = lexer_next(&lexer);
	return name.length == definition->name.length &&
	       memcmp(name.start, definition->name.start, name.length) == 0;
}

/* Whether a macro is there when the preprocessor gets to where it is asked for. */
struct value expression_defined(const struct conditions *conditions, struct token name)
{
	const struct definition *found;
	size_t count;

	found = source_definitions(conditions->given, name, false, &count);
	for (size_t i = 0; i < count; i++)
		if (found[i].kind == DEFINITION_MACRO && !is_default(&found[i]))
			return known(1);
	if (condition_is_option(&name) || count)
		return known(0);
	found = source_definitions(conditions->tree, name, false, &count);
	for (size_t i = 0; i < count; i++)
		if (found[i].kind == DEFINITION_MACRO && !is_default(&found[i]))
			return unknown;
	/* Compilers' own macros begin so. */
	return !count && name.length > 2 && !memcmp(name.start, "__", 2) ? unknown : known(0);
}

static struct value conditional(struct evaluation *evaluation);

/* The value of a macro that has one definition, without parameters. */
static struct value macro_value(const struct evaluation *outer, struct token name)
{
	const struct definition *found;
	struct evaluation evaluation;
	struct token directive;
	struct value value;
	size_t count;

	found = source_definitions(outer->conditions->given, name, false, &count);
	if (!count)
		found = source_definitions(outer->conditions->tree, name, false, &count);
	if (!count && condition_is_option(&name))
		return known(0);
	if (count != 1 || found->kind != DEFINITION_MACRO || found->takes_arguments ||
	    found->branch || outer->macros == MAX_MACROS)
		return unknown;
	evaluation = *outer;
	evaluation.macros++;
	directive =
		(struct token){TOKEN_DIRECTIVE, found->start, (size_t)(found->end - found->start)};
	directive_name(&directive, &evaluation.lexer);
	lexer_next(&evaluation.lexer); /* the macro's own name */
	advance(&evaluation);
	value = conditional(&evaluation);
	return evaluation.token.type == TOKEN_END ? value : unknown;
}

/* Skip parentheses that open here. */
static void skip_arguments(struct evaluation *evaluation)
{
	unsigned int depth = 0;

	do {
		depth += token_is(&evaluation->token, "(");
		depth -= token_is(&evaluation->token, ")");
		advance(evaluation);
	} while (depth && evaluation->token.type != TOKEN_END);
}

/* What can be asked of an option: whether it is built in, a module, or either. */
static const struct question {
	const char *name;
	bool builtin, module;
} questions[] = {
	{"IS_ENABLED", true, true},
	{"IS_BUILTIN", true, false},
	{"IS_REACHABLE", true, false},
	{"IS_MODULE", false, true},
};

static bool is_module(const struct evaluation *evaluation, const struct token *option)
{
	char name[160];
	int length =
		snprintf(name, sizeof(name), "%.*s_MODULE", (int)option->length, option->start);
	struct token token = {TOKEN_WORD, name, (size_t)length};

	return length < (int)sizeof(name) &&
	       expression_defined(evaluation->conditions, token).number;
}

static struct value answer(struct evaluation *evaluation, const struct question *question)
{
	struct token name;

	advance(evaluation);
	name = evaluation->token;
	advance(evaluation);
	take(evaluation, ")");
	if (!condition_is_option(&name))
		return unknown;
	return known(
		(question->builtin && expression_defined(evaluation->conditions, name).number) ||
		(question->module && is_module(evaluation, &name)));
}

static struct value word(struct evaluation *evaluation)
{
	struct token name = evaluation->token;
	bool parentheses;

	advance(evaluation);
	if (token_is(&name, "defined")) {
		parentheses = take(evaluation, "(");
		name = evaluation->token;
		advance(evaluation);
		if (parentheses)
			take(evaluation, ")");
		return expression_defined(evaluation->conditions, name);
	}
	if (!token_is(&evaluation->token, "("))
		return macro_value(evaluation, name);
	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++)
		if (token_is(&name, questions[i].name))
			return answer(evaluation, &questions[i]);
	skip_arguments(evaluation);
	return unknown;
}

static struct value primary(struct evaluation *evaluation);

static struct value difference(struct value left, struct value right)
{
	int64_t number;

	if (!left.known || !right.known ||
	    __builtin_sub_overflow(left.number, right.number, &number))
		return unknown;
	return known(number);
}

static struct value sum(struct value left, struct value right)
{
	int64_t number;

	if (!left.known || !right.known ||
	    __builtin_add_overflow(left.number, right.number, &number))
		return unknown;
	return known(number);
}

static struct value operand(struct evaluation *evaluation)
{
	struct token token = evaluation->token;
	struct value value;

	if (take(evaluation, "(")) {
		value = conditional(evaluation);
		take(evaluation, ")");
		return value;
	}
	if (take(evaluation, "!")) {
		value = primary(evaluation);
		return value.known ? known(!value.number) : unknown;
	}
	if (take(evaluation, "-"))
		return difference(known(0), primary(evaluation));
	if (token.type == TOKEN_WORD)
		return word(evaluation);
	if (token.type != TOKEN_END)
		advance(evaluation);
	return token.type == TOKEN_NUMBER ? known((int64_t)strtoull(token.start, NULL, 0))
	                                  : unknown;
}

/* What is too deep is left where it is, so that the condition isn't understood to its end. */
static struct value primary(struct evaluation *evaluation)
{
	struct value value;

	if (evaluation->depth == MAX_DEPTH)
		return unknown;
	evaluation->depth++;
	value = operand(evaluation);
	evaluation->depth--;
	return value;
}

static struct value arithmetic(struct evaluation *evaluation)
{
	struct value left = primary(evaluation);

	for (;;) {
		char sign = *evaluation->token.start;
		struct value right;

		if (evaluation->token.type != TOKEN_OPERATOR || !strchr("+-*", sign))
			return left;
		advance(evaluation);
		right = primary(evaluation);
		if (sign == '*')
			left = unknown;
		else
			left = sign == '+' ? sum(left, right) : difference(left, right);
	}
}

static struct value comparison(struct evaluation *evaluation)
{
	static const char *const pairs[] = {"==", "!=", "<=", ">="};
	struct value left = arithmetic(evaluation), right;
	unsigned int which = 0;
	bool results[6];

	while (which < 4 && !take_pair(evaluation, pairs[which]))
		which++;
	if (which == 4 && !take(evaluation, "<") && (which++, !take(evaluation, ">")))
		return left;
	right = arithmetic(evaluation);
	if (!left.known || !right.known)
		return unknown;
	results[0] = left.number == right.number;
	results[1] = left.number != right.number;
	results[2] = left.number <= right.number;
	results[3] = left.number >= right.number;
	results[4] = left.number < right.number;
	results[5] = left.number > right.number;
	return known(results[which]);
}

static bool is_known_as(struct value value, bool met)
{
	return value.known && (value.number != 0) == met;
}

/* By an operator that is decided by one side alone if that is @deciding. */
static struct value join(struct value left, struct value right, bool deciding)
{
	if (is_known_as(left, deciding) || is_known_as(right, deciding))
		return known(deciding);
	return left.known && right.known ? known(!deciding) : unknown;
}

static struct value conjunction(struct evaluation *evaluation)
{
	struct value left = comparison(evaluation);

	while (take_pair(evaluation, "&&"))
		left = join(left, comparison(evaluation), false);
	return left;
}

static struct value disjunction(struct evaluation *evaluation)
{
	struct value left = conjunction(evaluation);

	while (take_pair(evaluation, "||"))
		left = join(left, conjunction(evaluation), true);
	return left;
}

static struct value conditional(struct evaluation *evaluation)
{
	struct value value = disjunction(evaluation);

	if (!token_is(&evaluation->token, "?"))
		return value;
	while (evaluation->token.type != TOKEN_END && !token_is(&evaluation->token, ")"))
		advance(evaluation);
	return unknown;
}

struct value expression_value(const struct conditions *conditions, struct lexer lexer)
{
	unsigned int tokens = MAX_TOKENS;
	struct evaluation evaluation = {
		.conditions = conditions,
		.lexer = lexer,
		.tokens = &tokens,
	};
	struct value value;

	advance(&evaluation);
	value = conditional(&evaluation);
	/* What wasn't understood to its end wasn't understood. */
	return tokens && evaluation.token.type == TOKEN_END ? value : unknown;
}
