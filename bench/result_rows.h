/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Rows of results: what they are called, and what was measured of each. */
#ifndef BENCH_RESULT_ROWS_H
#define BENCH_RESULT_ROWS_H

#include <stddef.h>

#include <jansson.h>

/* Room for a row's label or a measure's name; longer ones are cut. */
#define MMS_ROW_TEXT 96

const char *mms_row_name(const json_t *row);

/*
 * Rows of a run: its results, then those of each number of @threads, which is 0 where rows say
 * themselves how many there were. @return NULL: there are no more; borrowed
 */
const json_t *mms_result_rows(const json_t *run, size_t index, json_int_t *threads);

/*
 * The name, and all else that says how it was run, as "naive, pool, 2 threads".
 * @threads: of all rows around, if they don't say so themselves; 0: they do
 */
void mms_row_label(const json_t *row, json_int_t threads, char label[MMS_ROW_TEXT]);

/* The same without the name. */
void mms_row_way(const json_t *row, char way[MMS_ROW_TEXT]);

/*
 * What to do with a summary that has samples. @measure: the keys that lead there from the row, as
 * "rebind" or "steady.init", or what a step is called, as "read, all, in order: time"
 */
typedef int (*mms_measure_visit)(void *context, const char *measure, const json_t *summary);

/* Visit all measures of a row, wherever they stand in it, until one visit doesn't return 0. */
int mms_row_measures(const json_t *row, mms_measure_visit visit, void *context);

/* The summary of @row that is called so; NULL: there is none, or it has no samples; borrowed. */
const json_t *mms_row_measure(const json_t *row, const char *measure);

#endif
