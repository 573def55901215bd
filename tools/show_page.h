/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Struct pages for people's eyes: decoded field by field. */
#ifndef TOOLS_SHOW_PAGE_H
#define TOOLS_SHOW_PAGE_H

#include <stdio.h>

#include <jansson.h>

#include <memmapsim/memmapsim.h>

/* What @pfn is, "tail 5 of the order-9 compound at pfn 0x10001200", into @text. */
void page_kind_text(const struct mms_geometry *geometry, uint64_t pfn, char *text, size_t size);

/* The 64 bytes @image of @pfn, under @title: offset, size, name and value of each field. */
void show_page(FILE *stream, const struct mms_geometry *geometry, uint64_t pfn, const char *title,
               const void *image);

/* A wrong struct page of @pfn beside the right one. The line above them names pfn and fields. */
void show_page_difference(FILE *stream, const struct mms_geometry *geometry, uint64_t pfn,
                          const void *expected, const void *found);

/* The same for programs. NULL: out of memory */
json_t *page_difference_json(const struct mms_geometry *geometry, uint64_t pfn,
                             const void *expected, const void *found);

#endif
