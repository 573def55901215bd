// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What can't be compared: rows that have times in one result alone, or initializers that are wrong.
 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "compare.h"
#include "compare_rows.h"
#include "json_values.h"
#include "result_input.h"
#include "result_read.h"
#include "result_rows.h"

/* Runs of a size: what was timed in @from is looked for in @to. */
struct search {
	const json_t *result; /* that has the runs */
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
	char where[48];

	result_run_words(search->result, search->run, where, sizeof(where));
	command_warn("%s%s %s", where, what, why);
	json_array_append_new(comparisons->missing,
	                      json_pack("{s:o, s:s, s:s}", "run", mms_json_number(search->run),
	                                "what", what, "why", why));
	comparisons->failed |= failed && search->in_b;
}

static void check_row(const struct search *search, const json_t *row, json_int_t threads)
{
	const json_t *other = compared_counterpart(search->to, threads, row, mms_row_name(row));
	bool left_out = find_named(json_object_get(search->to, "left_out"), mms_row_name(row));
	bool wrong = json_is_false(json_object_get(other, "verified"));
	char what[MMS_ROW_TEXT], why[64];

	if (!is_timed(row) || (is_timed(other) && !wrong))
		return;
	mms_row_label(row, threads, what);
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

	for (size_t i = 0; (rows = mms_result_rows(search->from, i, &threads)); i++)
		json_array_foreach (rows, index, row)
			if (is_named(names, mms_row_name(row)))
				check_row(search, row, threads);
}

void compare_missing(const json_t *a, const json_t *b, const char *names,
                     struct comparisons *comparisons)
{
	const json_t *in_a, *in_b;

	comparisons->missing = json_array();
	for (size_t i = 0; (in_a = mms_result_run(a, i)) && (in_b = mms_result_run(b, i)); i++) {
		const struct search forth = {a, i, in_a, in_b, "A", "B", true, comparisons};
		const struct search back = {b, i, in_b, in_a, "B", "A", false, comparisons};

		check_rows(&forth, names);
		check_rows(&back, names);
		if (json_is_false(json_object_get(in_b, "ok")))
			tell(&forth, "something", "is wrong in B, as it says itself", true);
	}
}

static void check_initializer(const struct search *search, const char *name)
{
	const json_t *rows, *row;
	char what[MMS_ROW_TEXT];
	json_int_t threads;
	size_t index;

	if (find_named(json_object_get(search->from, "left_out"), name))
		tell(search, name, "was left out, since it failed", true);
	for (size_t i = 0; (rows = mms_result_rows(search->from, i, &threads)); i++)
		json_array_foreach (rows, index, row) {
			if (!is_named(name, mms_row_name(row)) ||
			    !json_is_false(json_object_get(row, "verified")))
				continue;
			mms_row_label(row, threads, what);
			tell(search, what, "is wrong", true);
		}
}

void compare_untimed(const json_t *result, const char *a, const char *b,
                     struct comparisons *comparisons)
{
	const json_t *run;

	comparisons->missing = json_array();
	for (size_t i = 0; (run = mms_result_run(result, i)); i++) {
		const struct search first = {result, i, run, run, "A", "A", false, comparisons};
		const struct search second = {result, i, run, run, "A", "A", true, comparisons};

		check_initializer(&first, a);
		check_initializer(&second, b);
	}
}
