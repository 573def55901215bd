// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim try: whether an idea or a kernel's code is right, and what it brings. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "foreign.h"
#include "geometry_json.h"
#include "kernel_file.h"
#include "result_json.h"
#include "try/try.h"
#include "wrap.h"

#define DEFAULT_GEOMETRIES 40
#define DEFAULT_ROUNDS     30
#define VERDICT_WIDTH      80

enum {
	KEY_QUICK = 0x4000,
	KEY_SEED,
	KEY_ROUNDS,
	KEY_GEOMETRIES,
	KEY_CAPTURES,
};

static const struct argp_option argp_options[] = {
	{"kernel", 'k', "NAME", 0,
         "Kernel release whose rules apply, such as v7.2 (the default; of a tree, its own), or a "
         "file that describes one: FILE.kernel, or a path with a slash",
         0},
	{"quick", KEY_QUICK, NULL, 0, "Time on presets of 1 GiB instead of 100", 0},
	{"rounds", KEY_ROUNDS, "N", 0, "Rebinds of each that are timed (30)", 0},
	{"geometries", KEY_GEOMETRIES, "N", 0, "Random geometries to verify on (40)", 0},
	{"captures", KEY_CAPTURES, "FOLDER", 0,
         "Captures of kernels to verify on (those that were installed)", 0},
	{"seed", KEY_SEED, "N", 0,
         "Decides all that looks random: geometries, the order of turns, the dirt (1)", 0},
	{"json", 'j', "FILE", 0, "Write everything, every measurement too, to FILE as JSON", 0},
	{0},
};

static const struct argp_child children[] = {
	{&import_argp, 0, "What is taken from a tree:", 1},
	{&run_argp, 0, "How initializers get to run:", 2},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct trial *trial = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &trial->import;
		state->child_inputs[1] = &trial->run;
		return STATUS_OK;
	case ARGP_KEY_ARG:
		if (trial->subject.what)
			return command_fail(STATUS_USAGE, "try takes one thing, not both %s and %s",
			                    trial->subject.what, text);
		trial->subject.what = text;
		return STATUS_OK;
	case 'k':
		trial->kernel_text = text;
		return option_kernel(text, &trial->kernel);
	case KEY_QUICK:
		trial->quick = true;
		return STATUS_OK;
	case KEY_ROUNDS:
		return option_number("--rounds", text, 1, 1000000, &trial->rounds);
	case KEY_GEOMETRIES:
		return option_number("--geometries", text, 1, 1000000, &trial->nr_geometries);
	case KEY_CAPTURES:
		trial->captures = text;
		return STATUS_OK;
	case KEY_SEED:
		return option_number("--seed", text, 0, INT64_MAX, &trial->bench.seed);
	case 'j':
		trial->bench.json_path = text;
		return STATUS_OK;
	case ARGP_KEY_END:
		if (!trial->subject.what)
			return command_fail(STATUS_USAGE,
			                    "what is to be tried? Name a kernel tree, a plug-in's "
			                    "source (.c) or a plug-in (.so)");
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.args_doc = "TREE|FILE.c[:NAME]|FILE.so[:NAME]",
	.doc = "Make an initializer of a kernel tree's own code or of a plug-in's source, or take a "
	       "plug-in as it is; verify it on random geometries and on captures of real kernels, prove "
	       "its drains, time it against the built-in ones on both presets, and say what came "
	       "out.\v"
	       "Example:\n"
	       "  memmapsim try --quick idea.c",
};

static void print_subject(const struct trial *trial)
{
	static const char *const how[NR_SUBJECT_KINDS] = {
		[SUBJECT_PLUGIN] = "as it is",
		[SUBJECT_SOURCE] = "compiled as naive is",
		[SUBJECT_TREE] = "its own code, compiled as naive is",
	};
	char backing[256];

	kernel_backing(trial->kernel, backing, sizeof(backing));
	print_fact(stdout, "tried", "%s, %s", trial->subject.what, how[trial->subject.kind]);
	print_fact(stdout, "kernel", "%s (%s)", trial->kernel->name, backing);
	fflush(stdout);
}

/* Leave those that are right in the list of what is to be timed. */
static int check_all(struct trial *trial, struct trial_check *checks)
{
	struct initializer_list *list = &trial->bench.initializers;
	const struct initializer_list all = *list;
	int status = STATUS_OK;

	for (size_t i = 0; i < all.count; i++) {
		int result = trial_check(trial, i, &checks[i]);

		if (result > STATUS_FAILED)
			return result;
		if (result)
			status = result;
	}
	list->count = 0;
	for (size_t i = 0; i < all.count; i++)
		if (checks[i].drained)
			list->items[list->count++] = all.items[i];
	return status;
}

static json_t *result_json(const struct trial *trial, const struct trial_check *checks,
                           size_t nr_checks, char *const *verdicts, json_t *timing, bool ok)
{
	json_t *initializers = json_array();

	for (size_t i = 0; i < nr_checks; i++) {
		json_t *json = trial_check_json(&checks[i]);

		json_object_set_new(json, "verdict", json_string(verdicts[i] ? verdicts[i] : ""));
		json_array_append_new(initializers, json);
	}
	return json_pack(
		"{s:i, s:s, s:O, s:{s:o?, s:s}, s:o, s:{s:I, s:I, s:I, s:b}, s:b, s:o, "
		"s:O?}",
		"schema_version", MMS_SCHEMA_VERSION, "command", "try", "environment",
		trial->bench_run.environment, "subject", "path", json_string(trial->subject.what),
		"kind", subject_kinds[trial->subject.kind], "kernel",
		mms_kernel_json(trial->kernel), "config", "seed", (json_int_t)trial->bench.seed,
		"geometries", (json_int_t)trial->nr_geometries, "rounds", (json_int_t)trial->rounds,
		"quick", (int)trial->quick, "ok", (int)ok, "initializers", initializers, "timing",
		timing);
}

/* Print it, its lines wrapped, and leave a single line of it for JSON. */
static void print_verdict(char *text)
{
	putchar('\n');
	for (char *end, *line = text; line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end = '\0';
		print_wrapped(stdout, line, 0, VERDICT_WIDTH);
		if (end)
			*end++ = ' ';
	}
}

static int report(struct trial *trial, const struct trial_check *checks, size_t nr_checks,
                  json_t *timing, bool ok)
{
	char *verdicts[MAX_INITIALIZERS];
	int status;

	for (size_t i = 0; i < nr_checks; i++) {
		verdicts[i] = trial_verdict(trial, &checks[i], timing);
		print_verdict(verdicts[i]);
	}
	status = bench_write(&trial->bench_run,
	                     result_json(trial, checks, nr_checks, verdicts, timing, ok), ok);
	for (size_t i = 0; i < nr_checks; i++)
		free(verdicts[i]);
	return status;
}

static int try(struct trial *trial)
{
	struct trial_check *checks;
	size_t nr_checks = trial->bench.initializers.count;
	json_t *timing = NULL;
	int status, timed = STATUS_OK;

	checks = calloc(nr_checks, sizeof(*checks));
	if (!checks)
		return command_fail(STATUS_RESOURCE, "out of memory");
	print_subject(trial);
	status = check_all(trial, checks);
	if (status <= STATUS_FAILED && trial->bench.initializers.count)
		timed = trial_time(trial, &timing);
	if (timed > status)
		status = timed;
	if (status <= STATUS_FAILED) {
		bench_warn(&trial->bench_run);
		status = report(trial, checks, nr_checks, timing, status == STATUS_OK);
	}
	for (size_t i = 0; i < nr_checks; i++)
		trial_check_finish(&checks[i]);
	free(checks);
	json_decref(timing);
	return status;
}

/* What runs must be what is tried, not what the CPU or a gate would have in its place. */
static int check_effective(const struct trial *trial)
{
	const struct initializer_list *list = &trial->bench.initializers;

	for (size_t i = 0; i < list->count; i++) {
		const struct mms_initializer *ran =
			mms_initializer_effective(list->items[i], trial->run.gates);

		if (ran != list->items[i])
			return command_fail(STATUS_USAGE,
			                    "%s would run in place of %s with --trace-page-ref or "
			                    "--sanitize-kernel; try it without",
			                    ran->name, list->items[i]->name);
	}
	return initializers_check_cpu(list);
}

static int build_and_try(struct trial *trial)
{
	int status;

	trial->import.kernel = trial->kernel;
	status = subject_build(&trial->subject, trial->subject.what, &trial->import);
	if (!status)
		status = foreign_take(trial->subject.plugin, &trial->bench.initializers);
	if (!status)
		status = check_effective(trial);
	if (!status && !trial->kernel) {
		trial->kernel =
			trial->subject.kernel ? trial->subject.kernel : mms_kernel_default();
		if (!trial->subject.kernel)
			status = foreign_kernel(&trial->bench.initializers, &trial->kernel);
	}
	if (!status)
		status = bench_begin(&trial->bench_run, &trial->bench);
	if (!status) {
		status = try(trial);
		bench_end(&trial->bench_run);
	}
	subject_finish(&trial->subject);
	return status;
}

int cmd_try(int argc, char **argv)
{
	struct trial trial = {
		.nr_geometries = DEFAULT_GEOMETRIES,
		.rounds = DEFAULT_ROUNDS,
		.bench.seed = 1,
	};
	int status = command_parse(&argp, argc, argv, &trial);

	if (!status)
		status = build_and_try(&trial);
	import_options_finish(&trial.import);
	return status;
}
