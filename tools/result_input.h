/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef TOOLS_RESULT_INPUT_H
#define TOOLS_RESULT_INPUT_H

#include <stddef.h>

#include <jansson.h>

/*
 * Read the result of an experiment, of this or an older version; see result_read.h.
 * @result: a new reference
 * @return an enum status; what is wrong is printed
 */
int result_input(const char *path, json_t **result);

struct json_input;

/* Refuse a file that try wrote, which holds results but is none, and say what to do with it. */
int result_refuse_try(const struct json_input *input);

/* What begins a sentence on one run of a result: "at 10 GiB, " of several sizes, else nothing. */
void result_run_words(const json_t *result, size_t run, char *words, size_t size);

#endif
