// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "input.h"
#include "json_input.h"

int json_input_open(const char *path, struct json_input *input)
{
	json_error_t error;
	FILE *stream;
	json_t *json;
	int status = input_open_stream(path, &stream);

	if (status)
		return status;
	errno = 0;
	json = json_loadf(stream, JSON_REJECT_DUPLICATES, &error);
	if (!json && ferror(stream))
		status = command_fail(STATUS_USAGE, "%s can't be read: %s", path, strerror(errno));
	fclose(stream);
	if (status)
		return status;
	if (!json)
		return command_fail(STATUS_USAGE, "%s is no JSON: line %d, column %d: %s", path,
		                    error.line, error.column, error.text);
	if (!json_is_object(json)) {
		json_decref(json);
		return command_fail(STATUS_USAGE, "%s must hold a JSON object", path);
	}
	*input = (struct json_input){.file = path, .json = json};
	return STATUS_OK;
}

void json_input_close(struct json_input *input)
{
	json_decref((json_t *)input->json);
	input->json = NULL;
}

int json_input_fail(const struct json_input *input, const char *key, const char *format, ...)
{
	char clause[256];
	va_list args;

	va_start(args, format);
	vsnprintf(clause, sizeof(clause), format, args);
	va_end(args);
	return command_fail(STATUS_USAGE, "%s: %s%s %s", input->file, input->prefix, key, clause);
}

/* Of the first 32 characters, DEL, or of the 32 beyond it, which some terminals obey as well. */
static bool has_control(const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (*c < 0x20 || *c == 0x7f || (c[0] == 0xc2 && c[1] < 0xa0))
			return true;
	return false;
}

/* All strings and keys in the value of @key. */
static int check_text(const struct json_input *input, const char *key, const json_t *json)
{
	int status = STATUS_OK;
	const char *inner;
	json_t *value;
	size_t index;

	if (json_is_string(json) && has_control(json_string_value(json)))
		return json_input_fail(input, key, "has a control character");
	json_object_foreach ((json_t *)json, inner, value) {
		status = has_control(inner)
		                 ? json_input_fail(input, "a key", "has a control character")
		                 : check_text(input, inner, value);
		if (status)
			return status;
	}
	json_array_foreach (json, index, value) {
		status = check_text(input, key, value);
		if (status)
			return status;
	}
	return status;
}

int json_input_check_text(const struct json_input *input)
{
	return check_text(input, "", input->json);
}

bool json_input_has(const struct json_input *input, const char *key)
{
	const json_t *value = json_object_get(input->json, key);

	return value && !json_is_null(value);
}

/* The value of @key, which must be a @type (@kind in words). */
static int get(const struct json_input *input, const char *key, json_type type, const char *kind,
               const json_t **value)
{
	const json_t *found = json_object_get(input->json, key);

	if (!found)
		return json_input_fail(input, key, "is missing");
	if (json_typeof(found) != type)
		return json_input_fail(input, key, "must be %s", kind);
	*value = found;
	return STATUS_OK;
}

int json_input_object(const struct json_input *input, const char *key, struct json_input *inner)
{
	struct json_input found = {.file = input->file};
	int status = get(input, key, JSON_OBJECT, "an object", &found.json);

	if (status)
		return status;
	/* Keys are this program's own, so they fit. */
	strcat(strcat(strcpy(found.prefix, input->prefix), key), ".");
	*inner = found;
	return STATUS_OK;
}

int json_input_array(const struct json_input *input, const char *key, const json_t **array)
{
	return get(input, key, JSON_ARRAY, "a list", array);
}

int json_input_boolean(const struct json_input *input, const char *key, bool *value)
{
	const json_t *found = json_object_get(input->json, key);

	if (!found)
		return json_input_fail(input, key, "is missing");
	if (!json_is_boolean(found))
		return json_input_fail(input, key, "must be true or false");
	*value = json_is_true(found);
	return STATUS_OK;
}

int json_input_string(const struct json_input *input, const char *key, const char **value)
{
	const json_t *found = NULL;
	int status = get(input, key, JSON_STRING, "a string", &found);

	if (status)
		return status;
	/* It may end up on a terminal or in a path. */
	for (const char *c = json_string_value(found); *c; c++)
		if (!isascii((unsigned char)*c) || !isprint((unsigned char)*c))
			return json_input_fail(input, key, "must be printable ASCII");
	*value = json_string_value(found);
	return STATUS_OK;
}

static bool number_within(const json_t *json, uint64_t min, uint64_t max)
{
	return json_is_integer(json) && json_integer_value(json) >= 0 &&
	       (uint64_t)json_integer_value(json) >= min &&
	       (uint64_t)json_integer_value(json) <= max;
}

int json_input_number(const struct json_input *input, const char *key, uint64_t min, uint64_t max,
                      uint64_t *value)
{
	const json_t *found = json_object_get(input->json, key);

	if (!found)
		return json_input_fail(input, key, "is missing");
	if (!number_within(found, min, max))
		return json_input_fail(input, key,
		                       "must be a whole number from %" PRIu64 " to %" PRIu64, min,
		                       max);
	*value = (uint64_t)json_integer_value(found);
	return STATUS_OK;
}

int json_input_address(const struct json_input *input, const char *key, uint64_t *value)
{
	const char *text;
	size_t digits;
	int status = json_input_string(input, key, &text);

	if (status)
		return status;
	digits = strncmp(text, "0x", 2) == 0 ? strspn(text + 2, "0123456789abcdefABCDEF") : 0;
	if (digits == 0 || digits > 16 || text[2 + digits])
		return json_input_fail(
			input, key, "must be an address such as \"0x340000000\", not \"%s\"", text);
	*value = strtoull(text, NULL, 16);
	return STATUS_OK;
}

int json_input_pair(const struct json_input *input, const char *key, const json_t *array,
                    size_t index, uint64_t max, uint64_t pair[2])
{
	const json_t *element = json_array_get(array, index);

	if (json_array_size(element) != 2 || !number_within(json_array_get(element, 0), 0, max) ||
	    !number_within(json_array_get(element, 1), 0, max))
		return json_input_fail(input, key,
		                       "must be a list of pairs of whole numbers up to %" PRIu64
		                       ", which element %zu is not",
		                       max, index);
	pair[0] = (uint64_t)json_integer_value(json_array_get(element, 0));
	pair[1] = (uint64_t)json_integer_value(json_array_get(element, 1));
	return STATUS_OK;
}
