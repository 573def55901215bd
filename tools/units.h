/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef TOOLS_UNITS_H
#define TOOLS_UNITS_H

#include <stdio.h>

/* All times of a table are in one unit, so that they compare at a glance. */
struct unit {
	const char *name;
	double ns;
	int decimals;
};

extern const struct unit milliseconds, microseconds;

/* A time, 9 wide. */
void print_time(FILE *stream, const struct unit *unit, double ns);

#endif
