/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A file for results: opened before the work, so that hours of it aren't lost, written after it. */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

#include <stdbool.h>

#include <jansson.h>

struct output {
	const char *path; /* NULL: none was asked for */
	int fd;
	bool created; /* it wasn't there before */
};

/*
 * Open @path for writing; what is in it stays until something is written. NULL is no output, for
 * which the other functions do nothing.
 * @return an enum status; what failed is printed
 */
int output_open(struct output *output, const char *path);

/* Replace the file's contents by @json, and close it. @return an enum status */
int output_write_json(struct output *output, const json_t *json);

/* Close it unwritten, and remove it if it wasn't there before. Does nothing after a write. */
void output_discard(struct output *output);

#endif
