// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Plots with two axes: rounds, lines, curves. Each line is named where it ends. */
#include <math.h>
#include <stdlib.h>

#include "memory.h"
#include "plot_frame.h"
#include "svg.h"

struct area {
	struct scale x, y;
	const struct plot *plot;
};

struct extent {
	double low, high;
};

static void widen(struct extent *extent, double value)
{
	if (!isfinite(value))
		return;
	extent->low = fmin(extent->low, value);
	extent->high = fmax(extent->high, value);
}

static struct area area_of(const struct plot *plot, double top)
{
	struct extent x = {INFINITY, -INFINITY}, y = x;
	struct area area = {.plot = plot};

	widen(&y, plot->limit);
	for (size_t i = 0; i < plot->nr_series; i++)
		for (size_t j = 0; j < plot->series[i].count; j++) {
			widen(&x, plot->series[i].x[j]);
			widen(&y, plot->series[i].y[j]);
		}
	/* Lines and curves tell of sizes; of rounds the changes matter. */
	if (plot->spec->kind != PLOT_ROUNDS)
		y.low = fmin(0, y.low);
	area.y.logarithmic = plot->spec->kind == PLOT_ROUNDS && y.low > 0 && y.high > 20 * y.low;
	area.x.logarithmic = plot->spec->logarithmic_x;
	scale_fit(&area.y, y.low, y.high);
	area.x.low = x.low;
	area.x.high = x.high > x.low ? x.high : x.low + 1;
	area.x.start = 48;
	area.x.end = PLOT_WIDTH - fmin(frame_label_width(plot) + 24, PLOT_WIDTH / 3);
	area.y.end = top + TOP_MARGIN + 12;
	area.y.start = area.y.end + CHART_HEIGHT - AXIS_HEIGHT;
	return area;
}

static void draw_line(FILE *stream, const struct area *area, const struct series *series)
{
	struct svg_dots dots;

	fprintf(stream, "<polyline class=\"line\" points=\"");
	for (size_t i = 0; i < series->count; i++)
		fprintf(stream, "%s%.1f,%.1f", i ? " " : "", scale_at(&area->x, series->x[i]),
		        scale_at(&area->y, series->y[i]));
	fputs("\"/>\n", stream);
	svg_dots_begin(&dots, stream, "sample", 2.2);
	for (size_t i = 0; i < series->count && area->plot->spec->kind != PLOT_CURVES; i++)
		svg_dots_at(&dots, scale_at(&area->x, series->x[i]),
		            scale_at(&area->y, series->y[i]));
	svg_dots_end(&dots);
}

/* Of lines: only where points are. @return how many */
static size_t points_of(const struct plot *plot, double ticks[MAX_TICKS])
{
	size_t count = 0;

	for (size_t i = 0; i < plot->nr_series; i++)
		for (size_t j = 0; j < plot->series[i].count; j++) {
			size_t known = 0;

			while (known < count && ticks[known] != plot->series[i].x[j])
				known++;
			if (known == count && count < MAX_TICKS)
				ticks[count++] = plot->series[i].x[j];
		}
	return count;
}

static void draw_x_axis(FILE *stream, const struct area *area)
{
	const struct plot_spec *spec = area->plot->spec;
	const char *title = spec->x_title ? spec->x_title : "round";
	double ticks[MAX_TICKS];

	if (spec->kind == PLOT_LINES)
		frame_x_ticks(stream, &area->x, &area->y, title, ticks,
		              points_of(area->plot, ticks));
	else
		frame_x_axis(stream, &area->x, &area->y, title);
}

double plot_chart_height(const struct plot *plot)
{
	/* Names need room for themselves. */
	double names = 14.0 * (double)plot->nr_series + AXIS_HEIGHT;

	return TOP_MARGIN + 12 + fmax(CHART_HEIGHT, names);
}

void plot_draw_chart(FILE *stream, const struct plot *plot, double top)
{
	struct area area = area_of(plot, top);

	area.y.start = top + plot_chart_height(plot) - AXIS_HEIGHT;
	draw_x_axis(stream, &area);
	frame_y_axis(stream, &area.x, &area.y,
	             plot->spec->y_title ? plot->spec->y_title : plot->unit->name);
	frame_limit_y(stream, plot, &area.x, &area.y);
	for (size_t i = 0; i < plot->nr_series; i++) {
		svg_group(stream, plot->series[i].class, plot->series[i].label);
		draw_line(stream, &area, &plot->series[i]);
		svg_end_group(stream);
	}
	frame_names(stream, plot, &area.x, &area.y);
}
