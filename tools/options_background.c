// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Options that say what happens in the background, and what those do who need it. */
#include "command.h"
#include "options.h"

enum {
	KEY_POLICY = 0x7000,
	KEY_ASYNC,
};

static const struct argp_option argp_options[] = {
	{"policy", KEY_POLICY, "NAMES", 0, "What waiters do: item, help, chunk (all of them)", 0},
	{"wait", KEY_POLICY, "NAMES", OPTION_ALIAS, NULL, 0},
	{"async", KEY_ASYNC, "STAGES", 0,
         "What happens in the background: pages, or all (the default), memory as well", 0},
	{0},
};

static int take_policy(const char *name, void *context)
{
	struct background_options *options = context;
	size_t index = 0;
	int status = option_choice("policy", name, mms_wait_names, MMS_NR_WAITS, &index);

	if (status)
		return status;
	for (size_t i = 0; i < options->nr_waits; i++)
		if (options->waits[i] == (enum mms_wait)index)
			return command_fail(STATUS_USAGE, "policy %s is named twice", name);
	options->waits[options->nr_waits++] = (enum mms_wait)index;
	return STATUS_OK;
}

static int parse(int key, char *text, struct argp_state *state)
{
	struct background_options *options = state->input;
	size_t index = 0;
	int status;

	if (key != ARGP_KEY_INIT && text)
		options->given = true;
	switch (key) {
	case ARGP_KEY_INIT:
		*options = (struct background_options){.async = MMS_ASYNC_ALL};
		return STATUS_OK;
	case KEY_POLICY:
		options->nr_waits = 0;
		return option_list(text, take_policy, options);
	case KEY_ASYNC:
		status = option_choice("stage", text, mms_async_names, MMS_NR_ASYNCS, &index);
		options->async = (enum mms_async)index;
		return status;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp background_argp = {.options = argp_options, .parser = parse};

void background_options_resolve(struct background_options *options)
{
	if (options->nr_waits)
		return;
	for (; options->nr_waits < MMS_NR_WAITS; options->nr_waits++)
		options->waits[options->nr_waits] = (enum mms_wait)options->nr_waits;
}
