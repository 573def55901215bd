// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What to say of a plug-in that ended its process, and where it was by then. */
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "foreign_parts.h"

void foreign_describe_end(const struct child_report *report, unsigned int seconds, char *text,
                          size_t size)
{
	const char *name = sigabbrev_np(report->value);

	if (report->end == CHILD_TIMED_OUT)
		snprintf(text, size, "took longer than %u s", seconds);
	else if (report->end == CHILD_EXITED)
		snprintf(text, size, "ended its process, with status %d", report->value);
	else if (name)
		snprintf(text, size, "was killed by SIG%s", name);
	else
		snprintf(text, size, "was killed by signal %d", report->value);
}

__attribute__((format(printf, 2, 3))) static void add(struct foreign_failure *failure,
                                                      const char *format, ...)
{
	size_t length = strlen(failure->sentence);
	va_list args;

	va_start(args, format);
	vsnprintf(failure->sentence + length, sizeof(failure->sentence) - length, format, args);
	va_end(args);
}

/*
 * The pfn whose struct page the faulting access was for, if it was as near to them as the guards of
 * a memmap: within the pages of the largest compound.
 */
static bool faulting_pfn(const struct child_report *report, const struct foreign_turn *turn,
                         uint64_t *pfn)
{
	uint64_t margin = UINT64_C(1) << MMS_MAX_COMPOUND_ORDER;

	*pfn = (report->address - turn->vmemmap) >> MMS_STRUCT_PAGE_SHIFT;
	return report->end == CHILD_KILLED && report->address && *pfn + margin >= turn->start_pfn &&
	       *pfn < turn->end_pfn + margin;
}

static void add_fault(uint64_t pfn, const struct foreign_turn *turn,
                      struct foreign_failure *failure)
{
	uint64_t first = turn->start_pfn, last = turn->end_pfn - 1;

	failure->has_pfn = true;
	failure->pfn = pfn;
	add(failure, " at pfn %#" PRIx64, pfn);
	if (pfn > last)
		add(failure, ", %" PRIu64 " beyond the last of its job, %#" PRIx64, pfn - last,
		    last);
	else if (pfn < first)
		add(failure, ", %" PRIu64 " before the first of its job, %#" PRIx64, first - pfn,
		    first);
}

/* How far it had come. */
static void add_remains(const struct foreign_turn *turn, const struct foreign_remains *remains,
                        struct foreign_failure *failure)
{
	uint64_t first = turn->start_pfn, end = turn->end_pfn;

	failure->has_pfn = remains->known;
	failure->pfn = remains->right_to;
	if (!remains->known)
		add(failure, " in its job, pfns %#" PRIx64 " to %#" PRIx64, first, end - 1);
	else if (remains->right_to == end)
		add(failure, "; all pages of its job were right by then");
	else
		add(failure, "; pfn %#" PRIx64 ", number %" PRIu64 " of its job, was not right yet",
		    remains->right_to, remains->right_to - first + 1);
}

void foreign_describe(const struct child_report *report, const struct foreign_turn *turn,
                      const struct foreign_remains *remains, unsigned int seconds,
                      struct foreign_failure *failure)
{
	static const char *const stages[NR_STAGES] = {
		[STAGE_NONE] = "nobody knows when",
		[STAGE_LOAD] = "while it was loaded",
		[STAGE_SETUP] = "in its setup",
		[STAGE_INIT] = "after it had returned",
		[STAGE_TEARDOWN] = "in its teardown, or when it was unloaded",
	};
	enum foreign_stage stage = turn->stage < NR_STAGES ? turn->stage : STAGE_NONE;
	bool in_job = stage == STAGE_INIT && turn->watch.inside;
	uint64_t pfn;

	foreign_describe_end(report, seconds, failure->sentence, sizeof(failure->sentence));
	failure->signal = report->end == CHILD_KILLED ? report->value : 0;
	if (stage == STAGE_INIT && faulting_pfn(report, turn, &pfn))
		add_fault(pfn, turn, failure);
	else if (report->end == CHILD_KILLED && report->address)
		add(failure, " at address %#" PRIxPTR ", which is no struct page's",
		    report->address);
	if (!in_job)
		add(failure, ", %s", stages[stage]);
	else if (!failure->has_pfn)
		add_remains(turn, remains, failure);
}

/* What comes after @subject and a blank, if @sentence begins with those; NULL otherwise. */
static const char *after(const char *sentence, const char *subject)
{
	size_t length = strlen(subject);

	return strncmp(sentence, subject, length) == 0 && sentence[length] == ' '
	               ? sentence + length + 1
	               : NULL;
}

/* The library's last sentence without the subject that it begins with. */
const char *foreign_predicate(const char *path, const char *name)
{
	const char *sentence = mms_last_error(), *rest = after(sentence, name);

	if (!rest)
		rest = after(sentence, "the traced function");
	if (!rest && after(sentence, "plug-in"))
		rest = after(after(sentence, "plug-in"), path);
	return rest ? rest : sentence;
}

void foreign_failure_of_library(const struct mms_initializer *initializer,
                                struct foreign_failure *failure)
{
	add(failure, "%s", foreign_predicate(foreign_path(initializer), initializer->name));
}

json_t *foreign_failure_json(const struct foreign_failure *failure)
{
	const char *name = failure->signal ? sigabbrev_np(failure->signal) : NULL;
	char text[24];

	if (!*failure->sentence)
		return json_null();
	snprintf(text, sizeof(text), "SIG%s", name ? name : "");
	return json_pack("{s:s, s:s?, s:o}", "reason", failure->sentence, "signal",
	                 name ? text : NULL, "pfn",
	                 failure->has_pfn ? json_integer((json_int_t)failure->pfn) : json_null());
}
