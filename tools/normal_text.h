/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef TOOLS_NORMAL_TEXT_H
#define TOOLS_NORMAL_TEXT_H

#include <stdio.h>

#include "normal.h"

/* The tables of bench normal, for people. */
void normal_print(FILE *stream, const struct mms_normal_config *config,
                  const struct mms_normal_result *result, const char *cpu);

#endif
