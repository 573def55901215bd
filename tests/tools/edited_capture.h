/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Captures that tests change or make up. What can't be done fails the test. */
#ifndef TESTS_TOOLS_EDITED_CAPTURE_H
#define TESTS_TOOLS_EDITED_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include <memmapsim/memmapsim.h>

struct edited_capture {
	json_t *json;
	size_t count;
	struct mms_page *pages;
};

/* The capture @name of tests/data. To be given to edited_capture_free(). */
struct edited_capture edited_capture_load(const char *name);

/*
 * A capture as a kernel would give it that does exactly what is declared, of @geometry, which was
 * made from @ns. Pages that no code writes hold something.
 */
struct edited_capture edited_capture_make(const struct mms_namespace *ns,
                                          const struct mms_geometry *geometry);

void edited_capture_free(struct edited_capture *capture);

/* Leave only @count pages from page @first on. */
void edited_capture_cut(struct edited_capture *capture, size_t first, size_t count);

/*
 * Set the value at @path ("pgmap.altmap.free") to @text read as JSON ("2557", "null"), or remove it
 * if that is NULL.
 */
void edited_capture_set(struct edited_capture *capture, const char *path, const char *text);

/* Write it to the scratch folder as @name.json and @name.pages.zst. */
void edited_capture_save(struct edited_capture *capture, const char *name);

/* Let the JSON have the sum, number and file of the pages that are to be saved as @name. */
void edited_capture_describe_pages(struct edited_capture *capture, const char *name);

#endif
