// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim bench background: its options, and what becomes of its result. */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "command.h"
#include "environment.h"
#include "options.h"
#include "output.h"
#include "progress.h"
#include "usable_json.h"
#include "usable_text.h"

struct arguments {
	struct geometry_options geometry;
	struct run_options run;
	struct pool_options pool;
	struct initializer_list initializers;
	struct policy_list policies;
	enum mms_async async;
	uint64_t binds, streams, seed;
	bool sequential;
	const char *json_path;
};

enum {
	KEY_POLICY = 0x3000,
	KEY_ASYNC,
	KEY_BINDS,
	KEY_STREAMS,
	KEY_FAULTS,
	KEY_SEED,
};

static const struct argp_option argp_options[] = {
	{"initializer", 'i', "NAMES", 0,
         "Initializers to run side by side (naive,template-movnti,auto); all: those that this CPU "
         "runs",
         0},
	{"policy", KEY_POLICY, "NAMES", 0, "What waiters do: item, help, chunk (all of them)", 0},
	{"async", KEY_ASYNC, "STAGES", 0,
         "What happens in the background: pages, or all (the default), memory as well", 0},
	{"binds", KEY_BINDS, "N", 0, "Binds of each kind (100)", 0},
	{"streams", KEY_STREAMS, "N", 0, "Binds with a stream of faults, of each kind (3)", 0},
	{"faults", KEY_FAULTS, "WHERE", 0, "Fault at random (the default) or sequential pages", 0},
	{"seed", KEY_SEED, "N", 0, "Decides the order of turns, the faults and the dirt (1)", 0},
	{"json", 'j', "FILE", 0, "Write everything, every measurement too, to FILE as JSON", 0},
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
		geometry_options_init(&arguments->geometry, "fsdax-100g");
		state->child_inputs[0] = &arguments->geometry;
		state->child_inputs[1] = &arguments->run;
		state->child_inputs[2] = &arguments->pool;
		return STATUS_OK;
	case 'i':
		return option_initializers(text, &arguments->initializers);
	case 'j':
		arguments->json_path = text;
		return STATUS_OK;
	case KEY_POLICY:
		return option_policies(text, &arguments->policies);
	case KEY_ASYNC:
		status = option_choice("stage", text, mms_async_names, MMS_NR_ASYNCS, &index);
		arguments->async = (enum mms_async)index;
		return status;
	case KEY_BINDS:
		return option_number("--binds", text, 1, 1000000, &arguments->binds);
	case KEY_STREAMS:
		return option_number("--streams", text, 0, 1000000, &arguments->streams);
	case KEY_FAULTS:
		status = option_choice("kind of faults", text, faults, 2, &index);
		arguments->sequential = index;
		return status;
	case KEY_SEED:
		return option_number("--seed", text, 0, INT64_MAX, &arguments->seed);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&geometry_argp, 0, "Kernel and namespace (fsdax-100g unless said otherwise):", 1},
	{&run_argp, 0, "How initializers get to run:", 2},
	{&pool_argp, 0, "Threads (as many as cores unless said otherwise):", 3},
	{0},
};

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.doc = "Time how soon a namespace is usable that is bound by the caller alone, by a pool, "
	       "or in the background with each policy: until the bind returns, until a fault right "
	       "after that is served, and until all is done. What is timed was held against the "
	       "oracle.\v"
	       "Example:\n  memmapsim bench background --preset fsdax-100g -i auto --threads 2",
};

static void show_progress(void *context, uint64_t done, uint64_t total, enum mms_usable_stage stage,
                          const char *name)
{
	progress_show(context, done, total, "%s%s%s", mms_usable_stage_name(stage), name ? " " : "",
	              name ? name : "");
}

static int report(const struct arguments *arguments, const struct mms_usable_config *config,
                  const struct mms_usable_result *result, json_t *environment,
                  struct output *output)
{
	json_t *json;
	int status;

	warn_of_left_out(&arguments->initializers);
	bench_warn_of_environment(environment);
	bench_warn_of_backing(&result->backing, result->backing.huge_bytes);
	geometry_options_print(&arguments->geometry, config->geometry, stdout);
	usable_print(stdout, config, result, bench_cpu(environment));
	json = mms_usable_json(config, result, json_incref(environment));
	status = json ? output_write_json(output, json)
	              : command_fail(STATUS_RESOURCE, "out of memory");
	json_decref(json);
	return status ? status : result->ok ? STATUS_OK : STATUS_FAILED;
}

static int run(const struct arguments *arguments, const struct mms_geometry *geometry,
               struct output *output)
{
	/* Before the work, which would be all that the load average shows. */
	json_t *environment = environment_collect("");
	struct progress progress;
	struct mms_usable_config config = {
		.geometry = geometry,
		.memmap = arguments->run.memmap,
		.initializers = arguments->initializers.items,
		.nr_initializers = arguments->initializers.count,
		.gates = arguments->run.gates,
		.crew = pool_crew_config(&arguments->pool),
		.waits = arguments->policies.items,
		.nr_waits = arguments->policies.count,
		.async = arguments->async,
		.binds = (unsigned int)arguments->binds,
		.streams = (unsigned int)arguments->streams,
		.sequential_faults = arguments->sequential,
		.seed = arguments->seed,
		.progress = show_progress,
		.progress_context = &progress,
	};
	struct mms_usable_result *result;
	int status, error;

	if (!environment)
		return command_fail(STATUS_RESOURCE, "out of memory");
	config.crew.batch = true;
	progress_start(&progress);
	error = mms_usable_run(&config, &result);
	progress_end(&progress);
	if (error) {
		status = command_fail_memmap(error);
	} else {
		status = report(arguments, &config, result, environment, output);
		mms_usable_free(result);
	}
	json_decref(environment);
	return status;
}

int bench_background(int argc, char **argv)
{
	struct arguments arguments = {
		.async = MMS_ASYNC_ALL, .binds = 100, .streams = 3, .seed = 1};
	struct mms_geometry geometry;
	struct output output;
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status == STATUS_OK && !arguments.initializers.count)
		status = option_initializers("naive,template-movnti,auto", &arguments.initializers);
	if (status == STATUS_OK && !arguments.policies.count)
		status = option_policies("item,help,chunk", &arguments.policies);
	if (status == STATUS_OK)
		status = geometry_options_resolve(&arguments.geometry, &geometry);
	if (status == STATUS_OK)
		status = pool_options_resolve(&arguments.pool);
	if (status == STATUS_OK)
		status = output_open(&output, arguments.json_path);
	if (status)
		return status;
	status = run(&arguments, &geometry, &output);
	output_discard(&output);
	return status;
}
