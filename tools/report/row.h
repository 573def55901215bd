/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Rows of results: the objects of a result that tables and plots are made of, found by paths, so
 * that a table can be described by data.
 *
 *	"results[]"            each element of the result's array "results"
 *	"threads[].results[]"  each element of each; a row knows what it is in
 *	"phases{}"             each member of an object
 *	""                     the result itself
 *
 * A value is found by keys: "rebind.median_ns" from the row, "../threads" from what the row is in,
 * "/config.rebinds" from the result.
 */
#ifndef TOOLS_REPORT_ROW_H
#define TOOLS_REPORT_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#define ROW_DEPTH 4

struct row {
	const json_t *chain[ROW_DEPTH]; /* from the result to the row itself */
	unsigned int depth;             /* how many there are before the row */
	const char *member;             /* the row's name, if it is a member of an object */
};

struct rows {
	size_t count;
	struct row *items;
};

#define MAX_ROW_PATHS 3

/* The rows of @result at @paths, which end with NULL unless there are MAX_ROW_PATHS. */
struct rows rows_find(const json_t *result, const char *const *paths);
/* Leave only those that have a value at @key. */
void rows_keep(struct rows *rows, const char *key);

/* Rows with the same values at @keys move up to the first of them. */
void rows_gather(struct rows *rows, const char *keys);

void rows_free(struct rows *rows);

/* The result as a row. */
struct row row_of(const json_t *result);

/* The value at @key; NULL if there is none, or null. "@" has no value in JSON: see row_text(). */
const json_t *row_at(const struct row *row, const char *key);

/* A number; NAN if it is none. */
double row_number(const struct row *row, const char *key);

/* A string; of "@" the row's own name as a member; NULL if it is none. */
const char *row_string(const struct row *row, const char *key);

bool row_is_true(const struct row *row, const char *key);

/* [low, high]. @return whether it is there */
bool row_interval(const struct row *row, const char *key, double *low, double *high);

/* The strings and numbers at @keys, separated by spaces, those that there are; to be freed. */
char *row_label(const struct row *row, const char *keys);

#endif
