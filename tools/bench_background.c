// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim bench background: its options, and what becomes of its result. */
#include "bench.h"
#include "command.h"
#include "usable_json.h"
#include "usable_text.h"

struct arguments {
	struct experiment_options options;
	uint64_t streams;
	bool sequential;
};

enum {
	KEY_BINDS = 0x3000,
	KEY_STREAMS,
	KEY_FAULTS,
};

static const struct argp_option argp_options[] = {
	{"binds", KEY_BINDS, ROUNDS_VALUE, 0, "Binds of each kind (100); " ROUNDS_HELP, 0},
	{"streams", KEY_STREAMS, "N", 0, "Binds with a stream of faults, of each kind (3)", 0},
	{"faults", KEY_FAULTS, "WHERE", 0, "Fault at random (the default) or sequential pages", 0},
	{0},
};

static const struct argp_child children[] = {
	{&bench_argp, 0, NULL, 0},
	{&rounds_argp, 0, NULL, 0},
	{&background_argp, 0, NULL, 0},
	{&geometry_argp, 0, "Kernel and namespace (fsdax-100g unless said otherwise):", 1},
	{&run_argp, 0, "How initializers get to run:", 2},
	{&pool_argp, 0, "Threads (as many as cores unless said otherwise):", 3},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	static const char *const faults[] = {"random", "sequential"};
	struct arguments *arguments = state->input;
	size_t index = 0;
	int status;

	switch (key) {
	case ARGP_KEY_INIT:
		experiment_options_init(&arguments->options, children, state);
		return STATUS_OK;
	case KEY_BINDS:
		return option_rounds("--binds", text, &arguments->options.rounds);
	case KEY_STREAMS:
		return option_number("--streams", text, 0, 1000000, &arguments->streams);
	case KEY_FAULTS:
		status = option_choice("kind of faults", text, faults, 2, &index);
		arguments->sequential = index;
		return status;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.doc = "Time how soon a namespace is usable that is bound by the caller alone, by a pool, "
	       "or in the background with each policy: until the bind returns, until a fault right "
	       "after that is served, and until all is done. What is timed was held against the "
	       "oracle. Without -i it is naive, template-movnti and auto that run.\v"
	       "Example:\n  memmapsim bench background --preset fsdax-100g -i auto --threads 2",
};

static int report(const struct arguments *arguments, const struct mms_usable_config *config,
                  const struct mms_usable_result *result, struct bench_run *run)
{
	bench_warn(run);
	bench_warn_of_backing(&result->backing, result->backing.huge_bytes, 1);
	geometry_options_print(&arguments->options.geometry, config->geometry, stdout);
	usable_print(stdout, config, result, bench_cpu(run->environment));
	return bench_write(run, mms_usable_json(config, result, json_incref(run->environment)),
	                   result->ok);
}

/* All that the experiment is about, also for a child. */
struct whole {
	struct arguments arguments;
	struct mms_geometry geometry;
	struct bench_run run;
};

static int run_and_report(void *context)
{
	struct whole *whole = context;
	const struct arguments *arguments = &whole->arguments;
	const struct experiment_options *options = &arguments->options;
	const struct mms_geometry *geometry = &whole->geometry;
	struct bench_run *run = &whole->run;
	struct mms_usable_config config = {
		.geometry = geometry,
		.memmap = pool_memmap(&options->pool, &options->run),
		.initializers = options->bench.initializers.items,
		.nr_initializers = options->bench.initializers.count,
		.gates = options->run.gates,
		.crew = pool_crew_config(&options->pool),
		.waits = options->background.waits,
		.nr_waits = options->background.nr_waits,
		.async = options->background.async,
		.binds = (unsigned int)options->rounds.number,
		.precision = options->rounds.precision,
		.streams = (unsigned int)arguments->streams,
		.sequential_faults = arguments->sequential,
		.seed = options->bench.seed,
		.progress = {bench_show_progress, &run->progress},
	};
	struct mms_usable_result *result;
	int status, error;

	progress_start(&run->progress);
	error = mms_usable_run(&config, &result);
	progress_end(&run->progress);
	if (error)
		return command_fail_memmap(error);
	status = report(arguments, &config, result, run);
	mms_usable_free(result);
	return status;
}

int bench_background(int argc, char **argv)
{
	struct whole whole = {.arguments = {.streams = 3}};
	struct arguments *arguments = &whole.arguments;
	struct experiment_options *options = &arguments->options;
	const struct bench_experiment experiment = {
		.initializers = &options->bench.initializers,
		.options = &options->run,
		.geometries = &whole.geometry,
		.nr_geometries = 1,
		.run = run_and_report,
		.context = &whole,
	};
	int status = command_parse(&argp, argc, argv, arguments);

	if (status == STATUS_OK)
		status = experiment_options_resolve(options, "naive,template-movnti,auto",
		                                    "--binds", 100);
	if (status == STATUS_OK)
		status = geometry_options_resolve(&options->geometry, &whole.geometry);
	if (status == STATUS_OK)
		status = pool_options_resolve(&options->pool);
	background_options_resolve(&options->background);
	return status ? status : bench_run(&whole.run, &options->bench, &experiment);
}
