// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What samples themselves say against their figures, beside what the machine does. */
#include "derive.h"

#include <stdlib.h>

#include "row.h"
#include "template.h"

struct warning {
	const char *rows[MAX_ROW_PATHS];
	const char *text; /* a template, of a row */
};

/* Of samples: for results that don't say it themselves, as newer ones do. */
static const struct warning of_samples[] = {
	{{"results[]", "runs[].results[]"},
         "{rebind.drift.found|yes}rebinds of {name} drift as the run goes on: their median says when "
         "they were taken"},
	{{"results[]", "runs[].results[]"},
         "{rebind.modes.found|yes}rebinds of {name} fall into two heaps: their median is in one of "
         "them by chance"},
	{{NULL}, NULL},
};

static const struct warning of_core[] = {
	{{""},
         "{derived.core_shared|yes}something else used this core around {core.shared|percent} % of "
         "the timed runs, a program or a neighbor on its other hardware thread: what keeps the core "
         "busy, as naive does, then takes longer than what waits for memory, as streams do"},
	{{NULL}, NULL},
};

/* Where those are that were found before the run. */
static json_t *list_of(json_t *json)
{
	json_t *environment = json_object_get(json, "environment");

	return json_object_get(environment, "warnings");
}

static void add_each(json_t *json, const struct warning *warning)
{
	for (; warning->text; warning++) {
		struct rows rows = rows_find(json, warning->rows);

		for (size_t i = 0; i < rows.count; i++) {
			char *text = template_expand(warning->text, &rows.items[i]);

			if (text)
				json_array_append_new(list_of(json), json_string(text));
			free(text);
		}
		rows_free(&rows);
	}
}

void derive_warnings(json_t *json)
{
	const struct row whole = row_of(json);
	const json_t *own = row_at(&whole, "warnings");

	if (row_number(&whole, "core.shared") > 0.1)
		json_object_set_new(derived_of(json), "core_shared", json_true());
	add_each(json, of_core);
	if (own)
		json_array_extend(list_of(json), (json_t *)own);
	else
		add_each(json, of_samples);
}
