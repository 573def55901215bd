// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "compare.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "compare_rows.h"
#include "options.h"
#include "result_read.h"

const char *const verdict_names[NR_VERDICTS] = {
	[VERDICT_SAME] = "same",     [VERDICT_UNCLEAR] = "unclear", [VERDICT_TOO_FEW] = "too few",
	[VERDICT_FASTER] = "faster", [VERDICT_SLOWER] = "slower",
};

enum verdict verdict_of(const struct mms_ratio *ratio, size_t samples, double threshold)
{
	if (samples < FEWEST_SAMPLES)
		return VERDICT_TOO_FEW;
	if (ratio->low > 1 + threshold)
		return VERDICT_SLOWER;
	if (ratio->high < 1 - threshold)
		return VERDICT_FASTER;
	return ratio->low >= 1 - threshold && ratio->high <= 1 + threshold ? VERDICT_SAME
	                                                                   : VERDICT_UNCLEAR;
}

static struct comparison *add(struct comparisons *comparisons)
{
	struct comparison *grown;

	if (comparisons->count == comparisons->capacity) {
		comparisons->capacity = comparisons->capacity * 2 + 16;
		grown = reallocarray(comparisons->items, comparisons->capacity, sizeof(*grown));
		if (!grown)
			return NULL;
		comparisons->items = grown;
	}
	grown = &comparisons->items[comparisons->count++];
	*grown = (struct comparison){0};
	return grown;
}

static double median_of(const uint64_t *samples, size_t count, double *scratch)
{
	struct mms_samples all = {.count = count, .ns = (uint64_t *)samples};

	mms_summarize(&all, scratch);
	return all.summary.median;
}

static bool is_found(const json_t *summary, const char *key)
{
	return json_is_true(json_object_get(json_object_get(summary, key), "found"));
}

/* Whether a summary's median isn't all there is to say. */
static bool is_doubtful(const json_t *summary)
{
	return is_found(summary, "drift") || is_found(summary, "modes");
}

/* The same of the ratios of rounds, in which what both go through cancels out. */
static bool are_ratios_doubtful(const uint64_t *from_a, const uint64_t *from_b, size_t count,
                                double *scratch)
{
	struct mms_samples ratios = {.ns = calloc(count, sizeof(*ratios.ns))};

	for (size_t i = 0; i < count && ratios.ns; i++)
		mms_samples_add(&ratios, (uint64_t)(1e9 * (double)from_b[i] / (double)from_a[i]));
	mms_summarize(&ratios, scratch);
	free(ratios.ns);
	return ratios.summary.shape.drifts || ratios.summary.shape.bimodal;
}

static int compare_summaries(const json_t *a, const json_t *b, bool paired,
                             struct comparison *comparison)
{
	size_t nr_a, nr_b;
	uint64_t *from_a = mms_json_samples(a, &nr_a), *from_b = mms_json_samples(b, &nr_b);
	double *scratch = calloc((nr_a > nr_b ? nr_a : nr_b) + 1, sizeof(*scratch));
	int status = STATUS_OK;

	comparison->paired = paired && nr_a == nr_b;
	comparison->samples = nr_a < nr_b ? nr_a : nr_b;
	if (!from_a || !from_b || !scratch) {
		status = command_fail(STATUS_RESOURCE, "out of memory");
	} else {
		comparison->ratio =
			comparison->paired
				? mms_paired_ratio(from_b, from_a, nr_a, scratch)
				: mms_unpaired_ratio(from_b, nr_b, from_a, nr_a, scratch);
		comparison->doubtful = comparison->paired
		                               ? are_ratios_doubtful(from_a, from_b, nr_a, scratch)
		                               : is_doubtful(a) || is_doubtful(b);
		comparison->a_median = median_of(from_a, nr_a, scratch);
		comparison->b_median = median_of(from_b, nr_b, scratch);
	}
	free(from_a);
	free(from_b);
	free(scratch);
	return status;
}

/* What is compared with what. */
struct visit {
	const json_t *a, *b;   /* runs */
	size_t run;            /* which of the results' */
	const char *from, *to; /* names of initializers; NULL: the same one */
	const char *names;     /* only these; NULL: all */
	bool paired;
	json_int_t threads; /* of the rows, if they don't say so themselves; 0: they do */
	struct comparisons *comparisons;
};

struct pair {
	const struct visit *visit;
	const json_t *a, *b; /* rows */
};

/* A measure of a, if it is in b as well. */
static int compare_measure(void *context, const char *measure, const json_t *summary)
{
	const struct pair *pair = context;
	const struct visit *visit = pair->visit;
	const json_t *other = mms_row_measure(pair->b, measure);
	struct comparison *comparison = other ? add(visit->comparisons) : NULL;
	int status;

	if (!other)
		return STATUS_OK;
	if (!comparison)
		return command_fail(STATUS_RESOURCE, "out of memory");
	comparison->run = visit->run;
	snprintf(comparison->measure, sizeof(comparison->measure), "%s", measure);
	mms_row_label(pair->a, visit->threads, comparison->a);
	mms_row_label(pair->b, visit->threads, comparison->b);
	status = compare_summaries(summary, other, visit->paired, comparison);
	comparison->verdict =
		verdict_of(&comparison->ratio, comparison->samples, visit->comparisons->threshold);
	return status;
}

static int compare_rows(const struct visit *visit, const json_t *a, const json_t *b)
{
	struct pair pair = {visit, a, b};

	return mms_row_measures(a, compare_measure, &pair);
}

static int compare_run(struct visit *visit)
{
	const json_t *rows, *row, *other;
	int status = STATUS_OK;
	size_t index;

	for (size_t i = 0; (rows = mms_result_rows(visit->a, i, &visit->threads)); i++) {
		json_array_foreach (rows, index, row) {
			const char *name = mms_row_name(row);

			if (!is_named(visit->names, name) ||
			    (visit->from && strcmp(name, visit->from) != 0))
				continue;
			other = compared_counterpart(visit->b, visit->threads, row,
			                             visit->to ? visit->to : name);
			if (other)
				status = compare_rows(visit, row, other);
			if (status)
				return status;
		}
	}
	return status;
}

/* Call @take for the name of each initializer that took part in any run, once or more often. */
static void each_name(const json_t *result, void (*take)(void *context, const char *name),
                      void *context)
{
	static const char *const lists[] = {"results", "left_out"};
	const json_t *run, *row;
	size_t index;

	for (size_t i = 0; (run = mms_result_run(result, i)); i++)
		for (size_t j = 0; j < sizeof(lists) / sizeof(*lists); j++)
			json_array_foreach (json_object_get(run, lists[j]), index, row)
				if (mms_row_name(row))
					take(context, mms_row_name(row));
}

static void add_key(void *names, const char *name)
{
	json_object_set_new(names, name, json_true());
}

static int check_known(const char *name, void *result)
{
	json_t *names = json_object(), *value;
	const char *key;
	char known[256] = "";
	int status = STATUS_OK;

	each_name(result, add_key, names);
	json_object_foreach (names, key, value)
		snprintf(known + strlen(known), sizeof(known) - strlen(known), "%s%s",
		         *known ? ", " : "", key);
	if (!json_object_get(names, name))
		status = command_fail(STATUS_USAGE,
		                      "the result has no initializer \"%s\"; it has %s", name,
		                      *known ? known : "none");
	json_decref(names);
	return status;
}

int compare_results(const json_t *a, const json_t *b, const char *names,
                    struct comparisons *comparisons)
{
	struct visit visit = {.names = names, .comparisons = comparisons};
	int status = names ? option_list(names, check_known, (void *)a) : STATUS_OK;

	if (status == STATUS_OK && names)
		status = option_list(names, check_known, (void *)b);
	for (; status == STATUS_OK && (visit.a = mms_result_run(a, visit.run)); visit.run++) {
		visit.b = mms_result_run(b, visit.run);
		status = compare_run(&visit);
	}
	if (status)
		return status;
	compare_missing(a, b, names, comparisons);
	if (comparisons->count || comparisons->failed)
		return STATUS_OK;
	return command_fail(STATUS_USAGE, "there is nothing to compare: no initializer was timed "
	                                  "in both, the same way");
}

int compare_initializers(const json_t *result, const char *a, const char *b,
                         struct comparisons *comparisons)
{
	struct visit visit = {.from = a, .to = b, .paired = true, .comparisons = comparisons};
	int status = check_known(a, (void *)result);

	if (status == STATUS_OK)
		status = check_known(b, (void *)result);
	for (; status == STATUS_OK && (visit.a = mms_result_run(result, visit.run)); visit.run++) {
		visit.b = visit.a;
		status = compare_run(&visit);
	}
	if (status)
		return status;
	compare_untimed(result, a, b, comparisons);
	if (comparisons->count || comparisons->failed)
		return STATUS_OK;
	return command_fail(STATUS_USAGE,
	                    "there is nothing to compare: %s and %s were not both timed, the same "
	                    "way",
	                    a, b);
}

size_t comparisons_slower(const struct comparisons *comparisons)
{
	size_t slower = 0;

	for (size_t i = 0; i < comparisons->count; i++)
		slower += comparisons->items[i].verdict == VERDICT_SLOWER;
	return slower;
}

void comparisons_free(struct comparisons *comparisons)
{
	free(comparisons->items);
	json_decref(comparisons->missing);
}
