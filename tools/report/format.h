/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a report can look like. */
#ifndef TOOLS_REPORT_FORMAT_H
#define TOOLS_REPORT_FORMAT_H

#include "result.h"

/* What the experiments printed: facts and tables. */
void format_text(FILE *stream, const struct result *results, size_t count);

/* What a patch series' mail says, wrapped at 72 columns. */
void format_cover_letter(FILE *stream, const struct result *results, size_t count);

/* One page that loads nothing from elsewhere: plots, and the tables behind them. */
void format_html(FILE *stream, const struct result *results, size_t count);

/* One row per sample, as RFC 4180 has it. */
void format_csv(FILE *stream, const struct result *results, size_t count);

/* The picture that stands for each result, below each other. */
void format_svg(FILE *stream, const struct result *results, size_t count);

/* Call @take for each fact that there is of @result. */
void facts_each(const struct result *result,
                void (*take)(void *context, const char *label, const char *text), void *context);

/* Sentences on initializers that were wrong. */
void failures_each(const struct result *result, void (*take)(void *context, const char *text),
                   void *context);

#endif
