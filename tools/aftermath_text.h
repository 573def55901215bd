/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The result of the aftermath experiment for people. */
#ifndef TOOLS_AFTERMATH_TEXT_H
#define TOOLS_AFTERMATH_TEXT_H

#include <stdio.h>

#include "aftermath.h"

/*
 * All but the geometry, which is the caller's to print first: how it was run (on @cpu), a table for
 * each part, and what was wrong.
 */
void aftermath_print(FILE *stream, const struct mms_aftermath_config *config,
                     const struct mms_aftermath_result *result, const char *cpu);

#endif
