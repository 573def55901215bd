/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What /proc and /sys say, as JSON; null wherever it isn't there or isn't what is expected. */
#ifndef BENCH_MACHINE_FILES_H
#define BENCH_MACHINE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* @root stands before every path; see environment_collect(). */

/* The first line of a file, without its newline. @return whether there is one that isn't empty */
bool read_line(const char *root, const char *path, char *line, size_t size);

/* A string, or null if @text is no UTF-8. */
json_t *text_or_null(const char *text);

/* What the first line says: as it is; as a number; as the word in brackets, "always [madvise]". */
json_t *file_text(const char *root, const char *path);
json_t *file_number(const char *root, const char *path);
json_t *file_selected(const char *root, const char *path);

/* How many numbers the list in the first line has: 5 for "0-3,8". */
json_t *file_list_count(const char *root, const char *path);

/* The first value of @key: as it is; as a number; one in kB, as bytes. */
json_t *cpuinfo_text(const char *root, const char *key);
json_t *cpuinfo_number(const char *root, const char *key);
json_t *meminfo_bytes(const char *root, const char *key);

#endif
