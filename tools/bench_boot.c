// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim bench boot: its options, and what becomes of its result. */
#include <stdlib.h>

#include "bench.h"
#include "boot_json.h"
#include "boot_text.h"
#include "command.h"
#include "plan.h"

struct arguments {
	struct experiment_options options;
	size_t nr_namespaces; /* 0: not said */
	const char *topology; /* NULL: boot, and not only plan */
};

enum {
	KEY_NAMESPACES = 0x3000,
	KEY_BOOTS,
	KEY_TOPOLOGY,
};

static const struct argp_option argp_options[] = {
	{"namespaces", KEY_NAMESPACES, "NxSIZE", 0, "How many namespaces, and how large (8x12G)",
         0},
	{"boots", KEY_BOOTS, ROUNDS_VALUE, 0, "Boots of each kind (20); " ROUNDS_HELP, 0},
	{"topology", KEY_TOPOLOGY, "MACHINE", 0,
         "Run nothing, but show who would take what on a machine that is described, \"numa:8 "
         "core:28 pu:1\", or recorded by lstopo in FILE.xml",
         0},
	{0},
};

static const struct argp_child children[] = {
	{&bench_argp, 0, NULL, 0},
	{&rounds_argp, 0, NULL, 0},
	{&background_argp, 0, NULL, 0},
	{&geometry_argp, 0, "Kernel and namespaces (as fsdax-100g but for the size):", 1},
	{&run_argp, 0, "How initializers get to run:", 2},
	{&pool_argp, 0, "Threads (as many as cores unless said otherwise):", 3},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		experiment_options_init(&arguments->options, children, state);
		return STATUS_OK;
	case KEY_NAMESPACES:
		return geometry_options_namespaces(text, &arguments->options.geometry,
		                                   &arguments->nr_namespaces);
	case KEY_BOOTS:
		return option_rounds("--boots", text, &arguments->options.rounds);
	case KEY_TOPOLOGY:
		arguments->topology = text;
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.doc = "Time how soon all namespaces of a machine are up that are bound one after the other: "
	       "by the caller alone, by a pool, or in the background with each policy; until all "
	       "are bound, until a first fault in each is served, and until all is done. What is "
	       "timed was held against the oracle. Without -i it is naive, template-movnti and auto "
	       "that run.\v"
	       "Example:\n  memmapsim bench boot --namespaces 8x12G -i auto",
};

static int report(const struct arguments *arguments, const struct mms_boot_config *config,
                  const struct mms_boot_result *result, struct bench_run *run)
{
	bench_warn(run);
	bench_warn_of_backing(&result->backing, result->backing.huge_bytes, config->nr_devices);
	geometry_options_print(&arguments->options.geometry, config->geometries, stdout);
	boot_print(stdout, config, result, bench_cpu(run->environment));
	return bench_write(run, mms_boot_json(config, result, json_incref(run->environment)),
	                   result->ok);
}

/* All that the experiment is about, also for a child. */
struct whole {
	struct arguments *arguments;
	const struct mms_geometry *geometries;
	struct bench_run run;
};

static int run_and_report(void *context)
{
	struct whole *whole = context;
	const struct arguments *arguments = whole->arguments;
	const struct experiment_options *options = &arguments->options;
	const struct mms_geometry *geometries = whole->geometries;
	struct bench_run *run = &whole->run;
	struct mms_boot_config config = {
		.geometries = geometries,
		.nr_devices = arguments->nr_namespaces,
		.memmap = pool_memmap(&options->pool, &options->run),
		.initializers = options->bench.initializers.items,
		.nr_initializers = options->bench.initializers.count,
		.gates = options->run.gates,
		.crew = pool_crew_config(&options->pool),
		.waits = options->background.waits,
		.nr_waits = options->background.nr_waits,
		.async = options->background.async,
		.boots = (unsigned int)options->rounds.number,
		.precision = options->rounds.precision,
		.seed = options->bench.seed,
		.progress = {bench_show_progress, &run->progress},
	};
	struct mms_boot_result *result;
	int status, error;

	progress_start(&run->progress);
	error = mms_boot_run(&config, &result);
	progress_end(&run->progress);
	if (error)
		return command_fail_memmap(error);
	status = report(arguments, &config, result, run);
	mms_boot_free(result);
	return status;
}

static int boot(struct arguments *arguments, struct mms_geometry *geometries)
{
	struct experiment_options *options = &arguments->options;
	struct whole whole = {.arguments = arguments, .geometries = geometries};
	const struct bench_experiment experiment = {
		.initializers = &options->bench.initializers,
		.options = &options->run,
		.geometries = geometries,
		.nr_geometries = arguments->nr_namespaces,
		.alike = true,
		.run = run_and_report,
		.context = &whole,
	};
	int status;

	background_options_resolve(&options->background);
	status = experiment_options_resolve(options, "naive,template-movnti,auto", "--boots", 20);
	if (status == STATUS_OK)
		status = geometry_options_resolve_row(&options->geometry, arguments->nr_namespaces,
		                                      geometries);
	if (status == STATUS_OK)
		status = pool_options_resolve(&options->pool);
	return status ? status : bench_run(&whole.run, &options->bench, &experiment);
}

/* A plan has no times, and so no use for what only those depend on. */
static int plan(struct arguments *arguments, struct mms_geometry *geometries)
{
	struct experiment_options *options = &arguments->options;
	const struct pool_options *pool = &options->pool;
	const struct plan_request request = {
		.topology = arguments->topology,
		.cpus = pool->cpus,
		.nr_namespaces = arguments->nr_namespaces,
		.geometries = geometries,
		.threads = pool->nr_threads ? pool->threads[0] : 0,
		.split = pool->split,
		.nr_nodes = pool->node != MMS_NODE_ANY,
		.nodes = &pool->node,
		.geometry_options = &options->geometry,
		.json_path = options->bench.json_path,
	};
	int status;

	if (options->bench.initializers.count || options->bench.seed_given ||
	    options->rounds.number || options->rounds.precision > 0 || options->background.given ||
	    options->run.given || pool->bind_given)
		return command_fail(
			STATUS_USAGE,
			"--topology only shows who would take what, which doesn't depend "
			"on how it is run; leave -i, --boots, --precision, --policy, --async, --seed, "
			"--bind, --backing, --trace-page-ref, --sanitize-kernel and --time-limit out");
	if (pool->nr_threads > 1)
		return command_fail(
			STATUS_USAGE,
			"--topology shows what a single number of threads would take, not "
			"%zu; leave all but one out",
			pool->nr_threads);
	status = geometry_options_resolve_row(&options->geometry, arguments->nr_namespaces,
	                                      geometries);
	return status ? status : plan_show(&request);
}

int bench_boot(int argc, char **argv)
{
	struct arguments arguments = {0};
	struct mms_geometry *geometries;
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status == STATUS_OK && !arguments.nr_namespaces)
		status = geometry_options_namespaces("8x12G", &arguments.options.geometry,
		                                     &arguments.nr_namespaces);
	if (status)
		return status;
	geometries = calloc(arguments.nr_namespaces, sizeof(*geometries));
	if (!geometries)
		return command_fail(STATUS_RESOURCE, "out of memory");
	status = arguments.topology ? plan(&arguments, geometries) : boot(&arguments, geometries);
	free(geometries);
	return status;
}
