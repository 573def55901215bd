// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "plot.h"

#include <math.h>

#include "memory.h"
#include "plot_frame.h"

/*
 * Colors that stay apart for color-blind eyes (Okabe and Ito's set, darker where it stands on
 * white), and names beside everything, so that no color has to be known.
 */
#define LIGHT                                                                                      \
	"--ink:#1b1f24;--soft:#57606a;--grid:#e4e7eb;--paper:#fff;"                                \
	"--naive:#57606a;--template:#0072b2;--stream:#c04a00;--fill:#8a6d00;"                      \
	"--p0:#0072b2;--p1:#c04a00;--p2:#007a5a;--p3:#a8457f;--p4:#8a6d00;--p5:#4b5fa8;"
#define DARK                                                                                       \
	"--ink:#e6e9ed;--soft:#9aa4af;--grid:#2c333b;--paper:#14181d;"                             \
	"--naive:#aab4be;--template:#56b4e9;--stream:#ff9e57;--fill:#e0c45c;"                      \
	"--p0:#56b4e9;--p1:#ff9e57;--p2:#3fcfa4;--p3:#e38fc0;--p4:#e0c45c;--p5:#9db1ff;"

const char plot_style[] =
	":root{" LIGHT "}\n"
	"@media (prefers-color-scheme:dark){:root{" DARK "}}\n"
	"@media print{:root{" LIGHT "}}\n"
	"svg text{font:12px system-ui,sans-serif;fill:var(--ink);font-variant-numeric:tabular-nums}\n"
	"svg .s{text-anchor:start}svg .m{text-anchor:middle}svg .e{text-anchor:end}\n"
	"svg .tick{fill:var(--soft);font-size:11px}svg .head{font-weight:600;font-size:13px}\n"
	"svg .grid{stroke:var(--grid)}svg .one{stroke:var(--soft);stroke-dasharray:2 3}\n"
	"svg line.limit{stroke:var(--fill);stroke-width:1.5;stroke-dasharray:6 4}\n"
	"svg text.limit{fill:var(--fill);font-size:11px}\n"
	".c-naive{--c:var(--naive)}.c-template{--c:var(--template)}.c-stream{--c:var(--stream)}\n"
	".c-fill{--c:var(--fill)}.c0{--c:var(--p0)}.c1{--c:var(--p1)}.c2{--c:var(--p2)}\n"
	".c3{--c:var(--p3)}.c4{--c:var(--p4)}.c5{--c:var(--p5)}\n"
	"svg .name{fill:var(--c,var(--ink))}svg .bar{fill:var(--c);opacity:.28}\n"
	"svg .box{fill:var(--c);opacity:.22}svg .middle{stroke:var(--c);stroke-width:2}\n"
	"svg .sample{fill:none;stroke:var(--c);stroke-linecap:round;opacity:.62}svg .point{fill:var(--c)}\n"
	"svg .milestone0{fill:var(--c);opacity:.85}svg .milestone1{fill:var(--c);opacity:.45}\n"
	"svg .milestone2{fill:var(--c);opacity:.22}\n"
	"svg .interval{stroke:var(--c);stroke-width:2.5}\n"
	"svg .published{fill:none;stroke:var(--ink);stroke-width:1.3}\n"
	"svg .line{fill:none;stroke:var(--c);stroke-width:1.6;stroke-linejoin:round}\n"
	"svg .leader{stroke:var(--c);stroke-width:.7;opacity:.6}\n";

static const struct {
	double (*height)(const struct plot *plot);
	void (*draw)(FILE *stream, const struct plot *plot, double top);
	const char *says; /* what there is to see */
} kinds[NR_PLOT_KINDS] = {
	[PLOT_BARS] = {plot_rows_height, plot_draw_rows, "medians as bars, with every sample"},
	[PLOT_ROUNDS] = {plot_chart_height, plot_draw_chart, "every sample by round"},
	[PLOT_SPREAD] = {plot_rows_height, plot_draw_rows,
                         "every sample by its initializer's median, with quartiles"},
	[PLOT_RANGES] = {plot_rows_height, plot_draw_rows,
                         "every sample on a logarithmic axis, with quartiles"},
	[PLOT_MILESTONES] = {plot_rows_height, plot_draw_rows, "medians of what happens in turn"},
	[PLOT_INTERVALS] = {plot_rows_height, plot_draw_rows, "ratios with 95 % intervals"},
	[PLOT_LINES] = {plot_chart_height, plot_draw_chart, "a line each"},
	[PLOT_CURVES] = {plot_chart_height, plot_draw_chart, "a curve each"},
};

double plot_height(const struct plot *plot)
{
	return kinds[plot->spec->kind].height(plot);
}

void plot_draw(FILE *stream, const struct plot *plot, double top)
{
	kinds[plot->spec->kind].draw(stream, plot, top);
}

char *plot_description(const struct plot *plot)
{
	size_t size;
	char *text;
	FILE *stream = report_stream(&text, &size);

	fprintf(stream, "%s.", kinds[plot->spec->kind].says);
	for (size_t i = 0; i < plot->nr_series; i++) {
		const struct series *series = &plot->series[i];

		fprintf(stream, " %s", series->label);
		if (isfinite(series->middle))
			fprintf(stream, ": %.3f%s%s", series->middle,
			        plot->spec->kind == PLOT_INTERVALS ? "" : " ",
			        plot->spec->kind == PLOT_INTERVALS ? "" : plot->unit->name);
		fputs(i + 1 < plot->nr_series ? ";" : ".", stream);
	}
	fclose(stream);
	return text;
}
