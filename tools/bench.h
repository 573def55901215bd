/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The experiments that memmapsim bench knows. */
#ifndef TOOLS_BENCH_H
#define TOOLS_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <memmapsim/memmap.h>

/* An experiment takes its own arguments, argv[0] being "memmapsim bench NAME". */
struct experiment {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv); /* returns an enum status */
};

#define NR_EXPERIMENTS 2
extern const struct experiment experiments[NR_EXPERIMENTS];

int bench_rebind(int argc, char **argv);
int bench_background(int argc, char **argv);

/* Warn of what makes figures on this machine worse. */
void bench_warn_of_environment(const json_t *environment);

/* A figure for fewer huge pages than were asked for is one for something else. */
void bench_warn_of_backing(const struct mms_memmap_info *info, uint64_t least_huge_bytes);

/* The CPU's model, as the environment has it, or "unknown". */
const char *bench_cpu(const json_t *environment);

#endif
