// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "result_warnings.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result_rows.h"

/* More make a sentence that nobody reads. */
#define MOST_NAMED 4

/* How far a summary drifts, or where its two heaps are. */
static void print_drift(FILE *stream, const json_t *drift)
{
	fprintf(stream, "%+.1f%%", 100 * json_number_value(json_object_get(drift, "change")));
}

static void print_modes(FILE *stream, const json_t *modes)
{
	const json_t *medians = json_object_get(modes, "medians_ns");
	double share = json_number_value(json_object_get(modes, "slower_share"));

	fprintf(stream, "%.0f%% around %.3g ms, %.0f%% around %.3g ms", 100 * (1 - share),
	        json_number_value(json_array_get(medians, 0)) / 1e6, 100 * share,
	        json_number_value(json_array_get(medians, 1)) / 1e6);
}

static const struct kind {
	const char *key; /* of a summary: an object that says whether it was found */
	void (*print)(FILE *stream, const json_t *object);
	const char *says;
} kinds[] = {
	{"drift", print_drift,
         "changed as the run went on, so their median is one of when they were taken"},
	{"modes", print_modes,
         "are in two heaps, so their median may lie anywhere between the two"},
};

/* What times are of. Steps of the aftermath say so themselves. */
static const struct {
	const char *measure, *words;
} all_words[] = {
	{"first_bind", "of first binds"},
	{"rebind", "of rebinds"},
	{"returns", "until binds returned"},
	{"first_fault", "of first faults"},
	{"done", "until all was done"},
	{"stream.done", "until all was done under a stream of faults"},
	{"bound", "until all were bound"},
	{"usable", "until all were usable"},
	{"longest_first_fault", "of longest first faults"},
	{"init", "of whole inits"},
	{"first_touch.init", "of initializing at first touch"},
	{"first_touch.free", "of freeing at first touch"},
	{"first_touch.total", "of initializing and freeing at first touch"},
	{"steady.init", "of initializing in steady state"},
	{"steady.free", "of freeing in steady state"},
	{"steady.total", "of initializing and freeing in steady state"},
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void print_words(FILE *stream, const char *measure)
{
	const char *colon = strrchr(measure, ':');

	for (size_t i = 0; i < COUNT(all_words); i++)
		if (strcmp(all_words[i].measure, measure) == 0) {
			fputs(all_words[i].words, stream);
			return;
		}
	fprintf(stream, "of %.*s", (int)(colon ? colon - measure : (long)strlen(measure)), measure);
}

/* A row of a run, in what order so ever they come. */
typedef void (*row_visit)(void *context, const json_t *row, json_int_t threads);

static void visit_list(const json_t *rows, json_int_t threads, row_visit visit, void *context)
{
	const json_t *row;
	size_t index;

	json_array_foreach (rows, index, row)
		if (mms_row_name(row))
			visit(context, row, threads);
}

static void visit_rows(const json_t *run, row_visit visit, void *context)
{
	const json_t *rows, *crew;
	json_int_t threads;
	size_t index;

	for (size_t i = 0; (rows = mms_result_rows(run, i, &threads)); i++)
		visit_list(rows, threads, visit, context);
	visit_list(json_object_get(run, "fills"), 0, visit, context);
	json_array_foreach (json_object_get(run, "threads"), index, crew)
		visit_list(json_object_get(crew, "fills"),
		           json_integer_value(json_object_get(crew, "threads")), visit, context);
}

/* A sentence as it grows. */
struct sentence {
	const char *measure;
	const struct kind *kind;
	FILE *stream;
	size_t rows;
};

static void add_row(void *context, const json_t *row, json_int_t threads)
{
	struct sentence *sentence = context;
	const json_t *summary = mms_row_measure(row, sentence->measure);
	const json_t *object = json_object_get(summary, sentence->kind->key);
	char label[MMS_ROW_TEXT];

	if (!json_is_true(json_object_get(object, "found")) || sentence->rows++ >= MOST_NAMED)
		return;
	mms_row_label(row, threads, label);
	fprintf(sentence->stream, "%s%s (", sentence->rows > 1 ? "; " : "", label);
	sentence->kind->print(sentence->stream, object);
	fputc(')', sentence->stream);
}

/* A sentence on all rows whose @measure is of a @kind; NULL: none is. To be given to free(). */
static char *make_sentence(const json_t *run, const char *measure, const struct kind *kind)
{
	struct sentence sentence = {.measure = measure, .kind = kind};
	char *text = NULL;
	size_t size;

	sentence.stream = open_memstream(&text, &size);
	if (!sentence.stream)
		return NULL;
	fputs("times ", sentence.stream);
	print_words(sentence.stream, measure);
	fprintf(sentence.stream, " %s: ", kind->says);
	visit_rows(run, add_row, &sentence);
	if (sentence.rows > MOST_NAMED)
		fprintf(sentence.stream, "; and %zu more", sentence.rows - MOST_NAMED);
	fclose(sentence.stream);
	if (!sentence.rows) {
		free(text);
		return NULL;
	}
	return text;
}

/* All names of measures, once each, as keys of an object, which keep their order. */
static int collect_measure(void *names, const char *measure, const json_t *summary)
{
	(void)summary;
	return json_object_set_new(names, measure, json_null());
}

static void collect_measures(void *names, const json_t *row, json_int_t threads)
{
	(void)threads;
	mms_row_measures(row, collect_measure, names);
}

json_t *mms_result_warnings(const json_t *run)
{
	json_t *list = json_array(), *names = json_object(), *value;
	const char *measure;

	visit_rows(run, collect_measures, names);
	json_object_foreach (names, measure, value)
		for (size_t i = 0; i < COUNT(kinds); i++) {
			char *text = make_sentence(run, measure, &kinds[i]);

			if (text)
				json_array_append_new(list, json_string(text));
			free(text);
		}
	json_decref(names);
	return list;
}
