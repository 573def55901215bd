// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "plot_frame.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"
#include "svg.h"

double frame_label_width(const struct plot *plot)
{
	double width = 0;

	for (size_t i = 0; i < plot->nr_series; i++)
		width = fmax(width, svg_text_width(plot->series[i].label));
	return width;
}

static char *tick_text(const struct scale *scale, double value, int decimals)
{
	if (value >= 1e6)
		return report_format("%g", value);
	if (scale->logarithmic)
		return report_format(value < 100 ? "%.3g" : "%.0f", value);
	return report_format("%.*f", decimals, value == 0 ? 0 : value);
}

void frame_x_ticks(FILE *stream, const struct scale *x, const struct scale *y, const char *title,
                   const double *ticks, size_t count)
{
	int decimals = scale_decimals(ticks, count);

	for (size_t i = 0; i < count; i++) {
		double at = scale_at(x, ticks[i]);
		char *text = tick_text(x, ticks[i], decimals);

		svg_line(stream, "grid", at, y->start, at, y->end);
		svg_text(stream, at, y->start + 16, SVG_MIDDLE, "tick", text);
		free(text);
	}
	svg_text(stream, (x->start + x->end) / 2, y->start + 34, SVG_MIDDLE, "tick", title);
}

void frame_x_axis(FILE *stream, const struct scale *x, const struct scale *y, const char *title)
{
	double ticks[MAX_TICKS];
	size_t count = scale_ticks(x, 6, ticks);

	frame_x_ticks(stream, x, y, title, ticks, count);
}

void frame_y_axis(FILE *stream, const struct scale *x, const struct scale *y, const char *title)
{
	double ticks[MAX_TICKS];
	size_t count = scale_ticks(y, 6, ticks);
	int decimals = scale_decimals(ticks, count);

	for (size_t i = 0; i < count; i++) {
		double at = scale_at(y, ticks[i]);
		char *text = tick_text(y, ticks[i], decimals);

		svg_line(stream, "grid", x->start, at, x->end, at);
		svg_text(stream, x->start - 8, at + 4, SVG_END, "tick", text);
		free(text);
	}
	svg_text(stream, 0, y->end - 8, SVG_START, "tick", title);
}

void frame_limit_x(FILE *stream, const struct plot *plot, const struct scale *x,
                   const struct scale *y)
{
	double at = scale_at(x, plot->limit);

	if (isnan(plot->limit))
		return;
	svg_line(stream, "limit", at, y->start, at, y->end);
	svg_text(stream, at, y->end - 5, SVG_MIDDLE, "limit", plot->limit_label);
}

void frame_limit_y(FILE *stream, const struct plot *plot, const struct scale *x,
                   const struct scale *y)
{
	double at = scale_at(y, plot->limit);

	if (isnan(plot->limit))
		return;
	svg_line(stream, "limit", x->start, at, x->end, at);
	svg_text(stream, x->start + 4, at + 13, SVG_START, "limit", plot->limit_label);
}

struct name {
	const struct series *series;
	double end_x, end_y, y; /* where the series ends, and where its name stands */
};

static int by_height(const void *a, const void *b)
{
	double left = ((const struct name *)a)->end_y, right = ((const struct name *)b)->end_y;

	return left < right ? -1 : left > right;
}

/* Down from the top so that none touch, then up again from the bottom. */
static void move_apart(struct name *names, size_t count, double top, double bottom)
{
	const double gap = 14;

	for (size_t i = 0; i < count; i++)
		names[i].y = fmax(names[i].end_y, i ? names[i - 1].y + gap : top);
	for (size_t i = count; i-- > 0;)
		names[i].y = fmin(names[i].y, i + 1 < count ? names[i + 1].y - gap : bottom);
}

void frame_names(FILE *stream, const struct plot *plot, const struct scale *x,
                 const struct scale *y)
{
	struct name *names = report_alloc(plot->nr_series, sizeof(*names));
	size_t count = 0;

	for (size_t i = 0; i < plot->nr_series; i++) {
		const struct series *series = &plot->series[i];
		size_t last = series->count - 1;

		if (!series->count)
			continue;
		names[count].series = series;
		names[count].end_x = scale_at(x, series->x[last]);
		names[count++].end_y = scale_at(y, series->y[last]);
	}
	qsort(names, count, sizeof(*names), by_height);
	move_apart(names, count, y->end, y->start);
	for (size_t i = 0; i < count; i++) {
		fprintf(stream, "<g class=\"%s\">", names[i].series->class);
		svg_line(stream, "leader", names[i].end_x + 4, names[i].end_y, x->end + 16,
		         names[i].y);
		svg_text(stream, x->end + 19, names[i].y + 4, SVG_START, "name",
		         names[i].series->label);
		fputs("</g>\n", stream);
	}
	free(names);
}
