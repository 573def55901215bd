/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What #if makes of an expression, as far as that is known before compiling. */
#ifndef TOOLS_IMPORT_EXPRESSION_H
#define TOOLS_IMPORT_EXPRESSION_H

#include <stdint.h>

#include "import/condition.h"

/* A value that may not be known. */
struct value {
	bool known;
	int64_t number;
};

/* The value of all that @lexer gives. What is too deep or too long isn't known. */
struct value expression_value(const struct conditions *conditions, struct lexer lexer);

/* Whether a macro is there when the preprocessor gets to where it is asked for. */
struct value expression_defined(const struct conditions *conditions, struct token name);

#endif
