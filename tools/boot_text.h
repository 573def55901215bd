/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The result of the boot experiment for people. */
#ifndef TOOLS_BOOT_TEXT_H
#define TOOLS_BOOT_TEXT_H

#include <stdio.h>

#include "boot.h"

/*
 * All but the geometry, which is the caller's to print first: how it was run (on @cpu), a table for
 * each initializer, what was published, and what was wrong.
 */
void boot_print(FILE *stream, const struct mms_boot_config *config,
                const struct mms_boot_result *result, const char *cpu);

#endif
