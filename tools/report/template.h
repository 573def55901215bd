/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Sentences with values of a result in them:
 *
 *	"{kernel.name} ({kernel.captures} captures[, derived from {kernel.derived_from}])"
 *
 * Keys are those of row.h; behind | stands how to write the value:
 *
 *	one (one decimal), percent (of a share), MiB, size (largest exact unit), hex, ms (from ns,
 *with two decimals), s (from ns), list ("1, 11, 30"), yes (nothing, but the value must be true)
 *
 * What is between [ and ] is left out if a value in it isn't there, and so is the whole sentence
 * outside of them. {!key} is nothing, and is there only if the value is not, or is false.
 */
#ifndef TOOLS_REPORT_TEMPLATE_H
#define TOOLS_REPORT_TEMPLATE_H

#include "row.h"

/* The sentence, to be freed; NULL if it is left out. */
char *template_expand(const char *template, const struct row *row);

#endif
