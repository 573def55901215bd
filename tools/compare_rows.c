// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "compare_rows.h"

#include <string.h>

#include "result_rows.h"

/* Whether rows were run the same way, whatever their names. */
static bool same_way(const json_t *a, const json_t *b)
{
	char ways[2][MMS_ROW_TEXT];

	mms_row_way(a, ways[0]);
	mms_row_way(b, ways[1]);
	return strcmp(ways[0], ways[1]) == 0;
}

const json_t *compared_counterpart(const json_t *run, json_int_t threads, const json_t *row,
                                   const char *name)
{
	const json_t *rows, *other;
	json_int_t others;
	size_t index;

	for (size_t i = 0; (rows = mms_result_rows(run, i, &others)); i++) {
		if (others != threads)
			continue;
		json_array_foreach (rows, index, other)
			if (mms_row_name(other) && strcmp(mms_row_name(other), name) == 0 &&
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
		if (mms_row_name(element) && strcmp(mms_row_name(element), name) == 0)
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
