// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdlib.h>

#include "command.h"
#include "format.h"
#include "html.h"
#include "memory.h"
#include "svg.h"
#include "template.h"

struct page {
	FILE *stream;
	unsigned int nr_plots, nr_results;
	bool single; /* so that the page's title is that of its result */
};

static char *title_of(const struct result *result)
{
	struct row whole = row_of(result->json);
	char *title = template_expand(result->view->title, &whole);

	return title ? title : report_copy(result->view->experiment);
}

static void write_fact(void *context, const char *label, const char *text)
{
	html_element(context, "dt", NULL, label);
	html_element(context, "dd", NULL, text);
}

static void write_item(void *context, const char *text)
{
	html_element(context, "li", NULL, text);
}

static void write_warnings(FILE *stream, const struct result *result)
{
	struct row whole = row_of(result->json);
	const json_t *warnings = row_at(&whole, "environment.warnings");

	if (!json_array_size(warnings))
		return;
	fputs("<div class=\"warn\" role=\"note\"><strong>Take these figures with care</strong><ul>\n",
	      stream);
	for (size_t i = 0; i < json_array_size(warnings); i++) {
		const char *text = json_string_value(json_array_get(warnings, i));

		if (text)
			write_item(stream, text);
	}
	fputs("</ul></div>\n", stream);
}

static void write_failures(FILE *stream, const struct result *result)
{
	struct row whole = row_of(result->json);

	if (row_is_true(&whole, "ok") && !json_array_size(row_at(&whole, "left_out")))
		return;
	fputs("<div class=\"warn\" role=\"note\"><strong>Not verified, and so not timed"
	      "</strong><ul>\n",
	      stream);
	failures_each(result, write_item, stream);
	fputs("</ul></div>\n", stream);
}

static void write_notes(FILE *stream, const struct table *table)
{
	for (size_t i = 0; i < MAX_NOTES; i++)
		if (table->notes[i])
			html_element(stream, "p", "note", table->notes[i]);
}

/* Behind a plot; open where there is none. */
static void write_tables(FILE *stream, const struct table *tables, size_t count, bool open)
{
	if (!count)
		return;
	fprintf(stream, "<details%s><summary>%s</summary>\n", open ? " open" : "",
	        count > 1 ? "Tables" : "Table");
	for (size_t i = 0; i < count; i++)
		html_table(stream, &tables[i]);
	write_notes(stream, &tables[0]);
	fputs("</details>\n", stream);
}

static size_t write_plots(struct page *page, const struct section *section, const json_t *result)
{
	size_t all = 0;

	for (size_t i = 0; i < MAX_PLOTS && section->plots[i].kind; i++) {
		size_t count;
		struct plot *plots = plots_make(&section->plots[i], result, &count);

		for (size_t j = 0; j < count; j++)
			html_plot(page->stream, &plots[j], ++page->nr_plots);
		plots_free(plots, count);
		all += count;
	}
	return all;
}

/* Nothing of a section that the result has no data for. */
static void write_section(struct page *page, const struct section *section, const json_t *result)
{
	struct row whole = row_of(result);
	struct page inner = *page;
	size_t nr_tables = 0, nr_plots, size;
	struct table *tables = NULL;
	char *lead = section->lead ? template_expand(section->lead, &whole) : NULL, *plots;

	if (section->table.title)
		tables = tables_make(&section->table, result, &nr_tables);
	inner.stream = report_stream(&plots, &size);
	nr_plots = write_plots(&inner, section, result);
	fclose(inner.stream);
	page->nr_plots = inner.nr_plots;
	if (nr_plots || nr_tables) {
		fputs("<section>\n", page->stream);
		html_element(page->stream, "h3", NULL, section->title);
		if (lead)
			html_element(page->stream, "p", NULL, lead);
		fputs(plots, page->stream);
		write_tables(page->stream, tables, nr_tables, !nr_plots);
		fputs("</section>\n", page->stream);
	}
	tables_free(tables, nr_tables);
	free(plots);
	free(lead);
}

static void write_summary(FILE *stream, const struct result *result)
{
	struct row whole = row_of(result->json);
	char *text = result->view->summary ? template_expand(result->view->summary, &whole) : NULL;

	if (text && *text)
		html_element(stream, "p", "sum", text);
	free(text);
}

static void write_result(struct page *page, const struct result *result)
{
	char *title = title_of(result);

	fprintf(page->stream, "<article id=\"r%u\">\n", ++page->nr_results);
	if (!page->single)
		html_element(page->stream, "h2", NULL, title);
	free(title);
	html_element(page->stream, "p", "soft", result->path);
	write_summary(page->stream, result);
	write_failures(page->stream, result);
	write_warnings(page->stream, result);
	fputs("<dl>\n", page->stream);
	facts_each(result, write_fact, page->stream);
	fputs("</dl>\n", page->stream);
	for (const struct section *section = result->view->sections; section->title; section++)
		write_section(page, section, result->json);
	fputs("</article>\n", page->stream);
}

static void write_contents(FILE *stream, const struct result *results, size_t count)
{
	if (count < 2)
		return;
	fputs("<nav aria-label=\"Results\"><ul>\n", stream);
	for (size_t i = 0; i < count; i++) {
		char *title = title_of(&results[i]);

		fprintf(stream, "<li><a href=\"#r%zu\">", i + 1);
		svg_escaped(stream, title);
		fputs("</a></li>\n", stream);
		free(title);
	}
	fputs("</ul></nav>\n", stream);
}

void format_html(FILE *stream, const struct result *results, size_t count)
{
	struct page page = {.stream = stream, .single = count == 1};
	char *title = count == 1 ? title_of(&results[0]) : report_format("%zu results", count);

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; img-src data:\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	      "<link rel=\"icon\" href=\"data:,\">\n<title>memmapsim: ",
	      stream);
	svg_escaped(stream, title);
	fprintf(stream, "</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<header>\n<h1>",
	        plot_style, html_style);
	svg_escaped(stream, title);
	fputs("</h1>\n<p class=\"soft\">How long it takes to initialize struct pages, measured by "
	      "memmapsim in user space on real memory. Nothing is timed that was not verified, and "
	      "initializers took turns in one run.</p>\n</header>\n",
	      stream);
	write_contents(stream, results, count);
	fputs("<main>\n", stream);
	for (size_t i = 0; i < count; i++)
		write_result(&page, &results[i]);
	fputs("</main>\n<footer>", stream);
	svg_escaped(stream, argp_program_version);
	fputs(". Each plot has its table behind it; columns with a dotted line explain themselves."
	      "</footer>\n</body>\n</html>\n",
	      stream);
	free(title);
}
