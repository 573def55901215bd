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
	const char *json_path;
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
	{"json", 'j', "FILE", 0, "Write everything, with all pfns, to FILE as JSON", 0},
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
	case 'j':
		arguments->json_path = text;
		return STATUS_OK;
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

int cmd_plan(int argc, char **argv)
{
	struct arguments arguments = {.split = MMS_SPLIT_CHUNKS, .nr_namespaces = 1};
	struct mms_geometry *geometries;
	struct plan_request request;
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status)
		return status;
	geometries = calloc(arguments.nr_namespaces, sizeof(*geometries));
	if (!geometries)
		return command_fail(STATUS_RESOURCE, "out of memory");
	status = geometry_options_resolve_row(&arguments.geometry, arguments.nr_namespaces,
	                                      geometries);
	request = (struct plan_request){
		.topology = arguments.topology,
		.cpus = arguments.cpus,
		.nr_namespaces = arguments.nr_namespaces,
		.geometries = geometries,
		.geometry_options = &arguments.geometry,
		.nr_nodes = arguments.nr_nodes,
		.nodes = arguments.nodes,
		.threads = arguments.threads,
		.split = arguments.split,
		.all_ranges = arguments.all_ranges,
		.json_path = arguments.json_path,
	};
	if (status == STATUS_OK)
		status = plan_show(&request);
	free(geometries);
	return status;
}
