// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "compare_rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void append_text(char *text, size_t size, const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + length, size - length, format, args);
	va_end(args);
}

static void append_threads(char *text, size_t size, json_int_t threads)
{
	append_text(text, size, "%s%" JSON_INTEGER_FORMAT " thread%s", *text ? ", " : "", threads,
	            threads > 1 ? "s" : "");
}

static void append_chunks(char *text, size_t size, json_int_t bytes)
{
	bool whole = bytes % (1 << 20) == 0;

	append_text(text, size, "%schunks of %" JSON_INTEGER_FORMAT " %s", *text ? ", " : "",
	            whole ? bytes >> 20 : bytes >> 10, whole ? "MiB" : "KiB");
}

const char *compared_name(const json_t *row)
{
	return json_string_value(json_object_get(row, "name"));
}

/* All that says how it was run, but for the value of one key. */
static void label_without(const json_t *row, const char *without, char *label, size_t size)
{
	const char *key;
	json_t *value;

	label[0] = '\0';
	json_object_foreach ((json_t *)row, key, value) {
		if (strcmp(key, without) == 0 || strcmp(key, "ran") == 0)
			continue;
		if (json_is_string(value))
			append_text(label, size, "%s%s", *label ? ", " : "",
			            json_string_value(value));
		else if (json_is_integer(value) && strcmp(key, "threads") == 0)
			append_threads(label, size, json_integer_value(value));
		else if (json_is_integer(value) && strcmp(key, "chunk_bytes") == 0)
			append_chunks(label, size, json_integer_value(value));
	}
}

void compared_label(const json_t *row, json_int_t threads, char *label, size_t size)
{
	label_without(row, "", label, size);
	if (threads)
		append_threads(label, size, threads);
}

/* Whether rows were run the same way, whatever their names. */
static bool same_way(const json_t *a, const json_t *b)
{
	char ways[2][96];

	label_without(a, "name", ways[0], sizeof(ways[0]));
	label_without(b, "name", ways[1], sizeof(ways[1]));
	return strcmp(ways[0], ways[1]) == 0;
}

const json_t *compared_rows(const json_t *run, size_t index, json_int_t *threads)
{
	const json_t *crew;

	*threads = 0;
	if (index == 0)
		return json_object_get(run, "results");
	crew = json_array_get(json_object_get(run, "threads"), index - 1);
	*threads = json_integer_value(json_object_get(crew, "threads"));
	return json_object_get(crew, "results");
}

const json_t *compared_counterpart(const json_t *run, json_int_t threads, const json_t *row,
                                   const char *name)
{
	const json_t *rows, *other;
	json_int_t others;
	size_t index;

	for (size_t i = 0; (rows = compared_rows(run, i, &others)); i++) {
		if (others != threads)
			continue;
		json_array_foreach (rows, index, other)
			if (compared_name(other) && strcmp(compared_name(other), name) == 0 &&
			    same_way(row, other))
				return other;
	}
	return NULL;
}

const json_t *find_named(const json_t *list, const char *name)
{
	const json_t *element;
	size_t index;

	json_array_foreach (list, index, element)
		if (compared_name(element) && strcmp(compared_name(element), name) == 0)
			return element;
	return NULL;
}

bool is_named(const char *names, const char *name)
{
	size_t length = name ? strlen(name) : 0;

	for (const char *at = names; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (length && strcspn(at, ",") == length && strncmp(at, name, length) == 0)
			return true;
	return name && !names;
}
