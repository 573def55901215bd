// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "import/needs.h"

static const char *const keywords[] = {
	"auto",
	"break",
	"case",
	"char",
	"const",
	"continue",
	"default",
	"do",
	"double",
	"else",
	"enum",
	"extern",
	"float",
	"for",
	"goto",
	"if",
	"inline",
	"int",
	"long",
	"register",
	"restrict",
	"return",
	"short",
	"signed",
	"sizeof",
	"static",
	"struct",
	"switch",
	"typedef",
	"union",
	"unsigned",
	"void",
	"volatile",
	"while",
	"asm",
	"__asm__",
	"__asm",
	"__volatile__",
	"__inline",
	"__inline__",
	"__attribute__",
	"__typeof__",
	"__extension__",
	"__alignof__",
	"_Alignof",
	"_Alignas",
	"_Atomic",
	"_Bool",
	"_Generic",
	"_Static_assert",
	"_Thread_local",
	"__thread",
	"__label__",
	"__signed__",
	"__const",
	"__auto_type",
	"__func__",
	"__FILE__",
	"__LINE__",
	"__FUNCTION__",
	"__COUNTER__",
	"__VA_ARGS__",
	"__VA_OPT__",
	"defined",
	"_Pragma",
	"__restrict",
	"__PRETTY_FUNCTION__",
	"__int128",
	"__seg_gs",
	"__seg_fs",
};

/* Keywords that a declared name can follow. */
static const char *const type_keywords[] = {
	"char",   "const", "double", "float",    "int",      "long",     "short",
	"signed", "void",  "_Bool",  "__int128", "unsigned", "volatile", "__auto_type",
};

static bool is_one_of(const struct token *token, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (token_is(token, words[i]))
			return true;
	return false;
}
#define IS_ONE_OF(token, words) is_one_of(token, words, sizeof(words) / sizeof(*(words)))

static bool is_builtin(const struct token *token)
{
	static const char *const prefixes[] = {"__builtin_", "__atomic_", "__sync_", "__ATOMIC_",
	                                       "__SIZEOF_"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (token->length > strlen(prefixes[i]) &&
		    !memcmp(token->start, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

/* Tokens of a text that is compiled, with directives taken out. */
struct text {
	struct token *tokens;
	size_t count, room;
	const struct branch *branches[64]; /* open conditionals' branches, inside the text */
	struct branch *all;
	size_t depth;
};

static int text_append(struct text *text, const struct token *token)
{
	if (text->count == text->room) {
		size_t room = text->room ? 2 * text->room : 256;
		struct token *tokens = realloc(text->tokens, room * sizeof(*tokens));

		if (!tokens)
			return -ENOMEM;
		text->tokens = tokens;
		text->room = room;
	}
	text->tokens[text->count++] = *token;
	return 0;
}

static void text_finish(struct text *text)
{
	while (text->all) {
		struct branch *older = text->all->older;

		free(text->all);
		text->all = older;
	}
	free(text->tokens);
}

static int enter_branch(struct text *text, enum branch_kind kind, const struct branch *outer,
                        const struct branch *before, const struct lexer *rest)
{
	struct branch *branch = malloc(sizeof(*branch));

	if (!branch)
		return -ENOMEM;
	*branch = (struct branch){
		.outer = outer,
		.before = before,
		.kind = kind,
		.condition = {.start = rest->at, .length = (size_t)(rest->end - rest->at)},
		.older = text->all,
	};
	text->all = branch;
	text->branches[text->depth++] = branch;
	return 0;
}

static const struct branch *innermost(const struct text *text)
{
	return text->depth ? text->branches[text->depth - 1] : NULL;
}

static int text_directive(struct text *text, const struct token *directive)
{
	static const struct {
		const char *name;
		enum branch_kind kind;
		bool next; /* of the same conditional */
	} branches[] = {
		{"if", BRANCH_IF, false},         {"ifdef", BRANCH_IFDEF, false},
		{"ifndef", BRANCH_IFNDEF, false}, {"elif", BRANCH_IF, true},
		{"else", BRANCH_ELSE, true},
	};
	struct lexer rest;
	struct token name = directive_name(directive, &rest);

	if (token_is(&name, "endif") && text->depth)
		text->depth--;
	for (size_t i = 0; i < sizeof(branches) / sizeof(*branches); i++) {
		const struct branch *before = NULL, *outer = innermost(text);

		if (!token_is(&name, branches[i].name))
			continue;
		if (branches[i].next) {
			if (!text->depth)
				return 0;
			before = innermost(text);
			outer = before->outer;
			text->depth--;
		}
		if (text->depth == sizeof(text->branches) / sizeof(*text->branches))
			return 0;
		return enter_branch(text, branches[i].kind, outer, before, &rest);
	}
	return 0;
}

/* The names that a condition asks for. */
static int give_condition(const struct needs *needs, const struct branch *branch)
{
	struct lexer lexer = lexer_init(branch->condition.start,
	                                branch->condition.start + branch->condition.length);

	lexer.line_begins = false;
	for (;;) {
		struct token token = lexer_next(&lexer);
		int error = 0;

		if (token.type == TOKEN_END)
			return 0;
		if (token.type == TOKEN_WORD && !IS_ONE_OF(&token, keywords))
			error = needs->take(needs->context, &token, USAGE_PLAIN, false);
		if (error)
			return error;
	}
}

int needs_of_branch(const struct needs *needs, const struct branch *branch)
{
	for (; branch; branch = branch->outer)
		for (const struct branch *one = branch; one; one = one->before) {
			int error = 0;

			if (condition_own(needs->conditions, one) == VERDICT_UNKNOWN)
				error = give_condition(needs, one);
			if (error)
				return error;
		}
	return 0;
}

static int read_text(const struct needs *needs, struct text *text, struct lexer lexer)
{
	for (;;) {
		struct token token = lexer_next(&lexer);
		enum verdict verdict;
		int error = 0;

		if (token.type == TOKEN_END)
			return 0;
		if (token.type == TOKEN_DIRECTIVE) {
			const struct branch *outer = innermost(text);

			error = text_directive(text, &token);
			if (!error && innermost(text) != outer && innermost(text))
				error = give_condition(needs, innermost(text));
		} else {
			verdict = condition_branch(needs->conditions, innermost(text));
			if (verdict != VERDICT_NO)
				error = text_append(text, &token);
		}
		if (error)
			return error;
	}
}

static bool all_capitals(const struct token *name)
{
	for (size_t i = 0; i < name->length; i++)
		if (islower((unsigned char)name->start[i]))
			return false;
	return true;
}

static const struct token *at(const struct text *text, size_t index)
{
	static const struct token none = {.type = TOKEN_END, .start = ""};

	return index < text->count ? &text->tokens[index] : &none;
}

/* Whether the word at @index can be the end of a type: int, struct page, pgoff_t. */
static bool ends_type(const struct needs *needs, const struct text *text, size_t index)
{
	const struct token *word = at(text, index), *before = at(text, index - 1);

	if (word->type != TOKEN_WORD)
		return false;
	if (IS_ONE_OF(word, type_keywords))
		return true;
	if (IS_ONE_OF(word, keywords))
		return false;
	if (token_is(before, "struct") || token_is(before, "union") || token_is(before, "enum"))
		return true;
	return needs->is_type(needs->context, word);
}

/* Whether a declarator can end behind the word at @index. */
static bool ends_declarator(const struct text *text, size_t index)
{
	const struct token *behind = at(text, index + 1);

	return behind->type == TOKEN_OPERATOR && strchr("=;,)[:", *behind->start);
}

/* Whether the word at @index is declared there. */
static bool is_declared_at(const struct needs *needs, const struct text *text, size_t index)
{
	size_t before = index - 1;

	if (!ends_declarator(text, index))
		return false;
	while (token_is(at(text, before), "*") || token_is(at(text, before), "const") ||
	       token_is(at(text, before), "__restrict"))
		before--;
	/* (*name)( declares a pointer to a function. */
	if (token_is(at(text, before), "(") && before + 2 == index &&
	    token_is(at(text, index + 2), "("))
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
	const struct token *before = at(text, index - 1);
	unsigned int depth = 0;

	if (token_is(before, "*"))
		before = at(text, index - 2);
	if (!token_is(before, ",") || !ends_declarator(text, index))
		return false;
	for (size_t i = index - 1; i < text->count; i--) {
		const struct token *token = at(text, i);

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
		const struct token *token = at(text, i);

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

	return in_type && token_is(at(text, index + 1), "*");
}

static size_t behind_attribute(const struct text *text, size_t index)
{
	unsigned int depth = 0;

	do {
		index++;
		depth += token_is(at(text, index), "(");
		depth -= token_is(at(text, index), ")");
	} while (depth && index < text->count);
	return index;
}

static bool is_same_name(const struct token *a, const struct token *b)
{
	return a->length == b->length && !memcmp(a->start, b->start, a->length);
}

static int give(const struct needs *needs, const struct definition *definition,
                const struct text *text, size_t parameters, size_t index)
{
	const struct token *name = at(text, index), *behind = at(text, index + 1);
	const struct token *before = index ? at(text, index - 1) : at(text, text->count);
	enum usage usage = USAGE_PLAIN;

	if (token_is(before, ".") || token_is(before, "->") || token_is(before, "goto") ||
	    IS_ONE_OF(name, keywords) || is_builtin(name))
		return 0;
	if (token_is(before, "struct") || token_is(before, "union") || token_is(before, "enum")) {
		usage = is_pointer_member(definition, text, index) ? USAGE_POINTER : USAGE_TAG;
		return needs->take(needs->context, name, usage, false);
	}
	if (is_same_name(name, &definition->name))
		return 0;
	if (token_is(behind, "#") && token_is(at(text, index + 2), "#"))
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
	while (count < text->count && !token_is(at(text, count), ")"))
		count++;
	return count;
}

int needs_of(const struct needs *needs, const struct definition *definition)
{
	struct lexer lexer = definition->kind == DEFINITION_MACRO
	                             ? macro_text(definition)
	                             : lexer_init(definition->start, definition->end);
	struct text text = {0};
	int error = read_text(needs, &text, lexer);
	size_t parameters = count_parameters(definition, &text);

	for (size_t i = parameters; i < text.count && !error; i++) {
		if (token_is(at(&text, i), "__attribute__"))
			i = behind_attribute(&text, i);
		else if (at(&text, i)->type == TOKEN_WORD)
			error = give(needs, definition, &text, parameters, i);
	}
	text_finish(&text);
	return error;
}
