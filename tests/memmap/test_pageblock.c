// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <pthread.h>

#include "support.h"

/* The newest release with this many bits per pageblock. */
static const struct mms_kernel *kernel_with_bits(unsigned int bits)
{
	for (size_t i = mms_kernel_count(); i-- > 0;)
		if (mms_kernel_at(i)->pageblock_bits == bits)
			return mms_kernel_at(i);
	fail_msg("no kernel has %u bits per pageblock", bits);
	return NULL;
}

static struct mms_memmap *create(unsigned int bits, enum mms_early early)
{
	struct mms_namespace ns = {
		.mode = MMS_MODE_FSDAX,
		.map = MMS_MAP_MEM,
		.align = 2 * MIB,
		.start = 4 * GIB + 6 * MIB,
		.size = 512 * MIB,
		.early = early,
	};
	struct mms_geometry geometry;

	assert_success(mms_geometry_from_namespace(kernel_with_bits(bits), &ns, &geometry));
	return create_memmap(&geometry, "4k");
}

static void types_are_kept_one_by_one(void **state)
{
	struct random_source random = random_source(random_first_seed());

	(void)state;
	for (unsigned int bits = 4; bits <= 8; bits += 4) {
		struct mms_memmap *map = create(bits, MMS_EARLY_NONE);
		struct mms_pageblocks *pageblocks = mms_memmap_pageblocks(map);
		uint64_t start = mms_memmap_geometry(map)->start_pfn;
		unsigned char expected[256] = {0};

		assert_int_equal(pageblocks->bits, bits);
		assert_int_equal(pageblocks->nr, 256);
		assert_int_equal(pageblocks->first, start / 512);
		for (int i = 0; i < 2000; i++) {
			uint64_t block = random_below(&random, 256);

			expected[block] = (unsigned char)random_below(&random, 4);
			mms_set_pageblock_migratetype(
				pageblocks, start + block * 512 + random_below(&random, 512),
				expected[block]);
		}
		for (uint64_t pfn = start; pfn < start + 256 * 512; pfn += 73)
			assert_int_equal(mms_get_pageblock_migratetype(pageblocks, pfn),
			                 expected[(pfn - start) / 512]);
		mms_memmap_destroy(map);
	}
}

#define NR_THREADS 8

struct worker {
	struct mms_pageblocks *pageblocks;
	uint64_t pfn;
	unsigned int lost;
};

static void *set_repeatedly(void *data)
{
	struct worker *worker = data;

	for (unsigned int i = 0; i < 100000; i++) {
		mms_set_pageblock_migratetype(worker->pageblocks, worker->pfn, i % 4);
		worker->lost +=
			mms_get_pageblock_migratetype(worker->pageblocks, worker->pfn) != i % 4;
	}
	return NULL;
}

static void threads_may_share_a_word(void **state)
{
	struct mms_memmap *map = create(8, MMS_EARLY_NONE);
	struct mms_pageblocks *pageblocks = mms_memmap_pageblocks(map);
	struct worker workers[NR_THREADS];
	pthread_t threads[NR_THREADS];

	(void)state;
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		workers[i] = (struct worker){
			.pageblocks = pageblocks,
			.pfn = mms_memmap_geometry(map)->start_pfn + i * 512,
		};
		assert_int_equal(pthread_create(&threads[i], NULL, set_repeatedly, &workers[i]), 0);
	}
	for (unsigned int i = 0; i < NR_THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (unsigned int i = 0; i < NR_THREADS; i++)
		assert_int_equal(workers[i].lost, 0);
	mms_memmap_destroy(map);
}

static void early_sections_are_movable_from_boot(void **state)
{
	(void)state;
	for (int early = MMS_EARLY_NONE; early <= MMS_EARLY_BOTH; early++) {
		struct mms_memmap *map = create(8, (enum mms_early)early);
		const struct mms_geometry *geometry = mms_memmap_geometry(map);
		struct mms_pageblocks *pageblocks = mms_memmap_pageblocks(map);

		/* Once as created, once after a bind has set them all to something. */
		for (int bind = 0; bind < 2; bind++) {
			for (uint64_t pfn = geometry->start_pfn; pfn < geometry->end_pfn;
			     pfn += 512) {
				uint64_t section = pfn / MMS_PAGES_PER_SECTION;
				bool movable = (section == 4 * GIB / (128 * MIB) && early & 1) ||
				               (section == 4 * GIB / (128 * MIB) + 4 && early & 2);

				assert_int_equal(mms_get_pageblock_migratetype(pageblocks, pfn),
				                 movable ? MMS_MIGRATE_MOVABLE
				                         : MMS_MIGRATE_UNMOVABLE);
				mms_set_pageblock_migratetype(pageblocks, pfn,
				                              MMS_MIGRATE_RECLAIMABLE);
			}
			mms_memmap_reset_pageblocks(map);
		}
		mms_memmap_destroy(map);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_kept_one_by_one),
		cmocka_unit_test(threads_may_share_a_word),
		cmocka_unit_test(early_sections_are_movable_from_boot),
	};

	return cmocka_run_group_tests_name("pageblock", tests, NULL, NULL);
}
