// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <string.h>

#include "import/condition.h"
#include "import/expression.h"

bool condition_is_option(const struct token *name)
{
	return name->length > 7 && memcmp(name->start, "CONFIG_", 7) == 0;
}

enum verdict condition_own(const struct conditions *conditions, const struct branch *branch)
{
	struct lexer lexer = branch_condition(branch);
	struct value value;

	if (branch->kind == BRANCH_ELSE)
		return VERDICT_YES;
	if (branch->kind == BRANCH_IF)
		value = expression_value(conditions, lexer);
	else
		value = expression_defined(conditions, lexer_next(&lexer));
	if (!value.known)
		return VERDICT_UNKNOWN;
	return !value.number == (branch->kind == BRANCH_IFNDEF) ? VERDICT_YES : VERDICT_NO;
}

/* One branch, which is compiled if its condition is met and those before it are not. */
static enum verdict one_branch(const struct conditions *conditions, const struct branch *branch)
{
	enum verdict verdict = condition_own(conditions, branch);

	for (branch = branch->before; branch && verdict != VERDICT_NO; branch = branch->before) {
		enum verdict before = condition_own(conditions, branch);

		if (before == VERDICT_YES)
			return VERDICT_NO;
		if (before == VERDICT_UNKNOWN)
			verdict = VERDICT_UNKNOWN;
	}
	return verdict;
}

enum verdict condition_branch(const struct conditions *conditions, const struct branch *branch)
{
	enum verdict verdict = VERDICT_YES;

	for (; branch && verdict != VERDICT_NO; branch = branch->outer) {
		enum verdict one = one_branch(conditions, branch);

		if (one != VERDICT_YES)
			verdict = one;
	}
	return verdict;
}
