/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Who would take what: a schedule that is made and counted, but not run. For memmapsim plan, and
 * for experiments that are asked about another machine.
 */
#ifndef TOOLS_PLAN_H
#define TOOLS_PLAN_H

#include <stdio.h>

#include <jansson.h>

#include "options.h"

struct plan_request {
	const char *topology; /* NULL: this machine */
	const char *cpus;     /* NULL: all */
	size_t nr_namespaces;
	const struct mms_geometry *geometries; /* of each namespace */
	const struct geometry_options *geometry_options;
	size_t nr_nodes; /* that memmaps lie on, in turn; with 1, threads are there, too; 0: all */
	const int *nodes;
	unsigned int threads; /* 0: as many as cores */
	enum mms_split split;
	bool all_ranges;       /* of each thread, in text */
	const char *json_path; /* NULL: none */
};

/* Make the plan, print it to stdout, and write it to a file, if asked for. @return an enum status
 */
int plan_show(const struct plan_request *request);

/* What somebody takes, or what lies somewhere. */
struct plan_load {
	size_t chunks;
	size_t helping; /* of these, other nodes' */
	uint64_t pages;
};

/* From the fewest to the most pages that one of several takes, and how many chunks that is. */
struct plan_spread {
	uint64_t least, most;
	double chunks_apart;
};

struct plan {
	const char *machine; /* in words */
	struct mms_topology *topology;
	const struct plan_request *request;
	struct mms_pool_options pool;
	struct mms_schedule *schedule;
	/* If all workers are equally fast: */
	unsigned int *takers;      /* by chunk */
	struct plan_load *workers; /* what each takes */
	struct plan_node {
		struct plan_load lies, taken;
		unsigned int threads;
	} * nodes;                        /* by index in the topology */
	struct plan_spread among_workers; /* of all */
	struct plan_spread among_nodes;   /* of those that have workers */
};

/* Pfns that a worker takes one after the other without a gap. */
struct plan_stretch {
	unsigned int job;
	uint64_t start_pfn, end_pfn;
};

/* The next stretch of @worker, from chunk number *@chunk on, which moves behind it. */
bool plan_next_stretch(const struct plan *plan, unsigned int worker, size_t *chunk,
                       struct plan_stretch *stretch);

/* Tables of nodes and workers; all pfn ranges of each worker, or only the first. */
void plan_print(const struct plan *plan, FILE *stream);

/* The same and all ranges. @return a new reference; NULL: out of memory */
json_t *plan_json(const struct plan *plan);

#endif
