// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "options.h"
#include "template.h"

const struct unit *unit_for_time(double ns)
{
	return ns >= 10 * milliseconds.ns ? &milliseconds : &microseconds;
}

bool row_is_wrong(const struct row *row)
{
	return json_is_false(row_at(row, "verified")) && row_at(row, "failure");
}

static char *interval_text(const struct column *column, const struct row *row,
                           const struct unit *unit)
{
	double low, high;

	if (!row_interval(row, column->key, &low, &high))
		return NULL;
	if (column->kind == CELL_TIME_INTERVAL)
		return report_format("%.*f - %.*f", unit->decimals, low / unit->ns, unit->decimals,
		                     high / unit->ns);
	return report_format("%.3f - %.3f", low, high);
}

/* Of a summary. */
static char *range_text(const struct column *column, const struct row *row, const struct unit *unit)
{
	char *low_key = report_format("%s.min_ns", column->key);
	char *high_key = report_format("%s.max_ns", column->key);
	double low = row_number(row, low_key), high = row_number(row, high_key);

	free(low_key);
	free(high_key);
	if (!isfinite(low) || !isfinite(high))
		return NULL;
	return report_format("%.*f - %.*f", unit->decimals, low / unit->ns, unit->decimals,
	                     high / unit->ns);
}

static char *size_text(double bytes)
{
	char text[32];

	format_size((uint64_t)bytes, text, sizeof(text));
	return report_copy(text);
}

static char *number_text(enum cell_kind kind, double value, const struct unit *unit)
{
	switch (kind) {
	case CELL_COUNT:
		return report_format("%.0f", value);
	case CELL_TIME:
		return report_format("%.*f", unit->decimals, value / unit->ns);
	case CELL_TWO_DECIMALS:
		return report_format("%.2f", value);
	case CELL_PERCENT:
		return report_format("%.0f %%", 100 * value);
	case CELL_CHANGE:
		return report_format("%+.1f%%", 100 * value);
	case CELL_MIB:
		return report_format("%.1f", value / (1 << 20));
	case CELL_SIZE:
		return value >= 0 && value < 1e18 ? size_text(value) : report_copy("?");
	default:
		return report_format("%.3f", value);
	}
}

char *cell_text(const struct column *column, const struct row *row, const struct unit *unit)
{
	const char *text;
	double value;

	switch (column->kind) {
	case CELL_LABEL:
		return row_label(row, column->key);
	case CELL_TEXT:
		text = row_string(row, column->key);
		return text ? report_copy(text) : NULL;
	case CELL_YES:
		return json_is_boolean(row_at(row, column->key))
		               ? report_copy(row_is_true(row, column->key) ? "yes" : "no")
		               : NULL;
	case CELL_RANGE:
		return range_text(column, row, unit);
	case CELL_INTERVAL:
	case CELL_TIME_INTERVAL:
		return interval_text(column, row, unit);
	default:
		value = row_number(row, column->key);
		return isfinite(value) ? number_text(column->kind, value, unit) : NULL;
	}
}

/* Why a row has no figures. */
static char *failure_text(const struct row *row)
{
	char *text = template_expand("not timed: wrong in {failure.stage} {failure.turn}", row);

	if (!text)
		text = template_expand("{failure.reason}", row);
	return text ? text : report_copy("wrong");
}

/* What is to be said of a row besides its columns. */
static char *remark_of(const struct row *row, bool wrong)
{
	const char *name = row_string(row, "name"), *ran = row_string(row, "ran");

	if (wrong)
		return failure_text(row);
	if (name && ran && strcmp(name, ran) != 0)
		return report_format("ran %s", ran);
	return NULL;
}

/* Medians decide the unit, so that one long time doesn't; where there are none, all times. */
static double longest_time(const struct table_spec *spec, const struct rows *rows)
{
	double longest_median = 0, longest = 0;

	for (size_t i = 0; i < rows->count; i++)
		for (const struct column *column = spec->columns; column->head; column++) {
			double time = column->kind == CELL_TIME
			                      ? row_number(&rows->items[i], column->key)
			                      : NAN;

			longest = fmax(longest, time);
			if (strstr(column->key, "median_ns"))
				longest_median = fmax(longest_median, time);
		}
	return longest_median > 0 ? longest_median : longest;
}

static bool has_times(const struct table_spec *spec)
{
	for (const struct column *column = spec->columns; column->head; column++)
		if (column->kind == CELL_TIME)
			return true;
	return false;
}

static size_t count_columns(const struct table_spec *spec)
{
	size_t count = 0;

	while (spec->columns[count].head)
		count++;
	return count;
}

/* The columns that are not empty; @return how many. */
static size_t choose_columns(const struct table_spec *spec, const struct rows *rows,
                             const struct column **chosen)
{
	size_t count = 0;

	for (const struct column *column = spec->columns; column->head; column++) {
		bool any = !column->optional;

		for (size_t i = 0; i < rows->count && !any; i++) {
			char *text = cell_text(column, &rows->items[i], &milliseconds);

			any = text && *text;
			free(text);
		}
		if (any)
			chosen[count++] = column;
	}
	return count;
}

static void fill_row(struct table_row *made, const struct table *table, const struct row *row,
                     const struct unit *unit)
{
	made->cells = report_alloc(table->nr_columns, sizeof(*made->cells));
	made->wrong = row_is_wrong(row);
	made->remark = remark_of(row, made->wrong);
	for (size_t i = 0; i < table->nr_columns; i++) {
		char *text = cell_text(table->columns[i], row, unit);

		made->cells[i] = text ? text : report_copy("-");
	}
}

static struct table make(const struct table_spec *spec, const json_t *result, char *group,
                         const struct rows *rows, const struct unit *unit)
{
	const struct column **columns = report_alloc(count_columns(spec), sizeof(*columns));
	struct row whole = row_of(result);
	struct table table = {.group = group, .nr_rows = rows->count};

	table.nr_columns = choose_columns(spec, rows, columns);
	table.columns = columns;
	table.rows = report_alloc(rows->count, sizeof(*table.rows));
	for (size_t i = 0; i < rows->count; i++)
		fill_row(&table.rows[i], &table, &rows->items[i], unit);
	for (size_t i = 0; i < MAX_NOTES && spec->notes[i]; i++)
		table.notes[i] = template_expand(spec->notes[i], &whole);
	return table;
}

/* The title, with the unit of the times behind it. */
static char *title_of(const struct table_spec *spec, const json_t *result, const struct unit *unit)
{
	struct row whole = row_of(result);
	char *words = template_expand(spec->title, &whole), *title;

	if (!words || !has_times(spec))
		return words;
	title = report_format("%s; times in %s", words, unit->name);
	free(words);
	return title;
}

/* The rows whose group is that of the first one; they leave @rows. */
static struct rows take_group(struct rows *rows, const char *group, char **label)
{
	struct rows taken = {0}, left = {0};

	*label = row_label(&rows->items[0], group);
	for (size_t i = 0; i < rows->count; i++) {
		char *other = row_label(&rows->items[i], group);
		struct rows *to = strcmp(other, *label) == 0 ? &taken : &left;

		to->items = report_grow(to->items, to->count, sizeof(*to->items));
		to->items[to->count++] = rows->items[i];
		free(other);
	}
	rows_free(rows);
	*rows = left;
	return taken;
}

static void table_finish(struct table *table)
{
	for (size_t row = 0; row < table->nr_rows; row++) {
		for (size_t cell = 0; cell < table->nr_columns; cell++)
			free(table->rows[row].cells[cell]);
		free(table->rows[row].cells);
		free(table->rows[row].remark);
	}
	for (size_t note = 0; note < MAX_NOTES; note++)
		free(table->notes[note]);
	free(table->rows);
	free((void *)table->columns);
	free(table->title);
	free(table->group);
}

static struct rows find_rows(const struct table_spec *spec, const json_t *result)
{
	struct rows rows = rows_find(result, spec->rows);

	if (spec->needs)
		rows_keep(&rows, spec->needs);
	return rows;
}

struct table *tables_make(const struct table_spec *spec, const json_t *result, size_t *count)
{
	struct rows rows = find_rows(spec, result);
	const struct unit *unit =
		spec->unit ? spec->unit : unit_for_time(longest_time(spec, &rows));
	char *title = title_of(spec, result, unit);
	struct table *tables = NULL;

	*count = 0;
	while (title && rows.count) {
		struct rows some;
		char *group;

		some = take_group(&rows, spec->group ? spec->group : "", &group);
		if (spec->by_label)
			rows_gather(&some, spec->columns->key);
		tables = report_grow(tables, *count, sizeof(*tables));
		tables[*count] = make(spec, result, group, &some, unit);
		tables[(*count)++].title = report_copy(title);
		rows_free(&some);
		/* Nothing but names. */
		if (tables[*count - 1].nr_columns == 1)
			table_finish(&tables[--*count]);
	}
	rows_free(&rows);
	free(title);
	return tables;
}

void tables_free(struct table *tables, size_t count)
{
	for (size_t i = 0; i < count; i++)
		table_finish(&tables[i]);
	free(tables);
}
