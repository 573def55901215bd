/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Pieces of the page. */
#ifndef TOOLS_REPORT_HTML_H
#define TOOLS_REPORT_HTML_H

#include "plot.h"
#include "table.h"

/* What the page looks like, besides its plots; on screens, dark ones too, and on paper. */
extern const char html_style[];

/* <name class="…">text</name>, escaped; @class may be NULL. */
void html_element(FILE *stream, const char *name, const char *class, const char *text);

void html_table(FILE *stream, const struct table *table);

/* @id: what makes the picture's references to its title unique on the page */
void html_plot(FILE *stream, const struct plot *plot, unsigned int id);

#endif
