/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Text in columns of characters. */
#ifndef TOOLS_REPORT_WRAP_H
#define TOOLS_REPORT_WRAP_H

#include <stddef.h>
#include <stdio.h>

/* How many columns UTF-8 takes, of which each character takes one. */
size_t text_width(const char *text);

/* @text in lines of at most @width columns, broken at blanks, each after @margin blanks. */
void print_wrapped(FILE *stream, const char *text, int margin, size_t width);

/* The same with @head in place of the first line's margin. */
void print_hanging(FILE *stream, const char *head, const char *text, int margin, size_t width);

#endif
