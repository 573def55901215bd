// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "result_warnings.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "naive", or "naive, pool, 2 threads" where there are several ways to run one. */
static void print_row_name(FILE *stream, const json_t *row)
{
	static const char *const words[] = {"by", "policy", "part"};
	json_int_t threads = json_integer_value(json_object_get(row, "threads"));

	fputs(json_string_value(json_object_get(row, "name")), stream);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *word = json_string_value(json_object_get(row, words[i]));

		if (word)
			fprintf(stream, " %s", word);
	}
	if (threads)
		fprintf(stream, " on %" JSON_INTEGER_FORMAT, threads);
}

/* Print how far a summary drifts, or where its two heaps are. @return whether it does, or has */
static bool print_drift(FILE *stream, const json_t *summary)
{
	const json_t *drift = json_object_get(summary, "drift");

	if (!json_is_true(json_object_get(drift, "found")))
		return false;
	if (stream)
		fprintf(stream, " (%+.1f %%)",
		        100 * json_number_value(json_object_get(drift, "change")));
	return true;
}

static bool print_modes(FILE *stream, const json_t *summary)
{
	const json_t *modes = json_object_get(summary, "modes");
	const json_t *medians = json_object_get(modes, "medians_ns");
	double share = json_number_value(json_object_get(modes, "slower_share"));

	if (!json_is_true(json_object_get(modes, "found")))
		return false;
	if (stream)
		fprintf(stream, " (%.0f %% around %.3f ms, %.0f %% around %.3f ms)",
		        100 * (1 - share), json_number_value(json_array_get(medians, 0)) / 1e6,
		        100 * share, json_number_value(json_array_get(medians, 1)) / 1e6);
	return true;
}

static const struct {
	bool (*print)(FILE *stream, const json_t *summary);
	const char *says;
} kinds[] = {
	{print_drift, "changed as the run went on, so the median is one of when it was taken"},
	{print_modes, "has two heaps of samples, so the median may lie anywhere between them"},
};

/* A sentence on all rows whose @measure is of a @kind; NULL: none is. To be given to free(). */
static char *sentence(const json_t *results, const char *measure, size_t kind)
{
	char *text = NULL;
	size_t size, index, found = 0;
	const json_t *row;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	fprintf(stream, "%s of ", measure);
	json_array_foreach (results, index, row) {
		const json_t *summary = json_object_get(row, measure);

		if (!kinds[kind].print(NULL, summary))
			continue;
		fputs(found++ ? ", " : "", stream);
		print_row_name(stream, row);
		kinds[kind].print(stream, summary);
	}
	fprintf(stream, " %s", kinds[kind].says);
	fclose(stream);
	if (!found) {
		free(text);
		return NULL;
	}
	return text;
}

json_t *mms_result_warnings(const json_t *results)
{
	json_t *list = json_array(), *summary;
	const char *measure;

	/* All rows have the same members. */
	json_object_foreach (json_array_get(results, 0), measure, summary) {
		if (!json_object_get(summary, "samples_ns"))
			continue;
		for (size_t kind = 0; kind < sizeof(kinds) / sizeof(*kinds); kind++) {
			char *text = sentence(results, measure, kind);

			if (text)
				json_array_append_new(list, json_string(text));
			free(text);
		}
	}
	return list;
}
