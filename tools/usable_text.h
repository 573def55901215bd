/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The result of the background experiment for people. */
#ifndef TOOLS_USABLE_TEXT_H
#define TOOLS_USABLE_TEXT_H

#include <stdio.h>

#include "usable.h"

/*
 * All but the geometry, which is the caller's to print first: how it was run (on @cpu), tables and
 * sketches, and what was wrong.
 */
void usable_print(FILE *stream, const struct mms_usable_config *config,
                  const struct mms_usable_result *result, const char *cpu);

#endif
