// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Plots with a row per series: its name on the left, its values on a common axis. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "plot_frame.h"
#include "statistics.h"
#include "svg.h"
#include "table.h"

struct area {
	struct scale x, y; /* y: only where rows begin and end */
	const struct plot *plot;
};

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* What of a sample is shown: itself, or how far it is from the median, in percent. */
static double shown(const struct plot *plot, const struct series *series, size_t i)
{
	if (plot->spec->kind == PLOT_SPREAD)
		return 100 * (series->y[i] / series->middle - 1);
	return series->y[i];
}

static void widen(double *low, double *high, double value)
{
	if (!isfinite(value))
		return;
	*low = fmin(*low, value);
	*high = fmax(*high, value);
}

static void range_of(const struct plot *plot, double *low, double *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	widen(low, high, plot->limit);
	for (size_t i = 0; i < plot->nr_series; i++) {
		const struct series *series = &plot->series[i];

		for (size_t j = 0; j < series->count; j++)
			widen(low, high, shown(plot, series, j));
		if (plot->spec->kind != PLOT_INTERVALS)
			continue;
		widen(low, high, series->middle);
		widen(low, high, series->low);
		widen(low, high, series->high);
		widen(low, high, series->published);
	}
}

/* Room for the values that stand right of the area. */
static double right_gutter(const struct plot *plot)
{
	switch (plot->spec->kind) {
	case PLOT_INTERVALS:
		return 150;
	case PLOT_MILESTONES:
		return 190;
	default:
		return 84;
	}
}

static struct area area_of(const struct plot *plot, double top)
{
	struct area area = {.plot = plot};
	double low, high;

	range_of(plot, &low, &high);
	if (plot->spec->kind == PLOT_BARS || plot->spec->kind == PLOT_MILESTONES)
		low = 0;
	if (plot->spec->kind == PLOT_INTERVALS) {
		low = fmin(low, 1);
		high = fmax(high, 1);
	}
	area.x.logarithmic = low > 0 && (plot->spec->kind == PLOT_RANGES ||
	                                 (plot->spec->kind == PLOT_INTERVALS && high > 3 * low));
	scale_fit(&area.x, low, high);
	area.x.start = fmin(frame_label_width(plot) + 12, PLOT_WIDTH / 2);
	area.x.end = PLOT_WIDTH - right_gutter(plot);
	area.y.end = top + TOP_MARGIN;
	area.y.start = area.y.end + ROW_HEIGHT * (double)plot->nr_series;
	return area;
}

/* Samples beside each other instead of above each other, always in the same way. */
static double jitter(size_t i)
{
	return ((double)(i * 5 % 9) - 4) * 1.6;
}

static void draw_samples(FILE *stream, const struct area *area, const struct series *series,
                         double middle)
{
	struct svg_dots dots;

	svg_dots_begin(&dots, stream, "sample", 1.8);
	for (size_t i = 0; i < series->count; i++)
		svg_dots_at(&dots, scale_at(&area->x, shown(area->plot, series, i)),
		            middle + jitter(i));
	svg_dots_end(&dots);
}

/* Quartiles as a box, the median as a line in it. */
static void draw_box(FILE *stream, const struct area *area, const struct series *series,
                     double middle)
{
	double *sorted = report_alloc(series->count, sizeof(*sorted));
	double low, median, high;

	for (size_t i = 0; i < series->count; i++)
		sorted[i] = shown(area->plot, series, i);
	qsort(sorted, series->count, sizeof(*sorted), by_value);
	low = scale_at(&area->x, mms_quantile(sorted, series->count, 0.25));
	median = scale_at(&area->x, mms_quantile(sorted, series->count, 0.5));
	high = scale_at(&area->x, mms_quantile(sorted, series->count, 0.75));
	svg_rect(stream, "box", low, middle - 9, fmax(high - low, 1), 18);
	svg_line(stream, "middle", median, middle - 9, median, middle + 9);
	free(sorted);
}

/* The last is the longest and lightest, and comes first. */
static void draw_milestones(FILE *stream, const struct area *area, const struct series *series,
                            double middle)
{
	static const char *const classes[MAX_MILESTONES] = {"milestone0", "milestone1",
	                                                    "milestone2"};

	for (size_t i = series->count; i-- > 0;)
		svg_rect(stream, classes[(size_t)series->x[i]], area->x.start, middle - 9,
		         fmax(scale_at(&area->x, series->y[i]) - area->x.start, 1), 18);
}

static char *milestones_text(const struct plot *plot, const struct series *series)
{
	char *text;
	size_t size;
	FILE *stream = report_stream(&text, &size);

	for (size_t i = 0; i < series->count; i++)
		fprintf(stream, "%s%.*f", i ? " / " : "", plot->unit->decimals, series->y[i]);
	fprintf(stream, " %s", plot->unit->name);
	fclose(stream);
	return text;
}

static char *value_text(const struct plot *plot, const struct series *series)
{
	if (plot->spec->kind == PLOT_INTERVALS && isfinite(series->low))
		return report_format("%.3f (%.3f–%.3f)", series->middle, series->low, series->high);
	if (plot->spec->kind == PLOT_INTERVALS)
		return report_format("%.3f", series->middle);
	if (plot->spec->kind == PLOT_MILESTONES)
		return milestones_text(plot, series);
	/* They lie so far apart that each has a unit of its own. */
	if (plot->spec->kind == PLOT_RANGES) {
		double ns = series->middle * plot->unit->ns;
		const struct unit *unit = unit_for_time(ns);

		return report_format("%.*f %s", unit->decimals, ns / unit->ns, unit->name);
	}
	return report_format("%.*f %s", plot->unit->decimals, series->middle, plot->unit->name);
}

/* Beside the end of bars; of samples in a column, lest it is taken for what the last of them is. */
static double value_at(const struct area *area, const struct series *series)
{
	double right = area->x.start;

	if (area->plot->spec->kind != PLOT_MILESTONES)
		return area->x.end + 10;
	for (size_t i = 0; i < series->count; i++)
		right = fmax(right, scale_at(&area->x, series->y[i]));
	return right + 8;
}

static void draw_interval(FILE *stream, const struct area *area, const struct series *series,
                          double middle)
{
	double at = scale_at(&area->x, series->middle);
	double published = scale_at(&area->x, series->published);

	if (isfinite(series->low))
		svg_line(stream, "interval", scale_at(&area->x, series->low), middle,
		         scale_at(&area->x, series->high), middle);
	svg_dot(stream, "point", at, middle, 4);
	if (isfinite(series->published))
		fprintf(stream,
		        "<path class=\"published\" d=\"M%.1f %.1fl6 6l-6 6l-6 -6z\"/>"
		        "<title>published: %.3f</title>\n",
		        published, middle - 6, series->published);
}

static void draw_row(FILE *stream, const struct area *area, const struct series *series,
                     double middle)
{
	const struct plot *plot = area->plot;
	char *value = value_text(plot, series);
	char *title = report_format("%s: %s", series->label, value);

	svg_group(stream, series->class, title);
	svg_text(stream, area->x.start - 10, middle + 4, SVG_END, "name", series->label);
	switch (plot->spec->kind) {
	case PLOT_INTERVALS:
		draw_interval(stream, area, series, middle);
		break;
	case PLOT_MILESTONES:
		draw_milestones(stream, area, series, middle);
		break;
	case PLOT_BARS:
		svg_rect(stream, "bar", area->x.start, middle - 9,
		         scale_at(&area->x, series->middle) - area->x.start, 18);
		draw_samples(stream, area, series, middle);
		break;
	default:
		if (series->count)
			draw_box(stream, area, series, middle);
		draw_samples(stream, area, series, middle);
		break;
	}
	svg_text(stream, value_at(area, series), middle + 4, SVG_START, "value", value);
	svg_end_group(stream);
	free(title);
	free(value);
}

static char *axis_title(const struct plot *plot)
{
	if (plot->spec->x_title)
		return report_copy(plot->spec->x_title);
	if (plot->spec->kind == PLOT_SPREAD)
		return report_copy("% from the median of the same initializer");
	return report_copy(plot->unit->name);
}

double plot_rows_height(const struct plot *plot)
{
	return TOP_MARGIN + ROW_HEIGHT * (double)plot->nr_series + AXIS_HEIGHT;
}

void plot_draw_rows(FILE *stream, const struct plot *plot, double top)
{
	struct area area = area_of(plot, top);
	char *title = axis_title(plot);
	double one = scale_at(&area.x, 1);

	frame_x_axis(stream, &area.x, &area.y, title);
	free(title);
	if (plot->spec->kind == PLOT_INTERVALS)
		svg_line(stream, "one", one, area.y.start, one, area.y.end);
	for (size_t i = 0; i < plot->nr_series; i++)
		draw_row(stream, &area, &plot->series[i],
		         area.y.end + ROW_HEIGHT * ((double)i + 0.5));
	if (plot->spec->kind != PLOT_SPREAD)
		frame_limit_x(stream, plot, &area.x, &area.y);
}
