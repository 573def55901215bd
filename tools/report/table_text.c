// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <string.h>

#include "table.h"
#include "wrap.h"

#define MARGIN 2
#define WIDTH  100

static size_t column_width(const struct table *table, size_t column)
{
	size_t width = text_width(table->columns[column]->head);

	for (size_t i = 0; i < table->nr_rows; i++) {
		const struct table_row *row = &table->rows[i];
		size_t cell = text_width(row->cells[column]);

		if (cell > width && (column == 0 || !row->wrong))
			width = cell;
	}
	return width;
}

static bool is_words(const struct column *column)
{
	return column->kind == CELL_LABEL || column->kind == CELL_TEXT;
}

/* Words to the left, numbers to the right. */
static void print_cell(FILE *stream, const struct table *table, size_t column, const char *text,
                       bool last)
{
	size_t width = column_width(table, column), own = text_width(text);
	int blanks = (int)(width > own ? width - own : 0);

	fprintf(stream, "%*s", MARGIN, "");
	if (is_words(table->columns[column]))
		fprintf(stream, "%s%*s", text, last ? 0 : blanks, "");
	else
		fprintf(stream, "%*s%s", blanks, "", text);
}

static void print_row(FILE *stream, const struct table *table, const struct table_row *row)
{
	size_t shown = row->wrong ? 1 : table->nr_columns;

	for (size_t i = 0; i < shown; i++)
		print_cell(stream, table, i, row->cells[i], i + 1 == shown && !row->remark);
	if (row->remark)
		fprintf(stream, "%*s%s", MARGIN, "", row->remark);
	fputc('\n', stream);
}

void table_print_plain(FILE *stream, const struct table *table)
{
	fprintf(stream, "%s%s%s\n\n", table->group, *table->group ? ": " : "", table->title);
	for (size_t i = 0; i < table->nr_columns; i++)
		print_cell(stream, table, i, table->columns[i]->head, i + 1 == table->nr_columns);
	fputc('\n', stream);
	for (size_t i = 0; i < table->nr_rows; i++)
		print_row(stream, table, &table->rows[i]);
}

void table_print(FILE *stream, const struct table *table)
{
	const char *separator = "\n";

	fputc('\n', stream);
	table_print_plain(stream, table);
	for (size_t i = 0; i < MAX_NOTES; i++) {
		if (!table->notes[i])
			continue;
		fputs(separator, stream);
		print_wrapped(stream, table->notes[i], MARGIN, WIDTH);
		separator = "";
	}
}
