// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "html.h"

#include <stdlib.h>

#include "svg.h"

void html_element(FILE *stream, const char *name, const char *class, const char *text)
{
	fprintf(stream, "<%s%s%s%s>", name, class ? " class=\"" : "", class ? class : "",
	        class ? "\"" : "");
	svg_escaped(stream, text);
	fprintf(stream, "</%s>\n", name);
}

/* Words to the left. */
static const char *class_of(const struct column *column)
{
	return column->kind == CELL_LABEL || column->kind == CELL_TEXT ? " class=\"w\"" : "";
}

static void write_head(FILE *stream, const struct column *column)
{
	fprintf(stream, "<th scope=\"col\"%s>", class_of(column));
	if (column->meaning) {
		fputs("<abbr title=\"", stream);
		svg_escaped(stream, column->meaning);
		fputs("\">", stream);
	}
	svg_escaped(stream, column->head);
	fputs(column->meaning ? "</abbr></th>" : "</th>", stream);
}

static bool has_remarks(const struct table *table)
{
	for (size_t i = 0; i < table->nr_rows; i++)
		if (table->rows[i].remark && !table->rows[i].wrong)
			return true;
	return false;
}

static void write_row(FILE *stream, const struct table *table, const struct table_row *row)
{
	fprintf(stream, "<tr><th scope=\"row\"%s>", class_of(table->columns[0]));
	svg_escaped(stream, row->cells[0]);
	fputs("</th>", stream);
	if (row->wrong) {
		fprintf(stream, "<td class=\"w\" colspan=\"%zu\">",
		        table->nr_columns - 1 + has_remarks(table));
		svg_escaped(stream, row->remark);
		fputs("</td></tr>\n", stream);
		return;
	}
	for (size_t i = 1; i < table->nr_columns; i++) {
		fprintf(stream, "<td%s>", class_of(table->columns[i]));
		svg_escaped(stream, row->cells[i]);
		fputs("</td>", stream);
	}
	if (has_remarks(table)) {
		fputs("<td class=\"w\">", stream);
		svg_escaped(stream, row->remark ? row->remark : "");
		fputs("</td>", stream);
	}
	fputs("</tr>\n", stream);
}

void html_table(FILE *stream, const struct table *table)
{
	fputs("<div class=\"scroll\" tabindex=\"0\">\n<table><caption>", stream);
	if (*table->group) {
		svg_escaped(stream, table->group);
		fputs(": ", stream);
	}
	svg_escaped(stream, table->title);
	fputs("</caption>\n<thead><tr>", stream);
	for (size_t i = 0; i < table->nr_columns; i++)
		write_head(stream, table->columns[i]);
	if (has_remarks(table))
		fputs("<td></td>", stream);
	fputs("</tr></thead>\n<tbody>\n", stream);
	for (size_t i = 0; i < table->nr_rows; i++)
		write_row(stream, table, &table->rows[i]);
	fputs("</tbody></table>\n</div>\n", stream);
}

void html_plot(FILE *stream, const struct plot *plot, unsigned int id)
{
	char *description = plot_description(plot);

	fputs("<figure>\n<figcaption>", stream);
	if (*plot->group) {
		svg_escaped(stream, plot->group);
		fputs(": ", stream);
	}
	svg_escaped(stream, plot->title);
	fprintf(stream,
	        "</figcaption>\n<div class=\"scroll\" tabindex=\"0\">\n"
	        "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"t%u d%u\">"
	        "<title id=\"t%u\">",
	        PLOT_WIDTH, plot_height(plot), id, id, id);
	svg_escaped(stream, plot->title);
	fprintf(stream, "</title><desc id=\"d%u\">", id);
	svg_escaped(stream, description);
	fputs("</desc>\n", stream);
	plot_draw(stream, plot, 0);
	fputs("</svg>\n</div>\n</figure>\n", stream);
	free(description);
}
