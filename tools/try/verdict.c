// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What there is to say of an initializer, in words. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "try/try.h"

/* The ratio of our time to another's. */
struct other {
	const char *name;
	struct mms_ratio ratio;
};

static bool find_other(const json_t *initializer, size_t index, struct other *found)
{
	const json_t *other = json_array_get(json_object_get(initializer, "others"), index);
	const json_t *interval = json_object_get(other, "ratio_interval");

	if (!other)
		return false;
	*found = (struct other){
		json_string_value(json_object_get(other, "name")),
		{
			json_number_value(json_object_get(other, "ratio")),
			json_number_value(json_array_get(interval, 0)),
			json_number_value(json_array_get(interval, 1)),
		},
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

/* As compare says it, and by its rule. */
static void say_ratio(FILE *stream, const struct other *other, const char *which, uint64_t rounds)
{
	const struct mms_ratio *ratio = &other->ratio;

	fprintf(stream, "%.2f times as long as %s%s (95 %%: %.2f to %.2f): %s", ratio->median,
	        other->name, which, ratio->low, ratio->high,
	        verdict_names[verdict_of(ratio, rounds, USUAL_THRESHOLD)]);
}

/* How far a ratio is from 1, either way. */
static double distance(const struct other *other)
{
	return other->ratio.median > 1 ? other->ratio.median : 1 / other->ratio.median;
}

/* Naive, and of the others the one whose time is nearest. */
static void say_times(FILE *stream, const char *preset, const json_t *initializer, uint64_t rounds)
{
	struct other other, naive = {0}, nearest = {0};
	double limit = json_number_value(json_object_get(initializer, "ratio_to_fill_limit"));

	for (size_t i = 0; find_other(initializer, i, &other); i++) {
		if (strcmp(other.name, "naive") == 0)
			naive = other;
		else if (other.ratio.median > 0 &&
		         (!nearest.name || distance(&other) < distance(&nearest)))
			nearest = other;
	}
	fprintf(stream, "\nOn %s it takes %.2f ms", preset,
	        json_number_value(json_object_get(initializer, "median_ns")) / 1e6);
	if (naive.name) {
		fprintf(stream, ", ");
		say_ratio(stream, &naive, "", rounds);
	}
	if (nearest.name) {
		fprintf(stream, "; ");
		say_ratio(stream, &nearest, ", the nearest", rounds);
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
