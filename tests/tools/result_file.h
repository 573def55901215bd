/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Results that a test makes of those in tests/data/results, for the command to read. */
#ifndef TESTS_TOOLS_RESULT_FILE_H
#define TESTS_TOOLS_RESULT_FILE_H

#include <jansson.h>

/* Result @name of those; of 128 MiB, so that it doesn't have the 25804288 pages of 100 GiB. */
json_t *load_result(const char *name);

/* Write what @json is, which is taken over, as @name in the test's own folder. */
void save_result(json_t *json, const char *name);

json_t *row_at(const json_t *result, size_t index);

/* Samples of binds around @ns, as many as say something. */
void set_samples(json_t *result, size_t row, double ns);

/* A result whose naive takes @ns, and the other one twice that. */
void make_result(const char *name, double ns);

/* What is wrong has no samples. */
void make_wrong(json_t *result, size_t row);

#endif
