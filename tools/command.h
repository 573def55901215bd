/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What all subcommands share: their table, exit statuses, and how they talk to people. Results go
 * to stdout, all else to stderr.
 */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

/* What the command's exit status says. */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,      /* a verification or a comparison failed */
	STATUS_USAGE = 2,       /* unknown name, bad number or geometry, bad input */
	STATUS_RESOURCE = 3,    /* memory, hugepages, permission, an output that can't be written */
	STATUS_UNSUPPORTED = 4, /* a CPU feature, a kernel without BTF */
};

/*
 * The subcommands: name, with _ for -, and summary. Each is a function cmd_NAME() in cmd_NAME.c
 * that takes its own arguments, argv[0] being "memmapsim NAME", and returns an enum status.
 */
/* clang-format off */
#define COMMANDS(X) \
	X(list, "what there is: initializers, kernels, presets, backings, experiments") \
	X(bench, "run an experiment, initializers side by side") \
	X(verify, "hold initializers or captures of real kernels against the oracle") \
	X(layout, "a kernel's struct page, also against the BTF of a real kernel") \
	X(dump, "the struct page of one pfn, decoded") \
	X(plan, "which NUMA node's threads would take what, on any machine") \
	X(report, "results as text, a cover letter, a page with plots, or rows of samples") \
	X(compare, "two results, two initializers of one, or a result and a kernel's own times") \
	X(new_plugin, "a starting point for an initializer of your own") \
	X(try, "whether an idea or a kernel tree's code is right, and what it brings") \
	X(import_kernel, "an initializer of a kernel tree's own code") \
	X(env, "what of this machine matters for the figures")
/* clang-format on */

#define COMMAND_DECLARE(name, summary) int cmd_##name(int argc, char **argv);
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE

/* Print "memmapsim: sentence" to stderr. @return @status: return command_fail(STATUS_USAGE, "…") */
__attribute__((format(printf, 2, 3))) int command_fail(enum status status, const char *format, ...);

/* Print the library's last sentence, and return the status that its negative errno stands for. */
int command_fail_library(int error);

/*
 * The same for making and using a memmap. Names have been looked up by then, so what isn't there is
 * a file to put it on.
 */
int command_fail_memmap(int error);

/* The status that a negative errno stands for; STATUS_OK for 0. */
enum status command_status(int error);

/* A result that nobody got is none: what was printed has to arrive. @return an enum status */
int command_flush_stdout(void);

/* A path for a sentence; one that is empty would otherwise be no word at all. */
const char *path_text(const char *path);

/* Print "memmapsim: warning: sentence" to stderr. */
__attribute__((format(printf, 1, 2))) void command_warn(const char *format, ...);

#define FACT_LABEL_WIDTH 11

/* A line of the header that stands above results: a word, and what there is to say of it. */
__attribute__((format(printf, 3, 4), nonnull(3))) void print_fact(FILE *stream, const char *label,
                                                                  const char *format, ...);

/* Whether @word, where a subcommand or an experiment could be named, asks for help instead. */
bool command_asks_for_help(const char *word);

/*
 * Parse a subcommand's arguments. A parser that finds a bad value prints its sentence and returns
 * the status (return command_fail(…)), which then comes back from here.
 */
int command_parse(const struct argp *argp, int argc, char **argv, void *input);

#endif
