/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Running the built command as a person types it; MEMMAPSIM in the environment is its path. */
#ifndef TESTS_TOOLS_RUN_H
#define TESTS_TOOLS_RUN_H

struct result {
	int status;
	char *out, *err;
};

/*
 * Run a line of shell in a directory of its own, in which "memmapsim" is the built command:
 * run("memmapsim layout --kernel %s", name). What it printed is there until the next run().
 */
__attribute__((format(printf, 1, 2))) struct result run(const char *format, ...);

/* As run(), and fail the test unless it ends with @status. */
__attribute__((format(printf, 2, 3))) struct result run_expecting(int status, const char *format,
                                                                  ...);

/*
 * As run_expecting(), and fail the test unless it printed nothing to stdout and one sentence with
 * @part in it to stderr.
 */
__attribute__((format(printf, 3, 4))) void run_refused(int status, const char *part,
                                                       const char *format, ...);

/* Fail the test, showing @text, unless @part is in it. */
void assert_contains(const char *text, const char *part);

/* Path of @name in that directory, for files that a test makes; until the next call. */
const char *scratch(const char *name);

/* Group setup and teardown: make that directory, and remove it with all in it. */
int run_setup(void **state);
int run_teardown(void **state);

#endif
