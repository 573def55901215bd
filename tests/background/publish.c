// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a background does to memory, instruction by instruction: a sync that has nothing to wait for
 * costs one load, and no chunk is published while stores to it are still on their way.
 */
#include "support.h"

#include <errno.h>
#include <semaphore.h>

#include "background/background.h"
#include "sanitizers.h"
#include "skip.h"

static struct mms_pool *pool;
static struct mms_geometry geometry;
static struct mms_memmap *map;

/* Four pageblocks; the policy to help makes a chunk of each. */
static int set_up(void **state)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_RAW,
		.align = 2 << 20,
		.start = UINT64_C(64) << 30,
		.size = 8 << 20,
	};
	const struct mms_kernel *kernel;

	(void)state;
	pool = make_pool(1);
	/* One whose pageblocks are the initializer's affair: setting them afterwards would drain.
	 */
	assert_int_equal(mms_kernel_find("v7.1", &kernel), 0);
	assert_int_equal(kernel->pageblock_policy, MMS_PAGEBLOCK_PER_PAGE);
	assert_int_equal(mms_geometry_from_namespace(kernel, &ns, &geometry), 0);
	map = make_memmap(&geometry);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mms_memmap_destroy(map);
	mms_pool_destroy(pool);
	return 0;
}

/* The only worker stays in the first chunk; the traced thread runs what is looked at. */
static sem_t worker_came, worker_goes;
static _Thread_local bool traced;
static const struct mms_initializer *looked_at;

static int init(const struct mms_job *job)
{
	if (!traced) {
		sem_post(&worker_came);
		sem_wait(&worker_goes);
	}
	return looked_at->init(job);
}

static const struct mms_initializer initializer = {
	.name = "looked at",
	.kernel_usable = true,
	.cuttable = true,
	.init = init,
};

static int sync_one(void *background)
{
	unsigned int done = 0;
	int err;

	traced = true;
	err = mms_background_sync(background, geometry.end_pfn - 1, geometry.end_pfn, &done);
	return err ? err : (int)done;
}

/* The tracer would take what the sanitizer does for the program's own. */
static void skip_under_thread_sanitizer(void)
{
	if (THREAD_SANITIZER)
		skip_because("ThreadSanitizer accesses memory, too");
}

static int trace(struct mms_background *background, const struct mms_watch *watch, size_t nr_watch,
                 struct mms_store_report *report)
{
	const struct mms_trace options = {.watch = watch, .nr_watch = nr_watch};

	return mms_trace_stores(sync_one, background, &options, report);
}

/* To be called when nothing is left running. */
static void assert_traced(int err)
{
	if (err == -EPERM)
		skip_because("%s", mms_last_error());
	if (err)
		fail_msg("%s", mms_last_error());
}

static void nothing_pending_costs_one_load(void **state)
{
	struct mms_background *background;
	struct mms_store_report report;
	struct mms_watch watch = {.kind = MMS_WATCH_ARRAY};
	int err;

	(void)state;
	skip_under_thread_sanitizer();
	for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
		background = start(pool, mms_initializer_at(0), map, wait);
		assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
		watch.start = (uintptr_t)background;
		watch.end = (uintptr_t)(background + 1);
		err = trace(background, &watch, 1, &report);
		mms_background_destroy(background);
		assert_traced(err);
		assert_int_equal(report.result, 0);
		assert_int_equal(report.bytes_read, sizeof(background->complete));
		assert_int_equal(report.bytes_written, 0);
		assert_int_equal(report.drains, 0);
	}
}

/* How a thread that initializes the last chunk itself leaves it. */
static struct mms_store_report trace_chunk(const struct mms_initializer *choice)
{
	struct mms_background *background;
	struct mms_store_report report;
	struct mms_watch watch[2] = {{.kind = MMS_WATCH_ARRAY}, {.kind = MMS_WATCH_PUBLISH}};
	int err;

	skip_under_thread_sanitizer();
	looked_at = choice;
	sem_init(&worker_came, 0, 0);
	sem_init(&worker_goes, 0, 0);
	background = start(pool, &initializer, map, MMS_WAIT_HELP);
	sem_wait(&worker_came);
	watch[0].start = (uintptr_t)mms_memmap_page(map, geometry.start_pfn);
	watch[0].end = watch[0].start + (geometry.end_pfn - geometry.start_pfn) * 64;
	watch[1].start = (uintptr_t)background;
	watch[1].end = (uintptr_t)(background->states + background->cut.nr_chunks);
	err = trace(background, watch, 2, &report);
	for (size_t i = 0; i < background->cut.nr_chunks; i++)
		sem_post(&worker_goes);
	assert_int_equal(mms_background_wait(background, MMS_FOREVER), 0);
	mms_background_destroy(background);
	assert_traced(err);
	assert_int_equal(report.result, MMS_SYNC_HELPED);
	assert_int_equal(report.lines_written, MMS_PAGEBLOCK_NR_PAGES);
	return report;
}

static void chunks_are_published_when_all_is_drained(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_initializer_count(); i++) {
		const struct mms_initializer *choice = mms_initializer_at(i);
		struct mms_store_report report;

		if (choice->cpu & ~mms_cpu_features())
			continue;
		report = trace_chunk(choice);
		if (report.findings)
			fail_msg("%s: %s is pending at %s", choice->name, report.first.store.text,
			         report.first.access.text);
	}
}

static int stream_without_drain(const struct mms_job *job)
{
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn++)
		__asm__ volatile("movnti %1, %0"
		                 : "=m"(mms_job_page(job, pfn)->flags)
		                 : "r"(UINT64_C(0)));
	return 0;
}

/* That the test before this one can fail. */
static void missing_drains_would_be_found(void **state)
{
	static const struct mms_initializer careless = {.init = stream_without_drain};
	struct mms_store_report report = trace_chunk(&careless);

	(void)state;
	assert_true(report.findings);
	assert_int_equal(report.first.undrained, MMS_UNDRAINED_PUBLISH);
	assert_int_equal(report.first.pending, MMS_PAGEBLOCK_NR_PAGES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_pending_costs_one_load),
		cmocka_unit_test(chunks_are_published_when_all_is_drained),
		cmocka_unit_test(missing_drains_would_be_found),
	};

	return cmocka_run_group_tests_name("background-publish", tests, set_up, tear_down);
}
