/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The experiments that memmapsim bench knows. */
#ifndef TOOLS_BENCH_H
#define TOOLS_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <memmapsim/memmap.h>

#include "core.h"
#include "failure.h"
#include "options.h"
#include "output.h"
#include "progress.h"
#include "steal.h"

/* An experiment takes its own arguments, argv[0] being "memmapsim bench NAME". */
struct experiment {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv); /* returns an enum status */
};

#define NR_EXPERIMENTS 5
extern const struct experiment experiments[NR_EXPERIMENTS];

int bench_rebind(int argc, char **argv);
int bench_background(int argc, char **argv);
int bench_boot(int argc, char **argv);
int bench_aftermath(int argc, char **argv);
int bench_normal(int argc, char **argv);

/* What surrounds an experiment, from its options to its result. */
struct bench_run {
	const struct bench_options *options;
	json_t *environment; /* of before the work, which would be all that the load average shows
	                      */
	struct output output;
	struct progress progress;
	json_t *left_out; /* plug-ins that failed */
};

/*
 * Open the output and look at the environment, before the work.
 * @run: to be given to bench_end()
 * @return an enum status; what failed is printed
 */
int bench_begin(struct bench_run *run, const struct bench_options *options);

/* Show, for the context @progress, that @name's @stage is next; name NULL: of no initializer. */
void bench_show_progress(void *progress, uint64_t done, uint64_t total, const char *stage,
                         const char *name);

/* An experiment on some geometries, which runs initializers. */
struct bench_experiment {
	struct initializer_list *initializers; /* gets shorter by those that fail */
	const struct run_options *options;
	const struct mms_geometry *geometries;
	size_t nr_geometries;
	bool alike; /* geometries differ only in where they are: one is verified for all */
	int (*run)(void *context); /* all of it, results and all; returns an enum status */
	void *context;
};

/*
 * Run an experiment. If plug-ins take part in it, each is verified first, in a child; and then it
 * is run in a child, without those that were wrong, and once more without one that ended the child.
 * @return what the experiment did, or STATUS_FAILED if a plug-in was left out
 */
int bench_run_experiment(struct bench_run *run, const struct bench_experiment *experiment);

/* Warn of initializers that were left out, and of what makes figures on this machine worse. */
void bench_warn(const struct bench_run *run);

/* Write @json, which this takes over, if it was asked for. @return the experiment's status */
int bench_write(struct bench_run *run, json_t *json, bool ok);

void bench_end(struct bench_run *run);

/* All of these, for an experiment whose options are right. @return an enum status */
int bench_run(struct bench_run *run, const struct bench_options *options,
              const struct bench_experiment *experiment);

/*
 * A figure for fewer huge pages than were asked for is one for something else. Each of @maps may
 * have less than a huge page at its end.
 */
void bench_warn_of_backing(const struct mms_memmap_info *info, uint64_t least_huge_bytes,
                           uint64_t maps);

/* A line on the memory that was obtained. */
void bench_print_memory(FILE *stream, const struct mms_memmap_info *info);

/* How much of the core there was, as a line of the header; and a warning if it was shared a lot. */
void bench_print_core(FILE *stream, const struct mms_core_summary *core);
void bench_warn_of_core(const struct mms_core_summary *core);

/* A line on what was stolen. */
void bench_print_steal(FILE *stream, const struct mms_steal *steal);

/* @sentence on a failure, and the first wrong struct page, if that is what was wrong. */
void bench_print_failure(FILE *stream, const struct mms_geometry *geometry,
                         const struct mms_failure *failure, const char *sentence);

/* The CPU's model, as the environment has it, or "unknown". */
const char *bench_cpu(const json_t *environment);

#endif
