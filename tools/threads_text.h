/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the rebind experiment says of threads. */
#ifndef TOOLS_THREADS_TEXT_H
#define TOOLS_THREADS_TEXT_H

#include <stdio.h>

#include "rebind.h"
#include "units.h"

/* The tables of crews; nothing if there are none. Times are in @unit. */
void threads_print(FILE *stream, const struct mms_rebind_result *result, const struct unit *unit);

#endif
