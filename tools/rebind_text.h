/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The result of the rebind experiment for people. */
#ifndef TOOLS_REBIND_TEXT_H
#define TOOLS_REBIND_TEXT_H

#include <stdio.h>

#include "rebind.h"

/*
 * All but the geometry, which is the caller's to print first: how it was run (on @cpu), tables, and
 * the struct pages that were wrong.
 */
void rebind_print(FILE *stream, const struct mms_rebind_config *config,
                  const struct mms_rebind_result *result, const char *cpu);

/* What stands in a table instead of the figures of a row that was wrong. */
void rebind_print_wrong(FILE *stream, const struct mms_rebind_row *row);

/* Whether an initializer was faster than any fill, @where (" at 1G"): then the limit isn't one. */
void rebind_print_missing_fill(FILE *stream, const char *where,
                               const struct mms_rebind_result *result);

/* Of each initializer that was wrong, why, and the first struct page that was. */
void rebind_print_failures(FILE *stream, const struct mms_geometry *geometry,
                           const struct mms_rebind_result *result);

#endif
