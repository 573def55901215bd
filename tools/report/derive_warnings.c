// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What samples themselves say against their figures, beside what the machine does. */
#include "derive.h"

#include <stdlib.h>

#include "result_input.h"
#include "result_read.h"
#include "result_warnings.h"
#include "row.h"
#include "template.h"

/* Add to those that were found before the run. */
static void add(json_t *json, const char *where, const char *text)
{
	json_t *environment = json_object_get(json, "environment");

	json_array_append_new(json_object_get(environment, "warnings"),
	                      json_sprintf("%s%s", where, text));
}

static void add_of_core(json_t *json, const char *where, const json_t *run)
{
	const struct row row = row_of(run);
	char *text;

	if (!(row_number(&row, "core.shared") > 0.1))
		return;
	text = template_expand(
		"something else used this core around {core.shared|percent} % of the timed runs, a "
		"program or a neighbor on its other hardware thread: what keeps the core busy, as "
		"naive does, then takes longer than what waits for memory, as streams do",
		&row);
	add(json, where, text);
	free(text);
}

void derive_warnings(json_t *json)
{
	const json_t *run, *warning;
	json_t *warnings;
	char where[48];
	size_t index;

	for (size_t i = 0; (run = mms_result_run(json, i)); i++) {
		result_run_words(json, i, where, sizeof(where));
		add_of_core(json, where, run);
		warnings = mms_result_warnings(run);
		json_array_foreach (warnings, index, warning)
			add(json, where, json_string_value(warning));
		json_decref(warnings);
	}
}
