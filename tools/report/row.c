// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

struct row row_of(const json_t *result)
{
	return (struct row){.chain = {result}};
}

static void add(struct rows *rows, const struct row *row)
{
	rows->items = report_grow(rows->items, rows->count, sizeof(*row));
	rows->items[rows->count++] = *row;
}

/* @row with one more link, which must be an object. */
static bool extended(const struct row *row, const json_t *json, const char *member,
                     struct row *longer)
{
	if (!json_is_object(json) || row->depth + 1 == ROW_DEPTH)
		return false;
	*longer = *row;
	longer->chain[++longer->depth] = json;
	longer->member = member;
	return true;
}

/* The member of @object whose key is the first @length bytes of @key. */
static const json_t *member_of(const json_t *object, const char *key, size_t length)
{
	char copy[64];

	snprintf(copy, sizeof(copy), "%.*s", (int)length, key);
	return json_object_get(object, copy);
}

/* Go on from @row with the rest of the path. */
static void find(struct rows *rows, const struct row *row, const char *path)
{
	size_t length = strcspn(path, "[{");
	const json_t *value;
	const char *rest;
	struct row next;

	if (!*path) {
		add(rows, row);
		return;
	}
	value = member_of(row->chain[row->depth], path, length);
	rest = path + length + strlen("[]");
	rest += *rest == '.';
	if (path[length] == '[') {
		for (size_t i = 0; i < json_array_size(value); i++)
			if (extended(row, json_array_get(value, i), NULL, &next))
				find(rows, &next, rest);
	} else {
		const char *member;
		json_t *inner;

		json_object_foreach ((json_t *)value, member, inner)
			if (extended(row, inner, member, &next))
				find(rows, &next, rest);
	}
}

struct rows rows_find(const json_t *result, const char *const *paths)
{
	const struct row whole = row_of(result);
	struct rows rows = {0};

	for (size_t i = 0; i < MAX_ROW_PATHS && paths[i]; i++)
		find(&rows, &whole, paths[i]);
	return rows;
}

void rows_keep(struct rows *rows, const char *key)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->count; i++)
		if (row_at(&rows->items[i], key))
			rows->items[kept++] = rows->items[i];
	rows->count = kept;
}

void rows_gather(struct rows *rows, const char *keys)
{
	char **labels = report_alloc(rows->count, sizeof(*labels));

	for (size_t i = 0; i < rows->count; i++) {
		struct row row = rows->items[i];
		char *label = row_label(&row, keys);
		size_t to = i;

		while (to && strcmp(labels[to - 1], label) != 0)
			to--;
		if (!to)
			to = i;
		memmove(&rows->items[to + 1], &rows->items[to], (i - to) * sizeof(row));
		memmove(&labels[to + 1], &labels[to], (i - to) * sizeof(label));
		rows->items[to] = row;
		labels[to] = label;
	}
	for (size_t i = 0; i < rows->count; i++)
		free(labels[i]);
	free(labels);
}

void rows_free(struct rows *rows)
{
	free(rows->items);
	*rows = (struct rows){0};
}

const json_t *row_at(const struct row *row, const char *key)
{
	unsigned int depth = row->depth;
	const json_t *value;

	if (*key == '/') {
		depth = 0;
		key++;
	}
	for (; strncmp(key, "../", 3) == 0 && depth; key += 3)
		depth--;
	for (value = row->chain[depth]; value && *key; key += *key == '.') {
		size_t length = strcspn(key, ".");

		value = member_of(value, key, length);
		key += length;
	}
	return json_is_null(value) ? NULL : value;
}

double row_number(const struct row *row, const char *key)
{
	const json_t *value = row_at(row, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *row_string(const struct row *row, const char *key)
{
	return strcmp(key, "@") == 0 ? row->member : json_string_value(row_at(row, key));
}

bool row_is_true(const struct row *row, const char *key)
{
	return json_is_true(row_at(row, key));
}

bool row_interval(const struct row *row, const char *key, double *low, double *high)
{
	const json_t *value = row_at(row, key);
	const json_t *ends[] = {json_array_get(value, 0), json_array_get(value, 1)};

	if (json_array_size(value) != 2 || !json_is_number(ends[0]) || !json_is_number(ends[1]))
		return false;
	*low = json_number_value(ends[0]);
	*high = json_number_value(ends[1]);
	return true;
}

char *row_label(const struct row *row, const char *keys)
{
	FILE *stream;
	char *label;
	size_t size;

	stream = report_stream(&label, &size);
	for (const char *key = keys; *key;) {
		size_t length = strcspn(key, " ");
		char *one = report_format("%.*s", (int)length, key);
		const char *text = row_string(row, one);
		double number = row_number(row, one);

		if (text)
			fprintf(stream, "%s%s", ftell(stream) ? " " : "", text);
		else if (!isnan(number))
			fprintf(stream, "%s%.10g", ftell(stream) ? " " : "", number);
		free(one);
		key += length + strspn(key + length, " ");
	}
	fclose(stream);
	return label;
}
