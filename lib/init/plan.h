/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What to write, apart from how: a plan turns a job into runs. A run is a few pages that differ,
 * then many that are alike, maybe but for a list head that points to itself. Every struct page of
 * the job is in exactly one run, once and as a whole, so that a store never has to go back to a
 * line it wrote.
 */
#ifndef LIB_INIT_PLAN_H
#define LIB_INIT_PLAN_H

#include <memmapsim/init.h>

/* Pages of a compound before the ones that are alike: head, tail 1 (metadata), tail 2 (a list). */
#define MMS_MAX_PREFIX 3

struct mms_run {
	struct mms_page *to;
	const struct mms_page *prefix; /* nr_prefix pages to be copied to @to … */
	unsigned int nr_prefix;
	const struct mms_page *image; /* … and this one after them, count times */
	uint64_t count;
	/* The image's lru is the first page's own; each page after it has its own, too. */
	bool own_list;
};

struct mms_plan {
	const struct mms_job *job;
	uint64_t pfn; /* where the next run starts */
	unsigned int nr_prefix;
	unsigned int turn;
	/*
	 * The prefix and the page that is repeated, for the run that was handed out last and for
	 * the next one: what depends on the compound is filled in a run ahead, when no store is
	 * waited for.
	 */
	struct mms_page images[2][MMS_MAX_PREFIX + 1];
};

/* Start with the first run of @job, which must outlive the plan. Writes to no page of it. */
void mms_plan_begin(struct mms_plan *plan, const struct mms_job *job);

/* The next run, valid until the call after the next. @return false when there is none left */
bool mms_plan_next(struct mms_plan *plan, struct mms_run *run);

/*
 * Once all runs are written and drained: mark pageblocks where the kernel description says that
 * pages do it as they are initialized.
 */
void mms_plan_end(const struct mms_plan *plan);

/*
 * The one run of a job of free pages in normal memory.
 * @image: for the run to point to. Writes to no page of the job
 */
void mms_plan_free_pages(const struct mms_job *job, struct mms_page *image, struct mms_run *run);

#endif
