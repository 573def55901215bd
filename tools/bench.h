/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The experiments that memmapsim bench knows. */
#ifndef TOOLS_BENCH_H
#define TOOLS_BENCH_H

#include <stddef.h>

/* An experiment takes its own arguments, argv[0] being "memmapsim bench NAME". */
struct experiment {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv); /* returns an enum status */
};

#define NR_EXPERIMENTS 1
extern const struct experiment experiments[NR_EXPERIMENTS];

int bench_rebind(int argc, char **argv);

#endif
