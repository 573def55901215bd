/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The result of the rebind experiment for several sizes: cost per page against size. */
#ifndef TOOLS_SIZES_TEXT_H
#define TOOLS_SIZES_TEXT_H

#include <stdio.h>

#include "rebind.h"

/* @count sizes in bytes, and for each what was run and what it came to. */
void sizes_print(FILE *stream, const uint64_t *sizes, const struct mms_rebind_config *configs,
                 struct mms_rebind_result *const *results, size_t count, const char *cpu);

#endif
