/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef TOOLS_CREW_TEXT_H
#define TOOLS_CREW_TEXT_H

#include <stdio.h>

#include "crew.h"
#include "way.h"

/* A line on how many threads there are, and where. */
void crew_print(FILE *stream, const struct mms_crew_config *config);

/* The start of a row on a way to bind: its name and how many threads, 27 wide. */
void way_print(FILE *stream, const struct mms_way *way);

#endif
