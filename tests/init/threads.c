// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Many threads on disjoint parts of a job, whose pageblocks share words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include <memmapsim/memmapsim.h>

#define M UINT64_C(0x100000)
#define G UINT64_C(0x40000000)

#define NR_THREADS 4

/* What a thread gets: every NR_THREADS-th pageblock of @job, from number @first on. */
struct share {
	pthread_t thread;
	const struct mms_job *job;
	const struct mms_initializer *initializer;
	pthread_barrier_t *start;
	uint64_t first;
	int err;
};

static void *do_share(void *argument)
{
	struct share *share = argument;
	const struct mms_job *job = share->job;

	pthread_barrier_wait(share->start);
	for (uint64_t pfn = job->start_pfn + 512 * share->first; pfn < job->end_pfn && !share->err;
	     pfn += 512 * NR_THREADS) {
		struct mms_job part;

		share->err = mms_job_cut(job, pfn, pfn + 512, &part);
		if (!share->err)
			share->err = mms_init_range(share->initializer, &part);
	}
	return NULL;
}

static void init_by_threads(const struct mms_job *job, const struct mms_initializer *initializer)
{
	struct share shares[NR_THREADS];
	pthread_barrier_t start;

	assert_int_equal(pthread_barrier_init(&start, NULL, NR_THREADS), 0);
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		shares[i] = (struct share){
			.job = job, .initializer = initializer, .start = &start, .first = i};
		assert_int_equal(pthread_create(&shares[i].thread, NULL, do_share, &shares[i]), 0);
	}
	for (unsigned int i = 0; i < NR_THREADS; i++)
		assert_int_equal(pthread_join(shares[i].thread, NULL), 0);
	pthread_barrier_destroy(&start);
	for (unsigned int i = 0; i < NR_THREADS; i++)
		assert_int_equal(shares[i].err, 0);
}

static struct mms_memmap *create(const struct mms_kernel *kernel)
{
	struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 * M, 4 * G, G, 0, 0};
	struct mms_geometry geometry;
	struct mms_memmap *map;

	assert_int_equal(mms_geometry_from_namespace(kernel, &ns, &geometry), 0);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
	return map;
}

static void test_threads_share_a_job(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		struct mms_memmap *map = create(mms_kernel_at(i));
		struct mms_job job;

		assert_int_equal(mms_job_create(map, 0, &job), 0);
		for (size_t j = 0; j < mms_initializer_count(); j++) {
			const struct mms_initializer *initializer = mms_initializer_at(j);
			uint64_t dirty_seed = j;
			struct mms_report report;
			char sentence[256];

			if (initializer->cpu & ~mms_cpu_features())
				continue;
			mms_memmap_dirty(map, dirty_seed);
			mms_memmap_reset_pageblocks(map);
			mms_init_altmap(map);
			init_by_threads(&job, initializer);
			mms_verify_memmap(map, &dirty_seed, &report);
			mms_report_describe(&report, sentence, sizeof(sentence));
			if (!mms_report_ok(&report))
				fail_msg("%s, %s: %s", mms_kernel_at(i)->name, initializer->name,
				         sentence);
		}
		mms_memmap_destroy(map);
	}
}

/* Marks the job's pageblocks back and forth; nothing else, so that threads meet often. */
static int mark_only(const struct mms_job *job)
{
	for (unsigned int i = 0; i < 200; i++)
		mms_set_pageblock_migratetype(job->pageblocks, job->start_pfn,
		                              i % 2 ? MMS_MIGRATE_MOVABLE : MMS_MIGRATE_UNMOVABLE);
	return 0;
}

static void test_marks_in_one_word_do_not_get_lost(void **state)
{
	const struct mms_initializer marker = {
		.name = "marker", .cuttable = true, .init = mark_only};

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		struct mms_memmap *map = create(mms_kernel_at(i));
		struct mms_job job;

		assert_int_equal(mms_job_create(map, 0, &job), 0);
		for (unsigned int round = 0; round < 20; round++) {
			mms_memmap_reset_pageblocks(map);
			init_by_threads(&job, &marker);
			for (uint64_t pfn = job.start_pfn; pfn < job.end_pfn; pfn += 512)
				assert_int_equal(mms_get_pageblock_migratetype(job.pageblocks, pfn),
				                 MMS_MIGRATE_MOVABLE);
		}
		mms_memmap_destroy(map);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads_share_a_job),
		cmocka_unit_test(test_marks_in_one_word_do_not_get_lost),
	};

	return cmocka_run_group_tests_name("threads on parts of a job", tests, NULL, NULL);
}
