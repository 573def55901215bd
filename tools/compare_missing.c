// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What two results can't be compared in: rows that are in one alone, or have times in one alone. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "compare.h"
#include "compare_rows.h"
#include "json_values.h"
#include "result_read.h"

/* Runs of a size: what was timed in @from is looked for in @to. */
struct search {
	size_t run;
	const json_t *from, *to;
	const char *from_name, *to_name; /* "A", "B" */
	bool in_b;                       /* what is missing or wrong is so in B */
	struct comparisons *comparisons;
};

static bool is_timed(const json_t *json)
{
	const char *key;
	json_t *value;
	size_t index;

	if (json_is_array(json_object_get(json, "samples_ns")))
		return true;
	json_object_foreach ((json_t *)json, key, value)
		if (is_timed(value))
			return true;
	json_array_foreach (json, index, value)
		if (is_timed(value))
			return true;
	return false;
}

/* @failed: it's no matter of what was asked for */
static void tell(const struct search *search, const char *what, const char *why, bool failed)
{
	struct comparisons *comparisons = search->comparisons;

	command_warn("%s %s", what, why);
	json_array_append_new(comparisons->missing,
	                      json_pack("{s:o, s:s, s:s}", "run", mms_json_number(search->run),
	                                "what", what, "why", why));
	comparisons->failed |= failed && search->in_b;
}

static void check_row(const struct search *search, const json_t *row, json_int_t threads)
{
	const json_t *other = compared_counterpart(search->to, threads, row, compared_name(row));
	bool left_out = find_named(json_object_get(search->to, "left_out"), compared_name(row));
	bool wrong = json_is_false(json_object_get(other, "verified"));
	char what[96], why[64];

	if (!is_timed(row) || (is_timed(other) && !wrong))
		return;
	compared_label(row, threads, what, sizeof(what));
	if (wrong)
		snprintf(why, sizeof(why), "is wrong in %s", search->to_name);
	else if (left_out)
		snprintf(why, sizeof(why), "was left out of %s, where it failed", search->to_name);
	else
		snprintf(why, sizeof(why), "was timed in %s alone", search->from_name);
	tell(search, what, why, wrong || left_out);
}

static void check_rows(const struct search *search, const char *names)
{
	const json_t *rows, *row;
	json_int_t threads;
	size_t index;

	for (size_t i = 0; (rows = compared_rows(search->from, i, &threads)); i++)
		json_array_foreach (rows, index, row)
			if (is_named(names, compared_name(row)))
				check_row(search, row, threads);
}

void compare_missing(const json_t *a, const json_t *b, const char *names,
                     struct comparisons *comparisons)
{
	const json_t *in_a, *in_b;

	comparisons->missing = json_array();
	for (size_t i = 0; (in_a = mms_result_run(a, i)) && (in_b = mms_result_run(b, i)); i++) {
		const struct search forth = {i, in_a, in_b, "A", "B", true, comparisons};
		const struct search back = {i, in_b, in_a, "B", "A", false, comparisons};

		check_rows(&forth, names);
		check_rows(&back, names);
		if (json_is_false(json_object_get(in_b, "ok")))
			tell(&forth, "something", "is wrong in B, as it says itself", true);
	}
}
