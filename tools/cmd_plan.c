// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim plan: which node's threads would take what. Nothing is mapped, started or timed. */
#include <stdlib.h>

#include "command.h"
#include "options.h"
#include "plan.h"

#define MAX_NODES   1024
#define MAX_THREADS 16384

struct arguments {
	struct geometry_options geometry;
	const char *topology; /* NULL: this machine */
	const char *cpus;     /* NULL: all */
	size_t nr_namespaces;
	unsigned int threads; /* 0: as many as cores */
	enum mms_split split;
	size_t nr_nodes; /* of --node; 0: all there are */
	int nodes[MAX_NODES];
	bool all_ranges;
};

enum {
	KEY_TOPOLOGY = 0x5000,
	KEY_CPUS,
	KEY_NAMESPACES,
	KEY_THREADS,
	KEY_SPLIT,
	KEY_NODE,
	KEY_RANGES,
};

static const struct argp_option argp_options[] = {
	{"topology", KEY_TOPOLOGY, "MACHINE", 0,
         "Instead of this machine, one that is described, \"numa:8 core:28 pu:1\", or recorded by "
         "lstopo in FILE.xml",
         0},
	{"cpus", KEY_CPUS, "LIST", 0, "Only these CPUs, as 0-3,8", 0},
	{"namespaces", KEY_NAMESPACES, "NxSIZE", 0, "Several namespaces: 48x128G", 0},
	{"node", KEY_NODE, "LIST", 0,
         "NUMA nodes that the namespaces' memmaps lie on, in turn (all there are); with a single "
         "one, threads are on its cores only",
         0},
	{"threads", KEY_THREADS, "N", 0, "How many threads (as many as cores)", 0},
	{"split", KEY_SPLIT, "HOW", 0,
         "What threads take: chunks, one after the other (the default), or equal shares, as in "
         "2018",
         0},
	{"ranges", KEY_RANGES, NULL, 0, "Show all pfns of each thread", 0},
	{0},
};

static int add_node(const char *text, void *context)
{
	struct arguments *arguments = context;
	uint64_t node;
	int status = option_number("--node", text, 0, INT32_MAX, &node);

	if (status)
		return status;
	if (arguments->nr_nodes == MAX_NODES)
		return command_fail(STATUS_USAGE, "--node takes at most %d nodes", MAX_NODES);
	arguments->nodes[arguments->nr_nodes++] = (int)node;
	return STATUS_OK;
}

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	uint64_t number = 0;
	size_t index = 0;
	int status;

	switch (key) {
	case ARGP_KEY_INIT:
		geometry_options_init(&arguments->geometry, "fsdax-100g");
		state->child_inputs[0] = &arguments->geometry;
		return STATUS_OK;
	case KEY_TOPOLOGY:
		arguments->topology = text;
		return STATUS_OK;
	case KEY_CPUS:
		arguments->cpus = text;
		return STATUS_OK;
	case KEY_NAMESPACES:
		return geometry_options_namespaces(text, &arguments->geometry,
		                                   &arguments->nr_namespaces);
	case KEY_NODE:
		arguments->nr_nodes = 0;
		return option_list(text, add_node, arguments);
	case KEY_THREADS:
		status = option_number("--threads", text, 1, MAX_THREADS, &number);
		arguments->threads = (unsigned int)number;
		return status;
	case KEY_SPLIT:
		status = option_choice("split", text, mms_split_names, MMS_NR_SPLITS, &index);
		arguments->split = (enum mms_split)index;
		return status;
	case KEY_RANGES:
		arguments->all_ranges = true;
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&geometry_argp, 0, "Kernel and namespace (fsdax-100g unless said otherwise):", 1},
	{0},
};

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.doc = "Show which NUMA node's threads would take which struct pages, on this machine or "
	       "on any other. Nothing is mapped, no thread is started, and nothing is said of "
	       "time.\v"
	       "Example:\n"
	       "  memmapsim plan --topology \"numa:8 core:28 pu:1\" --namespaces 48x128G",
};

/* Node of the memmap of namespace number @index. */
static int node_of(const struct arguments *arguments, const struct mms_topology *topology,
                   size_t index)
{
	if (arguments->nr_nodes)
		return arguments->nodes[index % arguments->nr_nodes];
	return mms_topology_node_at(topology, index % mms_topology_node_count(topology))->number;
}

/* A job for each range of each namespace; their memory isn't there. */
static unsigned int make_jobs(const struct arguments *arguments, const struct plan *plan,
                              struct mms_placed_job *jobs)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < plan->nr_namespaces; i++) {
		const struct mms_geometry *geometry = &plan->geometries[i];

		for (unsigned int j = 0; j < geometry->pgmap.nr_range; j++) {
			struct mms_pfn_range pfns = mms_geometry_device_pfns(geometry, j);

			jobs[nr++] = (struct mms_placed_job){
				.job =
					{
						.geometry = geometry,
						.start_pfn = pfns.start,
						.end_pfn = pfns.end,
					},
				.node = node_of(arguments, plan->topology, i),
			};
		}
	}
	return nr;
}

static int make_plan(const struct arguments *arguments, struct plan *plan)
{
	size_t ranges = plan->nr_namespaces * plan->geometries->pgmap.nr_range;
	struct mms_placed_job *jobs = calloc(ranges, sizeof(*jobs));
	unsigned int nr_jobs, cores;
	int error;

	if (!jobs)
		return command_fail(STATUS_RESOURCE, "out of memory");
	error = mms_topology_create(arguments->topology, arguments->cpus, &plan->topology);
	if (error)
		goto out;
	plan->pool.threads = arguments->threads;
	plan->pool.node = arguments->nr_nodes == 1 ? arguments->nodes[0] : MMS_NODE_ANY;
	if (!plan->pool.threads)
		error = mms_topology_cores(plan->topology, plan->pool.node, &plan->pool.threads);
	if (error)
		goto out;
	/* Also those that no namespace happens to lie on. */
	for (size_t i = 0; i < arguments->nr_nodes && !error; i++)
		error = mms_topology_cores(plan->topology, arguments->nodes[i], &cores);
	if (error)
		goto out;
	nr_jobs = make_jobs(arguments, plan, jobs);
	error = mms_schedule_create(plan->topology, &plan->pool, jobs, nr_jobs, arguments->split,
	                            &plan->schedule);
out:
	free(jobs);
	if (error)
		return command_fail_library(error);
	plan->takers = calloc(plan->schedule->nr_chunks, sizeof(*plan->takers));
	if (!plan->takers)
		return command_fail(STATUS_RESOURCE, "out of memory");
	error = mms_schedule_expect(plan->schedule, plan->takers);
	return error ? command_fail_library(error) : STATUS_OK;
}

int cmd_plan(int argc, char **argv)
{
	struct arguments arguments = {.split = MMS_SPLIT_CHUNKS, .nr_namespaces = 1};
	struct plan plan = {0};
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status)
		return status;
	plan.machine = arguments.topology ? arguments.topology : "this machine";
	plan.nr_namespaces = arguments.nr_namespaces;
	plan.geometries = calloc(plan.nr_namespaces, sizeof(*plan.geometries));
	if (!plan.geometries)
		return command_fail(STATUS_RESOURCE, "out of memory");
	status = geometry_options_resolve_row(&arguments.geometry, plan.nr_namespaces,
	                                      plan.geometries);
	if (status == STATUS_OK)
		status = make_plan(&arguments, &plan);
	if (status == STATUS_OK) {
		geometry_options_print(&arguments.geometry, plan.geometries, stdout);
		status = plan_print(&plan, arguments.all_ranges, stdout);
	}
	free(plan.takers);
	mms_schedule_destroy(plan.schedule);
	mms_topology_destroy(plan.topology);
	free(plan.geometries);
	return status;
}
