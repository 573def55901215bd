/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Files that are read. */
#ifndef TOOLS_INPUT_H
#define TOOLS_INPUT_H

#include <stddef.h>
#include <stdio.h>

/*
 * Open a regular file to read it.
 * @return an enum status; what failed is printed. One that may not be read is a STATUS_RESOURCE.
 */
int input_open(const char *path, int *fd);

/* The same as a stream, to be given to fclose(). */
int input_open_stream(const char *path, FILE **stream);

/*
 * The whole of a regular file of at most @most bytes, which the caller has to free().
 * @return an enum status; what failed is printed
 */
int input_read(const char *path, size_t most, char **data, size_t *size);

/* The text of any file, /proc's as well, which the caller has to free(). NULL: there is none. */
char *input_text(const char *path);

#endif
