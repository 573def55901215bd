/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Compiles what was put together, in a folder that is removed again. */
#ifndef TOOLS_IMPORT_BUILD_H
#define TOOLS_IMPORT_BUILD_H

#include <limits.h>
#include <stdio.h>

struct build {
	char folder[PATH_MAX - 64];
	bool keep; /* the folder was given by its user, and stays */
	char kcompat[PATH_MAX];
	char include[PATH_MAX]; /* memmapsim's own headers */
};

/*
 * Make a temporary folder; or use the folder @keep, made if it isn't there. Finds where kcompat and
 * the headers are: in what was installed, or what is being built.
 * @return an enum status
 */
int build_init(struct build *build, const char *keep);

/* Open a file of the folder to be written. @return NULL: it failed, which is printed */
FILE *build_open(const struct build *build, const char *name);

/* Close it. @return an enum status */
int build_close(const struct build *build, FILE *stream, const char *name);

/*
 * Run the compiler as kernel code is compiled here, in the folder. @arguments end with NULL.
 * @messages gets what the compiler says, to be freed, or NULL.
 * @return an enum status; STATUS_FAILED: the compiler refused, nothing is printed
 */
int build_compile(const struct build *build, const char *const *arguments, char **messages);

/* The same with user space's own flags. */
int build_link(const struct build *build, const char *const *arguments, char **messages);

/* Remove the folder unless it is to stay. */
void build_finish(struct build *build);

#endif
