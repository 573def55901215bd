// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From rows to series. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "plot.h"
#include "table.h"
#include "template.h"

/* Families of initializers, and ways to bind, keep their color in all plots. */
static const struct {
	const char *prefix, *class;
} families[] = {
	{"naive", "c-naive"},
	{"template", "c-template"},
	{"stream", "c-stream"},
	{"auto", "c-stream"},
	{"fill", "c-fill"},
	{"direct", "c-naive"},
	{"pool", "c0"},
	{"background item", "c1"},
	{"background help", "c2"},
	{"background chunk", "c3"},
};

static const char *class_of(const char *label, size_t index)
{
	static const char *const others[] = {"c0", "c1", "c2", "c3", "c4", "c5"};

	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (strncmp(label, families[i].prefix, strlen(families[i].prefix)) == 0)
			return families[i].class;
	return others[index % (sizeof(others) / sizeof(*others))];
}

static char *label_of(const struct plot *plot, const struct row *row)
{
	char *label = template_expand(plot->spec->label, row);

	return label ? label : report_copy("?");
}

static struct series *add_series(struct plot *plot, char *label)
{
	struct series *series;

	plot->series = report_grow(plot->series, plot->nr_series, sizeof(*series));
	series = &plot->series[plot->nr_series];
	*series = (struct series){
		.label = label,
		.class = class_of(label, plot->nr_series),
		.middle = NAN,
		.low = NAN,
		.high = NAN,
		.published = NAN,
	};
	plot->nr_series++;
	return series;
}

static void set_color(const struct plot *plot, struct series *series, const struct row *row)
{
	char *color;

	if (!plot->spec->color)
		return;
	color = row_label(row, plot->spec->color);
	series->class = class_of(color, plot->nr_series - 1);
	free(color);
}

static void add_point(struct series *series, double x, double y)
{
	series->x = report_grow(series->x, series->count, sizeof(double));
	series->y = report_grow(series->y, series->count, sizeof(double));
	series->x[series->count] = x;
	series->y[series->count++] = y;
}

/* A number below the key @outer. */
static double inner_number(const struct row *row, const char *outer, const char *inner)
{
	char *key = report_format("%s.%s", outer, inner);
	double value = row_number(row, key);

	free(key);
	return value;
}

static void add_samples(struct plot *plot, const struct row *row)
{
	const char *summary = plot->spec->summary;
	double unit = plot->unit->ns, median = inner_number(row, summary, "median_ns");
	char *key = report_format("%s.samples_ns", summary);
	const json_t *samples = row_at(row, key);
	struct series *series;

	free(key);
	if (!json_array_size(samples) || !isfinite(median))
		return;
	series = add_series(plot, label_of(plot, row));
	series->middle = median / unit;
	for (size_t i = 0; i < json_array_size(samples); i++) {
		const json_t *sample = json_array_get(samples, i);

		if (json_is_number(sample))
			add_point(series, (double)i + 1, json_number_value(sample) / unit);
	}
}

static void add_milestones(struct plot *plot, const struct row *row)
{
	struct series *series = add_series(plot, label_of(plot, row));

	for (size_t i = 0; i < MAX_MILESTONES && plot->spec->milestones[i]; i++) {
		double median = inner_number(row, plot->spec->milestones[i], "median_ns");

		if (isfinite(median))
			add_point(series, (double)i, median / plot->unit->ns);
	}
}

/* Of what the others are compared with there is nothing to see. */
static void add_interval(struct plot *plot, const struct row *row)
{
	const struct plot_spec *spec = plot->spec;
	double ratio = row_number(row, spec->y), low = NAN, high = NAN;
	struct series *series;

	if (spec->interval)
		row_interval(row, spec->interval, &low, &high);
	if (!isfinite(ratio) || (low == 1 && high == 1))
		return;
	series = add_series(plot, label_of(plot, row));
	set_color(plot, series, row);
	series->middle = ratio;
	series->low = low;
	series->high = high;
	if (spec->published)
		series->published = row_number(row, spec->published);
}

static struct series *series_called(struct plot *plot, char *label)
{
	for (size_t i = 0; i < plot->nr_series; i++)
		if (strcmp(plot->series[i].label, label) == 0) {
			free(label);
			return &plot->series[i];
		}
	return add_series(plot, label);
}

static double in_unit(double value, double unit)
{
	return unit > 0 ? value / unit : value;
}

static void add_line_point(struct plot *plot, const struct row *row)
{
	const struct plot_spec *spec = plot->spec;
	double x = row_number(row, spec->x), y = row_number(row, spec->y);

	if (isfinite(x) && isfinite(y) && !(spec->logarithmic_x && x <= 0))
		add_point(series_called(plot, label_of(plot, row)), in_unit(x, spec->x_unit),
		          in_unit(y, spec->y_unit));
}

/* @return false: it is no point */
static bool point_of(const struct plot_spec *spec, const json_t *point, size_t index, double *x,
                     double *y)
{
	if (!spec->x) {
		*x = (double)index + 1;
		*y = json_number_value(point);
		return json_is_number(point);
	}
	*x = json_number_value(json_object_get(point, spec->x));
	*y = json_number_value(json_object_get(point, spec->y));
	return json_is_object(point);
}

static void add_curve(struct plot *plot, const struct row *row)
{
	const struct plot_spec *spec = plot->spec;
	const json_t *points = row_at(row, spec->points);
	struct series *series;
	double end = 0, x, y;

	if (!json_array_size(points))
		return;
	series = add_series(plot, label_of(plot, row));
	if (spec->x)
		add_point(series, 0, 0);
	for (size_t i = 0; i < json_array_size(points); i++) {
		if (!point_of(spec, json_array_get(points, i), i, &x, &y))
			continue;
		add_point(series, in_unit(x, spec->x_unit), in_unit(y, spec->y_unit));
		end = fmax(end, y);
	}
	for (size_t i = 0; i < series->count && !(spec->y_unit > 0) && end > 0; i++)
		series->y[i] /= end;
}

static void add_row(struct plot *plot, const struct row *row)
{
	if (row_is_wrong(row))
		return;
	switch (plot->spec->kind) {
	case PLOT_MILESTONES:
		add_milestones(plot, row);
		break;
	case PLOT_INTERVALS:
		add_interval(plot, row);
		break;
	case PLOT_LINES:
		add_line_point(plot, row);
		break;
	case PLOT_CURVES:
		add_curve(plot, row);
		break;
	default:
		add_samples(plot, row);
		break;
	}
}

/* Of rows that may be in another order. */
static void sort_points(struct series *series)
{
	for (size_t i = 1; i < series->count; i++)
		for (size_t j = i; j && series->x[j - 1] > series->x[j]; j--) {
			double x = series->x[j], y = series->y[j];

			series->x[j] = series->x[j - 1];
			series->y[j] = series->y[j - 1];
			series->x[j - 1] = x;
			series->y[j - 1] = y;
		}
}

/* The fastest of the rows that do nothing but write. */
static void find_limit(struct plot *plot, const json_t *result)
{
	struct rows rows = rows_find(result, plot->spec->limit_rows);

	plot->limit = NAN;
	for (size_t i = 0; i < rows.count; i++) {
		const struct row *row = &rows.items[i];
		double median =
			inner_number(row, plot->spec->summary, "median_ns") / plot->unit->ns;

		if (!isfinite(median) || plot->limit <= median)
			continue;
		plot->limit = median;
		free(plot->limit_label);
		plot->limit_label = template_expand("fill limit ({name})", row);
	}
	rows_free(&rows);
	if (!plot->limit_label)
		plot->limit = NAN;
}

static const struct unit *unit_of(const struct plot_spec *spec, const struct rows *rows)
{
	double longest = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->items[i];

		if (spec->summary)
			longest = fmax(longest, inner_number(row, spec->summary, "median_ns"));
		for (size_t j = 0; j < MAX_MILESTONES && spec->milestones[j]; j++)
			longest =
				fmax(longest, inner_number(row, spec->milestones[j], "median_ns"));
	}
	return unit_for_time(longest);
}

static struct plot *plot_of_group(struct plot **plots, size_t *count, char *group)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp((*plots)[i].group, group) == 0) {
			free(group);
			return &(*plots)[i];
		}
	*plots = report_grow(*plots, *count, sizeof(**plots));
	(*plots)[*count] = (struct plot){.group = group, .limit = NAN};
	return &(*plots)[(*count)++];
}

static void plot_finish(struct plot *plot)
{
	for (size_t i = 0; i < plot->nr_series; i++) {
		free(plot->series[i].label);
		free(plot->series[i].x);
		free(plot->series[i].y);
	}
	free(plot->series);
	free(plot->title);
	free(plot->group);
	free(plot->limit_label);
}

static void complete(struct plot *plot, const json_t *result)
{
	struct row whole = row_of(result);

	plot->title = template_expand(plot->spec->title, &whole);
	if (plot->spec->limit_rows[0])
		find_limit(plot, result);
	for (size_t i = 0; i < plot->nr_series && plot->spec->kind == PLOT_LINES; i++)
		sort_points(&plot->series[i]);
}

struct plot *plots_make(const struct plot_spec *spec, const json_t *result, size_t *count)
{
	struct rows rows = rows_find(result, spec->rows);
	struct plot *plots = NULL;
	size_t kept = 0;

	*count = 0;
	if (spec->order)
		rows_gather(&rows, spec->order);
	for (size_t i = 0; i < rows.count; i++) {
		char *group = row_label(&rows.items[i], spec->group ? spec->group : "");
		struct plot *plot = plot_of_group(&plots, count, group);

		plot->spec = spec;
		plot->unit = unit_of(spec, &rows);
		add_row(plot, &rows.items[i]);
	}
	for (size_t i = 0; i < *count; i++) {
		complete(&plots[i], result);
		if (plots[i].title && plots[i].nr_series)
			plots[kept++] = plots[i];
		else
			plot_finish(&plots[i]);
	}
	*count = kept;
	rows_free(&rows);
	return plots;
}

void plots_free(struct plot *plots, size_t count)
{
	for (size_t i = 0; i < count; i++)
		plot_finish(&plots[i]);
	free(plots);
}
