// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "compare.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "compare_rows.h"
#include "options.h"
#include "result_read.h"

const char *const verdict_names[NR_VERDICTS] = {
	[VERDICT_SAME] = "same",
	[VERDICT_UNCLEAR] = "unclear",
	[VERDICT_FASTER] = "faster",
	[VERDICT_SLOWER] = "slower",
};

enum verdict verdict_of(const struct mms_ratio *ratio, double threshold)
{
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

/* Compare a summary of two rows, if both were measured. */
static int compare_summaries(const json_t *a, const json_t *b, bool paired,
                             struct comparison *comparison)
{
	size_t nr_a, nr_b, most;
	uint64_t *from_a = mms_json_samples(a, &nr_a), *from_b = mms_json_samples(b, &nr_b);
	double *scratch;
	int status = STATUS_OK;

	most = nr_a > nr_b ? nr_a : nr_b;
	scratch = calloc(most + 1, sizeof(*scratch));
	comparison->paired = paired && nr_a == nr_b;
	if (!from_a || !from_b || !scratch) {
		status = command_fail(STATUS_RESOURCE, "out of memory");
	} else {
		comparison->ratio =
			comparison->paired
				? mms_paired_ratio(from_b, from_a, nr_a, scratch)
				: mms_unpaired_ratio(from_b, nr_b, from_a, nr_a, scratch);
		comparison->a_median = median_of(from_a, nr_a, scratch);
		comparison->b_median = median_of(from_b, nr_b, scratch);
	}
	free(from_a);
	free(from_b);
	free(scratch);
	return status;
}

static bool is_measured(const json_t *summary)
{
	return json_is_array(json_object_get(summary, "samples_ns"));
}

/* What is compared with what. */
struct visit {
	const json_t *a, *b;   /* runs */
	size_t run;            /* which of the results' */
	const char *from, *to; /* names of initializers; NULL: the same one */
	const char *names;     /* only these; NULL: all */
	bool paired;
	json_int_t threads; /* of the rows, if they don't say so themselves; 0: they do */
};

/* What is in two rows at the same place. */
struct place {
	const struct visit *visit;
	const json_t *rows[2];
	char measure[96]; /* the keys that lead there */
};

static int compare_samples(const struct place *place, const json_t *a, const json_t *b,
                           struct comparisons *comparisons)
{
	struct comparison *comparison = add(comparisons);
	int status;

	if (!comparison)
		return command_fail(STATUS_RESOURCE, "out of memory");
	comparison->run = place->visit->run;
	strcpy(comparison->measure, place->measure);
	compared_label(place->rows[0], place->visit->threads, comparison->a, sizeof(comparison->a));
	compared_label(place->rows[1], place->visit->threads, comparison->b, sizeof(comparison->b));
	status = compare_summaries(a, b, place->visit->paired, comparison);
	comparison->verdict = verdict_of(&comparison->ratio, comparisons->threshold);
	return status;
}

/* The part and the step that an element of a list is of; NULL: it is of none */
static const char *step_of(const json_t *element, const char **part)
{
	*part = json_string_value(json_object_get(element, "part"));
	return *part ? json_string_value(json_object_get(element, "step")) : NULL;
}

static const json_t *find_step(const json_t *list, const char *part, const char *step)
{
	const char *other_part, *other_step;
	const json_t *element;
	size_t index;

	json_array_foreach (list, index, element) {
		other_step = step_of(element, &other_part);
		if (other_step && strcmp(other_part, part) == 0 && strcmp(other_step, step) == 0)
			return element;
	}
	return NULL;
}

static int compare_members(const struct place *outer, const json_t *a, const json_t *b,
                           struct comparisons *comparisons);

static int compare_steps(const struct place *outer, const json_t *a, const json_t *b,
                         struct comparisons *comparisons)
{
	const json_t *element;
	int status = STATUS_OK;
	size_t index;

	json_array_foreach (a, index, element) {
		const char *part, *step = step_of(element, &part);
		struct place place = *outer;

		if (!step)
			continue;
		snprintf(place.measure, sizeof(place.measure), "%s, %s: ", part, step);
		status = compare_members(&place, element, find_step(b, part, step), comparisons);
		if (status)
			break;
	}
	return status;
}

/* Every measure that is in both. */
static int compare_members(const struct place *outer, const json_t *a, const json_t *b,
                           struct comparisons *comparisons)
{
	int status = STATUS_OK;
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)a, key, value) {
		const json_t *other = json_object_get(b, key);
		struct place place = *outer;

		append_text(place.measure, sizeof(place.measure), "%s", key);
		if (is_measured(value) && is_measured(other)) {
			status = compare_samples(&place, value, other, comparisons);
		} else if (json_is_array(value)) {
			status = compare_steps(&place, value, other, comparisons);
		} else {
			append_text(place.measure, sizeof(place.measure), ".");
			status = compare_members(&place, value, other, comparisons);
		}
		if (status)
			break;
	}
	return status;
}

static int compare_rows(const struct visit *visit, const json_t *a, const json_t *b,
                        struct comparisons *comparisons)
{
	const struct place place = {.visit = visit, .rows = {a, b}};

	return compare_members(&place, a, b, comparisons);
}

static int compare_run(struct visit *visit, struct comparisons *comparisons)
{
	const json_t *rows, *row, *other;
	int status = STATUS_OK;
	size_t index;

	for (size_t i = 0; (rows = compared_rows(visit->a, i, &visit->threads)); i++) {
		json_array_foreach (rows, index, row) {
			const char *name = compared_name(row);

			if (!is_named(visit->names, name) ||
			    (visit->from && strcmp(name, visit->from) != 0))
				continue;
			other = compared_counterpart(visit->b, visit->threads, row,
			                             visit->to ? visit->to : name);
			if (other)
				status = compare_rows(visit, row, other, comparisons);
			if (status)
				return status;
		}
	}
	return status;
}

/* Whether an initializer of that name took part in any run. */
static bool is_known(const json_t *result, const char *name)
{
	const json_t *run;

	for (size_t i = 0; (run = mms_result_run(result, i)); i++)
		if (find_named(json_object_get(run, "results"), name) ||
		    find_named(json_object_get(run, "left_out"), name))
			return true;
	return false;
}

static int check_known(const char *name, void *context)
{
	return is_known(context, name)
	               ? STATUS_OK
	               : command_fail(STATUS_USAGE, "the result has no initializer %s", name);
}

static int check_any(const struct comparisons *comparisons)
{
	if (comparisons->count || comparisons->failed)
		return STATUS_OK;
	return command_fail(STATUS_USAGE, "there is nothing to compare: no initializer was timed "
	                                  "in both, the same way");
}

int compare_results(const json_t *a, const json_t *b, const char *names,
                    struct comparisons *comparisons)
{
	struct visit visit = {.names = names};
	int status = names ? option_list(names, check_known, (void *)a) : STATUS_OK;

	if (status == STATUS_OK && names)
		status = option_list(names, check_known, (void *)b);
	for (; status == STATUS_OK && (visit.a = mms_result_run(a, visit.run)); visit.run++) {
		visit.b = mms_result_run(b, visit.run);
		status = compare_run(&visit, comparisons);
	}
	if (status == STATUS_OK)
		compare_missing(a, b, names, comparisons);
	return status ? status : check_any(comparisons);
}

int compare_initializers(const json_t *result, const char *a, const char *b,
                         struct comparisons *comparisons)
{
	struct visit visit = {.from = a, .to = b, .paired = true};
	int status = check_known(a, (void *)result);

	if (status == STATUS_OK)
		status = check_known(b, (void *)result);
	for (; status == STATUS_OK && (visit.a = mms_result_run(result, visit.run)); visit.run++) {
		visit.b = visit.a;
		status = compare_run(&visit, comparisons);
	}
	return status ? status : check_any(comparisons);
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
