/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What plots share: axes, gutters for labels, names beside lines. */
#ifndef TOOLS_REPORT_PLOT_FRAME_H
#define TOOLS_REPORT_PLOT_FRAME_H

#include "plot.h"
#include "scale.h"

#define ROW_HEIGHT   26.0
#define AXIS_HEIGHT  46.0 /* ticks, and the title below them */
#define CHART_HEIGHT 300.0
#define TOP_MARGIN   18.0

/* How wide the longest label is. */
double frame_label_width(const struct plot *plot);

/* Grid lines, ticks and a title, below and left of the area that the scales span. */
void frame_x_axis(FILE *stream, const struct scale *x, const struct scale *y, const char *title);
void frame_y_axis(FILE *stream, const struct scale *x, const struct scale *y, const char *title);

/* The same with ticks at these places only. */
void frame_x_ticks(FILE *stream, const struct scale *x, const struct scale *y, const char *title,
                   const double *ticks, size_t count);

/* Names at the right of the area, beside where each series ends, moved apart where they touch. */
void frame_names(FILE *stream, const struct plot *plot, const struct scale *x,
                 const struct scale *y);

/* A vertical or horizontal line where the limit is, and its name. */
void frame_limit_x(FILE *stream, const struct plot *plot, const struct scale *x,
                   const struct scale *y);
void frame_limit_y(FILE *stream, const struct plot *plot, const struct scale *x,
                   const struct scale *y);

/* The kinds that have a row per series, and those that have two axes. */
double plot_rows_height(const struct plot *plot);
void plot_draw_rows(FILE *stream, const struct plot *plot, double top);
double plot_chart_height(const struct plot *plot);
void plot_draw_chart(FILE *stream, const struct plot *plot, double top);

#endif
