// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "format.h"
#include "svg.h"

#define HEAD 26.0

/* Runs over the pictures; draws them, if @draw. @return how high they are together */
static double each_picture(FILE *stream, const struct result *results, size_t count, bool draw)
{
	double top = 0;

	for (size_t i = 0; i < count; i++) {
		struct plot *plots;
		size_t nr;

		if (!results[i].view->picture.kind)
			continue;
		plots = plots_make(&results[i].view->picture, results[i].json, &nr);
		for (size_t j = 0; j < nr; j++) {
			if (draw) {
				svg_text(stream, 10, top + 20, SVG_START, "head", plots[j].title);
				plot_draw(stream, &plots[j], top + HEAD);
			}
			top += HEAD + plot_height(&plots[j]);
		}
		plots_free(plots, nr);
	}
	return top;
}

void format_svg(FILE *stream, const struct result *results, size_t count)
{
	double height = each_picture(stream, results, count, false);

	fprintf(stream,
	        "<!-- SPDX-License-Identifier: GPL-2.0-only OR MIT -->\n"
	        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
	        "height=\"%.0f\" role=\"img\">\n<title>Figures of memmapsim</title>\n<style>\n%s</style>\n",
	        PLOT_WIDTH, height, PLOT_WIDTH, height, plot_style);
	fprintf(stream, "<rect width=\"%.0f\" height=\"%.0f\" style=\"fill:var(--paper)\"/>\n",
	        PLOT_WIDTH, height);
	each_picture(stream, results, count, true);
	fputs("</svg>\n", stream);
}
