// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Options that all experiments take. */
#include "command.h"
#include "options.h"

enum {
	KEY_SEED = 0x6000,
};

static const struct argp_option argp_options[] = {
	{"initializer", 'i', "NAMES", 0,
         "Initializers to run side by side, as naive,template; all: those that this CPU runs", 0},
	{"seed", KEY_SEED, "N", 0,
         "Decides all that looks random: the order of turns, the dirt, and more (1)", 0},
	{"json", 'j', "FILE", 0, "Write everything, every measurement too, to FILE as JSON", 0},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct bench_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*options = (struct bench_options){.seed = 1};
		return STATUS_OK;
	case 'i':
		return option_initializers(text, &options->initializers);
	case KEY_SEED:
		options->seed_given = true;
		return option_number("--seed", text, 0, INT64_MAX, &options->seed);
	case 'j':
		options->json_path = text;
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp bench_argp = {.options = argp_options, .parser = parse};

int bench_options_resolve(struct bench_options *options, const char *initializers)
{
	if (options->initializers.count)
		return STATUS_OK;
	return option_initializers(initializers, &options->initializers);
}
