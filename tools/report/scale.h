/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* From values to places on an axis. */
#ifndef TOOLS_REPORT_SCALE_H
#define TOOLS_REPORT_SCALE_H

#include <stdbool.h>
#include <stddef.h>

struct scale {
	double low, high;  /* values; positive if logarithmic */
	double start, end; /* where they are */
	bool logarithmic;
};

#define MAX_TICKS 24

double scale_at(const struct scale *scale, double value);

/* Let @scale reach from @low to @high and to round numbers beyond. */
void scale_fit(struct scale *scale, double low, double high);

/* Round values along the axis, about @wanted of them. @return how many */
size_t scale_ticks(const struct scale *scale, unsigned int wanted, double ticks[MAX_TICKS]);

/* Decimals that tell ticks apart. */
int scale_decimals(const double *ticks, size_t count);

#endif
