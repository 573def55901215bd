// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How memmaps fall into chunks and items, by policy; nothing is run. */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "background/background.h"

#define ROUNDS 300

static struct mms_background_options options_for(enum mms_wait wait)
{
	return (struct mms_background_options){.wait = wait, .node = MMS_NODE_ANY};
}

/* Altmap chunks are the first ones, if they are cut, and no borders are asked for there. */
static size_t assert_altmap_tiled(const struct random_geometry *made, const struct mms_cut *cut,
                                  enum mms_async async)
{
	struct mms_pfn_range altmap = mms_geometry_altmap_pfns(&made->geometry);
	uint64_t pfn = altmap.start;
	struct mms_job chunk;

	if (async == MMS_ASYNC_PAGES)
		assert_int_equal(cut->altmap_chunks, 0);
	for (size_t i = 0; i < cut->altmap_chunks; i++) {
		mms_cut_job(cut, i, &chunk);
		assert_int_equal(chunk.start_pfn, pfn);
		assert_true(chunk.end_pfn > pfn && chunk.end_pfn - pfn <= cut->chunk_pfns);
		pfn = chunk.end_pfn;
	}
	assert_int_equal(pfn, async == MMS_ASYNC_ALL ? altmap.end : altmap.start);
	return cut->altmap_chunks;
}

/* Each chunk begins where the one before it ended, on a border that a job may be cut at. */
static void assert_chunks_tile(const struct random_source *random,
                               const struct random_geometry *made, struct mms_memmap *map,
                               const struct mms_cut *cut, enum mms_async async)
{
	struct mms_pfn_range altmap = mms_geometry_altmap_pfns(&made->geometry);
	size_t index = assert_altmap_tiled(made, cut, async);
	uint64_t total = async == MMS_ASYNC_ALL ? altmap.end - altmap.start : 0;

	for (unsigned int i = 0; i < made->geometry.pgmap.nr_range; i++) {
		struct mms_job whole, chunk, part;
		uint64_t pfn;

		assert_int_equal(mms_job_create(map, i, &whole), 0);
		for (pfn = whole.start_pfn; pfn < whole.end_pfn; pfn = chunk.end_pfn) {
			assert_true(index < cut->nr_chunks);
			mms_cut_job(cut, index++, &chunk);
			if (chunk.start_pfn != pfn ||
			    mms_job_cut(&whole, chunk.start_pfn, chunk.end_pfn, &part))
				random_fail(random, made, "chunk %zu begins with pfn 0x%" PRIx64,
				            index - 1, chunk.start_pfn);
		}
		total += whole.end_pfn - whole.start_pfn;
	}
	assert_int_equal(index, cut->nr_chunks);
	assert_int_equal(total, cut->total_pfns);
}

/* The last item has the altmap's chunks, which come first. */
static void assert_items_tile(const struct mms_cut *cut)
{
	size_t chunk = 0;

	for (unsigned int i = 0; i <= cut->nr_items; i++) {
		struct mms_chunks item = mms_cut_item(cut, i ? i - 1 : cut->nr_items);

		assert_int_equal(item.first, chunk);
		for (chunk = item.first; chunk < item.end; chunk++) {
			struct mms_chunks whole =
				mms_cut_whole_items(cut, (struct mms_chunks){chunk, chunk + 1});

			assert_int_equal(whole.first, item.first);
			assert_int_equal(whole.end, item.end);
		}
	}
	assert_int_equal(chunk, cut->nr_chunks);
}

/* mms_cut_chunks() finds those that have a pfn in common with the range, and no other. */
static void assert_chunks_found(struct random_source *random, const struct random_geometry *made,
                                const struct mms_cut *cut)
{
	uint64_t pfns = made->geometry.end_pfn - made->geometry.start_pfn;
	uint64_t start = made->geometry.start_pfn + random_below(random, pfns);
	uint64_t end = start + 1 + random_below(random, random_one_in(random, 2) ? 600 : pfns);
	struct mms_chunks found = mms_cut_chunks(cut, start, end);

	for (size_t i = 0; i < cut->nr_chunks; i++) {
		struct mms_job chunk;

		mms_cut_job(cut, i, &chunk);
		if ((chunk.start_pfn < end && chunk.end_pfn > start) !=
		    (i >= found.first && i < found.end))
			random_fail(random, made,
			            "pfns 0x%" PRIx64 " to 0x%" PRIx64
			            " are said to be in chunks %zu to %zu",
			            start, end, found.first, found.end);
	}
}

static void chunks_and_items_tile_the_memmap(void **state)
{
	uint64_t seed = random_first_seed();

	(void)state;
	for (unsigned int round = 0; round < ROUNDS; round++) {
		struct random_source random = random_source(seed + round);
		struct random_geometry made;
		struct mms_memmap *map;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		assert_int_equal(mms_memmap_create(&made.geometry, NULL, &map), 0);
		for (unsigned int wait = 0; wait < MMS_NR_WAITS; wait++) {
			struct mms_background_options options = options_for(wait);
			unsigned int workers = 1 + (unsigned int)random_below(&random, 40);
			struct mms_cut cut;

			options.async = (enum mms_async)random_below(&random, MMS_NR_ASYNCS);
			assert_int_equal(mms_cut_memmap(map, &options, workers, &cut), 0);
			assert_chunks_tile(&random, &made, map, &cut, options.async);
			assert_items_tile(&cut);
			for (unsigned int i = 0; i < 10; i++)
				assert_chunks_found(&random, &made, &cut);
		}
		mms_memmap_destroy(map);
	}
}

/* How many pfns @chunks of a memmap with one range have. */
static uint64_t pfns_of(const struct mms_cut *cut, struct mms_chunks chunks)
{
	struct mms_job first, last;

	mms_cut_job(cut, chunks.first, &first);
	mms_cut_job(cut, chunks.end - 1, &last);
	return last.end_pfn - first.start_pfn;
}

/* 8 GiB, and what the policies are by definition. */
static void policies_cut_as_they_say(void **state)
{
	const unsigned int workers = 16;
	struct mms_background_options options;
	struct mms_geometry geometry;
	struct mms_memmap *map;
	struct mms_cut cut;

	(void)state;
	make_geometry(64, &geometry);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);

	options = options_for(MMS_WAIT_ITEM);
	assert_int_equal(mms_cut_memmap(map, &options, workers, &cut), 0);
	assert_int_equal(cut.nr_items, workers);
	for (unsigned int i = 0; i < workers; i++)
		assert_int_equal(pfns_of(&cut, mms_cut_item(&cut, i)), cut.total_pfns / workers);
	assert_true(cut.chunk_pfns <= MMS_PAGES_PER_SECTION);

	options = options_for(MMS_WAIT_HELP);
	assert_int_equal(mms_cut_memmap(map, &options, workers, &cut), 0);
	assert_int_equal(cut.nr_chunks, 1024);
	assert_int_equal(cut.nr_items, workers);

	options = options_for(MMS_WAIT_CHUNK);
	assert_int_equal(mms_cut_memmap(map, &options, workers, &cut), 0);
	assert_int_equal(cut.nr_chunks, 64);
	assert_int_equal(cut.nr_items, 1);
	for (size_t i = 0; i < cut.nr_chunks; i++) {
		struct mms_job job;

		mms_cut_job(&cut, i, &job);
		assert_int_equal(job.start_pfn % MMS_PAGES_PER_SECTION, 0);
	}

	options = options_for(MMS_NR_WAITS);
	assert_int_equal(mms_cut_memmap(map, &options, workers, &cut), -EINVAL);
	mms_memmap_destroy(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_and_items_tile_the_memmap),
		cmocka_unit_test(policies_cut_as_they_say),
	};

	return cmocka_run_group_tests_name("background-cut", tests, NULL, NULL);
}
