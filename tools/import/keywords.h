/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Words that the compiler knows, which nothing has to define. */
#ifndef TOOLS_IMPORT_KEYWORDS_H
#define TOOLS_IMPORT_KEYWORDS_H

#include <stdbool.h>

#include "import/lexer.h"

bool is_keyword(const struct token *token);

/* Whether it is a keyword that a declared name can follow. */
bool is_type_keyword(const struct token *token);

/* Whether it is a function or a constant of the compiler's own. */
bool is_compilers(const struct token *token);

#endif
