// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim bench aftermath: its options, and what becomes of its result. */
#include "aftermath_json.h"
#include "aftermath_text.h"
#include "bench.h"
#include "command.h"

struct arguments {
	struct experiment_options options;
	unsigned int parts; /* 1 << enum mms_aftermath_part, or'ed; 0: not said */
};

enum {
	KEY_PARTS = 0x3000,
	KEY_ROUNDS,
};

static const struct argp_option argp_options[] = {
	{"parts", KEY_PARTS, "NAMES", 0,
         "Who comes after the init: read, fault, bystander, writer (all of them)", 0},
	{"rounds", KEY_ROUNDS, ROUNDS_VALUE, 0, "How often each is timed (10); " ROUNDS_HELP, 0},
	{0},
};

static int add_part(const char *text, void *context)
{
	unsigned int *parts = context;
	size_t index;
	int status = option_choice("part", text, mms_aftermath_part_names, MMS_NR_AFTERMATH_PARTS,
	                           &index);

	if (status)
		return status;
	if (*parts >> index & 1)
		return command_fail(STATUS_USAGE, "part %s is named twice", text);
	*parts |= 1u << index;
	return STATUS_OK;
}

static const struct argp_child children[] = {
	{&bench_argp, 0, NULL, 0},
	{&rounds_argp, 0, NULL, 0},
	{&geometry_argp, 0, "Kernel and namespace (fsdax-100g unless said otherwise):", 1},
	{&run_argp, 0, "How initializers get to run:", 2},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		experiment_options_init(&arguments->options, children, state);
		return STATUS_OK;
	case KEY_PARTS:
		arguments->parts = 0;
		return option_list(text, add_part, &arguments->parts);
	case KEY_ROUNDS:
		return option_rounds("--rounds", text, &arguments->options.rounds);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.doc = "Time what comes right after an init by each initializer, and the same without one: "
	       "a reader of the struct pages, faults, a bystander with a working set in the caches, "
	       "and a writer that goes back to compounds. What precedes was held against the "
	       "oracle. Without -i it is naive, template-movnti and auto that run.\v"
	       "Example:\n  memmapsim bench aftermath --preset fsdax-100g -i naive,auto",
};

static int report(const struct arguments *arguments, const struct mms_aftermath_config *config,
                  const struct mms_aftermath_result *result, struct bench_run *run)
{
	bench_warn(run);
	bench_warn_of_backing(&result->backing, result->backing.huge_bytes, 1);
	bench_warn_of_core(&result->core);
	if (result->array_bytes < 4 * result->last_level_bytes)
		command_warn("the struct pages, %.0f MiB, are less than four times the last-level "
		             "cache, so that those written last are hardly others than all of "
		             "them; take a larger namespace",
		             (double)result->array_bytes / (1 << 20));
	geometry_options_print(&arguments->options.geometry, config->geometry, stdout);
	aftermath_print(stdout, config, result, bench_cpu(run->environment));
	return bench_write(run, mms_aftermath_json(config, result, json_incref(run->environment)),
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
	const struct mms_aftermath_config config = {
		.geometry = geometry,
		.memmap = options->run.memmap,
		.initializers = options->bench.initializers.items,
		.nr_initializers = options->bench.initializers.count,
		.gates = options->run.gates,
		.parts = arguments->parts,
		.rounds = (unsigned int)options->rounds.number,
		.precision = options->rounds.precision,
		.seed = options->bench.seed,
		.progress = {bench_show_progress, &run->progress},
	};
	struct mms_aftermath_result *result;
	int status, error;

	progress_start(&run->progress);
	error = mms_aftermath_run(&config, &result);
	progress_end(&run->progress);
	if (error)
		return command_fail_memmap(error);
	status = report(arguments, &config, result, run);
	mms_aftermath_free(result);
	return status;
}

/* Faults happen to devices, and not every pgmap is one's. Unless asked for, they are left out. */
static int resolve_parts(struct arguments *arguments, const struct mms_geometry *geometry)
{
	const struct mms_dev_pagemap *pgmap = &geometry->pgmap;
	bool device = pgmap->type == MMS_MEMORY_DEVICE_GENERIC ||
	              (pgmap->type == MMS_MEMORY_DEVICE_FS_DAX && !pgmap->vmemmap_shift);

	if (!arguments->parts)
		arguments->parts = device ? MMS_AFTERMATH_ALL
		                          : MMS_AFTERMATH_ALL & ~(1u << MMS_AFTERMATH_FAULT);
	if (!device && arguments->parts >> MMS_AFTERMATH_FAULT & 1)
		return command_fail(STATUS_USAGE,
		                    "no driver here has faults on a pgmap of %s with a shift of "
		                    "%u; leave fault out of --parts",
		                    mms_memory_type_name(pgmap->type), pgmap->vmemmap_shift);
	return STATUS_OK;
}

int bench_aftermath(int argc, char **argv)
{
	struct whole whole = {0};
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
		                                    "--rounds", 10);
	if (status == STATUS_OK)
		status = geometry_options_resolve(&options->geometry, &whole.geometry);
	if (status == STATUS_OK)
		status = resolve_parts(arguments, &whole.geometry);
	return status ? status : bench_run(&whole.run, &options->bench, &experiment);
}
