// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim report: results as text, a cover letter, a page, a picture, or rows of samples. */
#include <stdlib.h>

#include "command.h"
#include "options.h"
#include "output.h"
#include "report/format.h"
#include "report/memory.h"

static bool has_letter(const struct view *view)
{
	return view->cover;
}

static bool has_picture(const struct view *view)
{
	return view->picture.kind != PLOT_NONE;
}

static const struct {
	const char *name;
	void (*write)(FILE *stream, const struct result *results, size_t count);
	bool (*has)(const struct view *view); /* NULL: all experiments have it */
} formats[] = {
	{"text", format_text, NULL}, {"cover-letter", format_cover_letter, has_letter},
	{"html", format_html, NULL}, {"svg", format_svg, has_picture},
	{"csv", format_csv, NULL},
};
#define NR_FORMATS (sizeof(formats) / sizeof(*formats))

struct arguments {
	size_t format; /* index; NR_FORMATS: not said */
	bool csv;
	const char *initializers, *output;
	size_t count;
	struct result *results;
	const char **paths;
};

enum {
	KEY_CSV = 0x4000,
};

static const struct argp_option argp_options[] = {
	{"format", 'f', "FORMAT", 0, "text (the default), cover-letter, html, svg or csv", 0},
	{"csv", KEY_CSV, NULL, 0, "The same as --format csv: one row per sample", 0},
	{"initializer", 'i', "NAMES", 0, "Only these initializers, as naive,template", 0},
	{"output", 'o', "FILE", 0, "Write the report to FILE instead of standard output", 0},
	{0},
};

static int take_format(const char *text, struct arguments *arguments)
{
	const char *names[NR_FORMATS];

	for (size_t i = 0; i < NR_FORMATS; i++)
		names[i] = formats[i].name;
	return option_choice("format", text, names, NR_FORMATS, &arguments->format);
}

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'f':
		return take_format(text, arguments);
	case KEY_CSV:
		arguments->csv = true;
		return STATUS_OK;
	case 'i':
		arguments->initializers = text;
		return STATUS_OK;
	case 'o':
		arguments->output = text;
		return STATUS_OK;
	case ARGP_KEY_ARG:
		arguments->paths =
			report_grow(arguments->paths, arguments->count, sizeof(*arguments->paths));
		arguments->paths[arguments->count++] = text;
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.args_doc = "FILE...",
	.doc = "Show results that experiments wrote with --json: the tables they printed, what a "
	       "patch series' cover letter says of them, a page with plots, or every sample as a row "
	       "of CSV.\v"
	       "Example:\n  memmapsim report rebind.json --format html -o rebind.html",
};

static int choose_format(struct arguments *arguments)
{
	if (arguments->csv && arguments->format != NR_FORMATS)
		return command_fail(STATUS_USAGE,
		                    "--csv is a format of its own; leave out --format or --csv");
	if (arguments->csv)
		return take_format("csv", arguments);
	if (arguments->format == NR_FORMATS)
		return take_format("text", arguments);
	return STATUS_OK;
}

static int check_views(const struct arguments *arguments)
{
	bool (*has)(const struct view *view) = formats[arguments->format].has;

	for (size_t i = 0; i < arguments->count && has; i++) {
		const struct view *view = arguments->results[i].view;

		if (!has(view))
			return command_fail(STATUS_USAGE,
			                    "%s is of experiment %s, which has no %s; "
			                    "take --format html",
			                    arguments->paths[i], view->experiment,
			                    formats[arguments->format].name);
	}
	return STATUS_OK;
}

static int read_results(struct arguments *arguments)
{
	int status = STATUS_OK;

	arguments->results = report_alloc(arguments->count, sizeof(*arguments->results));
	for (size_t i = 0; i < arguments->count && status == STATUS_OK; i++)
		status = result_read(arguments->paths[i], &arguments->results[i]);
	if (status == STATUS_OK)
		status = results_select(arguments->results, arguments->count,
		                        arguments->initializers);
	return status ? status : check_views(arguments);
}

static int write_report(const struct arguments *arguments, struct output *output)
{
	char *text;
	size_t size;
	FILE *stream;
	int status = STATUS_OK;

	stream = report_stream(&text, &size);
	formats[arguments->format].write(stream, arguments->results, arguments->count);
	if (fclose(stream) != 0)
		return command_fail(STATUS_RESOURCE, "out of memory");
	if (arguments->output)
		status = output_write_text(output, text, size);
	else
		fwrite(text, 1, size, stdout); /* checked when the command ends */
	free(text);
	return status;
}

int cmd_report(int argc, char **argv)
{
	struct arguments arguments = {.format = NR_FORMATS};
	struct output output;
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status == STATUS_OK && !arguments.count)
		status = command_fail(STATUS_USAGE, "report needs a FILE that bench --json wrote");
	if (status == STATUS_OK)
		status = choose_format(&arguments);
	if (status == STATUS_OK)
		status = read_results(&arguments);
	if (status == STATUS_OK)
		status = output_open(&output, arguments.output);
	if (status == STATUS_OK) {
		status = write_report(&arguments, &output);
		output_discard(&output);
	}
	for (size_t i = 0; i < arguments.count && arguments.results; i++)
		result_free(&arguments.results[i]);
	free(arguments.results);
	free(arguments.paths);
	return status;
}
