// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Options that experiments have in common, together. */
#include "command.h"
#include "options.h"

void experiment_options_init(struct experiment_options *options, const struct argp_child *children,
                             struct argp_state *state)
{
	const struct {
		const struct argp *argp;
		void *input;
	} parts[] = {
		{&bench_argp, &options->bench},       {&rounds_argp, &options->rounds},
		{&geometry_argp, &options->geometry}, {&run_argp, &options->run},
		{&pool_argp, &options->pool},         {&background_argp, &options->background},
	};

	geometry_options_init(&options->geometry, "fsdax-100g");
	for (size_t i = 0; children[i].argp; i++)
		for (size_t j = 0; j < sizeof(parts) / sizeof(*parts); j++)
			if (children[i].argp == parts[j].argp)
				state->child_inputs[i] = parts[j].input;
}

int experiment_options_resolve(struct experiment_options *options, const char *initializers,
                               const char *rounds, unsigned int usual)
{
	int status = bench_options_resolve(&options->bench, initializers);

	if (status == STATUS_OK)
		status = rounds_options_resolve(rounds, &options->rounds, usual);
	if (status == STATUS_OK)
		status = geometry_options_follow(&options->geometry, &options->bench.initializers);
	return status;
}
