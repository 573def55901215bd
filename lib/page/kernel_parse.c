// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Descriptions as text: lines, keys, and the rules that are a word each. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "page/kernel.h"
#include "page/reader.h"

int mms_reader_fail(const struct reader *reader, unsigned int line, const char *format, ...)
{
	char sentence[512];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	return mms_fail(EINVAL, "%s:%u: %s", reader->origin, line, sentence);
}

int mms_reader_fail_unknown(const struct reader *reader, const char *kind, const char *typed,
                            const char *const *names, size_t count)
{
	char sentence[512];

	mms_fail_unknown(kind, typed, names, count);
	snprintf(sentence, sizeof(sentence), "%s", mms_last_error());
	return mms_reader_fail(reader, reader->line, "%s", sentence);
}

unsigned int mms_reader_line_of(const struct reader *reader, const char *prefix, const char *name)
{
	size_t length = strlen(prefix);

	for (size_t i = 0; i < reader->nr_keys; i++)
		if (strncmp(reader->keys[i].key, prefix, length) == 0 &&
		    strcmp(reader->keys[i].key + length, name) == 0)
			return reader->keys[i].line;
	return 0;
}

size_t mms_reader_words(char *value, char **words, size_t max)
{
	size_t count = 0;
	char *word;

	while (count < max && (word = strsep(&value, " \t")))
		if (*word)
			words[count++] = word;
	return count;
}

bool mms_reader_number(const char *text, unsigned int max, unsigned int *number)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	unsigned long value;
	char *end;

	/* strtoul() alone would take signs and blanks, and octal for decimal. */
	if (!(hex ? isxdigit((unsigned char)text[2]) : isdigit((unsigned char)text[0])))
		return false;
	value = strtoul(text, &end, hex ? 16 : 10);
	if (*end || value > max)
		return false;
	*number = (unsigned int)value;
	return true;
}

bool mms_reader_is_name(const char *text, bool dots)
{
	size_t length = strlen(text);
	bool start = true;

	if (length > MAX_NAME)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned char letter = (unsigned char)text[i];

		if (letter == '.' && dots && !start)
			start = true;
		else if (isalpha(letter) || letter == '_' || (isdigit(letter) && !start))
			start = false;
		else
			return false;
	}
	return !start;
}

static int remember_key(struct reader *reader, const char *key)
{
	unsigned int line = mms_reader_line_of(reader, "", key);

	if (line)
		return mms_reader_fail(reader, reader->line, "%.*s was there already, in line %u",
		                       SHOWN, key, line);
	if (reader->nr_keys == MAX_KEYS)
		return mms_reader_fail(reader, reader->line, "there are more than %d rules",
		                       MAX_KEYS);
	reader->keys[reader->nr_keys].key = key;
	reader->keys[reader->nr_keys++].line = reader->line;
	return 0;
}

/* KEY += VALUE */
static int add_to(struct reader *reader, const char *key, char *value)
{
	if (strcmp(key, "flags") != 0)
		return mms_reader_fail(reader, reader->line,
		                       "only flags can be added to; write %.*s = VALUE", SHOWN,
		                       key);
	reader->added_line = reader->line;
	return mms_reader_take(reader, key, value);
}

/* KEY = VALUE */
static int set(struct reader *reader, const char *key, char *value)
{
	int err = remember_key(reader, key);

	if (err)
		return err;
	if (strcmp(key, "flags") == 0) {
		if (reader->added_line)
			return mms_reader_fail(reader, reader->line,
			                       "flags = has to stand before what is added to it in "
			                       "line %u",
			                       reader->added_line);
		reader->own->kernel.nr_pageflags = 0;
	}
	return mms_reader_take(reader, key, value);
}

/* Without blanks at both ends. */
static char *trim(char *text)
{
	size_t length;

	text += strspn(text, " \t\r");
	length = strlen(text);
	while (length && strchr(" \t\r", text[length - 1]))
		text[--length] = '\0';
	return text;
}

static void cut_comment(char *line)
{
	for (char *at = line; *at; at++) {
		if (*at == '#' && (at == line || at[-1] == ' ' || at[-1] == '\t')) {
			*at = '\0';
			return;
		}
	}
}

static int read_line(struct reader *reader, char *line)
{
	char *equals, *key, *value;
	bool add;

	cut_comment(line);
	line = trim(line);
	if (!*line)
		return 0;
	equals = strchr(line, '=');
	if (!equals || equals == line)
		return mms_reader_fail(reader, reader->line,
		                       "\"%.*s\" is no rule; write KEY = VALUE", SHOWN, line);
	add = equals[-1] == '+';
	equals[add ? -1 : 0] = '\0';
	key = trim(line);
	value = trim(equals + 1);
	if (!reader->base && strcmp(key, "based-on") != 0)
		return mms_reader_fail(
			reader, reader->line,
			"the first rule has to be based-on = RELEASE, such as %s, not "
			"\"%.*s\"",
			mms_kernel_default()->name, SHOWN, key);
	if (!*value)
		return mms_reader_fail(reader, reader->line, "%.*s has no value", SHOWN, key);
	return add ? add_to(reader, key, value) : set(reader, key, value);
}

/* Text, not something else that was mistaken for it. */
static int check_bytes(struct reader *reader, const char *text, size_t size)
{
	reader->line = 1;
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte == '\n')
			reader->line++;
		else if ((byte < ' ' && byte != '\t' && byte != '\r') || byte == 0x7f)
			return mms_reader_fail(reader, reader->line,
			                       "there is a byte 0x%02x, so this is no text", byte);
	}
	return 0;
}

/* The last part of the path that the text came from, without what names may not have. */
static void default_name(const struct reader *reader, char *name, size_t size)
{
	const char *slash = strrchr(reader->origin, '/');

	snprintf(name, size, "%s", slash ? slash + 1 : reader->origin);
	if (!*name)
		snprintf(name, size, "own");
	for (; *name; name++)
		if (!mms_is_kernel_name((const char[]){*name, '\0'}))
			*name = '_';
}

static int find_flag(const struct reader *reader, const char *name, uint8_t *bit)
{
	const struct mms_kernel *kernel = &reader->own->kernel;
	unsigned int line = mms_reader_line_of(reader, "", "flags");

	for (uint8_t i = 0; i < kernel->nr_pageflags; i++) {
		if (strcmp(kernel->pageflags[i], name) == 0) {
			*bit = i;
			return 0;
		}
	}
	return mms_reader_fail(reader, line ? line : mms_reader_line_of(reader, "", "btf"),
	                       "there is no flag %s among them, which memmapsim has to know", name);
}

/* A page that was just initialized must not look like a free block's first one. */
static int check_buddy(struct reader *reader)
{
	const struct mms_kernel *kernel = &reader->own->kernel;
	unsigned int line;

	if (~kernel->buddy_type & kernel->buddy_mask)
		return 0;
	line = mms_reader_line_of(reader, "", "buddy-type");
	if (!line)
		line = mms_reader_line_of(reader, "", "buddy-mask");
	return mms_reader_fail(reader, line,
	                       "buddy-type 0x%x has all bits of buddy-mask 0x%x set, as every page "
	                       "has, so that each would be taken for a free block",
	                       kernel->buddy_type, kernel->buddy_mask);
}

static int check(struct reader *reader)
{
	struct mms_kernel *kernel = &reader->own->kernel;
	const struct mms_kernel *builtin;
	int err;

	if (!reader->base)
		return mms_reader_fail(reader, reader->line,
		                       "there is no rule in it; the first has to be based-on = "
		                       "RELEASE, such as %s",
		                       mms_kernel_default()->name);
	if (!*reader->own->name)
		default_name(reader, reader->own->name, sizeof(reader->own->name));
	if (mms_kernel_find(reader->own->name, &builtin) == 0) {
		unsigned int line = mms_reader_line_of(reader, "", "name");

		return mms_reader_fail(
			reader, line ? line : 1,
			"%s is the name of a built-in kernel; give this one another by "
			"name = NAME",
			builtin->name);
	}
	err = find_flag(reader, "head", &kernel->pg_head);
	if (!err)
		err = find_flag(reader, "reserved", &kernel->pg_reserved);
	if (!err)
		err = find_flag(reader, "hwpoison", &kernel->pg_hwpoison);
	if (!err)
		err = check_buddy(reader);
	if (!err)
		err = mms_reader_check_metadata(reader);
	return err ? err : mms_reader_check_structs(reader);
}

static int read_text(struct reader *reader, const char *text, size_t size)
{
	char *rest = reader->own->text, *line;
	int err = check_bytes(reader, text, size);

	reader->line = 0;
	while (!err && (line = strsep(&rest, "\n"))) {
		reader->line++;
		err = read_line(reader, line);
	}
	return err ? err : check(reader);
}

int mms_kernel_parse(const char *text, size_t size, const char *origin,
                     const struct mms_kernel_types *types, struct mms_kernel **kernel)
{
	struct own_kernel *own = calloc(1, sizeof(*own) + size + 1);
	struct reader reader = {.origin = origin, .types = types, .own = own};
	int err;

	if (!own)
		return mms_fail(ENOMEM, "out of memory");
	memcpy(own->text, text, size);
	err = read_text(&reader, text, size);
	if (err)
		free(own);
	else
		*kernel = &own->kernel;
	return err;
}

void mms_kernel_destroy(struct mms_kernel *kernel)
{
	free(kernel);
}
