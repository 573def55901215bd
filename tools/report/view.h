/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What is shown of each experiment, as data: facts, sections of plots and tables, a cover letter.
 */
#ifndef TOOLS_REPORT_VIEW_H
#define TOOLS_REPORT_VIEW_H

#include "plot.h"
#include "table.h"

/* A line of a result's header; left out if a value isn't there. */
struct fact {
	const char *label;
	const char *text; /* a template */
};

#define MAX_PLOTS 3

struct section {
	const char *title;
	const char *lead; /* a template: what there is to see, in HTML */
	struct plot_spec plots[MAX_PLOTS];
	struct table_spec table;
	bool page_only; /* text has no table of it: another one has its figures, or a fact does */
};

#define MAX_PARAGRAPHS 6

/* What a patch series' mail says of an experiment. Paragraphs are templates. */
struct cover {
	const char *set_up[MAX_PARAGRAPHS];
	struct table_spec figures[2];
	const char *after[MAX_PARAGRAPHS];
};

struct view {
	const char *experiment;         /* as the result calls it */
	const char *title;              /* a template */
	const char *summary;            /* a template: what came out, in a sentence; may be NULL */
	const struct fact *facts;       /* end with one without label; besides those of all */
	const struct section *sections; /* end with one without title */
	const struct cover *cover;
	struct plot_spec picture; /* the one that stands for all, alone in a README */
};

extern const struct fact common_facts[];
extern const struct cover cover_rebind;
extern const struct view view_rebind, view_rebind_sizes, view_background, view_boot, view_aftermath,
	view_normal, view_verify;

/* NULL if there is none of that name. */
const struct view *view_find(const char *experiment);

/* "rebind, background, …", for a sentence; static storage. */
const char *view_names(void);

#endif
