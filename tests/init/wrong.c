// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Initializers that are wrong in one thing each, which has to be found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memmapsim/memmapsim.h>

#define M UINT64_C(0x100000)
#define G UINT64_C(0x40000000)

/* 8 MiB of devdax in compounds of 2 MiB at 4 GiB: device pages from the second on. */
#define START_PFN  UINT64_C(0x100000)
#define DEVICE_PFN (START_PFN + 512)
#define END_PFN    (START_PFN + 2048)

static const uint64_t dirty_seed = 7;

static int naive(const struct mms_job *job)
{
	return mms_initializer_at(0)->init(job);
}

static int nothing(const struct mms_job *job)
{
	(void)job;
	return 0;
}

/* The page keeps what it held before. */
static int forget_page(const struct mms_job *job, uint64_t pfn)
{
	struct mms_page *page = mms_job_page(job, pfn);
	struct mms_page before = *page;
	int err = naive(job);

	*page = before;
	return err;
}

static int forget_one_tail(const struct mms_job *job)
{
	return forget_page(job, DEVICE_PFN + 512 + 300);
}

static int forget_first_page(const struct mms_job *job)
{
	return forget_page(job, job->start_pfn);
}

static int forget_last_page(const struct mms_job *job)
{
	return forget_page(job, job->end_pfn - 1);
}

/* What a template that isn't patched per compound does: its first head for all. */
static int wrong_head(const struct mms_job *job)
{
	int err = naive(job);

	for (uint64_t pfn = job->start_pfn + 513; pfn < job->start_pfn + 1024; pfn++)
		mms_job_page(job, pfn)->compound_head =
			mms_job_page(job, job->start_pfn + 1)->compound_head;
	return err;
}

static int one_byte_wrong(const struct mms_job *job)
{
	int err = naive(job);

	((unsigned char *)mms_job_page(job, DEVICE_PFN + 700))[41] = 1;
	return err;
}

static int refcount_of_heads_wrong(const struct mms_job *job)
{
	int err = naive(job);

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += 512)
		mms_set_page_count(mms_job_page(job, pfn), 0);
	return err;
}

static int altmap_page_overwritten(const struct mms_job *job)
{
	memset(mms_job_page(job, job->start_pfn - 1), 0, 64);
	return naive(job);
}

static int reserve_page_overwritten(const struct mms_job *job)
{
	memset(mms_job_page(job, START_PFN + 1), 0, 64);
	return naive(job);
}

static struct mms_memmap *create(const char *kernel_name)
{
	struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 * M, 4 * G, 8 * M, 1, 0};
	const struct mms_memmap_options options = {.backing = MMS_BACKING_4K};
	const struct mms_kernel *kernel;
	struct mms_geometry geometry;
	struct mms_memmap *map;

	assert_int_equal(mms_kernel_find(kernel_name, &kernel), 0);
	assert_int_equal(mms_geometry_from_namespace(kernel, &ns, &geometry), 0);
	assert_int_equal(mms_memmap_create(&geometry, &options, &map), 0);
	return map;
}

static struct mms_report bind_and_verify(struct mms_memmap *map,
                                         int (*init)(const struct mms_job *))
{
	const struct mms_initializer initializer = {
		.name = "wrong", .cuttable = true, .init = init};
	struct mms_report report;

	mms_memmap_dirty(map, dirty_seed);
	assert_int_equal(mms_memmap_bind(map, &initializer, 0), 0);
	mms_verify_memmap(map, &dirty_seed, &report);
	return report;
}

static void test_wrong_pages_are_found(void **state)
{
	static const struct {
		const char *kernel;
		int (*init)(const struct mms_job *);
		uint64_t mismatches, first_pfn;
		uint64_t touched;
	} cases[] = {
		{"v7.2", naive, 0, 0, 0},
		{"v7.2", nothing, 1536, DEVICE_PFN, 0},
		{"v7.2", forget_one_tail, 1, DEVICE_PFN + 812, 0},
		{"v7.2", forget_first_page, 1, DEVICE_PFN, 0},
		{"v7.2", forget_last_page, 1, END_PFN - 1, 0},
		{"v6.18", wrong_head, 511, DEVICE_PFN + 513, 0},
		{"v7.2", wrong_head, 0, 0, 0}, /* the mask is the same for all */
		{"v7.2", one_byte_wrong, 1, DEVICE_PFN + 700, 0},
		{"v7.2", refcount_of_heads_wrong, 3, DEVICE_PFN, 0},
		{"v7.2", altmap_page_overwritten, 1, DEVICE_PFN - 1, 0},
		{"v7.2", reserve_page_overwritten, 0, 0, START_PFN + 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mms_memmap *map = create(cases[i].kernel);
		struct mms_report report = bind_and_verify(map, cases[i].init);

		if (report.mismatches != cases[i].mismatches ||
		    (report.mismatches && report.first_pfn != cases[i].first_pfn) ||
		    report.touched != (cases[i].touched != 0) ||
		    (report.touched && report.first_touched != cases[i].touched))
			fail_msg("case %zu: %d wrong from 0x%llx, %d touched from 0x%llx", i,
			         (int)report.mismatches, (unsigned long long)report.first_pfn,
			         (int)report.touched, (unsigned long long)report.first_touched);
		assert_int_equal(mms_report_ok(&report), !cases[i].mismatches && !cases[i].touched);
		assert_int_equal(report.pageblock_mismatches, 0);
		assert_int_equal(report.compared, 2046);
		assert_int_equal(report.never_written, 2);
		mms_memmap_destroy(map);
	}
}

static int unmark(const struct mms_job *job)
{
	int err = naive(job);

	mms_set_pageblock_migratetype(job->pageblocks, DEVICE_PFN + 512, MMS_MIGRATE_UNMOVABLE);
	return err;
}

static int mark_the_reserve(const struct mms_job *job)
{
	mms_set_pageblock_migratetype(job->pageblocks, START_PFN, MMS_MIGRATE_RECLAIMABLE);
	return naive(job);
}

static void test_wrong_pageblocks_are_found(void **state)
{
	struct mms_memmap *map = create("v6.18"); /* pages mark, nobody does it after them */
	struct mms_report report;

	(void)state;
	report = bind_and_verify(map, unmark);
	assert_false(mms_report_ok(&report));
	assert_int_equal(report.pageblocks, 4);
	assert_int_equal(report.pageblock_mismatches, 1);
	assert_int_equal(report.first_pageblock, DEVICE_PFN + 512);
	assert_int_equal(report.pageblock_expected, MMS_MIGRATE_MOVABLE);
	assert_int_equal(report.pageblock_found, MMS_MIGRATE_UNMOVABLE);
	assert_int_equal(report.mismatches, 0);

	report = bind_and_verify(map, mark_the_reserve);
	assert_int_equal(report.pageblock_mismatches, 1);
	assert_int_equal(report.first_pageblock, START_PFN);
	assert_int_equal(report.pageblock_expected, MMS_MIGRATE_UNMOVABLE);
	assert_int_equal(report.pageblock_found, MMS_MIGRATE_RECLAIMABLE);
	mms_memmap_destroy(map);
}

static int one_page_too_many(const struct mms_job *job)
{
	memset(mms_job_page(job, job->end_pfn), 0, 64);
	return naive(job);
}

static int one_page_too_early(const struct mms_job *job)
{
	memset(mms_job_page(job, job->start_pfn - 1), 0, 64);
	return naive(job);
}

/* A part whose neighbours are done already: what it does to them is found there. */
static void test_writing_into_a_neighbour_is_found(void **state)
{
	static const struct {
		int (*init)(const struct mms_job *);
		uint64_t victim;
	} cases[] = {
		{one_page_too_many, DEVICE_PFN + 1024},
		{one_page_too_early, DEVICE_PFN + 511},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct mms_initializer wrong = {
			.name = "wrong", .cuttable = true, .init = cases[i].init};
		struct mms_memmap *map = create("v7.2");
		struct mms_report report = bind_and_verify(map, naive);
		struct mms_job job;

		assert_true(mms_report_ok(&report));
		assert_int_equal(mms_job_create(map, 0, &job), 0);
		assert_int_equal(mms_job_cut(&job, DEVICE_PFN + 512, DEVICE_PFN + 1024, &job), 0);
		assert_int_equal(mms_init_range(&wrong, &job), 0);
		mms_verify_memmap(map, &dirty_seed, &report);
		assert_int_equal(report.mismatches, 1);
		assert_int_equal(report.first_pfn, cases[i].victim);
		mms_memmap_destroy(map);
	}
}

/* Beyond the whole array there is a guard or a canary, depending on the backing. */
static void test_writing_beyond_the_array_is_found(void **state)
{
	struct mms_memmap *map = create("v7.2");
	pid_t child = fork();
	int status;

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct mms_report report;

		signal(SIGSEGV, SIG_DFL);
		report = bind_and_verify(map, one_page_too_many);
		_exit(mms_report_ok(&report) ? 0 : 42);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true((WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV) ||
	            (WIFEXITED(status) && WEXITSTATUS(status) == 42));
	mms_memmap_destroy(map);
}

static int shared_tail_written(const struct mms_job *job)
{
	int err = naive(job);

	*mms_job_page(job, job->start_pfn + 300) = *mms_job_page(job, job->start_pfn + 108);
	return err;
}

static void test_writing_a_shared_tail_is_found(void **state)
{
	struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_MEM, 2 * M, 4 * G, 8 * M, 1, 0};
	struct mms_geometry geometry;
	struct mms_memmap *map;
	struct mms_report report;

	(void)state;
	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
	report = bind_and_verify(map, naive);
	assert_true(mms_report_ok(&report));
	assert_int_equal(report.compared, 4 * 128);
	report = bind_and_verify(map, shared_tail_written);
	assert_int_equal(report.mismatches, 0);
	assert_true(report.guards != 0);
	assert_false(mms_report_ok(&report));
	mms_memmap_destroy(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_pages_are_found),
		cmocka_unit_test(test_wrong_pageblocks_are_found),
		cmocka_unit_test(test_writing_into_a_neighbour_is_found),
		cmocka_unit_test(test_writing_beyond_the_array_is_found),
		cmocka_unit_test(test_writing_a_shared_tail_is_found),
	};

	return cmocka_run_group_tests_name("wrong initializers", tests, NULL, NULL);
}
