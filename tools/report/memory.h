/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Memory for reports. Without any there is no report: these end the command with its sentence. */
#ifndef TOOLS_REPORT_MEMORY_H
#define TOOLS_REPORT_MEMORY_H

#include <stddef.h>
#include <stdio.h>

/* @count zeroed elements of @size bytes; to be freed. */
void *report_alloc(size_t count, size_t size);

/* @array with room for one more than @count; to be called before each element is added. */
void *report_grow(void *array, size_t count, size_t size);

char *report_copy(const char *text);
__attribute__((format(printf, 1, 2))) char *report_format(const char *format, ...);

/* A stream into memory: @text has what was written after fclose(), and is to be freed. */
FILE *report_stream(char **text, size_t *size);

#endif
