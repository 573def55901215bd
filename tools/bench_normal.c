// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim bench normal: its options, and what becomes of its result. */
#include <string.h>

#include "bench.h"
#include "command.h"
#include "kernel_file.h"
#include "normal_json.h"
#include "normal_text.h"

#define MAX_CHUNKS 16

/* Where memory above 4 GiB begins on most machines. */
#define FIRST_PFN (UINT64_C(4) << 30 >> MMS_PAGE_SHIFT)

struct arguments {
	struct experiment_options options;
	const struct mms_kernel *kernel;
	uint64_t size;
	size_t nr_chunks;
	uint64_t chunks[MAX_CHUNKS]; /* in pages */
	uint64_t first_touches;
	bool no_trace;
};

enum {
	KEY_SIZE = 0x3000,
	KEY_CHUNKS,
	KEY_ROUNDS,
	KEY_FIRST_TOUCHES,
	KEY_NO_TRACE,
};

static const struct argp_option argp_options[] = {
	{"kernel", 'k', "NAME", 0,
         "Kernel release whose rules apply, such as v7.2 (the default), or a file that describes "
         "one: FILE.kernel, or a path with a slash",
         0},
	{"size", KEY_SIZE, "SIZE", 0, "How much memory is free (64G)", 0},
	{"chunks", KEY_CHUNKS, "LIST", 0,
         "How much is initialized before it is freed, the first also at first touch and by "
         "threads; all: all of it (4M,32M,256M,2G,all)",
         0},
	{"rounds", KEY_ROUNDS, ROUNDS_VALUE, 0, "Rounds in steady state (30); " ROUNDS_HELP, 0},
	{"first-touches", KEY_FIRST_TOUCHES, "N", 0, "First touches of each (3)", 0},
	{"no-trace", KEY_NO_TRACE, NULL, 0, "Don't count what pages are written and read", 0},
	{0},
};

static int add_chunk(const char *text, void *context)
{
	struct arguments *arguments = context;
	const uint64_t unit = MMS_MAX_ORDER_NR_PAGES << MMS_PAGE_SHIFT;
	uint64_t bytes = 0;
	int status = STATUS_OK;

	if (strcmp(text, "all") != 0)
		status = option_size("--chunks", text, &bytes);
	if (status)
		return status;
	if (bytes % unit)
		return command_fail(STATUS_USAGE,
		                    "--chunks has %s, which is no multiple of 4M, the largest free "
		                    "block",
		                    text);
	if (arguments->nr_chunks == MAX_CHUNKS)
		return command_fail(STATUS_USAGE, "--chunks has more than %d sizes", MAX_CHUNKS);
	for (size_t i = 0; i < arguments->nr_chunks; i++)
		if (arguments->chunks[i] == bytes >> MMS_PAGE_SHIFT)
			return command_fail(STATUS_USAGE, "--chunks has %s twice", text);
	arguments->chunks[arguments->nr_chunks++] = bytes >> MMS_PAGE_SHIFT;
	return STATUS_OK;
}

static const struct argp_child children[] = {
	{&bench_argp, 0, NULL, 0},
	{&rounds_argp, 0, NULL, 0},
	{&run_argp, 0, "How initializers get to run:", 1},
	{&pool_argp, 0, "Threads (without --threads there is only the caller's):", 2},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		experiment_options_init(&arguments->options, children, state);
		return STATUS_OK;
	case 'k':
		return option_kernel(text, &arguments->kernel);
	case KEY_SIZE:
		return option_size("--size", text, &arguments->size);
	case KEY_CHUNKS:
		arguments->nr_chunks = 0;
		return option_list(text, add_chunk, arguments);
	case KEY_ROUNDS:
		return option_rounds("--rounds", text, &arguments->options.rounds);
	case KEY_FIRST_TOUCHES:
		return option_number("--first-touches", text, 0, 1000, &arguments->first_touches);
	case KEY_NO_TRACE:
		arguments->no_trace = true;
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.doc = "Time the initialization of normal memory, whose pages are freed to the buddy "
	       "allocator, and so read and written again, as soon as a chunk of them is "
	       "initialized: both apart and together, at first touch and in steady state, in chunks "
	       "of the kernel's size and others. What is timed was held against the oracle. Without "
	       "-i it is naive, template, template-movnti and auto that run.\v"
	       "Example:\n  memmapsim bench normal --size 64G -i naive,template,template-movnti,auto",
};

static int report(const struct mms_normal_config *config, const struct mms_normal_result *result,
                  struct bench_run *run)
{
	bench_warn(run);
	bench_warn_of_backing(&result->backing, result->least_huge_bytes, 1);
	normal_print(stdout, config, result, bench_cpu(run->environment));
	return bench_write(run, mms_normal_json(config, result, json_incref(run->environment)),
	                   result->ok);
}

static int run_experiment(const struct arguments *arguments, const struct mms_geometry *geometry,
                          struct bench_run *run)
{
	const struct experiment_options *options = &arguments->options;
	const struct mms_normal_config config = {
		.geometry = geometry,
		.memmap = pool_memmap(&options->pool, &options->run),
		.initializers = options->bench.initializers.items,
		.nr_initializers = options->bench.initializers.count,
		.gates = options->run.gates,
		.chunks = arguments->chunks,
		.nr_chunks = arguments->nr_chunks,
		.crew = pool_crew_config(&options->pool),
		.first_touches = (unsigned int)arguments->first_touches,
		.rounds = (unsigned int)options->rounds.number,
		.precision = options->rounds.precision,
		.trace = !arguments->no_trace,
		.seed = options->bench.seed,
		.progress = {bench_show_progress, &run->progress},
	};
	struct mms_normal_result *result;
	int status, error;

	progress_start(&run->progress);
	error = mms_normal_run(&config, &result);
	progress_end(&run->progress);
	if (error)
		return command_fail_memmap(error);
	status = report(&config, result, run);
	mms_normal_free(result);
	return status;
}

/* "all" means those that are for this; naming another is a mistake. */
static int select_initializers(struct initializer_list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i]->init_normal)
			list->items[count++] = list->items[i];
		else if (!list->all)
			return command_fail(STATUS_UNSUPPORTED,
			                    "%s is not for normal memory; memmapsim list "
			                    "initializers says which are",
			                    list->items[i]->name);
	}
	list->count = count;
	return STATUS_OK;
}

static int with_zone(struct arguments *arguments)
{
	struct mms_pfn_range memory = {FIRST_PFN, FIRST_PFN + (arguments->size >> MMS_PAGE_SHIFT)};
	const struct mms_memblock memblock = {&memory, 1, NULL, 0};
	struct mms_geometry geometry;
	struct mms_zone *zone;
	struct bench_run run;
	int status, error;

	if (arguments->size % MMS_PAGE_SIZE)
		return command_fail(STATUS_USAGE, "--size is no multiple of 4K, a page");
	error = mms_zone_create(&memblock, MMS_ZONE_NORMAL, 0, &zone);
	if (error)
		return command_fail_library(error);
	mms_geometry_from_zone(arguments->kernel, zone, &geometry);
	status = bench_begin(&run, &arguments->options.bench);
	if (status == STATUS_OK) {
		status = run_experiment(arguments, &geometry, &run);
		bench_end(&run);
	}
	mms_zone_destroy(zone);
	return status;
}

int bench_normal(int argc, char **argv)
{
	static const char usual_chunks[] = "4M,32M,256M,2G,all";
	struct arguments arguments = {
		.kernel = mms_kernel_default(),
		.size = UINT64_C(64) << 30,
		.first_touches = 3,
	};
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status == STATUS_OK)
		status = bench_options_resolve(&arguments.options.bench,
		                               "naive,template,template-movnti,auto");
	if (status == STATUS_OK)
		status = rounds_options_resolve("--rounds", &arguments.options.rounds, 30);
	if (status == STATUS_OK)
		status = select_initializers(&arguments.options.bench.initializers);
	if (status == STATUS_OK && !arguments.nr_chunks)
		status = option_list(usual_chunks, add_chunk, &arguments);
	if (status == STATUS_OK)
		status = pool_options_resolve_optional(&arguments.options.pool);
	return status ? status : with_zone(&arguments);
}
