/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef TOOLS_RESULT_INPUT_H
#define TOOLS_RESULT_INPUT_H

#include <jansson.h>

/*
 * Read the result of an experiment, of this or an older version; see result_read.h.
 * @result: a new reference
 * @return an enum status; what is wrong is printed
 */
int result_input(const char *path, json_t **result);

#endif
