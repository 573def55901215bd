/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The two ways to find rules. Both return an enum status. */
#ifndef TOOLS_IMPORT_FINDINGS_H
#define TOOLS_IMPORT_FINDINGS_H

#include "import/rules.h"

/* Note one; what is found again counts no more. */
void finding_add(struct tree_rules *rules, size_t offset, uint8_t value, const char *name,
                 const char *text, const struct source_file *file, unsigned int line);

/* Rules that are in functions and macros. */
int findings_in_code(const struct unit *unit, struct tree_rules *rules);

/* A member of what tail 1 holds, or a constant, which has its value for an offset. */
struct layout_name {
	const char *name;
	bool found;
	unsigned int offset, size;
};

/* Rules that are in structures and enums; and where in tail 1 each of @members is. */
int findings_in_layout(const struct unit *unit, const char *tree, const struct build *build,
                       struct layout_name *members, size_t nr_members, struct tree_rules *rules);

#endif
