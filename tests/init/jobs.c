// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Jobs, how they may be cut, and who does them: gates, CPU features, whole ranges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <memmapsim/memmapsim.h>

#define M UINT64_C(0x100000)
#define G UINT64_C(0x40000000)

static const uint64_t dirty_seed = 42;

/* 6 MiB, a gap, 4 MiB; in compounds of @order. */
static struct mms_memmap *two_ranges(const char *kernel_name, unsigned int order)
{
	const struct mms_range ranges[] = {
		{4 * G + 8 * M, 4 * G + 16 * M - 1},
		{4 * G + 32 * M, 4 * G + 40 * M - 1},
	};
	const struct mms_memmap_options options = {.backing = MMS_BACKING_4K};
	const struct mms_kernel *kernel;
	struct mms_geometry geometry;
	struct mms_memmap *map;

	assert_int_equal(mms_kernel_find(kernel_name, &kernel), 0);
	assert_int_equal(mms_geometry_from_ranges(kernel, MMS_MEMORY_DEVICE_GENERIC, order, ranges,
	                                          2, 1, &geometry),
	                 0);
	assert_int_equal(mms_memmap_create(&geometry, &options, &map), 0);
	mms_memmap_dirty(map, dirty_seed);
	return map;
}

static bool is_right(const struct mms_memmap *map)
{
	struct mms_report report;

	mms_verify_memmap(map, &dirty_seed, &report);
	return mms_report_ok(&report);
}

static void test_a_job_is_a_range_of_the_pgmap(void **state)
{
	struct mms_memmap *map = two_ranges("v7.2", 9);
	struct mms_job job, before;

	(void)state;
	for (unsigned int range = 0; range < 2; range++) {
		assert_int_equal(mms_job_create(map, range, &job), 0);
		assert_ptr_equal(job.geometry, mms_memmap_geometry(map));
		assert_ptr_equal(job.pageblocks, mms_memmap_pageblocks(map));
		assert_true(job.vmemmap == mms_memmap_vmemmap(map));
		assert_int_equal(job.start_pfn, range ? 0x102000 : 0x100800);
		assert_int_equal(job.end_pfn, range ? 0x102800 : 0x101000);
		assert_int_equal(job.gates, 0);
		assert_ptr_equal(mms_job_page(&job, job.start_pfn),
		                 mms_memmap_page(map, job.start_pfn));
	}
	before = job;
	assert_int_equal(mms_job_create(map, 2, &job), -ERANGE);
	assert_memory_equal(&job, &before, sizeof(job));
	mms_memmap_destroy(map);
}

static void test_with_an_altmap_the_job_starts_after_it(void **state)
{
	struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 * M, 4 * G, 16 * M, 0, 0};
	struct mms_geometry geometry;
	struct mms_memmap *map;
	struct mms_job job;

	(void)state;
	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
	assert_int_equal(mms_job_create(map, 0, &job), 0);
	assert_int_equal(job.start_pfn, 0x100200);
	assert_int_equal(job.end_pfn, 0x101000);
	mms_memmap_destroy(map);
}

static void test_cut_at_borders_of_compounds_and_pageblocks(void **state)
{
	static const struct {
		unsigned int order;
		uint64_t start, end; /* from the job's start */
		bool allowed;
	} cuts[] = {
		{0, 0, 2048, true},    {0, 0, 512, true},      {0, 512, 1024, true},
		{0, 1536, 2048, true}, {0, 0, 0, false},       {0, 512, 512, false},
		{0, 1024, 512, false}, {0, 0, 1, false},       {0, 1, 2048, false},
		{0, 0, 256, false},    {0, 0, 2560, false},    {0, -UINT64_C(512), 512, false},
		{1, 0, 2, false},      {1, 0, 512, true},      {9, 512, 1024, true},
		{9, 512, 1280, false}, {10, 0, 512, false},    {10, 512, 1024, false},
		{10, 0, 1024, true},   {10, 1024, 2048, true}, {11, 0, 1024, false},
		{11, 0, 2048, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++) {
		struct mms_memmap *map = two_ranges("v7.2", cuts[i].order);
		struct mms_job job, part, before;
		int err;

		memset(&part, 0xa5, sizeof(part));
		before = part;
		assert_int_equal(mms_job_create(map, 0, &job), 0);
		job.gates = MMS_GATE_SANITIZER;
		err = mms_job_cut(&job, job.start_pfn + cuts[i].start, job.start_pfn + cuts[i].end,
		                  &part);
		if (err != (cuts[i].allowed ? 0 : -EINVAL))
			fail_msg("cut %zu: %d", i, err);
		if (cuts[i].allowed) {
			before = job;
			before.start_pfn = job.start_pfn + cuts[i].start;
			before.end_pfn = job.start_pfn + cuts[i].end;
		}
		assert_memory_equal(&part, &before, sizeof(part));
		mms_memmap_destroy(map);
	}
}

static void test_parts_can_be_cut_again(void **state)
{
	struct mms_memmap *map = two_ranges("v7.2", 9);
	struct mms_job job, part, smaller;

	(void)state;
	assert_int_equal(mms_job_create(map, 0, &job), 0);
	assert_int_equal(mms_job_cut(&job, 0x100a00, 0x100e00, &part), 0);
	assert_int_equal(mms_job_cut(&part, 0x100c00, 0x100e00, &smaller), 0);
	assert_int_equal(mms_job_cut(&part, 0x100800, 0x100e00, &smaller), -EINVAL);
	mms_memmap_destroy(map);
}

/* An initializer of one's own: counts its calls, and leaves the work to "naive". */
static unsigned int nr_calls;
static int to_return;

static int count_and_init(const struct mms_job *job)
{
	nr_calls++;
	return to_return ? to_return : mms_initializer_at(0)->init(job);
}

static const struct mms_initializer own_template = {
	.name = "own",
	.description = "of one's own",
	.cuttable = true,
	.init = count_and_init,
};

static int reset(void **state)
{
	(void)state;
	nr_calls = 0;
	to_return = 0;
	return 0;
}

static void test_one_s_own_is_treated_like_built_in_ones(void **state)
{
	struct mms_memmap *map = two_ranges("v7.2", 9);

	(void)state;
	assert_int_equal(mms_memmap_bind(map, &own_template, 0), 0);
	assert_int_equal(nr_calls, 2);
	assert_true(is_right(map));
	mms_memmap_destroy(map);
}

static const void *data_seen;

static int note_data(const struct mms_job *job)
{
	data_seen = job->data;
	return count_and_init(job);
}

static void test_data_of_an_initializer_are_in_its_job(void **state)
{
	struct mms_memmap *map = two_ranges("v7.2", 9);
	struct mms_initializer own = own_template;
	int data = 0;

	(void)state;
	own.init = note_data;
	own.data = &data;
	assert_int_equal(mms_memmap_bind(map, &own, 0), 0);
	assert_ptr_equal(data_seen, &data);
	/* What the gates put in its place has none. */
	data_seen = NULL;
	own.gates = MMS_GATE_SANITIZER;
	assert_int_equal(mms_memmap_bind(map, &own, MMS_GATE_SANITIZER), 0);
	assert_null(data_seen);
	mms_memmap_destroy(map);
}

static void test_one_that_marks_pageblocks_is_left_to_it(void **state)
{
	struct mms_memmap *map = two_ranges("v7.2", 9);
	struct mms_initializer own = own_template;

	(void)state;
	assert_int_equal(mms_memmap_bind(map, &own, 0), 0);
	assert_true(is_right(map));
	/* It says so, but doesn't. */
	own.marks_pageblocks = true;
	assert_int_equal(mms_memmap_bind(map, &own, 0), 0);
	assert_false(is_right(map));
	mms_memmap_destroy(map);
}

static void test_whole_ranges_only(void **state)
{
	struct mms_memmap *map = two_ranges("v7.2", 9);
	struct mms_initializer own = own_template;
	struct mms_job job, part;

	(void)state;
	own.cuttable = false;
	for (unsigned int range = 0; range < 2; range++) {
		assert_int_equal(mms_job_create(map, range, &job), 0);
		assert_int_equal(mms_job_cut(&job, job.start_pfn, job.end_pfn - 512, &part), 0);
		assert_int_equal(mms_init_range(&own, &part), -EINVAL);
		assert_int_equal(mms_job_cut(&job, job.start_pfn + 512, job.end_pfn, &part), 0);
		assert_int_equal(mms_init_range(&own, &part), -EINVAL);
	}
	assert_int_equal(nr_calls, 0);
	assert_non_null(strstr(mms_last_error(), "own"));
	assert_int_equal(mms_memmap_bind(map, &own, 0), 0);
	assert_int_equal(nr_calls, 2);
	mms_memmap_destroy(map);
}

static void test_missing_cpu_features_are_named(void **state)
{
	struct mms_memmap *map = two_ranges("v7.2", 9);
	struct mms_initializer own = own_template;
	const char *taken_away = getenv("MMS_CPU");
	char *before = strdup(taken_away ? taken_away : "");
	struct mms_job job;

	(void)state;
	own.cpu = MMS_CPU_SSE2 | 1u << 31;
	assert_int_equal(mms_job_create(map, 0, &job), 0);
	assert_int_equal(mms_init_range(&own, &job), -EOPNOTSUPP);
	assert_int_equal(mms_memmap_bind(map, &own, 0), -EOPNOTSUPP);
	assert_int_equal(nr_calls, 0);
	assert_string_equal(mms_last_error(),
	                    "own needs CPU feature 0x80000000, which isn't known here");

	/* MMS_CPU takes away what the CPU has. */
	own.cpu = MMS_CPU_SSE2;
	assert_int_equal(setenv("MMS_CPU", "-sse2", 1), 0);
	assert_int_equal(mms_init_range(&own, &job), -EOPNOTSUPP);
	assert_int_equal(setenv("MMS_CPU", before, 1), 0);
	free(before);
	assert_string_equal(mms_last_error(),
	                    "own needs sse2, which this CPU or its OS doesn't have");
	assert_int_equal(mms_init_range(&own, &job), 0);
	mms_memmap_destroy(map);
}

static void test_gates_make_templates_naive(void **state)
{
	static const unsigned int all[] = {MMS_GATE_PAGE_REF_SET, MMS_GATE_SANITIZER,
	                                   MMS_GATE_PAGE_REF_SET | MMS_GATE_SANITIZER};
	const struct mms_initializer *naive;

	(void)state;
	assert_int_equal(mms_initializer_find("naive", &naive), 0);
	for (size_t i = 0; i < mms_initializer_count(); i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);

		assert_ptr_equal(mms_initializer_effective(initializer, 0), initializer);
		for (size_t j = 0; j < 3; j++)
			assert_ptr_equal(mms_initializer_effective(initializer, all[j]), naive);
	}
	assert_ptr_equal(mms_initializer_effective(&own_template, all[2]), &own_template);
}

static void test_a_gated_initializer_is_not_run(void **state)
{
	struct mms_memmap *map = two_ranges("v7.2", 9);
	struct mms_initializer own = own_template;

	(void)state;
	own.gates = MMS_GATE_PAGE_REF_SET;
	own.cpu = 1u << 31; /* "naive" doesn't need it */
	assert_int_equal(mms_memmap_bind(map, &own, MMS_GATE_PAGE_REF_SET), 0);
	assert_int_equal(nr_calls, 0);
	assert_true(is_right(map));

	own.cpu = 0;
	assert_int_equal(mms_memmap_bind(map, &own, MMS_GATE_SANITIZER), 0);
	assert_int_equal(nr_calls, 2);
	mms_memmap_destroy(map);
}

static void test_a_failure_is_handed_on_and_marks_nothing(void **state)
{
	struct mms_memmap *map = two_ranges("v7.2", 9);

	(void)state;
	to_return = -EIO;
	assert_int_equal(mms_memmap_bind(map, &own_template, 0), -EIO);
	assert_int_equal(nr_calls, 1);
	assert_int_equal(mms_get_pageblock_migratetype(mms_memmap_pageblocks(map), 0x100800),
	                 MMS_MIGRATE_UNMOVABLE);
	mms_memmap_destroy(map);
}

static void test_registry(void **state)
{
	const struct mms_initializer *found = NULL;

	(void)state;
	assert_string_equal(mms_initializer_at(0)->name, "naive");
	for (size_t i = 0; i < mms_initializer_count(); i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);

		assert_int_equal(mms_initializer_find(initializer->name, &found), 0);
		assert_ptr_equal(found, initializer);
		assert_true(*initializer->description);
		assert_true(initializer->cuttable);
	}
	assert_null(mms_initializer_at(mms_initializer_count()));

	found = NULL;
	assert_int_equal(mms_initializer_find("templates", &found), -ENOENT);
	assert_null(found);
	assert_non_null(strstr(mms_last_error(), "did you mean \"template\"?"));
}

static void test_rebinds_find_what_the_last_one_left(void **state)
{
	struct mms_memmap *map = two_ranges("v6.12", 9);

	(void)state;
	for (size_t i = 0; i < mms_initializer_count(); i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);

		if (initializer->cpu & ~mms_cpu_features())
			continue;
		for (unsigned int rebind = 0; rebind < 2; rebind++) {
			assert_int_equal(mms_memmap_bind(map, initializer, 0), 0);
			assert_true(is_right(map));
		}
	}
	mms_memmap_destroy(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_job_is_a_range_of_the_pgmap),
		cmocka_unit_test(test_with_an_altmap_the_job_starts_after_it),
		cmocka_unit_test(test_cut_at_borders_of_compounds_and_pageblocks),
		cmocka_unit_test(test_parts_can_be_cut_again),
		cmocka_unit_test_setup(test_one_s_own_is_treated_like_built_in_ones, reset),
		cmocka_unit_test_setup(test_data_of_an_initializer_are_in_its_job, reset),
		cmocka_unit_test_setup(test_one_that_marks_pageblocks_is_left_to_it, reset),
		cmocka_unit_test_setup(test_whole_ranges_only, reset),
		cmocka_unit_test_setup(test_missing_cpu_features_are_named, reset),
		cmocka_unit_test(test_gates_make_templates_naive),
		cmocka_unit_test_setup(test_a_gated_initializer_is_not_run, reset),
		cmocka_unit_test_setup(test_a_failure_is_handed_on_and_marks_nothing, reset),
		cmocka_unit_test(test_registry),
		cmocka_unit_test(test_rebinds_find_what_the_last_one_left),
	};

	return cmocka_run_group_tests_name("jobs and initializers", tests, NULL, NULL);
}
