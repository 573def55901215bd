/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A file for results: tried before the work, so that hours of it aren't lost, and written after it
 * in one go, so that nothing half-written is ever found there.
 */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

#include <limits.h>

#include <jansson.h>

struct output {
	const char *path; /* as typed; NULL: no output was asked for */
	int fd; /* of what can only be written directly: a pipe, a terminal, stdout; else -1 */
	bool is_stdout;                /* so that it goes the way of all that is printed */
	char target[PATH_MAX];         /* what gets replaced: not the symbolic link to it */
	char temporary[PATH_MAX + 32]; /* beside it; there only during a write */
};

/*
 * Make sure that @path can be written; a file is not changed by that. NULL is no output, for which
 * the other functions do nothing.
 * @return an enum status; what failed is printed
 */
int output_open(struct output *output, const char *path);

/* Replace the file's contents by @json, and close it. @return an enum status */
int output_write_json(struct output *output, const json_t *json);

/* The same with @size bytes of @text. */
int output_write_text(struct output *output, const char *text, size_t size);

/* Leave without having written. Does nothing after a write. */
void output_discard(struct output *output);

/* From now on keep what is to be written, for a process whose results may yet turn out to be none.
 */
void output_hold(void);

/* Write what was kept, in order. @return an enum status */
int output_release(void);

#endif
