// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <inttypes.h>
#include <sys/mman.h>

#include "check_stores.h"
#include "child.h"
#include "command.h"
#include "init/init.h"
#include "show_page.h"

struct traced_bind {
	const struct mms_memmap *map;
	const struct mms_initializer *initializer;
	struct stores_check *check;
	unsigned int nr_jobs;
	struct mms_job jobs[MMS_MAX_RANGES];
};

static int run(void *context)
{
	const struct traced_bind *bind = context;
	int error = 0;

	for (unsigned int i = 0; !error && i < bind->nr_jobs; i++)
		error = mms_init_range(bind->initializer, &bind->jobs[i]);
	return error;
}

static void note_finding(void *context, const struct mms_store_finding *finding)
{
	const struct traced_bind *bind = context;
	enum mms_drain drain = mms_missing_drain(mms_memmap_geometry(bind->map),
	                                         mms_memmap_vmemmap(bind->map), finding);
	struct missing_drain *missing = &bind->check->drains[drain];

	if (missing->times++ == 0)
		missing->first = *finding;
}

static int trace(struct mms_memmap *map, struct traced_bind *bind,
                 const struct stores_options *options)
{
	struct mms_watch watch[2];
	const struct mms_trace trace = {
		.watch = watch,
		.nr_watch = 2,
		.seconds = options->trace_seconds,
		.finding = note_finding,
		.finding_context = bind,
	};
	int error = 0;

	mms_watch_memmap(map, watch);
	bind->nr_jobs = mms_memmap_geometry(map)->pgmap.nr_range;
	for (unsigned int i = 0; !error && i < bind->nr_jobs; i++) {
		error = mms_job_create(map, i, &bind->jobs[i]);
		bind->jobs[i].gates = options->gates;
	}
	if (!error)
		error = mms_trace_stores(run, bind, &trace, &bind->check->report);
	return error;
}

/* An initializer that crashes, ends or never ends has failed; all else is about the tracer. */
static enum status trace_status(int error)
{
	switch (-error) {
	case EFAULT:
	case ECHILD:
	case ETIMEDOUT:
		return STATUS_FAILED;
	default:
		return command_status(error);
	}
}

/*
 * Trace @initializer, which is check->initializer or, in a child, that without the watch on it,
 * whose own instructions are none of the initializer's.
 */
static int run_traced(struct mms_memmap *map, const struct mms_initializer *initializer,
                      const struct stores_options *options, struct stores_check *check)
{
	struct traced_bind bind = {.map = map, .initializer = initializer, .check = check};
	/* Once as it is: what is done only the first time, like linking calls, is no part of it. */
	int error = mms_memmap_bind(map, check->initializer, options->gates);

	if (error)
		return error;
	mms_memmap_dirty(map, options->seed);
	mms_memmap_reset_pageblocks(map);
	mms_init_altmap(map);
	return trace(map, &bind, options);
}

/* The check of a plug-in, in memory that a child shares. */
struct foreign_stores {
	struct mms_memmap *map;
	const struct stores_options *options;
	struct stores_check check;
};

static int run_in_child(void *context)
{
	struct foreign_stores *foreign = context;
	/* Of one's own, while code runs that may write to all that is shared. */
	struct foreign_stores own = *foreign;
	struct stores_check *check = &own.check;
	int error = run_traced(own.map, foreign_itself(check->initializer), own.options, check);

	if (error && trace_status(error) != STATUS_FAILED &&
	    command_status(error) == STATUS_RESOURCE)
		return command_fail_library(error);
	if (error)
		foreign_failure_of_library(check->initializer, &check->failure);
	*foreign = own;
	return STATUS_OK;
}

/* The child has a copy of the memmap, at the same addresses. */
static int check_foreign(struct mms_memmap *map, const struct stores_options *options,
                         struct stores_check *check)
{
	const struct initializer_list list = {.count = 1, .items = {check->initializer}};
	struct foreign_stores *shared = child_share(sizeof(*shared));
	const struct foreign_jobs jobs = {mms_memmap_geometry(map), 1, options->seconds};
	const struct mms_initializer *culprit;
	struct foreign_failure failure;
	int status;

	if (!shared)
		return command_fail(STATUS_RESOURCE, "no memory to share with a child process");
	*shared = (struct foreign_stores){map, options, *check};
	status = foreign_run(&list, &jobs, run_in_child, shared, &failure, &culprit);
	if (culprit) {
		check->failure = failure;
	} else if (status == STATUS_OK) {
		*check = shared->check;
		check->initializer = list.items[0];
		check->ran = list.items[0];
	}
	munmap(shared, sizeof(*shared));
	if (check->report.result && !*check->failure.sentence)
		snprintf(check->failure.sentence, sizeof(check->failure.sentence),
		         "returned %d when it was traced", check->report.result);
	return culprit ? STATUS_OK : status;
}

int check_stores(struct mms_memmap *map, const struct mms_initializer *initializer,
                 const struct stores_options *options, struct stores_check *check)
{
	const struct mms_initializer *effective =
		mms_initializer_effective(initializer, options->gates);
	unsigned int missing = mms_initializer_missing_cpu(effective);
	int error;

	*check = (struct stores_check){
		.initializer = initializer,
		.ran = missing ? NULL : effective,
		.missing = missing,
	};
	if (missing)
		return STATUS_OK;
	if (foreign_path(effective))
		return check_foreign(map, options, check);
	error = run_traced(map, initializer, options, check);
	if (error)
		return command_fail(trace_status(error), "initializer %s: %s", initializer->name,
		                    mms_last_error());
	if (check->report.result)
		return command_fail(STATUS_FAILED, "initializer %s returned %d when it was traced",
		                    initializer->name, check->report.result);
	return STATUS_OK;
}

bool stores_check_ok(const struct stores_check *check)
{
	return check->report.findings == 0 && !*check->failure.sentence;
}

static uint64_t line_pfn(const struct mms_memmap *map, const struct mms_store_finding *finding)
{
	return (finding->line - mms_memmap_vmemmap(map)) >> MMS_STRUCT_PAGE_SHIFT;
}

/* What the finding was about, as a clause with what was done to the line. */
static const char *deed(const struct mms_store_finding *finding)
{
	switch (finding->undrained) {
	case MMS_UNDRAINED_READ:
		return "read again by";
	case MMS_UNDRAINED_WRITE:
		return "written again by";
	case MMS_UNDRAINED_PUBLISH:
		return "pending when pageblocks are reached by";
	default:
		return "pending on return";
	}
}

static void show_missing_drain(FILE *stream, const struct mms_memmap *map, enum mms_drain drain,
                               const struct missing_drain *missing)
{
	const struct mms_store_finding *finding = &missing->first;
	uint64_t pfn = line_pfn(map, finding);
	char kind[96], times[48] = "once,";

	page_kind_text(mms_memmap_geometry(map), pfn, kind, sizeof(kind));
	if (missing->times > 1)
		snprintf(times, sizeof(times), "%" PRIu64 " times, first", missing->times);
	fprintf(stream,
	        "    no drain %s, found %s at pfn %#" PRIx64 " (%s):\n"
	        "      streamed by %s\n"
	        "      %s%s%s\n",
	        mms_drain_name(drain), times, pfn, kind, finding->store.text, deed(finding),
	        *finding->access.text ? " " : "", finding->access.text);
	if (finding->pending > 1)
		fprintf(stream, "      among %" PRIu64 " pages that were pending\n",
		        finding->pending);
}

void show_missing_drains(FILE *stream, const struct mms_memmap *map,
                         const struct stores_check *check)
{
	for (int i = 0; i < MMS_NR_DRAINS; i++)
		if (check->drains[i].times)
			show_missing_drain(stream, map, (enum mms_drain)i, &check->drains[i]);
}

static json_t *missing_drains_json(const struct mms_memmap *map, const struct stores_check *check)
{
	json_t *list = json_array();

	for (int i = 0; i < MMS_NR_DRAINS; i++) {
		const struct mms_store_finding *finding = &check->drains[i].first;

		if (check->drains[i].times)
			json_array_append_new(
				list, json_pack("{s:s, s:I, s:I, s:s, s:s, s:I}", "drain",
			                        mms_drain_name((enum mms_drain)i), "times",
			                        (json_int_t)check->drains[i].times, "first_pfn",
			                        (json_int_t)line_pfn(map, finding), "store",
			                        finding->store.text, "access", finding->access.text,
			                        "pending_lines", (json_int_t)finding->pending));
	}
	return list;
}

json_t *stores_check_json(const struct mms_memmap *map, const struct stores_check *check)
{
	const struct mms_store_report *report = &check->report;

	return json_pack(
		"{s:s, s:s?, s:s?, s:s?, s:b, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"name", check->initializer->name, "plugin", foreign_path(check->initializer), "ran",
		check->ran ? check->ran->name : NULL, "missing_cpu_feature",
		mms_cpu_feature_name(check->missing), "drained",
		check->ran && stores_check_ok(check), "failure",
		foreign_failure_json(&check->failure), "missing_drains",
		missing_drains_json(map, check), "instructions", (json_int_t)report->instructions,
		"drains", (json_int_t)report->drains, "stores", (json_int_t)report->stores,
		"bytes_written", (json_int_t)report->bytes_written, "bytes_nontemporal",
		(json_int_t)report->bytes_nontemporal, "bytes_read", (json_int_t)report->bytes_read,
		"lines_written", (json_int_t)report->lines_written, "lines_rewritten",
		(json_int_t)report->lines_rewritten);
}
