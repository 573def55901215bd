// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "arguments.h"

#include <ctype.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error.h"

/* Twice as many as any subcommand has. */
#define MAX_OPTIONS 64

/* The options, as getopt_long() wants to know them. */
struct table {
	size_t count;
	struct option options[MAX_OPTIONS + 1];
	char letters[3 * MAX_OPTIONS + 2]; /* starts with ":", to tell a missing value */
};

/* argp's own, which end its parsing. "-?" is left out: getopt_long() returns that for errors. */
enum { KEY_OWN = 0x7000 };
static const struct argp_option own_options[] = {
	{"help", KEY_OWN, NULL, 0, NULL, 0},
	{"usage", KEY_OWN, NULL, 0, NULL, 0},
	{"version", 'V', NULL, 0, NULL, 0},
	{0},
};
static const struct argp own_argp = {.options = own_options};

static int value_of(const struct argp_option *option)
{
	if (!option->arg)
		return no_argument;
	return option->flags & OPTION_ARG_OPTIONAL ? optional_argument : required_argument;
}

static void add(struct table *table, const struct argp *argp)
{
	const struct argp_option *option = argp->options;
	const struct argp_child *child = argp->children;

	for (; option && option->name && table->count < MAX_OPTIONS; option++) {
		int value = value_of(option);

		table->options[table->count++] =
			(struct option){option->name, value, NULL, option->key};
		if (option->key < 128 && isgraph(option->key))
			sprintf(table->letters + strlen(table->letters), "%c%.*s", option->key,
			        value, "::");
	}
	for (; child && child->argp; child++)
		add(table, child->argp);
}

/* "--seed, --shift and so on": the options that begin like @typed; how many there are. */
static size_t list_beginning(const struct table *table, const char *typed, char *text, size_t size)
{
	size_t found = 0, length = 0;

	for (size_t i = 0; i < table->count; i++) {
		const char *name = table->options[i].name;

		if (strncmp(name, typed, strlen(typed)) != 0)
			continue;
		if (length < size)
			length += (size_t)snprintf(text + length, size - length, "%s--%s",
			                           found ? ", " : "", name);
		found++;
	}
	return found;
}

static int fail_unknown(const struct table *table, const char *command, const char *typed)
{
	const char *names[MAX_OPTIONS], *nearest;
	char name[64], candidates[256];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(typed, "="), typed);
	if (list_beginning(table, name, candidates, sizeof(candidates)) > 1)
		return command_fail(STATUS_USAGE, "--%s may be any of %s; write more of it", name,
		                    candidates);
	for (size_t i = 0; i < table->count; i++)
		names[i] = table->options[i].name;
	nearest = mms_nearest_name(name, names, table->count);
	if (nearest)
		return command_fail(STATUS_USAGE,
		                    "there is no option \"--%s\"; did you mean \"--%s\"?", name,
		                    nearest);
	return command_fail(STATUS_USAGE, "there is no option \"--%s\"; %s --help shows all", name,
	                    command);
}

/* What getopt_long() didn't like about @argument, the last that it looked at. */
static int fail(const struct table *table, const char *command, const char *argument, bool no_value,
                int letter)
{
	bool is_long = strncmp(argument, "--", 2) == 0;

	if (no_value && is_long)
		return command_fail(STATUS_USAGE, "%s needs a value; %s --help says which",
		                    argument, command);
	if (no_value)
		return command_fail(STATUS_USAGE, "-%c needs a value; %s --help says which", letter,
		                    command);
	if (is_long && letter)
		return command_fail(STATUS_USAGE, "%.*s takes no value, so leave \"%s\" out",
		                    (int)strcspn(argument, "="), argument, strchr(argument, '='));
	if (is_long)
		return fail_unknown(table, command, argument + 2);
	return command_fail(STATUS_USAGE, "there is no option \"-%c\"; %s --help shows all", letter,
	                    command);
}

int arguments_check(const struct argp *argp, int argc, char **argv)
{
	struct table table = {.letters = ":"};
	int key;

	add(&table, argp);
	add(&table, &own_argp);
	opterr = 0;
	optind = 0; /* from the start, also if there was a parse before */
	while ((key = getopt_long(argc, argv, table.letters, table.options, NULL)) >= 0) {
		if (key == KEY_OWN || key == 'V' || (key == '?' && optopt == '?'))
			return STATUS_OK;
		if (key == '?' || key == ':')
			return fail(&table, argv[0], argv[optind - 1], key == ':', optopt);
	}
	return STATUS_OK;
}
