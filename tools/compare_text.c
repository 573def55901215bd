// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Comparisons as text and as JSON. */
#include <stdarg.h>
#include <string.h>

#include "compare.h"
#include "json_values.h"
#include "result_input.h"
#include "wrap.h"

/* "a" and "b" side by side, or once if they are called the same; of several sizes, of which. */
static void print_who(FILE *stream, const struct comparison *comparison, const json_t *result)
{
	char where[48];

	result_run_words(result, comparison->run, where, sizeof(where));
	fprintf(stream, "  %s%s", where, comparison->a);
	if (strcmp(comparison->a, comparison->b) != 0)
		fprintf(stream, ", then %s", comparison->b);
	fputc('\n', stream);
}

/* The longest measure, and a space. */
static int measure_width(const struct comparisons *comparisons)
{
	size_t width = 16;

	for (size_t i = 0; i < comparisons->count; i++)
		if (strlen(comparisons->items[i].measure) >= width)
			width = strlen(comparisons->items[i].measure) + 1;
	return (int)width;
}

__attribute__((format(printf, 2, 3))) static void print_note(FILE *stream, const char *format, ...)
{
	char note[400];
	va_list args;

	va_start(args, format);
	vsnprintf(note, sizeof(note), format, args);
	va_end(args);
	print_wrapped(stream, note, 2, 100);
}

static void print_notes(FILE *stream, const struct comparisons *comparisons)
{
	size_t too_few = 0, doubtful = 0;
	bool paired = true;

	for (size_t i = 0; i < comparisons->count; i++) {
		too_few += comparisons->items[i].verdict == VERDICT_TOO_FEW;
		doubtful += comparisons->items[i].doubtful;
		paired &= comparisons->items[i].paired;
	}
	fputc('\n', stream);
	print_note(
		stream,
		"Medians, their ratio (%s) and its 95 %% interval. It is slower or faster if all of "
		"the interval is more than %g %% away from 1, the same if none is, and else unclear.",
		paired ? "paired by rounds" : "of two runs", 100 * comparisons->threshold);
	if (too_few)
		print_note(
			stream,
			"Too few: no interval of 95 %% can be had of fewer than %d samples; from "
			"and to are all that was seen.",
			FEWEST_SAMPLES);
	if (doubtful)
		print_note(stream,
		           "* %s changed as the run went on, or are in two heaps, so that medians "
		           "tell less than intervals say.",
		           paired ? "Ratios of the rounds" : "Samples of A or B");
}

void comparisons_print(FILE *stream, const struct comparisons *comparisons, const json_t *result)
{
	const struct comparison *last = NULL;
	int width = measure_width(comparisons);

	fprintf(stream, "  %-*s%12s%12s%9s%9s -%7s  %s\n", width + 2, "", "A, us", "B, us", "B / A",
	        "from", "to", "verdict");
	for (size_t i = 0; i < comparisons->count; i++) {
		const struct comparison *comparison = &comparisons->items[i];
		const struct mms_ratio *ratio = &comparison->ratio;

		if (!last || last->run != comparison->run || strcmp(last->a, comparison->a) != 0)
			print_who(stream, comparison, result);
		fprintf(stream, "    %-*s%12.1f%12.1f%9.3f%9.3f -%7.3f  %s%s\n", width,
		        comparison->measure, comparison->a_median / 1e3, comparison->b_median / 1e3,
		        ratio->median, ratio->low, ratio->high, verdict_names[comparison->verdict],
		        comparison->doubtful ? " *" : "");
		last = comparison;
	}
	print_notes(stream, comparisons);
}

json_t *comparisons_json(const struct comparisons *comparisons)
{
	json_t *list = json_array();

	for (size_t i = 0; i < comparisons->count; i++) {
		const struct comparison *comparison = &comparisons->items[i];

		json_array_append_new(
			list, json_pack("{s:o, s:s, s:s, s:s, s:b, s:f, s:f, s:o, s:o, s:b, s:s}",
		                        "run", mms_json_number(comparison->run), "a", comparison->a,
		                        "b", comparison->b, "measure", comparison->measure,
		                        "paired", (int)comparison->paired, "a_median_ns",
		                        comparison->a_median, "b_median_ns", comparison->b_median,
		                        "ratio", mms_json_ratio(&comparison->ratio),
		                        "ratio_interval", mms_json_interval(&comparison->ratio),
		                        "doubtful", (int)comparison->doubtful, "verdict",
		                        verdict_names[comparison->verdict]));
	}
	return list;
}
