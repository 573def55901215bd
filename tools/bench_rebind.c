// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim bench rebind: its options, and what becomes of its result. */
#include "bench.h"
#include "command.h"
#include "fit.h"
#include "foreign.h"
#include "peers.h"
#include "rebind_json.h"
#include "rebind_text.h"
#include "result_json.h"
#include "sizes_text.h"

struct arguments {
	struct experiment_options options;
	uint64_t first_binds; /* 0: not said */
	bool cold, no_fills, peers;
};

enum {
	KEY_REBINDS = 0x3000,
	KEY_FIRST_BINDS,
	KEY_COLD,
	KEY_NO_FILLS,
	KEY_PEERS,
};

static const struct argp_option argp_options[] = {
	{"rebinds", KEY_REBINDS, ROUNDS_VALUE, 0,
         "Rebinds of each (30; 10 of several sizes); " ROUNDS_HELP, 0},
	{"first-binds", KEY_FIRST_BINDS, "N", 0, "First binds of each (3; of several sizes none)",
         0},
	{"cold", KEY_COLD, NULL, 0,
         "Don't touch the memory before: for one initializer and one first bind", 0},
	{"no-fills", KEY_NO_FILLS, NULL, 0, "Leave the machine's limit out", 0},
	{"peers", KEY_PEERS, NULL, 0,
         "Also memcpy() and, if it was found at build time, libpmem as initializers", 0},
	{0},
};

static const struct argp_child children[] = {
	{&bench_argp, 0, NULL, 0},
	{&rounds_argp, 0, NULL, 0},
	{&geometry_argp, 0, "Kernel and namespace (fsdax-100g unless said otherwise):", 1},
	{&run_argp, 0, "How initializers get to run:", 2},
	{&pool_argp, 0, "Threads (without --threads initializers are called directly only):", 3},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		experiment_options_init(&arguments->options, children, state);
		return STATUS_OK;
	case KEY_REBINDS:
		return option_rounds("--rebinds", text, &arguments->options.rounds);
	case KEY_FIRST_BINDS:
		return option_number("--first-binds", text, 1, 1000, &arguments->first_binds);
	case KEY_COLD:
		arguments->cold = true;
		return STATUS_OK;
	case KEY_NO_FILLS:
		arguments->no_fills = true;
		return STATUS_OK;
	case KEY_PEERS:
		arguments->peers = true;
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.doc = "Time how long initializers take for the struct pages of a namespace, on memory "
	       "that was never touched (first bind) and again and again on the same memory "
	       "(rebind). What is timed was held against the oracle. Without -i all initializers run.\v"
	       "Example:\n  memmapsim bench rebind --preset devdax-100g -i naive,template-movnti",
};

/* What one experiment came to, for each size that was asked for. */
struct runs {
	size_t count;
	struct mms_geometry geometries[MAX_SIZES];
	struct mms_rebind_config configs[MAX_SIZES];
	struct mms_rebind_result *results[MAX_SIZES];
};

static int run_all(const struct arguments *arguments, struct runs *runs, struct progress *progress)
{
	const struct experiment_options *options = &arguments->options;
	struct mms_memmap_options memmap = pool_memmap(&options->pool, &options->run);
	int error;

	for (size_t i = 0; i < runs->count; i++) {
		struct mms_rebind_config *config = &runs->configs[i];

		*config = (struct mms_rebind_config){
			.geometry = &runs->geometries[i],
			.memmap = memmap,
			.initializers = options->bench.initializers.items,
			.nr_initializers = options->bench.initializers.count,
			.gates = options->run.gates,
			.first_binds = (unsigned int)arguments->first_binds,
			.rebinds = (unsigned int)options->rounds.number,
			.precision = options->rounds.precision,
			.cold = arguments->cold,
			.fills = !arguments->no_fills,
			.seed = options->bench.seed,
			.crew = pool_crew_config(&options->pool),
			.progress = {bench_show_progress, progress},
		};
		/* Of several sizes they would take most of the time, and there is no table of them.
		 */
		if (!config->first_binds && (config->cold || runs->count == 1))
			config->first_binds = config->cold ? 1 : 3;
	}
	error = mms_memmaps_fit(runs->geometries, runs->count, &memmap);
	if (error)
		return command_fail_memmap(error);
	progress_start(progress);
	error = mms_rebind_run_all(runs->configs, runs->count, runs->results);
	progress_end(progress);
	if (error)
		return command_fail_memmap(error);
	for (size_t i = 0; i < runs->count; i++) {
		bench_warn_of_backing(&runs->results[i]->backing,
		                      runs->results[i]->least_huge_bytes, 1);
		bench_warn_of_core(&runs->results[i]->core);
	}
	return STATUS_OK;
}

static json_t *runs_json(const struct runs *runs, json_t *environment)
{
	json_t *list;

	if (runs->count == 1)
		return mms_rebind_json(&runs->configs[0], runs->results[0],
		                       json_incref(environment));
	list = json_array();
	for (size_t i = 0; i < runs->count; i++)
		json_array_append_new(list, mms_rebind_json(&runs->configs[i], runs->results[i],
		                                            json_incref(environment)));
	return mms_result_runs_json("rebind-sizes", json_incref(environment), list);
}

static int report(const struct arguments *arguments, const struct runs *runs, struct bench_run *run)
{
	const char *cpu = bench_cpu(run->environment);
	bool ok = true;

	bench_warn(run);
	if (runs->count == 1) {
		geometry_options_print(&arguments->options.geometry, &runs->geometries[0], stdout);
		rebind_print(stdout, &runs->configs[0], runs->results[0], cpu);
	} else {
		sizes_print(stdout, arguments->options.geometry.sizes, runs->configs, runs->results,
		            runs->count, cpu);
	}
	for (size_t i = 0; i < runs->count; i++)
		ok &= runs->results[i]->ok;
	return bench_write(run, runs_json(runs, run->environment), ok);
}

/* All that an experiment is about, also for a child. */
struct whole {
	struct arguments arguments;
	struct runs runs;
	struct bench_run run;
};

static int run_and_report(void *context)
{
	struct whole *whole = context;
	struct runs *runs = &whole->runs;
	int status = run_all(&whole->arguments, runs, &whole->run.progress);

	if (status == STATUS_OK)
		status = report(&whole->arguments, runs, &whole->run);
	for (size_t i = 0; i < runs->count; i++)
		mms_rebind_free(runs->results[i]);
	return status;
}

/* There is no table of threads against size. */
static int check_threads(struct arguments *arguments, size_t nr_sizes)
{
	if (arguments->options.pool.nr_threads && nr_sizes > 1)
		return command_fail(STATUS_USAGE, "--threads takes a single --size, not %zu",
		                    nr_sizes);
	return pool_options_resolve_optional(&arguments->options.pool);
}

static int add_peers(struct initializer_list *list)
{
	const struct mms_initializer *peer;

	for (size_t i = 0; (peer = mms_peer_at(i)); i++) {
		if (list->count == MAX_INITIALIZERS)
			return command_fail(STATUS_USAGE, "at most %d initializers can take part",
			                    MAX_INITIALIZERS);
		list->items[list->count++] = peer;
	}
	return STATUS_OK;
}

/* A plug-in's memory isn't cold any more, since it was verified in a child. */
static int check_cold(const struct arguments *arguments)
{
	if (arguments->cold && foreign_is_any(&arguments->options.bench.initializers))
		return command_fail(STATUS_USAGE,
		                    "--cold is for the first touch of memory, but a plug-in is "
		                    "verified before it is timed; leave one of them out");
	return STATUS_OK;
}

int bench_rebind(int argc, char **argv)
{
	struct whole whole = {0};
	struct arguments *arguments = &whole.arguments;
	struct experiment_options *options = &arguments->options;
	struct runs *runs = &whole.runs;
	struct bench_experiment experiment = {
		.initializers = &options->bench.initializers,
		.options = &options->run,
		.geometries = runs->geometries,
		.run = run_and_report,
		.context = &whole,
	};
	int status = command_parse(&argp, argc, argv, arguments);

	if (status == STATUS_OK)
		status = experiment_options_resolve(options, "all", "--rebinds",
		                                    options->geometry.nr_sizes > 1 ? 10 : 30);
	if (status == STATUS_OK)
		status = check_cold(arguments);
	if (status == STATUS_OK && arguments->peers)
		status = add_peers(&options->bench.initializers);
	if (status == STATUS_OK)
		status = geometry_options_resolve_all(&options->geometry, runs->geometries,
		                                      &runs->count);
	if (status == STATUS_OK)
		status = check_threads(arguments, runs->count);
	experiment.nr_geometries = runs->count;
	return status ? status : bench_run(&whole.run, &options->bench, &experiment);
}
