/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Plots of results: described by data, made of a result's rows, drawn as SVG. Colors come from
 * classes, so that one style sheet serves light, dark and paper.
 */
#ifndef TOOLS_REPORT_PLOT_H
#define TOOLS_REPORT_PLOT_H

#include <stdio.h>

#include "row.h"
#include "units.h"

enum plot_kind {
	PLOT_NONE,
	PLOT_BARS,   /* of medians from 0, with all samples on them */
	PLOT_ROUNDS, /* samples in the order of time */
	PLOT_SPREAD, /* samples by their median, with quartiles */
	PLOT_RANGES, /* samples on a logarithmic axis, with quartiles: for times that lie far apart
	              */
	PLOT_MILESTONES, /* medians of several summaries, each from 0, the last first */
	PLOT_INTERVALS,  /* ratios with their intervals, and what was published */
	PLOT_LINES,      /* y over x, a point per row */
	PLOT_CURVES,     /* y over x, a list of points per row */
	NR_PLOT_KINDS,
};

#define MAX_MILESTONES 3

struct plot_spec {
	enum plot_kind kind;
	const char *title; /* a template, see template.h */
	const char *rows[MAX_ROW_PATHS];
	const char *label;   /* a template: what a row is called */
	const char *color;   /* keys of what decides its color; NULL: the label */
	const char *order;   /* keys: rows with the same values stand together; may be NULL */
	const char *group;   /* a plot for each value of these keys; NULL: one for all */
	const char *summary; /* BARS, ROUNDS, SPREAD, RANGES: key of what has samples_ns */
	const char *milestones[MAX_MILESTONES]; /* MILESTONES: keys of summaries, in order */
	const char *y; /* INTERVALS: the ratio; LINES: key; CURVES: key of a point */
	const char *interval, *published; /* INTERVALS; may be NULL */
	const char *x;                    /* LINES, CURVES: key; NULL: points are numbers */
	const char *points;               /* CURVES: key of the list */
	const char *x_title, *y_title;
	double x_unit, y_unit; /* LINES, CURVES: what values are divided by; 0: 1, of y of CURVES
	                          its end */
	bool logarithmic_x;
	const char *limit_rows[MAX_ROW_PATHS]; /* rows that the least median of is the limit */
};

struct series {
	char *label;
	const char *class; /* of its color */
	size_t count;
	double *x, *y;    /* points; samples with their numbers; medians of milestones */
	double middle;    /* median of samples, or the ratio; NAN: none */
	double low, high; /* of the ratio; NAN: none */
	double published; /* NAN: none */
};

struct plot {
	const struct plot_spec *spec;
	char *title, *group;
	const struct unit *unit; /* of samples; they are in it already */
	size_t nr_series;
	struct series *series;
	double limit; /* NAN: none */
	char *limit_label;
};

/* The plots of @spec for @result: none if there is nothing to draw, one per group otherwise. */
struct plot *plots_make(const struct plot_spec *spec, const json_t *result, size_t *count);
void plots_free(struct plot *plots, size_t count);

#define PLOT_WIDTH 760.0

/* How high it gets. */
double plot_height(const struct plot *plot);

/* Draw it from (0, @top) on, PLOT_WIDTH wide. */
void plot_draw(FILE *stream, const struct plot *plot, double top);

/* A sentence that says what there is to see, for those who can't; to be freed. */
char *plot_description(const struct plot *plot);

/* What the classes look like, light and dark. */
extern const char plot_style[];

#endif
