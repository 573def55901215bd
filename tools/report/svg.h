/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What pictures are drawn with: escaped text, shapes with classes that a style sheet colors. */
#ifndef TOOLS_REPORT_SVG_H
#define TOOLS_REPORT_SVG_H

#include <stdio.h>

/* @text with all that means something in HTML and SVG, in attributes too, escaped. */
void svg_escaped(FILE *stream, const char *text);

/* Horizontal anchors of text. */
#define SVG_START  "s"
#define SVG_MIDDLE "m"
#define SVG_END    "e"

/* @class: more classes than the anchor's, or "" */
void svg_text(FILE *stream, double x, double y, const char *anchor, const char *class,
              const char *text);
void svg_line(FILE *stream, const char *class, double x1, double y1, double x2, double y2);
void svg_rect(FILE *stream, const char *class, double x, double y, double width, double height);
void svg_dot(FILE *stream, const char *class, double x, double y, double radius);

/*
 * Many dots, at a fraction of the bytes: a path of strokes without length, whose ends are round.
 * Begin, a point each, end. Dots of one path don't shine through each other; so it ends by itself
 * after some, and another one begins.
 */
struct svg_dots {
	FILE *stream;
	const char *class;
	double radius;
	size_t count;
};
void svg_dots_begin(struct svg_dots *dots, FILE *stream, const char *class, double radius);
void svg_dots_at(struct svg_dots *dots, double x, double y);
void svg_dots_end(struct svg_dots *dots);

/* A group of shapes with a name that browsers show and screen readers read; to be ended. */
void svg_group(FILE *stream, const char *class, const char *title);
void svg_end_group(FILE *stream);

/* About how wide @text will be. */
double svg_text_width(const char *text);

#endif
