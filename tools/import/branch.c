// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdlib.h>

#include "import/branch.h"

bool branch_begins(const struct token *name, enum branch_kind *kind, bool *next)
{
	static const struct {
		const char *name;
		enum branch_kind kind;
		bool next;
	} branches[] = {
		{"if", BRANCH_IF, false},         {"ifdef", BRANCH_IFDEF, false},
		{"ifndef", BRANCH_IFNDEF, false}, {"elif", BRANCH_IF, true},
		{"elifdef", BRANCH_IFDEF, true},  {"elifndef", BRANCH_IFNDEF, true},
		{"else", BRANCH_ELSE, true},
	};

	for (size_t i = 0; i < sizeof(branches) / sizeof(*branches); i++) {
		if (!token_is(name, branches[i].name))
			continue;
		*kind = branches[i].kind;
		*next = branches[i].next;
		return true;
	}
	return false;
}

struct branch *branch_add(struct branch **list, enum branch_kind kind, const struct branch *outer,
                          const struct branch *before, const struct lexer *rest)
{
	struct branch *branch = malloc(sizeof(*branch));

	if (!branch)
		return NULL;
	*branch = (struct branch){
		.outer = outer,
		.before = before,
		.kind = kind,
		.condition = {.start = rest->at, .length = (size_t)(rest->end - rest->at)},
		.older = *list,
	};
	*list = branch;
	return branch;
}

void branches_free(struct branch *list)
{
	while (list) {
		struct branch *older = list->older;

		free(list);
		list = older;
	}
}

const char *branch_start(const struct branch *branch)
{
	const char *start;

	while (branch->before)
		branch = branch->before;
	for (start = branch->condition.start; *start != '#';)
		start--;
	return start;
}

struct lexer branch_condition(const struct branch *branch)
{
	struct lexer lexer = lexer_init(branch->condition.start,
	                                branch->condition.start + branch->condition.length);

	/* A # in it is no directive. */
	lexer.line_begins = false;
	return lexer;
}
