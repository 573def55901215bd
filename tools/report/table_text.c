// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <string.h>

#include "table.h"
#include "wrap.h"

#define MARGIN 2

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

/* Columns of a table that stand side by side: its keys, and those from @first to before @end. */
struct part {
	const struct table *table;
	size_t keys, first, end;
	bool remarks; /* stand in this part */
};

static bool same_keys(const struct table *table, size_t row, size_t other, size_t keys)
{
	for (size_t i = 0; i < keys; i++)
		if (strcmp(table->rows[row].cells[i], table->rows[other].cells[i]) != 0)
			return false;
	return true;
}

/* What a row is of: as many columns as it takes to tell all rows apart. */
static size_t count_keys(const struct table *table)
{
	size_t keys = 1;

	for (size_t row = 0; row < table->nr_rows; row++)
		for (size_t other = 0; other < row; other++)
			while (keys + 1 < table->nr_columns && same_keys(table, row, other, keys))
				keys++;
	return keys;
}

static size_t width_between(const struct table *table, size_t first, size_t end)
{
	size_t width = 0;

	for (size_t i = first; i < end; i++)
		width += MARGIN + column_width(table, i);
	return width;
}

static size_t remark_width(const struct table *table)
{
	size_t width = 0;

	for (size_t i = 0; i < table->nr_rows; i++) {
		const struct table_row *row = &table->rows[i];
		size_t own = row->remark && !row->wrong ? MARGIN + text_width(row->remark) : 0;

		width = own > width ? own : width;
	}
	return width;
}

/* As many columns from @part's first on as @width has room for, one at least. */
static void fit(struct part *part, size_t width)
{
	const struct table *table = part->table;
	size_t used = width_between(table, 0, part->keys), end = part->first;

	while (end < table->nr_columns &&
	       (end == part->first || used + width_between(table, part->first, end + 1) <= width))
		end++;
	/* A single one would look lost below; and an interval stays with what it is of. */
	if (end + 1 == table->nr_columns && end > part->first + 1)
		end--;
	if (end < table->nr_columns && end > part->first + 1 &&
	    table->columns[end]->kind == CELL_INTERVAL)
		end--;
	part->end = end;
	used += width_between(table, part->first, end);
	part->remarks = end == table->nr_columns &&
	                (end == part->first || used + remark_width(table) <= width);
}

/* Whether a row has anything to say in a part that isn't the first. */
static bool has_any(const struct part *part, const struct table_row *row)
{
	if (row->wrong)
		return false;
	for (size_t i = part->first; i < part->end; i++)
		if (strcmp(row->cells[i], "-") != 0)
			return true;
	return part->remarks && row->remark;
}

/* The keys' cells, those of @part up to @end, and what is to be remarked, or NULL. */
static void print_line(FILE *stream, const struct part *part, char *const *cells, size_t end,
                       const char *remark)
{
	size_t last = end > part->first ? end - 1 : part->keys - 1;

	for (size_t i = 0; i <= last; i++)
		if (i < part->keys || i >= part->first)
			print_cell(stream, part->table, i,
			           cells ? cells[i] : part->table->columns[i]->head,
			           i == last && !remark);
	if (remark)
		fprintf(stream, "%*s%s", MARGIN, "", remark);
	fputc('\n', stream);
}

static void print_row(FILE *stream, const struct part *part, const struct table_row *row)
{
	const char *remark = part->remarks || row->wrong ? row->remark : NULL;

	print_line(stream, part, row->cells, row->wrong ? part->first : part->end, remark);
}

static void print_part(FILE *stream, const struct part *part)
{
	const struct table *table = part->table;

	print_line(stream, part, NULL, part->end, NULL);
	for (size_t i = 0; i < table->nr_rows; i++)
		if (part->first == part->keys || has_any(part, &table->rows[i]))
			print_row(stream, part, &table->rows[i]);
}

void table_print_plain(FILE *stream, const struct table *table, size_t width)
{
	struct part part = {.table = table, .keys = count_keys(table)};

	fprintf(stream, "%s%s%s\n\n", table->group, *table->group ? ": " : "", table->title);
	for (part.first = part.keys; !part.remarks; part.first = part.end) {
		fit(&part, width);
		if (part.first > part.keys)
			fputc('\n', stream);
		print_part(stream, &part);
	}
}

void table_print(FILE *stream, const struct table *table, size_t width)
{
	fputc('\n', stream);
	table_print_plain(stream, table, width);
}

void table_print_notes(FILE *stream, const struct table *table, size_t width)
{
	const char *separator = "\n";

	for (size_t i = 0; i < MAX_NOTES; i++) {
		if (!table->notes[i])
			continue;
		fputs(separator, stream);
		print_wrapped(stream, table->notes[i], MARGIN, width);
		separator = "";
	}
}
