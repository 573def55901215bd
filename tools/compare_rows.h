/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Rows of results: what they are called, and which are of the same; for memmapsim compare alone. */
#ifndef TOOLS_COMPARE_ROWS_H
#define TOOLS_COMPARE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* What follows what is in @text already, as far as there is room. */
__attribute__((format(printf, 3, 4))) void append_text(char *text, size_t size, const char *format,
                                                       ...);

const char *compared_name(const json_t *row);

/*
 * The name, and all else that says how it was run, as "naive, pool, 2 threads".
 * @threads: of all rows around, if they don't say so themselves; 0: they do
 */
void compared_label(const json_t *row, json_int_t threads, char *label, size_t size);

/* Rows of a run: its results, then those of each number of @threads. NULL: there are no more */
const json_t *compared_rows(const json_t *run, size_t index, json_int_t *threads);

/* The row of initializer @name in @run that was run as @row was, with as many @threads. */
const json_t *compared_counterpart(const json_t *run, json_int_t threads, const json_t *row,
                                   const char *name);

/* The first object of a list that has this name. */
const json_t *find_named(const json_t *list, const char *name);

/* Whether @name is in @names, "naive,auto", or that is NULL, which is all. */
bool is_named(const char *names, const char *name);

#endif
