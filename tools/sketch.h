/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Curves in a line of text. */
#ifndef TOOLS_SKETCH_H
#define TOOLS_SKETCH_H

#include <stddef.h>
#include <stdio.h>

/* One column for each of @count values from 0 (blank) to 1 (a full block); more or less is cut. */
void print_sketch(FILE *stream, const double *values, size_t count);

#endif
