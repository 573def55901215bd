/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The two ways to find rules. Both return an enum status. */
#ifndef TOOLS_IMPORT_FINDINGS_H
#define TOOLS_IMPORT_FINDINGS_H

#include "import/rules.h"

/* Note one; what is found again counts no more. */
void finding_add(struct tree_rules *rules, size_t offset, uint8_t value, const char *name,
                 const char *text, const struct source_file *file, unsigned int line);

/* Note that a rule was looked for, after all else; without a finding it is the base's. */
void finding_sought(struct tree_rules *rules, size_t offset, const char *name);

/* Note why no description can have the tree's rules; what is found first counts. */
__attribute__((format(printf, 2, 3))) void finding_obstacle(struct tree_rules *rules,
                                                            const char *format, ...);

/* Rules that are in functions and macros. */
int findings_in_code(const struct unit *unit, struct tree_rules *rules);

/* Write, inside a function, what makes a compiler tell each flag of an enum in its assembly. */
void flags_write_questions(const struct definition *flags, FILE *stream);

/* Read that into rules->flags, which has the enum's place. */
void flags_read_answers(FILE *assembly, struct tree_rules *rules);

/* Rules that are the bits of single flags. */
void flags_add_findings(const struct unit *unit, struct tree_rules *rules);

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
