// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Every initializer on random zones of every kernel, freed in every way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "support.h"

/* Chunks as kernels have them, other ones, and all at once. */
static uint64_t random_chunk(struct random_source *random)
{
	static const uint64_t usual[] = {MMS_MAX_ORDER_NR_PAGES, 0, MMS_PAGES_PER_SECTION};

	return random_one_in(random, 4) ? (1 + random_below(random, 40)) * MMS_MAX_ORDER_NR_PAGES
	                                : usual[random_below(random, 3)];
}

static void init_and_free_apart(struct zone_bench *bench, const struct mms_initializer *initializer)
{
	struct mms_job job;

	bench_boot(bench);
	for (unsigned int i = 0; bench_job(bench, i, &job); i++)
		assert_int_equal(mms_init_range(initializer, &job), 0);
	bench_check_initialized(bench, initializer->name);
	for (unsigned int i = 0; bench_job(bench, i, &job); i++)
		mms_free_range(bench->buddy, &job);
	bench_check_freed(bench, initializer->name);
}

static void init_and_free_in_chunks(struct zone_bench *bench,
                                    const struct mms_initializer *initializer)
{
	const struct mms_deferred_options options = {.chunk_pages = random_chunk(&bench->random)};
	struct mms_job job;

	bench_boot(bench);
	for (unsigned int i = 0; bench_job(bench, i, &job); i++)
		assert_int_equal(mms_deferred_init(bench->buddy, initializer, &job, &options, NULL),
		                 0);
	bench_check_freed(bench, initializer->name);
}

static void init_and_free(struct zone_bench *bench)
{
	for (size_t i = 0; i < mms_initializer_count(); i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);

		if (!runs_here(initializer))
			continue;
		init_and_free_apart(bench, initializer);
		init_and_free_in_chunks(bench, initializer);
	}
}

static void test_random_zones(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 60; seed++) {
		struct zone_bench bench;

		bench_init(&bench, seed, mms_kernel_at(seed % mms_kernel_count()));
		init_and_free(&bench);
		bench_finish(&bench);
	}
}

/* Rules drawn anew have to go through the instances that serve any description. */
static void test_descriptions_of_one_s_own(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 20; seed++) {
		struct random_source random = random_source(seed);
		struct mms_kernel own = *mms_kernel_at(seed % mms_kernel_count());
		struct zone_bench bench;

		own.name = "of one's own";
		own.deferred_order = random_one_in(&random, 2) ? 9 : 10;
		own.pg_reserved = (uint8_t)random_below(&random, own.nr_pageflags);
		own.buddy_type = (uint32_t)random_u64(&random) & 0x7fffffff;
		own.buddy_mask = UINT32_MAX;
		own.buddy_bit = false;
		own.reserved_movable = random_one_in(&random, 2);
		bench_init(&bench, seed, &own);
		init_and_free(&bench);
		bench_finish(&bench);
	}
}

static uint64_t ticks;

static uint64_t tick(void)
{
	return ticks++;
}

static void test_the_clock_tells_init_and_free_apart(void **state)
{
	const struct mms_deferred_options options = {MMS_MAX_ORDER_NR_PAGES, tick};
	static const struct mms_pfn_range memory = {0, 4 * MMS_MAX_ORDER_NR_PAGES};
	static const struct mms_memblock memblock = {&memory, 1, NULL, 0};
	struct mms_deferred_times times = {0};
	struct zone_bench bench;
	struct mms_job job;

	(void)state;
	bench_init_memory(&bench, mms_kernel_default(), &memblock);
	assert_true(bench_job(&bench, 0, &job));
	job.end_pfn = memory.end;
	assert_int_equal(
		mms_deferred_init(bench.buddy, mms_initializer_auto(), &job, &options, &times), 0);
	assert_int_equal(times.init, 4);
	assert_int_equal(times.free, 4);
	assert_int_equal(mms_buddy_managed_pages(bench.buddy), memory.end);
	bench_finish(&bench);
}

static void check_pageblocks(const struct zone_bench *bench, const char *expected)
{
	for (uint64_t i = 0; expected[i]; i++)
		assert_int_equal(mms_get_pageblock_migratetype(mms_memmap_pageblocks(bench->map),
		                                               i * MMS_PAGEBLOCK_NR_PAGES),
		                 expected[i] == 'm' ? MMS_MIGRATE_MOVABLE : MMS_MIGRATE_UNMOVABLE);
}

static void init_and_free_all(struct zone_bench *bench)
{
	struct mms_job job;

	for (unsigned int i = 0; bench_job(bench, i, &job); i++) {
		assert_int_equal(mms_init_range(mms_initializer_auto(), &job), 0);
		mms_free_range(bench->buddy, &job);
	}
}

/*
 * Written down by hand for each release: what boot makes of pageblocks whose first page it reserves
 * (1), that have a reserved page further in (2), that begin with a hole (3), or are reserved and in
 * no memory (9); and what freeing makes of those.
 */
static void test_boot_marks_pageblocks_as_releases_do_it(void **state)
{
	static const struct mms_pfn_range memory[] = {{0, 3 * 512}, {3 * 512 + 100, 8 * 512}},
					  reserved[] = {{512, 513},
	                                                {2 * 512 + 5, 2 * 512 + 9},
	                                                {9 * 512, 10 * 512}};
	static const struct mms_memblock memblock = {memory, 2, reserved, 3};
	static const struct {
		const char *kernel;
		const char *booted, *freed; /* by pageblock: u, unmovable, or m, movable */
	} cases[] = {
		{"v6.1", "uuuuuuuuuuu", "mumummmmuuu"},  {"v6.12", "uuuuuuuuuuu", "mumummmmuuu"},
		{"v6.16", "umuuuuuuumu", "mmmummmmumu"}, {"v6.18", "umuuuuuuumu", "mmmummmmumu"},
		{"v7.1", "umuuuuuuumu", "mmmummmmumu"},  {"v7.2", "umuuuuuuumu", "mmmummmmumu"},
	};

	(void)state;
	assert_int_equal(sizeof(cases) / sizeof(*cases), mms_kernel_count());
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel;
		struct zone_bench bench;

		assert_int_equal(mms_kernel_find(cases[i].kernel, &kernel), 0);
		bench_init_memory(&bench, kernel, &memblock);
		check_pageblocks(&bench, cases[i].booted);
		init_and_free_all(&bench);
		check_pageblocks(&bench, cases[i].freed);
		bench_check_freed(&bench, cases[i].kernel);
		bench_finish(&bench);
	}
}

static void test_what_can_t_be_is_refused(void **state)
{
	const struct mms_deferred_options options = {.chunk_pages = 512};
	static const struct mms_range range = {0, (2 << 20) - 1};
	struct mms_initializer device_only = *mms_initializer_auto();
	struct mms_geometry geometry;
	struct mms_buddy *buddy = NULL;
	struct mms_memmap *map;
	struct zone_bench bench;
	struct mms_job job;

	(void)state;
	assert_int_equal(mms_geometry_from_ranges(mms_kernel_default(), MMS_MEMORY_DEVICE_GENERIC,
	                                          0, &range, 1, 0, &geometry),
	                 0);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
	assert_int_equal(mms_buddy_create(map, &buddy), -EINVAL);
	assert_non_null(strstr(mms_last_error(), "zone's geometry"));
	assert_null(buddy);
	mms_memmap_destroy(map);
	mms_buddy_destroy(NULL);

	bench_init(&bench, random_first_seed(), NULL);
	assert_true(bench_job(&bench, 0, &job));
	assert_int_equal(
		mms_deferred_init(bench.buddy, mms_initializer_auto(), &job, &options, NULL),
		-EINVAL);
	assert_non_null(strstr(mms_last_error(), "512 pages"));
	assert_int_equal(mms_buddy_managed_pages(bench.buddy), 0);

	device_only.init_normal = NULL;
	assert_int_equal(mms_init_range(&device_only, &job), -EOPNOTSUPP);
	assert_non_null(strstr(mms_last_error(), "not for normal memory"));
	bench_finish(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_zones),
		cmocka_unit_test(test_descriptions_of_one_s_own),
		cmocka_unit_test(test_the_clock_tells_init_and_free_apart),
		cmocka_unit_test(test_boot_marks_pageblocks_as_releases_do_it),
		cmocka_unit_test(test_what_can_t_be_is_refused),
	};

	return cmocka_run_group_tests_name("random zones", tests, NULL, NULL);
}
