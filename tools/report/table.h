/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Tables of results: described by data, made of a result's rows, shown as text or HTML. */
#ifndef TOOLS_REPORT_TABLE_H
#define TOOLS_REPORT_TABLE_H

#include <stdio.h>

#include "row.h"
#include "units.h"

enum cell_kind {
	CELL_LABEL, /* strings and numbers of several keys */
	CELL_TEXT,
	CELL_COUNT,
	CELL_TIME, /* ns, in the unit of the table */
	CELL_TWO_DECIMALS,
	CELL_THREE_DECIMALS,
	CELL_INTERVAL,      /* [low, high] */
	CELL_TIME_INTERVAL, /* the same of times, in the unit of the table */
	CELL_PERCENT,       /* of a share */
	CELL_CHANGE,        /* the same, with a sign */
	CELL_RANGE,         /* from the shortest to the longest time of a summary */
	CELL_MIB,
	CELL_SIZE, /* in the largest unit that is exact */
	CELL_YES,
};

struct column {
	const char *head;
	const char *key; /* of the row, see row.h */
	enum cell_kind kind;
	const char *meaning; /* for readers who meet the column for the first time; may be NULL */
	bool optional;       /* left out if no row has a value */
};

#define COLUMN(head_, key_, kind_)                                                                 \
	{                                                                                          \
		.head = (head_), .key = (key_), .kind = CELL_##kind_                               \
	}
#define EXPLAINED_COLUMN(head_, key_, kind_, meaning_)                                             \
	{                                                                                          \
		.head = (head_), .key = (key_), .kind = CELL_##kind_, .meaning = (meaning_)        \
	}
#define OPTIONAL_COLUMN(head_, key_, kind_, meaning_)                                              \
	{                                                                                          \
		.head = (head_), .key = (key_), .kind = CELL_##kind_, .meaning = (meaning_),       \
		.optional = true                                                                   \
	}

#define MAX_NOTES 5

struct table_spec {
	const char *title; /* a template, see template.h; no table if it is left out */
	const char *rows[MAX_ROW_PATHS];
	const char *needs; /* rows without a value at this key are left out; may be NULL */
	const char *group; /* a table for each value of these keys; NULL: one for all */
	const struct column *columns; /* end with one without head */
	const struct unit *unit;      /* NULL: by the longest time */
	bool by_label;                /* rows with the same first cell, a label, stand together */
	const char *notes[MAX_NOTES]; /* templates */
};

struct table_row {
	char **cells; /* one per column; "-" where there is no value */
	char *remark; /* what else is to be said of the row, or NULL */
	bool wrong;   /* an initializer that was not timed: the remark stands for the values */
};

struct table {
	char *title, *group;
	size_t nr_columns, nr_rows;
	const struct column *const *columns;
	struct table_row *rows;
	char *notes[MAX_NOTES]; /* NULL where there is none */
};

/* The tables of @spec for @result: none if there are no rows, one per group otherwise. */
struct table *tables_make(const struct table_spec *spec, const json_t *result, size_t *count);
void tables_free(struct table *tables, size_t count);

/*
 * The table, with an empty line before it, or without. Columns for which @width has no room follow
 * below it, behind the ones that say what a row is of.
 */
void table_print(FILE *stream, const struct table *table, size_t width);
void table_print_plain(FILE *stream, const struct table *table, size_t width);

/* Its notes, which are those of all tables of a spec. */
void table_print_notes(FILE *stream, const struct table *table, size_t width);

/* The value of one cell; NULL if there is none; to be freed. */
char *cell_text(const struct column *column, const struct row *row, const struct unit *unit);

/* A unit in which times as long as this one read well. */
const struct unit *unit_for_time(double ns);

/* Whether a row is one that has figures only if it is right, and isn't. */
bool row_is_wrong(const struct row *row);

#endif
