// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim verify: hold captures of real kernels and initializers against the oracle. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "options.h"
#include "output.h"
#include "result_json.h"
#include "verify.h"

enum {
	KEY_CAPTURE = 0x3000,
	KEY_STORES,
	KEY_ROUNDS,
	KEY_SEED,
};

static const struct argp_option argp_options[] = {
	{"capture", KEY_CAPTURE, "FILE...", 0,
         "Hold the captures of these JSON files against the oracle, and run the initializers on "
         "their geometries",
         0},
	{"stores", KEY_STORES, NULL, 0,
         "Step through the initializers instead, on small jobs: what they stream must be drained "
         "where it has to be. Says what their loops cost, too",
         0},
	{"initializer", 'i', "NAMES", 0, "Initializers to verify, as naive,template (all)", 0},
	{"rounds", KEY_ROUNDS, "N", 0, "Bind with each initializer N times (1); not with --stores",
         0},
	{"seed", KEY_SEED, "N", 0, "Seed of what the memory holds before (1)", 0},
	{"json", 'j', "FILE", 0, "Write all results to FILE as JSON too", 0},
	{0},
};

static const struct argp_child children[] = {
	{&geometry_argp, 0, "Geometry (without one: fsdax-1g, then devdax-1g):", 1},
	{&run_argp, 0, "How initializers run:", 2},
	{0},
};

static const char *const default_presets[] = {"fsdax-1g", "devdax-1g"};
#define NR_DEFAULT_PRESETS (sizeof(default_presets) / sizeof(*default_presets))

struct verify_arguments {
	bool stores;   /* --stores was there */
	bool captures; /* --capture was there; further files are then arguments */
	size_t nr_paths, nr_skipped;
	char **paths; /* room for as many as there are arguments */
	struct geometry_options geometry;
	struct check_options check;
	const char *json;
};

/* All, also those that this CPU can't run: they are then listed as not run. */
static void take_all(struct initializer_list *list)
{
	list->count = 0;
	while (list->count < mms_initializer_count() && list->count < MAX_INITIALIZERS) {
		list->items[list->count] = mms_initializer_at(list->count);
		list->count++;
	}
}

static int parse(int key, char *text, struct argp_state *state)
{
	struct verify_arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		geometry_options_init(&arguments->geometry, default_presets[0]);
		state->child_inputs[0] = &arguments->geometry;
		state->child_inputs[1] = &arguments->check.run;
		return STATUS_OK;
	case KEY_CAPTURE:
		arguments->captures = true;
		__attribute__((fallthrough));
	case ARGP_KEY_ARG:
		arguments->paths[arguments->nr_paths++] = text;
		return STATUS_OK;
	case KEY_STORES:
		arguments->stores = true;
		return STATUS_OK;
	case 'i':
		if (strcmp(text, "all") != 0)
			return option_initializers(text, &arguments->check.initializers);
		take_all(&arguments->check.initializers);
		return STATUS_OK;
	case KEY_ROUNDS:
		return option_number("--rounds", text, 1, UINT32_MAX, &arguments->check.rounds);
	case KEY_SEED:
		return option_number("--seed", text, 0, INT64_MAX, &arguments->check.seed);
	case 'j':
		arguments->json = text;
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.args_doc = "\n--capture FILE...\n--stores",
	.doc = "Hold initializers against the oracle, which declares every byte of every struct "
	       "page, or the memmap of real kernels and the initializers on the same geometry.\v"
	       "Examples:\n"
	       "  memmapsim verify --kernel v6.12 --mode devdax --map mem --align 2M --size 4G\n"
	       "  memmapsim verify --stores --initializer template-movnti,stream-avx2\n"
	       "  memmapsim verify --capture tests/data/captures/*.json",
	.children = children,
};

static int verify_default_geometries(const struct geometry_options *given,
                                     const struct check_options *check, json_t *results)
{
	int status = STATUS_OK;

	for (size_t i = 0; i < NR_DEFAULT_PRESETS; i++) {
		struct geometry_options geometry;
		int result;

		if (i)
			putchar('\n');
		geometry_options_init(&geometry, default_presets[i]);
		geometry.kernel = given->kernel;
		geometry.ns.nid = given->ns.nid;
		result = verify_geometry(&geometry, check, results);
		if (result > STATUS_FAILED)
			return result;
		if (result)
			status = result;
	}
	return status;
}

/* Those that a plug-in is for, if it says whose pages it makes. */
static int choose_captures(struct verify_arguments *arguments)
{
	const struct geometry_options *geometry = &arguments->geometry;
	size_t count = arguments->nr_paths;
	int status;

	if (!geometry->kernel_known)
		return STATUS_OK;
	status = captures_of_kernel(arguments->paths, &count, geometry->kernel);
	if (status)
		return status;
	if (!count)
		return command_fail(STATUS_USAGE,
		                    "none of the %zu captures is of %s, whose pages the plug-in "
		                    "makes; name captures of it, or leave --capture out",
		                    arguments->nr_paths, geometry->kernel->name);
	arguments->nr_skipped = arguments->nr_paths - count;
	arguments->nr_paths = count;
	return STATUS_OK;
}

static int verify_chosen_captures(struct verify_arguments *arguments, json_t *results)
{
	int status = choose_captures(arguments);

	if (!status)
		status = verify_captures(arguments->paths, arguments->nr_paths, &arguments->check,
		                         results);
	if (status <= STATUS_FAILED && arguments->nr_skipped)
		printf("%zu were skipped, being of other kernels than %s, whose pages the plug-in "
		       "makes\n",
		       arguments->nr_skipped, arguments->geometry.kernel->name);
	return status;
}

static int verify(struct verify_arguments *arguments, json_t *captures, json_t *geometries,
                  json_t *stores)
{
	int status;

	if (!arguments->captures && arguments->nr_paths)
		return command_fail(STATUS_USAGE,
		                    "%s is not expected; if it is a capture, write --capture %s",
		                    arguments->paths[0], arguments->paths[0]);
	if (arguments->captures && geometry_options_given(&arguments->geometry))
		return command_fail(STATUS_USAGE,
		                    "captures say which kernel and geometry they are of; leave "
		                    "--capture or the options for kernel and geometry out");
	if (arguments->captures && arguments->stores)
		return command_fail(STATUS_USAGE, "captures hold bytes and --stores looks at "
		                                  "stores; leave one of them out");
	if (arguments->stores && arguments->check.rounds)
		return command_fail(STATUS_USAGE, "--stores steps through an initializer once; "
		                                  "leave --rounds out");
	if (!arguments->check.rounds)
		arguments->check.rounds = 1;
	status = geometry_options_follow(&arguments->geometry, &arguments->check.initializers);
	if (status)
		return status;
	if (arguments->stores)
		return verify_stores(&arguments->geometry, &arguments->check, stores);
	if (arguments->captures)
		return verify_chosen_captures(arguments, captures);
	if (geometry_options_shaped(&arguments->geometry))
		return verify_geometry(&arguments->geometry, &arguments->check, geometries);
	return verify_default_geometries(&arguments->geometry, &arguments->check, geometries);
}

static int verify_to(struct verify_arguments *arguments, struct output *output)
{
	json_t *captures = json_array(), *geometries = json_array(), *stores = json_array();
	int status = verify(arguments, captures, geometries, stores), written;
	json_t *result;

	result = json_pack("{s:i, s:s, s:b, s:I, s:I, s:o, s:I, s:o, s:o}", "schema_version",
	                   MMS_SCHEMA_VERSION, "command", "verify", "verified", status == STATUS_OK,
	                   "seed", (json_int_t)arguments->check.seed, "rounds",
	                   (json_int_t)arguments->check.rounds, "captures", captures,
	                   "captures_skipped", (json_int_t)arguments->nr_skipped, "geometries",
	                   geometries, "stores", stores);
	if (status <= STATUS_FAILED) {
		written = output_write_json(output, result);
		if (written)
			status = written;
	}
	json_decref(result);
	return status;
}

int cmd_verify(int argc, char **argv)
{
	struct verify_arguments arguments = {.check = {.seed = 1}};
	struct output output;
	int status;

	arguments.paths = calloc((size_t)argc, sizeof(*arguments.paths));
	if (!arguments.paths)
		return command_fail(STATUS_RESOURCE, "out of memory");
	take_all(&arguments.check.initializers);
	status = command_parse(&argp, argc, argv, &arguments);
	if (status == STATUS_OK)
		status = output_open(&output, arguments.json);
	if (status == STATUS_OK) {
		status = verify_to(&arguments, &output);
		output_discard(&output);
	}
	free(arguments.paths);
	return status;
}
