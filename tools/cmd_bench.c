// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim bench: finds the experiment and leaves everything else to it. */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "command.h"
#include "error.h"

const struct experiment experiments[NR_EXPERIMENTS] = {
	{"rebind", "first binds, and rebinds on the same memory, initializers side by side",
         bench_rebind},
	{"background", "how soon a namespace is usable: bind returns, first fault, all done",
         bench_background},
	{"boot", "how soon all namespaces of a machine are up, one bound after the other",
         bench_boot},
	{"aftermath", "what readers, faults, bystanders and writers pay right after an init",
         bench_aftermath},
	{"normal", "normal memory, freed as soon as it is initialized: what pays there, and why",
         bench_normal},
};

static void print_help(FILE *stream)
{
	fputs("Usage: memmapsim bench EXPERIMENT [OPTION...]\n"
	      "Run an experiment: initializers side by side, held against the oracle, timed.\n\n",
	      stream);
	for (size_t i = 0; i < NR_EXPERIMENTS; i++)
		fprintf(stream, "  %-10s %s\n", experiments[i].name, experiments[i].summary);
	fputs("\nmemmapsim bench EXPERIMENT --help explains each.\n\n"
	      "Example:\n  memmapsim bench rebind --preset fsdax-1g -i all\n",
	      stream);
}

int cmd_bench(int argc, char **argv)
{
	const char *names[NR_EXPERIMENTS];
	char command[64];

	if (argc < 2) {
		print_help(stderr);
		return STATUS_USAGE;
	}
	if (command_asks_for_help(argv[1])) {
		print_help(stdout);
		return STATUS_OK;
	}
	for (size_t i = 0; i < NR_EXPERIMENTS; i++) {
		names[i] = experiments[i].name;
		if (strcmp(argv[1], names[i]) != 0)
			continue;
		snprintf(command, sizeof(command), "%s %s", argv[0], argv[1]);
		argv[1] = command; /* for argp's usage and messages */
		return experiments[i].run(argc - 1, argv + 1);
	}
	return command_fail_library(mms_fail_unknown("experiment", argv[1], names, NR_EXPERIMENTS));
}
