// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "failure.h"

#include <stdio.h>
#include <string.h>

#include "json_values.h"

void mms_failure_describe(const struct mms_failure *failure, const char *who, char *text,
                          size_t size)
{
	char what[192];

	if (failure->error)
		snprintf(what, sizeof(what), "it returned %d (%s)", failure->error,
		         strerror(-failure->error));
	else
		mms_report_describe(&failure->report, what, sizeof(what));
	snprintf(text, size, "initializer %s failed in %s %u: %s%s", who, failure->stage,
	         failure->turn, failure->fault ? "what a fault found: " : "", what);
}

json_t *mms_failure_json(const struct mms_failure *failure, const char *sentence)
{
	json_t *json = json_pack("{s:s, s:i, s:s}", "stage", failure->stage, "turn",
	                         (int)failure->turn, "sentence", sentence);

	mms_json_add_mismatch(json, &failure->report);
	return json;
}
