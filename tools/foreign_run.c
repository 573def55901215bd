// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Running plug-ins in a child, which says whose turn it is, and what of its memory is right. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "foreign_parts.h"

static struct foreign_turn *turn;

struct foreign_turn *foreign_turn_begin(void)
{
	if (!turn)
		turn = child_share(sizeof(*turn));
	if (turn)
		memset(turn, 0, sizeof(*turn));
	else
		command_fail(STATUS_RESOURCE, "no memory to share with a child process");
	return turn;
}

void foreign_enter(const struct foreign *foreign, enum foreign_stage stage)
{
	turn->stage = stage;
	turn->who = foreign;
	child_enter(&turn->watch);
}

void foreign_leave(void)
{
	child_leave(&turn->watch);
}

int foreign_fail(int error, const char *sentence)
{
	snprintf(turn->sentence, sizeof(turn->sentence), "%s", sentence);
	turn->error = error;
	return STATUS_FAILED;
}

int foreign_init(const struct mms_job *job)
{
	const struct foreign *foreign = job->data;
	struct mms_job own = *job;
	int error;

	if (!foreign->real)
		return mms_fail(EOPNOTSUPP, "%s of %s is only run by a child process",
		                foreign->name, foreign->path);
	own.data = foreign->real->data;
	turn->geometry = (uintptr_t)job->geometry;
	turn->vmemmap = job->vmemmap;
	turn->start_pfn = job->start_pfn;
	turn->end_pfn = job->end_pfn;
	foreign_enter(foreign, STAGE_INIT);
	error = foreign->real->init(&own);
	foreign_leave();
	return error;
}

const struct mms_initializer *foreign_itself(const struct mms_initializer *initializer)
{
	const struct foreign *foreign = foreign_find(initializer);

	return foreign ? foreign->real : initializer;
}

struct run {
	const struct initializer_list *list;
	int (*body)(void *context);
	void *context;
	struct foreign_remains remains;
};

static int load(struct foreign *foreign)
{
	const char *path = foreign->path, *name = foreign->name;
	int error;

	foreign_enter(foreign, STAGE_LOAD);
	error = mms_plugin_open(path, &foreign->file);
	foreign_leave();
	if (error)
		return foreign_fail(error, foreign_predicate(path, name));
	foreign->real = mms_plugin_at(foreign->file, foreign->index);
	if (!foreign->real || strcmp(foreign->real->name, name) != 0)
		return foreign_fail(-ESTALE, "is no longer there; its file was replaced");
	foreign_enter(foreign, STAGE_SETUP);
	error = mms_plugin_setup(foreign->file, foreign->index);
	foreign_leave();
	return error ? foreign_fail(error, foreign_predicate(path, name)) : STATUS_OK;
}

static int be_child(void *context)
{
	struct run *run = context;
	int status = STATUS_OK;

	for (size_t i = 0; i < run->list->count && status == STATUS_OK; i++) {
		struct foreign *foreign = foreign_find(run->list->items[i]);

		if (foreign)
			status = load(foreign);
	}
	if (status == STATUS_OK)
		status = run->body(run->context);
	for (size_t i = 0; i < run->list->count; i++) {
		struct foreign *foreign = foreign_find(run->list->items[i]);

		if (!foreign || !foreign->file || turn->error)
			continue;
		foreign_enter(foreign, STAGE_TEARDOWN);
		mms_plugin_close(foreign->file);
		foreign_leave();
	}
	return status;
}

/*
 * Hold the pages of the job, in a child's memory, against the oracle, up to the first that isn't
 * right. Shared tails, which have no pages of their own here, are left out.
 */
static void look_at_pages(pid_t pid, const struct mms_oracle *oracle,
                          struct foreign_remains *remains)
{
	static struct mms_page pages[4096];
	const uint64_t chunk = sizeof(pages) / sizeof(*pages);
	const struct mms_geometry *geometry = oracle->geometry;
	uint64_t compound = mms_pgmap_vmemmap_nr(&geometry->pgmap);
	uint64_t pfn = turn->start_pfn, end = turn->end_pfn;

	while (pfn < end) {
		uint64_t address = oracle->vmemmap + (pfn << MMS_STRUCT_PAGE_SHIFT);
		uint64_t count = 0;
		struct mms_report report;

		while (count < chunk && pfn + count < end &&
		       mms_geometry_backing_pfn(geometry, pfn + count) == pfn + count)
			count++;
		if (!count) {
			pfn = (pfn | (compound - 1)) + 1;
			continue;
		}
		remains->known = child_read(pid, address, pages, count * sizeof(*pages));
		if (!remains->known)
			return;
		mms_verify_image(oracle, pages, pfn, count, &report);
		pfn = report.mismatches ? report.first_pfn : pfn + count;
		remains->right_to = pfn;
		if (report.mismatches)
			return;
	}
}

static void inspect(void *context, pid_t pid)
{
	struct run *run = context;
	struct mms_geometry geometry;
	const struct mms_oracle oracle = {
		.geometry = &geometry,
		.vmemmap = turn->vmemmap,
		.pgmap = turn->geometry + offsetof(struct mms_geometry, pgmap),
	};

	/* Kernel descriptions are older than the child, so that its pointer is ours, too. */
	if (turn->stage == STAGE_INIT && turn->watch.inside &&
	    child_read(pid, turn->geometry, &geometry, sizeof(geometry)))
		look_at_pages(pid, &oracle, &run->remains);
}

int foreign_run(const struct initializer_list *list, unsigned int seconds,
                int (*body)(void *context), void *context, struct foreign_failure *failure,
                const struct mms_initializer **culprit)
{
	struct run run = {.list = list, .body = body, .context = context};
	struct child child = {
		.run = be_child, .context = &run, .seconds = seconds, .inspect = inspect};
	struct child_report report;
	const struct foreign *who;
	int status;

	*culprit = NULL;
	memset(failure, 0, sizeof(*failure));
	if (!foreign_turn_begin())
		return STATUS_RESOURCE;
	child.watch = &turn->watch;
	status = child_run(&child, &report);
	if (status)
		return status;
	if (report.end == CHILD_RETURNED && !turn->error)
		return report.value;
	who = turn->who;
	if (!who) {
		foreign_describe_end(&report, seconds, failure->sentence,
		                     sizeof(failure->sentence));
		return command_fail(STATUS_FAILED, "a child process of memmapsim %s",
		                    failure->sentence);
	}
	*culprit = &who->initializer;
	if (turn->error)
		snprintf(failure->sentence, sizeof(failure->sentence), "%s", turn->sentence);
	else
		foreign_describe(&report, turn, &run.remains, seconds, failure);
	return STATUS_FAILED;
}
