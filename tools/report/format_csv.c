// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * One row per sample: what belongs to a measurement stands in columns, so that any tool can group
 * by it. Every summary of a result is found, whatever the experiment.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "memory.h"

/* What a sample may belong to: the nearest value of that key around it, strings and numbers. */
static const char *const columns[] = {"name",    "ran",         "by",   "policy",
                                      "threads", "chunk_bytes", "part", "step"};
#define NR_COLUMNS (sizeof(columns) / sizeof(*columns))

/* Of the result, or of the run in it that the sample is from. */
static const struct {
	const char *head, *key;
} run_columns[] = {
	{"kernel", "kernel.name"},
	{"type", "derived.geometry.type"},
	{"vmemmap_shift", "derived.geometry.vmemmap_shift"},
	{"size_bytes", "derived.size_bytes"},
	{"pages", "derived.geometry.nr_initialised"},
};
#define NR_RUN_COLUMNS (sizeof(run_columns) / sizeof(*run_columns))

struct place {
	const struct result *result;
	const json_t *run;
	const json_t *values[NR_COLUMNS];
	char measure[96]; /* keys from the row to the summary */
};

/* Quoted where RFC 4180 wants it. */
static void write_text(FILE *stream, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, stream);
		return;
	}
	fputc('"', stream);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', stream);
		fputc(*text, stream);
	}
	fputc('"', stream);
}

static void write_value(FILE *stream, const json_t *value)
{
	if (json_is_string(value))
		write_text(stream, json_string_value(value));
	else if (json_is_integer(value))
		fprintf(stream, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		fprintf(stream, "%.17g", json_real_value(value));
}

static void write_sample(FILE *stream, const struct place *place, size_t index,
                         const json_t *sample)
{
	struct row run = row_of(place->run);

	write_text(stream, place->result->path);
	fputc(',', stream);
	write_text(stream, place->result->view->experiment);
	for (size_t i = 0; i < NR_RUN_COLUMNS; i++) {
		fputc(',', stream);
		write_value(stream, row_at(&run, run_columns[i].key));
	}
	for (size_t i = 0; i < NR_COLUMNS; i++) {
		fputc(',', stream);
		write_value(stream, place->values[i]);
	}
	fprintf(stream, ",%s,%zu,", place->measure, index + 1);
	write_value(stream, sample);
	fputs("\r\n", stream);
}

static void walk(FILE *stream, const struct place *outer, const json_t *json);

/* The member @key of an object, of which @place already has what belongs to it. */
static void walk_member(FILE *stream, const struct place *place, const char *key,
                        const json_t *value)
{
	struct place inner = *place;
	size_t length = strlen(inner.measure);

	if (json_is_object(value)) {
		snprintf(inner.measure + length, sizeof(inner.measure) - length, "%s%s",
		         length ? "." : "", key);
		walk(stream, &inner, value);
	}
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *element = json_array_get(value, i);

		*inner.measure = '\0';
		if (strcmp(key, "runs") == 0)
			inner.run = element;
		if (json_is_object(element))
			walk(stream, &inner, element);
	}
}

static void walk(FILE *stream, const struct place *outer, const json_t *json)
{
	const json_t *samples = json_object_get(json, "samples_ns");
	struct place place = *outer;
	const char *key;
	json_t *value;

	for (size_t i = 0; i < NR_COLUMNS; i++) {
		const json_t *own = json_object_get(json, columns[i]);

		if (json_is_string(own) || json_is_number(own))
			place.values[i] = own;
	}
	for (size_t i = 0; i < json_array_size(samples); i++)
		write_sample(stream, &place, i, json_array_get(samples, i));
	json_object_foreach ((json_t *)json, key, value)
		if (strcmp(key, "limits") != 0 && strcmp(key, "derived") != 0)
			walk_member(stream, &place, key, value);
}

void format_csv(FILE *stream, const struct result *results, size_t count)
{
	fputs("file,experiment", stream);
	for (size_t i = 0; i < NR_RUN_COLUMNS; i++)
		fprintf(stream, ",%s", run_columns[i].head);
	for (size_t i = 0; i < NR_COLUMNS; i++)
		fprintf(stream, ",%s", columns[i]);
	fputs(",measure,sample,ns\r\n", stream);
	for (size_t i = 0; i < count; i++) {
		struct place place = {.result = &results[i], .run = results[i].json};

		walk(stream, &place, results[i].json);
	}
}
