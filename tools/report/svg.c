// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "svg.h"

#include <string.h>

#include "wrap.h"

void svg_escaped(FILE *stream, const char *text)
{
	for (; *text; text++) {
		const char *escape = *text == '&'   ? "&amp;"
		                     : *text == '<' ? "&lt;"
		                     : *text == '>' ? "&gt;"
		                     : *text == '"' ? "&quot;"
		                                    : NULL;

		if (escape)
			fputs(escape, stream);
		else if ((unsigned char)*text >= ' ' || *text == '\n')
			fputc(*text, stream);
	}
}

void svg_text(FILE *stream, double x, double y, const char *anchor, const char *class,
              const char *text)
{
	fprintf(stream, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s%s%s\">", x, y, anchor,
	        *class ? " " : "", class);
	svg_escaped(stream, text);
	fputs("</text>\n", stream);
}

void svg_line(FILE *stream, const char *class, double x1, double y1, double x2, double y2)
{
	fprintf(stream, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
	        class, x1, y1, x2, y2);
}

void svg_rect(FILE *stream, const char *class, double x, double y, double width, double height)
{
	fprintf(stream,
	        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
	        class, x, y, width > 0 ? width : 0, height > 0 ? height : 0);
}

void svg_dot(FILE *stream, const char *class, double x, double y, double radius)
{
	fprintf(stream, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n", class, x, y,
	        radius);
}

#define DOTS_OF_A_PATH 16

void svg_dots_begin(struct svg_dots *dots, FILE *stream, const char *class, double radius)
{
	*dots = (struct svg_dots){stream, class, radius, 0};
}

void svg_dots_at(struct svg_dots *dots, double x, double y)
{
	if (dots->count % DOTS_OF_A_PATH == 0) {
		svg_dots_end(dots);
		fprintf(dots->stream, "<path class=\"%s\" stroke-width=\"%.1f\" d=\"", dots->class,
		        2 * dots->radius);
	}
	fprintf(dots->stream, "M%.1f %.1fh0", x, y);
	dots->count++;
}

void svg_dots_end(struct svg_dots *dots)
{
	if (dots->count)
		fputs("\"/>\n", dots->stream);
}

void svg_group(FILE *stream, const char *class, const char *title)
{
	fprintf(stream, "<g class=\"%s\"><title>", class);
	svg_escaped(stream, title);
	fputs("</title>\n", stream);
}

void svg_end_group(FILE *stream)
{
	fputs("</g>\n", stream);
}

double svg_text_width(const char *text)
{
	return 6.9 * (double)text_width(text);
}
