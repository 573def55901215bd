// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Initializers of normal memory under the store tracer: what they stream is drained before freeing
 * touches it, and one that forgets that is found although every byte is right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "sanitizers.h"
#include "skip.h"
#include "support.h"

/* The tracer would see what ThreadSanitizer itself does, which may well drain. */
#define TRACED !THREAD_SANITIZER

#define NR_PAGES MMS_MAX_ORDER_NR_PAGES

struct traced {
	struct zone_bench bench;
	const struct mms_initializer *initializer;
	struct mms_job job;
	bool free;
};

static void traced_init(struct traced *traced, const struct mms_kernel *kernel)
{
	static const struct mms_pfn_range memory = {0, NR_PAGES};
	static const struct mms_memblock memblock = {&memory, 1, NULL, 0};

	*traced = (struct traced){0};
	bench_init_memory(&traced->bench, kernel, &memblock);
	assert_true(bench_job(&traced->bench, 0, &traced->job));
	traced->job.end_pfn = NR_PAGES;
}

static int run(void *context)
{
	struct traced *traced = context;
	int err = mms_init_range(traced->initializer, &traced->job);

	if (!err && traced->free)
		mms_free_range(traced->bench.buddy, &traced->job);
	return err;
}

static void trace(struct traced *traced, const struct mms_initializer *initializer,
                  struct mms_store_report *report)
{
	struct mms_watch watch[2];
	const struct mms_trace options = {.watch = watch, .nr_watch = 2};
	int err;

	traced->initializer = initializer;
	mms_watch_memmap(traced->bench.map, watch);
	err = mms_trace_stores(run, traced, &options, report);
	if (err == -EPERM)
		skip_because("%s", mms_last_error());
	assert_int_equal(err, 0);
	assert_int_equal(report->result, 0);
}

static void test_all_that_is_streamed_is_drained(void **state)
{
	(void)state;
	if (!TRACED)
		skip_because("ThreadSanitizer's own instructions would be traced");
	for (size_t i = 0; i < mms_initializer_count(); i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);
		struct mms_store_report report;
		struct traced traced;

		if (!runs_here(initializer))
			continue;
		traced_init(&traced, mms_kernel_at(i % mms_kernel_count()));
		traced.free = true;
		trace(&traced, initializer, &report);
		if (report.findings)
			fail_msg("%s leaves stores undrained", initializer->name);
		bench_finish(&traced.bench);
	}
}

static int streams_without_drain(const struct mms_job *job)
{
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn++) {
		struct mms_page *page = mms_job_page(job, pfn);
		uint64_t list = (uint64_t)(uintptr_t)&page->lru;
		const uint64_t words[] = {UINT64_C(2) << 51 | UINT64_C(0x1fffff) << 30,
		                          list,
		                          list,
		                          0,
		                          0,
		                          0,
		                          UINT64_C(1) << 32 | UINT32_MAX,
		                          0};

		for (unsigned int i = 0; i < 8; i++)
			__asm__ volatile("movnti %1, %0"
			                 : "=m"(((uint64_t *)page)[i])
			                 : "r"(words[i])
			                 : "memory");
	}
	return 0;
}

static void test_a_drain_that_is_missing_is_found(void **state)
{
	static const struct mms_initializer wrong = {
		.name = "wrong", .cuttable = true, .init_normal = streams_without_drain};
	struct mms_store_report report;
	struct traced traced;

	(void)state;
	if (!TRACED)
		skip_because("ThreadSanitizer's own instructions would be traced");
	traced_init(&traced, mms_kernel_default());
	assert_int_equal(mms_init_range(&wrong, &traced.job), 0);
	bench_check_initialized(&traced.bench, "wrong");
	traced.free = true;
	trace(&traced, &wrong, &report);
	assert_true(report.findings > 0);
	/* The first to look are those who mark pageblocks. */
	assert_int_equal(report.first.undrained, MMS_UNDRAINED_PUBLISH);
	bench_finish(&traced.bench);
}

/* What init and free cost each page, told apart: the reason why streams can gain little here. */
static void test_traffic_of_init_and_free(void **state)
{
	const struct mms_initializer *movnti;
	struct mms_store_report init, both;
	struct traced traced;

	(void)state;
	if (!TRACED)
		skip_because("ThreadSanitizer's own instructions would be traced");
	assert_int_equal(mms_initializer_find("stream-movnti", &movnti), 0);
	traced_init(&traced, mms_kernel_default());
	trace(&traced, movnti, &init);
	traced.free = true;
	trace(&traced, movnti, &both);
	bench_finish(&traced.bench);

	assert_int_equal(init.bytes_written, 64 * NR_PAGES);
	assert_int_equal(init.bytes_nontemporal, 64 * NR_PAGES);
	assert_int_equal(init.bytes_read, 0);
	assert_int_equal(init.lines_rewritten, 0);
	/*
	 * Pass A reads and writes flags and writes the count, pass B reads and writes flags, of
	 * which a compiler may know that the upper half stays. So in any case all that is read is
	 * written, and the count beside; what there is of blocks comes to little.
	 */
	assert_in_range(both.bytes_read, 12 * NR_PAGES, 16 * NR_PAGES + 200);
	assert_in_range(both.bytes_written - init.bytes_written - both.bytes_read,
	                4 * NR_PAGES - 200, 4 * NR_PAGES + 200);
	assert_int_equal(both.lines_rewritten, NR_PAGES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_that_is_streamed_is_drained),
		cmocka_unit_test(test_a_drain_that_is_missing_is_found),
		cmocka_unit_test(test_traffic_of_init_and_free),
	};

	return cmocka_run_group_tests_name("drains in normal memory", tests, NULL, NULL);
}
