// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdlib.h>

#include "command.h"
#include "format.h"
#include "template.h"
#include "wrap.h"

#define WIDTH 100

static void facts_in(const struct fact *facts, const struct row *whole,
                     void (*take)(void *context, const char *label, const char *text),
                     void *context)
{
	for (; facts->label; facts++) {
		char *text = template_expand(facts->text, whole);

		if (text)
			take(context, facts->label, text);
		free(text);
	}
}

void facts_each(const struct result *result,
                void (*take)(void *context, const char *label, const char *text), void *context)
{
	struct row whole = row_of(result->json);

	facts_in(common_facts, &whole, take, context);
	facts_in(result->view->facts, &whole, take, context);
}

/* Call @take for the sentence that @template makes of each row that has its values. */
static void sentences_of(const struct result *result, const char *const *paths,
                         const char *template, void (*take)(void *context, const char *text),
                         void *context)
{
	struct rows rows = rows_find(result->json, paths);

	for (size_t i = 0; i < rows.count; i++) {
		char *text = template_expand(template, &rows.items[i]);

		if (text)
			take(context, text);
		free(text);
	}
	rows_free(&rows);
}

void failures_each(const struct result *result, void (*take)(void *context, const char *text),
                   void *context)
{
	static const char *const wrong[MAX_ROW_PATHS] = {"results[]", "threads[].results[]",
	                                                 "runs[].results[]"};
	static const char *const left_out[MAX_ROW_PATHS] = {"left_out[]"};

	sentences_of(result, wrong, "{failure.sentence}", take, context);
	sentences_of(result, left_out, "{name} of the plug-in {plugin} was left out: {reason}",
	             take, context);
}

/* As print_fact() does, in lines that fit. */
static void print_one_fact(void *context, const char *label, const char *text)
{
	char head[32];

	snprintf(head, sizeof(head), "%-*s ", FACT_LABEL_WIDTH, label);
	print_hanging(context, head, text, FACT_LABEL_WIDTH + 1, WIDTH);
}

static void print_failure(void *context, const char *text)
{
	fputc('\n', context);
	print_wrapped(context, text, 0, WIDTH);
}

static void print_warnings(FILE *stream, const json_t *warnings)
{
	for (size_t i = 0; i < json_array_size(warnings); i++) {
		const char *text = json_string_value(json_array_get(warnings, i));

		if (text)
			print_one_fact(stream, "warning", text);
	}
}

static void print_tables(FILE *stream, const struct table_spec *spec, const json_t *result)
{
	struct table *tables;
	size_t count;

	if (!spec->title)
		return;
	tables = tables_make(spec, result, &count);
	for (size_t i = 0; i < count; i++)
		table_print(stream, &tables[i], WIDTH);
	if (count)
		table_print_notes(stream, &tables[0], WIDTH);
	tables_free(tables, count);
}

static void print_result(FILE *stream, const struct result *result)
{
	struct row whole = row_of(result->json);
	char *title = template_expand(result->view->title, &whole);

	print_one_fact(stream, "result", result->path);
	print_one_fact(stream, "experiment", title ? title : result->view->experiment);
	free(title);
	facts_each(result, print_one_fact, stream);
	print_warnings(stream, row_at(&whole, "environment.warnings"));
	for (const struct section *section = result->view->sections; section->title; section++)
		if (!section->page_only)
			print_tables(stream, &section->table, result->json);
	failures_each(result, print_failure, stream);
}

void format_text(FILE *stream, const struct result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			fputs("\n\n", stream);
		print_result(stream, &results[i]);
	}
}
