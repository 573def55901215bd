/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Which rows of results are of the same; for memmapsim compare alone. */
#ifndef TOOLS_COMPARE_ROWS_H
#define TOOLS_COMPARE_ROWS_H

#include <stdbool.h>

#include <jansson.h>

/* The row of initializer @name in @run that was run as @row was, with as many @threads. */
const json_t *compared_counterpart(const json_t *run, json_int_t threads, const json_t *row,
                                   const char *name);

/* The first object of a list that has this name. */
const json_t *find_named(const json_t *list, const char *name);

/* Whether @name is in @names, "naive,auto", or that is NULL, which is all. */
bool is_named(const char *names, const char *name);

#endif
