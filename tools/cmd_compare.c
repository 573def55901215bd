// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim compare: two results, two initializers of one, or a result and a kernel's own times. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "compare.h"
#include "dmesg.h"
#include "options.h"
#include "output.h"
#include "result_input.h"
#include "result_json.h"

struct arguments {
	const char *paths[2];
	size_t nr_paths;
	const char *names, *dmesg_path, *json_path;
	double threshold; /* a share */
	bool threshold_given;
};

enum {
	KEY_THRESHOLD = 0x3000,
	KEY_DMESG,
};

static const struct argp_option argp_options[] = {
	{"initializer", 'i', "NAMES", 0,
         "Of two results, compare only these, as naive,template; of one, the two that are named",
         0},
	{"threshold", KEY_THRESHOLD, "PERCENT", 0,
         "Differences that all of the interval is beyond are called so (5)", 0},
	{"dmesg", KEY_DMESG, "FILE", 0,
         "A kernel's log: set what it says of memmap_init_zone_device() beside the result", 0},
	{"json", 'j', "FILE", 0, "Write all of it to FILE as JSON too", 0},
	{0},
};

static int parse_threshold(const char *text, struct arguments *arguments)
{
	char *end;
	double percent = strtod(text, &end);

	if (end == text || *end || !(percent >= 0 && percent <= 100))
		return command_fail(STATUS_USAGE,
		                    "--threshold must be a percentage from 0 to 100, as 5 or 2.5, "
		                    "not %s",
		                    text);
	arguments->threshold = percent / 100;
	arguments->threshold_given = true;
	return STATUS_OK;
}

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'i':
		arguments->names = text;
		return STATUS_OK;
	case KEY_THRESHOLD:
		return parse_threshold(text, arguments);
	case KEY_DMESG:
		arguments->dmesg_path = text;
		return STATUS_OK;
	case 'j':
		arguments->json_path = text;
		return STATUS_OK;
	case ARGP_KEY_ARG:
		if (arguments->nr_paths == 2)
			return command_fail(STATUS_USAGE,
			                    "%s is a third result; compare takes two at most",
			                    text);
		arguments->paths[arguments->nr_paths++] = text;
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.args_doc = "A.json B.json\nA.json -i NAME,NAME\nA.json --dmesg FILE",
	.doc = "Compare results of memmapsim bench, or two initializers of one: medians, their ratio "
	       "with its 95 % interval, and a verdict. Exit status 1 says that something in B, or the "
	       "second initializer, is slower, or that something in B is wrong or was left out.\v"
	       "Example:\n  memmapsim compare before.json after.json --threshold 3",
};

static int check(const struct arguments *arguments)
{
	if (!arguments->nr_paths)
		return command_fail(STATUS_USAGE,
		                    "no result is named; memmapsim bench --json writes "
		                    "them");
	if (arguments->dmesg_path) {
		if (arguments->nr_paths == 1 && !arguments->names && !arguments->threshold_given)
			return STATUS_OK;
		return command_fail(STATUS_USAGE, "--dmesg takes one result, and neither "
		                                  "--initializer nor --threshold");
	}
	if (arguments->nr_paths == 1 && !arguments->names)
		return command_fail(STATUS_USAGE,
		                    "%s is a single result; name a second one, two of its "
		                    "initializers (-i naive,template) or a kernel's log (--dmesg)",
		                    arguments->paths[0]);
	return STATUS_OK;
}

/* The two names of "naive,template", in a copy that is to be given to free(). */
static int two_names(const char *names, char **first, const char **second)
{
	char *copy = strdup(names), *comma = copy ? strchr(copy, ',') : NULL;

	if (!copy)
		return command_fail(STATUS_RESOURCE, "out of memory");
	if (!comma || comma == copy || !comma[1] || strchr(comma + 1, ',')) {
		free(copy);
		return command_fail(STATUS_USAGE,
		                    "of a single result two initializers are compared, as "
		                    "naive,template, not %s",
		                    names);
	}
	*comma = '\0';
	*first = copy;
	*second = comma + 1;
	return STATUS_OK;
}

static int compare_one(const struct arguments *arguments, const json_t *result,
                       struct comparisons *comparisons)
{
	const char *second = NULL;
	char *first = NULL;
	int status = two_names(arguments->names, &first, &second);

	if (status)
		return status;
	status = compare_initializers(result, first, second, comparisons);
	free(first);
	return status;
}

/* What came out, in any of the ways to compare. */
struct outcome {
	json_t *differences, *dmesg; /* NULL: not asked for */
	struct comparisons comparisons;
};

static int print_and_judge(const struct arguments *arguments, const json_t *result,
                           const struct outcome *outcome)
{
	size_t slower = comparisons_slower(&outcome->comparisons);

	print_fact(stdout, "A", "%s", arguments->paths[0]);
	if (arguments->nr_paths == 2)
		print_fact(stdout, "B", "%s", arguments->paths[1]);
	else
		print_fact(stdout, "B", "the same, the second initializer");
	putchar('\n');
	if (outcome->comparisons.count)
		comparisons_print(stdout, &outcome->comparisons, result);
	return slower || outcome->comparisons.failed ? STATUS_FAILED : STATUS_OK;
}

static json_t *outcome_json(const struct arguments *arguments, const struct outcome *outcome)
{
	return json_pack(
		"{s:i, s:s, s:s, s:s?, s:f, s:o, s:b, s:O?, s:O?, s:o, s:O?}", "schema_version",
		MMS_SCHEMA_VERSION, "command", "compare", "a", arguments->paths[0], "b",
		arguments->paths[1], "threshold", arguments->threshold, "slower",
		json_integer((json_int_t)comparisons_slower(&outcome->comparisons)), "failed",
		(int)outcome->comparisons.failed, "missing", outcome->comparisons.missing,
		"differences", outcome->differences, "comparisons",
		comparisons_json(&outcome->comparisons), "dmesg", outcome->dmesg);
}

static int compare(const struct arguments *arguments, json_t *const results[2],
                   struct outcome *outcome)
{
	struct dmesg dmesg;
	int status;

	if (arguments->dmesg_path) {
		status = dmesg_read(arguments->dmesg_path, &dmesg);
		if (status)
			return status;
		status = dmesg_compare(stdout, &dmesg, results[0], &outcome->dmesg);
		dmesg_free(&dmesg);
		return status;
	}
	if (arguments->nr_paths == 1)
		return compare_one(arguments, results[0], &outcome->comparisons);
	status = compare_work(results[0], results[1]);
	if (status == STATUS_OK)
		status = compare_results(results[0], results[1], arguments->names,
		                         &outcome->comparisons);
	if (status == STATUS_OK)
		outcome->differences = compare_circumstances(results[0], results[1]);
	return status;
}

static int run(const struct arguments *arguments, struct output *output)
{
	struct outcome outcome = {.comparisons.threshold = arguments->threshold};
	json_t *results[2] = {0}, *json;
	int status = STATUS_OK, verdict = STATUS_OK;

	for (size_t i = 0; i < arguments->nr_paths && status == STATUS_OK; i++)
		status = result_input(arguments->paths[i], &results[i]);
	if (status == STATUS_OK)
		status = compare(arguments, results, &outcome);
	if (status == STATUS_OK) {
		if (!arguments->dmesg_path)
			verdict = print_and_judge(arguments, results[0], &outcome);
		json = outcome_json(arguments, &outcome);
		status = output_write_json(output, json);
		json_decref(json);
	}
	comparisons_free(&outcome.comparisons);
	json_decref(outcome.differences);
	json_decref(outcome.dmesg);
	json_decref(results[0]);
	json_decref(results[1]);
	return status ? status : verdict;
}

int cmd_compare(int argc, char **argv)
{
	struct arguments arguments = {.threshold = USUAL_THRESHOLD};
	struct output output;
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status == STATUS_OK)
		status = check(&arguments);
	if (status == STATUS_OK)
		status = output_open(&output, arguments.json_path);
	if (status)
		return status;
	status = run(&arguments, &output);
	output_discard(&output);
	return status;
}
