/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef BENCH_RESULT_WARNINGS_H
#define BENCH_RESULT_WARNINGS_H

#include <jansson.h>

/*
 * What the rows of @run, one of mms_result_run(), have that a median doesn't tell: a sentence for
 * each measure with samples that drift, and for each with samples in two heaps, see shape.h; it
 * names rows, and how much. Rows are results, fills, and those of each number of threads.
 * @return a list, a new reference
 */
json_t *mms_result_warnings(const json_t *run);

#endif
