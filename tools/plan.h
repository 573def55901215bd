/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What memmapsim plan works out, and how it shows it. */
#ifndef TOOLS_PLAN_H
#define TOOLS_PLAN_H

#include <stdio.h>

#include <memmapsim/memmapsim.h>

struct plan {
	const char *machine; /* in words */
	struct mms_topology *topology;
	struct mms_pool_options pool;
	size_t nr_namespaces;
	struct mms_geometry *geometries; /* of each namespace */
	struct mms_schedule *schedule;
	unsigned int *takers; /* by chunk, if all workers are equally fast */
};

/* Tables of nodes and workers; all pfn ranges of each worker, or only the first. */
int plan_print(const struct plan *plan, bool all_ranges, FILE *stream);

#endif
