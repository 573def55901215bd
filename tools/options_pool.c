// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Options that say how many threads there are, where, and how they share the work. */
#include "command.h"
#include "options.h"

#define MOST_THREADS 16384

enum {
	KEY_THREADS = 0x4000,
	KEY_SPLIT,
	KEY_BIND,
	KEY_NODE,
	KEY_CPUS,
};

static const struct argp_option argp_options[] = {
	{"threads", KEY_THREADS, "LIST", 0, "How many threads, as 1,2,4: each number by itself", 0},
	{"split", KEY_SPLIT, "HOW", 0,
         "What threads take: chunks, one after the other (the default), or equal shares, as in "
         "2018",
         0},
	{"bind", KEY_BIND, "HOW", 0, "Bind threads to a core each (the default), a node, or none",
         0},
	{"node", KEY_NODE, "NODE", 0,
         "Only memory of this NUMA node, and only cores that are near it", 0},
	{"cpus", KEY_CPUS, "LIST", 0, "Only these CPUs, as 0-3,8", 0},
	{0},
};

static int add_threads(const char *text, void *context)
{
	struct pool_options *options = context;
	uint64_t threads;
	int status = option_number("--threads", text, 1, MOST_THREADS, &threads);

	if (status)
		return status;
	if (options->nr_threads == MAX_THREAD_NUMBERS)
		return command_fail(STATUS_USAGE, "--threads has more than %d numbers",
		                    MAX_THREAD_NUMBERS);
	for (size_t i = 0; i < options->nr_threads; i++)
		if (options->threads[i] == threads)
			return command_fail(STATUS_USAGE, "--threads has %s twice", text);
	options->threads[options->nr_threads++] = (unsigned int)threads;
	return STATUS_OK;
}

static int parse(int key, char *text, struct argp_state *state)
{
	struct pool_options *options = state->input;
	uint64_t node;
	size_t index;
	int status;

	if (key != ARGP_KEY_INIT && key != KEY_NODE && text)
		options->given = true;
	switch (key) {
	case ARGP_KEY_INIT:
		*options = (struct pool_options){
			.split = MMS_SPLIT_CHUNKS, .bind = MMS_BIND_CORE, .node = MMS_NODE_ANY};
		return STATUS_OK;
	case KEY_THREADS:
		options->nr_threads = 0;
		return option_list(text, add_threads, options);
	case KEY_SPLIT:
		status = option_choice("split", text, mms_split_names, MMS_NR_SPLITS, &index);
		if (status == STATUS_OK)
			options->split = (enum mms_split)index;
		return status;
	case KEY_BIND:
		options->bind_given = true;
		status = option_choice("binding", text, mms_bind_names, MMS_NR_BINDS, &index);
		if (status == STATUS_OK)
			options->bind = (enum mms_bind)index;
		return status;
	case KEY_NODE:
		status = option_number("--node", text, 0, INT32_MAX, &node);
		if (status == STATUS_OK)
			options->node = (int)node;
		return status;
	case KEY_CPUS:
		options->cpus = text;
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp pool_argp = {.options = argp_options, .parser = parse};

int pool_options_resolve(struct pool_options *options)
{
	struct mms_topology *topology;
	unsigned int cores;
	int error = mms_topology_create(NULL, options->cpus, &topology);

	if (error)
		return command_fail_library(error);
	error = mms_topology_cores(topology, options->node, &cores);
	mms_topology_destroy(topology);
	if (error)
		return command_fail_library(error);
	if (!options->nr_threads)
		options->threads[options->nr_threads++] = cores;
	for (size_t i = 0; i < options->nr_threads; i++)
		if (options->threads[i] > cores)
			command_warn("%u threads share %u core%s", options->threads[i], cores,
			             cores > 1 ? "s" : "");
	return STATUS_OK;
}

int pool_options_resolve_optional(struct pool_options *options)
{
	if (options->nr_threads)
		return pool_options_resolve(options);
	if (options->given)
		return command_fail(STATUS_USAGE,
		                    "there are no threads to split work for, to bind or to place; "
		                    "add --threads 1,2 or leave these options out");
	return STATUS_OK;
}

struct mms_memmap_options pool_memmap(const struct pool_options *pool,
                                      const struct run_options *run)
{
	struct mms_memmap_options memmap = run->memmap;

	memmap.on_node = pool->node != MMS_NODE_ANY;
	memmap.node = memmap.on_node ? (unsigned int)pool->node : 0;
	return memmap;
}

struct mms_crew_config pool_crew_config(const struct pool_options *options)
{
	return (struct mms_crew_config){
		.threads = options->threads,
		.nr_threads = options->nr_threads,
		.split = options->split,
		.bind = options->bind,
		.node = options->node,
		.cpus = options->cpus,
	};
}
