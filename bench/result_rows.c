// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "result_rows.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What follows what is in @text already, as far as there is room. */
__attribute__((format(printf, 2, 3))) static void append(char text[MMS_ROW_TEXT],
                                                         const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + length, MMS_ROW_TEXT - length, format, args);
	va_end(args);
}

const char *mms_row_name(const json_t *row)
{
	return json_string_value(json_object_get(row, "name"));
}

const json_t *mms_result_rows(const json_t *run, size_t index, json_int_t *threads)
{
	const json_t *crew;

	*threads = 0;
	if (index == 0)
		return json_object_get(run, "results");
	crew = json_array_get(json_object_get(run, "threads"), index - 1);
	*threads = json_integer_value(json_object_get(crew, "threads"));
	return json_object_get(crew, "results");
}

static void append_threads(char *text, json_int_t threads)
{
	append(text, "%s%" JSON_INTEGER_FORMAT " thread%s", *text ? ", " : "", threads,
	       threads > 1 ? "s" : "");
}

static void append_chunks(char *text, json_int_t bytes)
{
	bool whole = bytes % (1 << 20) == 0;

	append(text, "%schunks of %" JSON_INTEGER_FORMAT " %s", *text ? ", " : "",
	       whole ? bytes >> 20 : bytes >> 10, whole ? "MiB" : "KiB");
}

/* All that says how it was run, but for the value of one key. */
static void label_without(const json_t *row, const char *without, char *label)
{
	const char *key;
	json_t *value;

	label[0] = '\0';
	json_object_foreach ((json_t *)row, key, value) {
		if (strcmp(key, without) == 0 || strcmp(key, "ran") == 0 ||
		    strcmp(key, "description") == 0)
			continue;
		if (json_is_string(value))
			append(label, "%s%s", *label ? ", " : "", json_string_value(value));
		else if (json_is_integer(value) && strcmp(key, "threads") == 0)
			append_threads(label, json_integer_value(value));
		else if (json_is_integer(value) && strcmp(key, "chunk_bytes") == 0)
			append_chunks(label, json_integer_value(value));
	}
}

void mms_row_label(const json_t *row, json_int_t threads, char label[MMS_ROW_TEXT])
{
	label_without(row, "", label);
	if (threads)
		append_threads(label, threads);
}

void mms_row_way(const json_t *row, char way[MMS_ROW_TEXT])
{
	label_without(row, "name", way);
}

/* Where a walk through a row is. */
struct place {
	char name[MMS_ROW_TEXT];
	mms_measure_visit visit;
	void *context;
};

static int walk_members(const struct place *place, const json_t *object);

/* Steps of a list are called by what they are. Others have no name, and are no measures. */
static int walk_list(const struct place *outer, const json_t *list)
{
	const json_t *element;
	int result = 0;
	size_t index;

	json_array_foreach (list, index, element) {
		const char *part = json_string_value(json_object_get(element, "part"));
		const char *step = json_string_value(json_object_get(element, "step"));
		struct place place = *outer;

		if (!part || !step)
			continue;
		snprintf(place.name, sizeof(place.name), "%s, %s: ", part, step);
		result = walk_members(&place, element);
		if (result)
			break;
	}
	return result;
}

static int walk_members(const struct place *outer, const json_t *object)
{
	int result = 0;
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)object, key, value) {
		struct place place = *outer;

		append(place.name, "%s", key);
		if (json_is_array(json_object_get(value, "samples_ns"))) {
			result = place.visit(place.context, place.name, value);
		} else if (json_is_array(value)) {
			result = walk_list(&place, value);
		} else {
			append(place.name, ".");
			result = walk_members(&place, value);
		}
		if (result)
			break;
	}
	return result;
}

int mms_row_measures(const json_t *row, mms_measure_visit visit, void *context)
{
	const struct place place = {.visit = visit, .context = context};

	return walk_members(&place, row);
}

struct search {
	const char *measure;
	const json_t *found;
};

static int look(void *context, const char *measure, const json_t *summary)
{
	struct search *search = context;

	if (strcmp(search->measure, measure) != 0)
		return 0;
	search->found = summary;
	return 1;
}

const json_t *mms_row_measure(const json_t *row, const char *measure)
{
	struct search search = {.measure = measure};

	mms_row_measures(row, look, &search);
	return search.found;
}
