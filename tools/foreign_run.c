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
	turn->who = foreign->number;
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
	const struct foreign_jobs *jobs;
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
 * Hold pages [pfn, end), in a child's memory, against the oracle, up to the first that isn't right.
 * Shared tails, which have no pages of their own here, are left out.
 */
static void look_at_pages(pid_t pid, const struct mms_oracle *oracle, uint64_t pfn, uint64_t end,
                          struct foreign_remains *remains)
{
	static struct mms_page pages[4096];
	const uint64_t chunk = sizeof(pages) / sizeof(*pages);
	const struct mms_geometry *geometry = oracle->geometry;
	uint64_t compound = mms_pgmap_vmemmap_nr(&geometry->pgmap);

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

/* Which of ours the child's is a copy of; NULL: none. */
static const struct mms_geometry *find_geometry(const struct foreign_jobs *jobs,
                                                const struct mms_geometry *theirs)
{
	for (size_t i = 0; i < jobs->nr_geometries; i++) {
		const struct mms_geometry *ours = &jobs->geometries[i];

		if (ours->pgmap.nr_range == theirs->pgmap.nr_range &&
		    memcmp(ours->pgmap.ranges, theirs->pgmap.ranges,
		           ours->pgmap.nr_range * sizeof(*ours->pgmap.ranges)) == 0)
			return ours;
	}
	return NULL;
}

static bool has_pfns(const struct mms_geometry *geometry, uint64_t start, uint64_t end)
{
	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range range = mms_geometry_range_pfns(geometry, i);

		if (range.start <= start && start < end && end <= range.end)
			return true;
	}
	return false;
}

/* The child, which is not trusted, may still be running. */
static void inspect(void *context, pid_t pid)
{
	struct run *run = context;
	uint64_t start = turn->start_pfn, end = turn->end_pfn;
	uintptr_t address = turn->geometry;
	struct mms_geometry theirs;
	struct mms_oracle oracle = {
		.vmemmap = turn->vmemmap,
		.pgmap = address + offsetof(struct mms_geometry, pgmap),
	};

	if (turn->stage != STAGE_INIT || !turn->watch.inside ||
	    !child_read(pid, address, &theirs, sizeof(theirs)))
		return;
	oracle.geometry = find_geometry(run->jobs, &theirs);
	if (oracle.geometry && has_pfns(oracle.geometry, start, end))
		look_at_pages(pid, &oracle, start, end, &run->remains);
}

/* The one of the list whose turn the child says it was; NULL: none. */
static const struct foreign *find_who(const struct initializer_list *list)
{
	const struct foreign *who = foreign_numbered(turn->who);

	for (size_t i = 0; who && i < list->count; i++)
		if (list->items[i] == &who->initializer)
			return who;
	return NULL;
}

int foreign_run(const struct initializer_list *list, const struct foreign_jobs *jobs,
                int (*body)(void *context), void *context, struct foreign_failure *failure,
                const struct mms_initializer **culprit)
{
	struct run run = {.list = list, .jobs = jobs, .body = body, .context = context};
	struct child child = {
		.run = be_child, .context = &run, .seconds = jobs->seconds, .inspect = inspect};
	struct child_report report;
	const struct foreign *who;
	int status;

	*culprit = NULL;
	memset(failure, 0, sizeof(*failure));
	if (!foreign_turn_begin())
		return STATUS_RESOURCE;
	child.watch = &turn->watch;
	child.watch_size = sizeof(*turn);
	status = child_run(&child, &report);
	if (status)
		return status;
	if (report.end == CHILD_RETURNED && !turn->error)
		return report.value;
	who = find_who(list);
	if (!who) {
		foreign_describe_end(&report, jobs->seconds, failure->sentence,
		                     sizeof(failure->sentence));
		return command_fail(STATUS_FAILED, "a child process of memmapsim %s",
		                    failure->sentence);
	}
	*culprit = &who->initializer;
	if (turn->error)
		snprintf(failure->sentence, sizeof(failure->sentence), "%.*s",
		         (int)sizeof(turn->sentence), turn->sentence);
	else
		foreign_describe(&report, turn, &run.remains, jobs->seconds, failure);
	return STATUS_FAILED;
}
