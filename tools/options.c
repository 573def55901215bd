// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "foreign.h"
#include "init/init.h"
#include "options.h"

/*
 * Digits, decimal or after 0x. strtoull() alone would take signs, blanks, and octal for decimal.
 * @return 0, -EINVAL: no number, -ERANGE: too large
 */
static int parse_digits(const char *text, uint64_t *value, const char **rest)
{
	int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	const char *digits = base == 16 ? text + 2 : text;
	char *end;

	if (!(base == 16 ? isxdigit((unsigned char)*digits) : isdigit((unsigned char)*digits)))
		return -EINVAL;
	errno = 0;
	*value = strtoull(digits, &end, base);
	*rest = end;
	return errno == ERANGE ? -ERANGE : 0;
}

static int parse_bytes(const char *text, uint64_t *bytes)
{
	static const char suffixes[] = "KMGT";
	uint64_t value = 0;
	const char *rest;
	unsigned int shift = 0;
	int error = parse_digits(text, &value, &rest);

	if (error == -EINVAL)
		return error;
	if (*rest) {
		const char *suffix = strchr(suffixes, toupper((unsigned char)*rest));

		if (!suffix || rest[1])
			return -EINVAL;
		shift = 10 * ((unsigned int)(suffix - suffixes) + 1);
	}
	if (error || value << shift >> shift != value)
		return -ERANGE;
	*bytes = value << shift;
	return 0;
}

int option_address(const char *option, const char *text, uint64_t *address)
{
	switch (parse_bytes(text, address)) {
	case 0:
		return STATUS_OK;
	case -ERANGE:
		return command_fail(STATUS_USAGE, "%s %s is more than 64 bits can hold", option,
		                    text);
	default:
		return command_fail(
			STATUS_USAGE,
			"%s \"%s\" is no number of bytes; write it as 100G, 2M, 4096 or "
			"0x200000",
			option, text);
	}
}

int option_size(const char *option, const char *text, uint64_t *size)
{
	uint64_t value;
	int status = option_address(option, text, &value);

	if (status)
		return status;
	if (value == 0)
		return command_fail(STATUS_USAGE, "%s %s is no size; it must be more than 0",
		                    option, text);
	*size = value;
	return STATUS_OK;
}

int option_number(const char *option, const char *text, uint64_t min, uint64_t max,
                  uint64_t *number)
{
	uint64_t value = 0;
	const char *rest = "";
	int error = parse_digits(text, &value, &rest);

	if (error == -EINVAL || *rest)
		return command_fail(STATUS_USAGE,
		                    "%s \"%s\" is no whole number; give one from %llu to %llu",
		                    option, text, (unsigned long long)min, (unsigned long long)max);
	if (error || value < min || value > max)
		return command_fail(STATUS_USAGE,
		                    "%s %s is out of range; give a number from %llu to %llu",
		                    option, text, (unsigned long long)min, (unsigned long long)max);
	*number = value;
	return STATUS_OK;
}

int option_choice(const char *kind, const char *text, const char *const *names, size_t count,
                  size_t *index)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(text, names[i]) == 0) {
			*index = i;
			return STATUS_OK;
		}
	}
	return command_fail_library(mms_fail_unknown(kind, text, names, count));
}

int option_list(const char *text, int (*take)(const char *word, void *context), void *context)
{
	char *words = strdup(text), *rest = words, *word;
	int status = STATUS_OK;

	if (!words)
		return command_fail(STATUS_RESOURCE, "out of memory");
	while (status == STATUS_OK && (word = strsep(&rest, ",")))
		status = take(word, context);
	free(words);
	return status;
}

static void take_all(struct initializer_list *list)
{
	list->all = true;
	for (size_t i = 0; i < mms_initializer_count() && list->count < MAX_INITIALIZERS; i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);

		if (!mms_initializer_missing_cpu(initializer))
			list->items[list->count++] = initializer;
	}
}

void warn_of_left_out(const struct initializer_list *list)
{
	for (size_t i = 0; list->all && i < mms_initializer_count(); i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);
		unsigned int missing = mms_initializer_missing_cpu(initializer);

		if (missing)
			command_warn("initializer %s is left out, since this CPU has no %s",
			             initializer->name, mms_cpu_feature_name(missing));
	}
}

int initializers_check_cpu(const struct initializer_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		int error = mms_initializer_check_cpu(list->items[i]);

		if (error)
			return command_fail_library(error);
	}
	return STATUS_OK;
}

static bool has_builtin(const struct initializer_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (!foreign_path(list->items[i]))
			return true;
	return false;
}

static int take_one(const char *name, void *context)
{
	struct initializer_list *list = context;
	const struct mms_initializer *initializer;
	int error;

	if (foreign_is_path(name)) {
		int status = foreign_take(name, list);

		return status ? status : initializers_check_cpu(list);
	}
	if (list->all || (strcmp(name, "all") == 0 && has_builtin(list)))
		return command_fail(STATUS_USAGE,
		                    "all names every built-in initializer already; leave it or the "
		                    "others out");
	if (strcmp(name, "all") == 0) {
		take_all(list);
		return STATUS_OK;
	}
	error = mms_initializer_find(name, &initializer);
	if (!error)
		error = mms_initializer_check_cpu(initializer);
	if (error)
		return command_fail_library(error);
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i] == initializer)
			return command_fail(STATUS_USAGE, "initializer %s is named twice", name);
	if (list->count == MAX_INITIALIZERS)
		return command_fail(STATUS_USAGE, "more than %d initializers are named",
		                    MAX_INITIALIZERS);
	list->items[list->count++] = initializer;
	return STATUS_OK;
}

int option_initializers(const char *text, struct initializer_list *list)
{
	struct initializer_list taken = {0};
	int status = option_list(text, take_one, &taken);

	if (status == STATUS_OK)
		*list = taken;
	return status;
}
