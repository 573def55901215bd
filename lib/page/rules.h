/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A description's rules by name, for those who read and those who write descriptions as text. */
#ifndef LIB_PAGE_RULES_H
#define LIB_PAGE_RULES_H

#include <memmapsim/kernel.h>

/* A value of a rule, and its name. */
struct mms_choice {
	const char *name;
	uint8_t value;
};

/*
 * A rule: a member of struct mms_kernel that is one of a few values, and a byte; or, without
 * choices, any number of 32 bits.
 */
struct mms_rule {
	const char *key;
	size_t offset; /* in struct mms_kernel */
	const struct mms_choice *choices;
	size_t nr_choices;
};

extern const struct mms_rule mms_rules[];
extern const size_t mms_nr_rules;

/* Names of enum mms_metadata_value. */
#define MMS_NR_METADATA_VALUES (MMS_METADATA_NR_PAGES + 1)
extern const char *const mms_metadata_values[MMS_NR_METADATA_VALUES];

/* Index of a description's metadata field or a structure's member; their number if there is none.
 */
unsigned int mms_find_metadata(const struct mms_kernel *kernel, const char *name);
unsigned int mms_find_member(const struct mms_struct *structure, const char *name);

/* Whether a description may be called so: no blanks, and not as long as a sentence. */
#define MMS_MAX_KERNEL_NAME 63
bool mms_is_kernel_name(const char *name);

/* "head, mask": what a rule may be. */
void mms_rule_choices(const struct mms_rule *rule, char *text, size_t size);

#endif
