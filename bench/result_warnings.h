/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef BENCH_RESULT_WARNINGS_H
#define BENCH_RESULT_WARNINGS_H

#include <jansson.h>

/*
 * What @results, a list of rows, have that a median doesn't tell: a sentence for each measure with
 * samples that drift, and for each with samples in two heaps, see shape.h; it names the rows and
 * how much. @return a list, a new reference
 */
json_t *mms_result_warnings(const json_t *results);

#endif
