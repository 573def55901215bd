// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Descriptions as text: what each key means, but for those about places in structures. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "page/kernel.h"
#include "page/reader.h"

static int take_base(struct reader *reader, const char *rest, char *value)
{
	struct own_kernel *own = reader->own;
	const struct mms_kernel *base;

	(void)rest;
	if (mms_kernel_find(value, &base) != 0) {
		const char *names[64];
		size_t count = 0;

		for (; count < mms_kernel_count(); count++)
			names[count] = mms_kernel_at(count)->name;
		return mms_reader_fail_unknown(reader, "kernel", value, names, count);
	}
	reader->base = base;
	own->kernel = *base;
	own->kernel.name = own->name;
	own->kernel.summary = "an own description";
	own->kernel.derived_from = base->name;
	own->kernel.btf = NULL;
	own->kernel.nr_captures = 0;
	own->kernel.pageflags = own->pageflags;
	memcpy(own->pageflags, base->pageflags, base->nr_pageflags * sizeof(*base->pageflags));
	for (unsigned int i = 0; i < base->nr_structs; i++) {
		own->structs[i] = *base->structs[i];
		memcpy(own->members[i], base->structs[i]->members,
		       base->structs[i]->nr_members * sizeof(*own->members[i]));
		own->structs[i].members = own->members[i];
		own->kernel.structs[i] = &own->structs[i];
	}
	return 0;
}

static int take_name(struct reader *reader, const char *rest, char *value)
{
	(void)rest;
	if (!mms_is_kernel_name(value))
		return mms_reader_fail(
			reader, reader->line,
			"\"%.*s\" is no name; take up to %d letters, digits and . _ + -", SHOWN,
			value, MMS_MAX_KERNEL_NAME);
	strcpy(reader->own->name, value);
	return 0;
}

static int take_summary(struct reader *reader, const char *rest, char *value)
{
	(void)rest;
	reader->own->kernel.summary = value;
	return 0;
}

/* Whether a key says nothing that types could say, too. */
static bool is_about_all(const char *key)
{
	static const char *const keys[] = {"based-on", "name", "summary", "btf"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

static int take_btf(struct reader *reader, const char *rest, char *value)
{
	(void)rest;
	for (size_t i = 0; i < reader->nr_keys; i++)
		if (!is_about_all(reader->keys[i].key))
			return mms_reader_fail(
				reader, reader->line,
				"btf has to stand before %s in line %u, which may say "
				"what differs from it",
				reader->keys[i].key, reader->keys[i].line);
	reader->own->kernel.btf = value;
	return mms_reader_take_types(reader, value);
}

static int take_flags(struct reader *reader, const char *rest, char *value)
{
	struct own_kernel *own = reader->own;
	char *word;

	(void)rest;
	while ((word = strsep(&value, " \t"))) {
		if (!*word)
			continue;
		if (!mms_reader_is_name(word, false))
			return mms_reader_fail(reader, reader->line,
			                       "\"%.*s\" is no name of a flag", SHOWN, word);
		for (unsigned int bit = 0; bit < own->kernel.nr_pageflags; bit++)
			if (strcmp(own->pageflags[bit], word) == 0)
				return mms_reader_fail(reader, reader->line,
				                       "flag %s is bit %u already", word, bit);
		if (own->kernel.nr_pageflags == MAX_PAGEFLAGS)
			return mms_reader_fail(
				reader, reader->line,
				"flag %s would be bit %d, where LRU_GEN begins: there "
				"are at most %d flags",
				word, MAX_PAGEFLAGS, MAX_PAGEFLAGS);
		own->pageflags[own->kernel.nr_pageflags++] = word;
	}
	return 0;
}

static int take_rule(struct reader *reader, const struct mms_rule *rule, const char *value)
{
	unsigned char *member = (unsigned char *)&reader->own->kernel + rule->offset;
	unsigned int number;
	char choices[128];

	if (!rule->choices && mms_reader_number(value, UINT32_MAX, &number)) {
		memcpy(member, &number, sizeof(number));
		return 0;
	}
	for (size_t i = 0; i < rule->nr_choices; i++) {
		if (strcmp(value, rule->choices[i].name) == 0) {
			*member = rule->choices[i].value;
			return 0;
		}
	}
	mms_rule_choices(rule, choices, sizeof(choices));
	return mms_reader_fail(reader, reader->line, "%s can't be \"%.*s\"; it has to be %s%s",
	                       rule->key, SHOWN, value, rule->choices ? "one of " : "", choices);
}

/* Keys that aren't in mms_rules; what ends in a dot is followed by names. */
static const struct {
	const char *key;
	int (*take)(struct reader *reader, const char *rest, char *value);
} keys[] = {
	{"based-on", take_base},
	{"name", take_name},
	{"summary", take_summary},
	{"btf", take_btf},
	{"flags", take_flags},
	{"metadata.", mms_reader_take_metadata},
	{"struct.", mms_reader_take_struct},
};
#define NR_KEYS (sizeof(keys) / sizeof(*keys))

static int fail_key(const struct reader *reader, const char *key)
{
	const char *dot = strchr(key, '.'), *names[64], *nearest;
	char families[NR_KEYS][SHOWN + 1];
	size_t count = 0;

	for (size_t i = 0; i < NR_KEYS; i++) {
		snprintf(families[i], sizeof(families[i]), "%s%s", keys[i].key, dot ? dot + 1 : "");
		names[count++] = strchr(keys[i].key, '.') ? families[i] : keys[i].key;
	}
	for (size_t i = 0; i < mms_nr_rules; i++)
		names[count++] = mms_rules[i].key;
	nearest = mms_nearest_name(key, names, count);
	if (nearest)
		return mms_reader_fail(reader, reader->line,
		                       "there is no rule \"%.*s\"; did you mean \"%s\"?", SHOWN,
		                       key, nearest);
	return mms_reader_fail(reader, reader->line,
	                       "there is no rule \"%.*s\"; memmapsim-kernel(5) has all", SHOWN,
	                       key);
}

int mms_reader_take(struct reader *reader, const char *key, char *value)
{
	for (size_t i = 0; i < mms_nr_rules; i++)
		if (strcmp(key, mms_rules[i].key) == 0)
			return take_rule(reader, &mms_rules[i], value);
	for (size_t i = 0; i < NR_KEYS; i++) {
		size_t length = strlen(keys[i].key);
		bool family = keys[i].key[length - 1] == '.';

		if (strncmp(key, keys[i].key, length) == 0 && (family || !key[length]))
			return keys[i].take(reader, key + length, value);
	}
	return fail_key(reader, key);
}
