// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdlib.h>

#include "format.h"
#include "memory.h"
#include "template.h"
#include "wrap.h"

#define WIDTH 72

static void print_paragraph(FILE *stream, const char *template, const struct row *whole)
{
	char *text = template_expand(template, whole);

	if (text && *text) {
		print_wrapped(stream, text, 0, WIDTH);
		fputc('\n', stream);
	}
	free(text);
}

static void print_paragraphs(FILE *stream, const char *const *templates, const struct row *whole)
{
	for (size_t i = 0; i < MAX_PARAGRAPHS && templates[i]; i++)
		print_paragraph(stream, templates[i], whole);
}

static void print_figures(FILE *stream, const struct table_spec *spec, const json_t *result)
{
	struct table *tables;
	size_t count;

	if (!spec->title)
		return;
	tables = tables_make(spec, result, &count);
	for (size_t i = 0; i < count; i++) {
		table_print_plain(stream, &tables[i], WIDTH);
		fputc('\n', stream);
	}
	tables_free(tables, count);
}

/* What all letters end with, as reviewers ask for it. */
static const char *const circumstances[MAX_PARAGRAPHS] = {
	"Machine: {environment.cpu.model}, {environment.cpu.cores_online} cores[, "
	"{derived.machine}], Linux {environment.system.kernel}.[ memmapsim "
	"{environment.build.version}[, revision {environment.build.revision}][, "
	"{environment.build.compiler}].]",
	"Rules: {kernel.name}[, {kernel.captures} captures of running kernels][, derived from "
	"{kernel.derived_from}][, layout as in the BTF of {kernel.btf}].",
	NULL,
};

static const char *const verified[MAX_PARAGRAPHS] = {
	"{ok|yes}Verified: every struct page was held against what such a kernel leaves, "
	"[{derived.first_binds|yes}after each first binding, and ]in rounds {verified_rounds|list} "
	"on memory that was made dirty before.",
	"{!ok}NOT VERIFIED: {derived.wrong} of {derived.rows} were wrong and have no figures.",
	NULL,
};

static void print_warnings(FILE *stream, const json_t *warnings)
{
	for (size_t i = 0; i < json_array_size(warnings); i++) {
		const char *warning = json_string_value(json_array_get(warnings, i));
		char *text;

		if (!warning)
			continue;
		text = report_format("%s.", warning);
		print_hanging(stream, "Warning: ", text, 0, WIDTH);
		fputc('\n', stream);
		free(text);
	}
}

static void print_result(FILE *stream, const struct result *result)
{
	const struct cover *cover = result->view->cover;
	struct row whole = row_of(result->json);

	print_paragraphs(stream, cover->set_up, &whole);
	for (size_t i = 0; i < sizeof(cover->figures) / sizeof(*cover->figures); i++)
		print_figures(stream, &cover->figures[i], result->json);
	print_paragraphs(stream, cover->after, &whole);
	print_paragraphs(stream, circumstances, &whole);
	print_paragraphs(stream, verified, &whole);
	print_warnings(stream, row_at(&whole, "environment.warnings"));
}

void format_cover_letter(FILE *stream, const struct result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			fputs("---\n\n", stream);
		print_result(stream, &results[i]);
	}
}
