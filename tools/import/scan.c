// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Walks over a file's top level: directives, and declarations with braces skipped. */
#include <errno.h>
#include <stdlib.h>

#include "import/array.h"
#include "import/scan.h"

#define MAX_NESTED 64

/* How deep in braces and parentheses. */
struct depth {
	unsigned int braces, parentheses;
};

/* A conditional that is open. Its branches all begin at the depth at which it began itself. */
struct conditional {
	struct branch *branch;
	struct depth depth;
};

struct scanner {
	struct source_index *index;
	struct source_file *file;
	struct conditional conditionals[MAX_NESTED];
	unsigned int nr_conditionals, nr_ignored; /* ignored: nested too deep */
	struct depth depth;
	struct declaration declaration;
};

int definition_add(struct source_index *index, const struct definition *definition)
{
	int error = array_grow(&index->definitions, &index->room, index->nr_definitions,
	                       sizeof(*definition));

	if (!error)
		index->definitions[index->nr_definitions++] = *definition;
	return error;
}

static struct branch *current_branch(const struct scanner *scanner)
{
	if (!scanner->nr_conditionals)
		return NULL;
	return scanner->conditionals[scanner->nr_conditionals - 1].branch;
}

static int open_conditional(struct scanner *scanner, enum branch_kind kind,
                            const struct lexer *rest)
{
	struct branch *branch;

	if (scanner->nr_conditionals == MAX_NESTED) {
		scanner->nr_ignored++;
		return 0;
	}
	branch = branch_add(&scanner->file->branches, kind, current_branch(scanner), NULL, rest);
	if (!branch)
		return -ENOMEM;
	scanner->conditionals[scanner->nr_conditionals++] =
		(struct conditional){branch, scanner->depth};
	return 0;
}

static int next_branch(struct scanner *scanner, enum branch_kind kind, const struct lexer *rest)
{
	struct conditional *conditional;

	if (!scanner->nr_conditionals || scanner->nr_ignored)
		return 0;
	conditional = &scanner->conditionals[scanner->nr_conditionals - 1];
	conditional->branch = branch_add(&scanner->file->branches, kind, conditional->branch->outer,
	                                 conditional->branch, rest);
	scanner->depth = conditional->depth;
	return conditional->branch ? 0 : -ENOMEM;
}

static void close_conditional(struct scanner *scanner)
{
	if (scanner->nr_ignored)
		scanner->nr_ignored--;
	else if (scanner->nr_conditionals)
		scanner->nr_conditionals--;
}

static int add_macro(struct scanner *scanner, const struct token *directive, struct lexer *rest)
{
	struct definition macro = {
		.name = lexer_next(rest),
		.kind = DEFINITION_MACRO,
		.file = scanner->file,
		.start = directive->start,
		.end = directive->start + directive->length,
		.body = directive->start + directive->length,
		.branch = current_branch(scanner),
	};

	if (macro.name.type != TOKEN_WORD)
		return 0;
	macro.takes_arguments = rest->at < rest->end && *rest->at == '(';
	return definition_add(scanner->index, &macro);
}

static int add_include(struct source_file *file, const struct lexer *rest)
{
	struct token *includes =
		realloc(file->includes, (file->nr_includes + 1) * sizeof(*includes));

	if (!includes)
		return -ENOMEM;
	file->includes = includes;
	includes[file->nr_includes++] =
		(struct token){TOKEN_LITERAL, rest->at, (size_t)(rest->end - rest->at)};
	return 0;
}

static int take_directive(struct scanner *scanner, const struct token *directive)
{
	struct lexer rest;
	struct token name = directive_name(directive, &rest);
	enum branch_kind kind;
	bool next;

	if (!scanner->depth.braces && declaration_is_macros(&scanner->declaration))
		scanner->declaration.count = 0;
	if (branch_begins(&name, &kind, &next))
		return next ? next_branch(scanner, kind, &rest)
		            : open_conditional(scanner, kind, &rest);
	if (token_is(&name, "endif"))
		close_conditional(scanner);
	if (token_is(&name, "include"))
		return add_include(scanner->file, &rest);
	/* What is defined in the midst of a declaration is a part of its text. */
	if (token_is(&name, "define") && !scanner->depth.braces && !scanner->declaration.count)
		return add_macro(scanner, directive, &rest);
	return 0;
}

static void keep_token(struct scanner *scanner, const struct token *token)
{
	struct declaration *declaration = &scanner->declaration;

	if (declaration->count < MAX_DECLARATION) {
		declaration->branches[declaration->count] = current_branch(scanner);
		declaration->tokens[declaration->count++] = *token;
	} else {
		declaration->too_long = true;
	}
	declaration->end = token->start + token->length;
}

static int end_declaration(struct scanner *scanner)
{
	int error = 0;

	scanner->declaration.last = current_branch(scanner);
	if (scanner->declaration.count && !scanner->declaration.too_long)
		error = declaration_add(scanner->index, scanner->file, &scanner->declaration);
	scanner->declaration.count = 0;
	scanner->declaration.too_long = false;
	scanner->declaration.braces = NULL;
	scanner->declaration.is_function = false;
	return error;
}

static void open_brace(struct scanner *scanner, const struct token *token)
{
	struct declaration *declaration = &scanner->declaration;

	if (scanner->depth.braces++ == 0 && !declaration->braces) {
		declaration->braces = token->start;
		declaration->before_braces = declaration->count;
		declaration->is_function =
			!scanner->depth.parentheses && declaration_begins_function(declaration);
	}
}

static int close_brace(struct scanner *scanner, const struct token *token)
{
	if (!scanner->depth.braces)
		return end_declaration(scanner);
	if (--scanner->depth.braces)
		return 0;
	scanner->declaration.end = token->start + 1;
	return scanner->declaration.is_function ? end_declaration(scanner) : 0;
}

static int take_token(struct scanner *scanner, const struct token *token)
{
	struct depth *depth = &scanner->depth;

	if (token->type == TOKEN_DIRECTIVE)
		return take_directive(scanner, token);
	if (token_is(token, "{")) {
		open_brace(scanner, token);
		return 0;
	}
	if (token_is(token, "}"))
		return close_brace(scanner, token);
	if (depth->braces)
		return 0;
	if (token_is(token, "("))
		depth->parentheses++;
	else if (token_is(token, ")") && depth->parentheses)
		depth->parentheses--;
	else if (token_is(token, ";") && !depth->parentheses) {
		scanner->declaration.end = token->start + 1;
		return end_declaration(scanner);
	}
	keep_token(scanner, token);
	return 0;
}

int scan_file(struct source_index *index, struct source_file *file)
{
	struct lexer lexer = lexer_init(file->text, file->text + file->size);
	struct scanner *scanner = calloc(1, sizeof(*scanner));
	int error = 0;

	if (!scanner)
		return -ENOMEM;
	scanner->index = index;
	scanner->file = file;
	while (!error) {
		struct token token = lexer_next(&lexer);

		if (token.type == TOKEN_END)
			break;
		error = take_token(scanner, &token);
	}
	free(scanner);
	return error;
}
