// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What there is to say of an initializer, in words. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "try/try.h"

/* What the interval of a ratio takes to be one: see statistics.h. */
#define LEAST_ROUNDS 6

/* A time, and the ratio of ours to it. */
struct comparison {
	const char *name;
	double median_ns, ratio, low, high;
};

static bool find_comparison(const json_t *initializer, size_t index, struct comparison *comparison)
{
	const json_t *other = json_array_get(json_object_get(initializer, "others"), index);
	const json_t *interval = json_object_get(other, "ratio_interval");

	if (!other)
		return false;
	*comparison = (struct comparison){
		json_string_value(json_object_get(other, "name")),
		json_number_value(json_object_get(other, "median_ns")),
		json_number_value(json_object_get(other, "ratio")),
		json_number_value(json_array_get(interval, 0)),
		json_number_value(json_array_get(interval, 1)),
	};
	return true;
}

static const json_t *find_by_name(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);

		if (strcmp(json_string_value(json_object_get(item, "name")), name) == 0)
			return item;
	}
	return NULL;
}

/* As far as the interval tells, which is all that was seen below LEAST_ROUNDS. */
static void say_comparison(FILE *stream, const struct comparison *comparison, const char *which,
                           uint64_t rounds)
{
	fprintf(stream, "%.2f times as long as %s%s (95 %%: %.2f to %.2f), ", comparison->ratio,
	        comparison->name, which, comparison->low, comparison->high);
	if (rounds >= LEAST_ROUNDS && comparison->high < 1)
		fprintf(stream, "so it is faster");
	else if (rounds >= LEAST_ROUNDS && comparison->low > 1)
		fprintf(stream, "so it is slower");
	else
		fprintf(stream, "and %" PRIu64 " round%s can't tell which is faster", rounds,
		        rounds == 1 ? "" : "s");
}

/* How far a ratio is from 1, either way. */
static double distance(const struct comparison *comparison)
{
	return comparison->ratio > 1 ? comparison->ratio : 1 / comparison->ratio;
}

/* Naive, and of the others the one whose time is nearest. */
static void say_times(FILE *stream, const char *preset, const json_t *initializer, uint64_t rounds)
{
	struct comparison comparison, naive = {0}, nearest = {0};
	double limit = json_number_value(json_object_get(initializer, "ratio_to_fill_limit"));

	for (size_t i = 0; find_comparison(initializer, i, &comparison); i++) {
		if (strcmp(comparison.name, "naive") == 0)
			naive = comparison;
		else if (comparison.ratio > 0 &&
		         (!nearest.name || distance(&comparison) < distance(&nearest)))
			nearest = comparison;
	}
	fprintf(stream, "\nOn %s it takes %.2f ms", preset,
	        json_number_value(json_object_get(initializer, "median_ns")) / 1e6);
	if (naive.name) {
		fprintf(stream, ", ");
		say_comparison(stream, &naive, "", rounds);
	}
	if (nearest.name) {
		fprintf(stream, "; ");
		say_comparison(stream, &nearest, ", the nearest", rounds);
	}
	if (limit > 0)
		fprintf(stream, ". The machine's limit, a plain fill, takes %.2f of its time",
		        1 / limit);
	fprintf(stream, ".");
}

static void say_right(FILE *stream, const struct trial *trial, const struct trial_check *check)
{
	fprintf(stream, "%s is right by the rules of %s: on %" PRIu64 " random geometries",
	        check->initializer->name, trial->kernel->name, check->nr_geometries);
	if (check->nr_captures)
		fprintf(stream, ", on the namespaces of %zu captures", check->nr_captures);
	fprintf(stream, ", and in its drains.");
}

static void say_missing_drains(FILE *stream, const struct stores_check *stores)
{
	const char *separator = "it lacks a drain ";

	if (*stores->failure.sentence)
		fprintf(stream, "it %s", stores->failure.sentence);
	for (int i = 0; i < MMS_NR_DRAINS; i++) {
		if (!stores->drains[i].times)
			continue;
		fprintf(stream, "%s%s", separator, mms_drain_name((enum mms_drain)i));
		separator = " and ";
	}
}

/* The job whose trace failed or found something; NULL: there is none. */
static const struct stores_check *wrong_stores(const struct trial_check *check)
{
	for (size_t i = 0; i < check->nr_stores; i++)
		if (!stores_check_ok(&check->stores[i]))
			return &check->stores[i];
	return NULL;
}

static void say_wrong(FILE *stream, const struct trial *trial, const struct trial_check *check)
{
	const struct initializer_check *last = &check->check;
	const struct stores_check *stores = wrong_stores(check);
	bool captures = check->nr_captures_right < check->nr_captures;
	char text[256];

	if (!check->wrong && !captures && !stores) {
		/* Why was said when it happened. */
		fprintf(stream, "%s could not be checked. It was not timed.",
		        check->initializer->name);
		return;
	}
	fprintf(stream, "%s is wrong by the rules of %s: ", check->initializer->name,
	        trial->kernel->name);
	if (check->wrong && *last->failure.sentence) {
		fprintf(stream, "it %s", last->failure.sentence);
	} else if (check->wrong) {
		mms_report_describe(&last->report, text, sizeof(text));
		fprintf(stream, "%s", text);
	} else if (captures) {
		fprintf(stream, "on %zu of %zu captures",
		        check->nr_captures - check->nr_captures_right, check->nr_captures);
	} else {
		say_missing_drains(stream, stores);
	}
	fprintf(stream, ". It was not timed.");
}

static void say_stores(FILE *stream, const struct trial_check *check)
{
	for (size_t job = 0; job < 2 && job < check->nr_stores; job++) {
		const struct mms_store_report *report = &check->stores[job].report;
		double pages = report->lines_written ? (double)report->lines_written : 1;

		fprintf(stream,
		        "\nPer page of %s it writes %.1f bytes by %.1f stores in %.1f instructions, "
		        "and writes %.2g %% of the pages again after others.",
		        job ? "devdax" : "fsdax", (double)report->bytes_written / pages,
		        (double)report->stores / pages, (double)report->instructions / pages,
		        100 * (double)report->lines_rewritten / pages);
	}
}

char *trial_verdict(const struct trial *trial, const struct trial_check *check,
                    const json_t *timing)
{
	size_t size;
	char *text = NULL;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	if (check->drained)
		say_right(stream, trial, check);
	else
		say_wrong(stream, trial, check);
	for (size_t i = 0; i < json_array_size(timing); i++) {
		const json_t *preset = json_array_get(timing, i);
		const json_t *initializer = find_by_name(json_object_get(preset, "initializers"),
		                                         check->initializer->name);

		if (check->drained && initializer)
			say_times(stream, json_string_value(json_object_get(preset, "preset")),
			          initializer, trial->rounds);
	}
	if (check->drained)
		say_stores(stream, check);
	if (fclose(stream) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
