// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Where experiments run and how they look at memory: places, random order, the stopwatch. */
#include <stdlib.h>

#include "permutation.h"
#include "places.h"
#include "stopwatch.h"
#include "support.h"

static struct mms_places places_of(const char *description, struct mms_topology **topology)
{
	struct mms_places places;

	if (mms_topology_create(description, NULL, topology))
		fail_msg("%s", mms_last_error());
	mms_places_choose(*topology, &places);
	return places;
}

static void the_other_core_shares_the_last_level_if_one_does(void **state)
{
	static const struct {
		const char *topology;
		bool has_other, share;
		unsigned int other;
		uint64_t l2, last;
	} cases[] = {
		{"numa:1 l3:1(size=33554432) l2:4(size=1048576) core:1 pu:2", true, true, 2,
	         1048576, 33554432},
		/* Cores are counted across nodes, so the next one is on the other node. */
		{"numa:2 l3:1(size=4194304) l2:2(size=524288) core:1 pu:1", true, true, 1, 524288,
	         4194304},
		{"numa:2 l3:1(size=4194304) l2:1(size=524288) core:1 pu:1", true, false, 1, 524288,
	         4194304},
		{"numa:1 l2:1(size=262144) core:2 pu:1", true, true, 1, 262144, 262144},
		{"numa:1 l3:1(size=4194304) l2:1(size=524288) core:1 pu:2", false, false, 0, 524288,
	         4194304},
		{"numa:1 core:2 pu:1", true, false, 1, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mms_topology *topology;
		struct mms_places places = places_of(cases[i].topology, &topology);

		assert_int_equal(places.here.cpu, 0);
		assert_int_equal(places.has_other, cases[i].has_other);
		assert_int_equal(places.share_last_level, cases[i].share);
		assert_int_equal(places.l2_bytes, cases[i].l2);
		assert_int_equal(places.last_level_bytes, cases[i].last);
		if (places.has_other)
			assert_int_equal(places.other.cpu, cases[i].other);
		mms_topology_destroy(topology);
	}
}

static void permutations_have_each_number_once(void **state)
{
	static const uint64_t counts[] = {1, 2, 3, 4, 5, 63, 64, 65, 1000, 4096, 65537};
	unsigned char *seen = malloc(65537);

	(void)state;
	assert_non_null(seen);
	for (size_t i = 0; i < COUNT(counts); i++)
		for (uint64_t seed = 0; seed < 5; seed++) {
			struct mms_permutation permutation = mms_permutation(counts[i], seed);

			memset(seen, 0, counts[i]);
			for (uint64_t j = 0; j < counts[i]; j++) {
				uint64_t number = mms_permute(&permutation, j);

				assert_true(number < counts[i]);
				assert_int_equal(seen[number]++, 0);
			}
		}
	free(seen);
}

/* Else prefetchers would know what comes next. Steps are of very many lengths. */
static void permutations_have_no_stride(void **state)
{
	const uint64_t count = 16384;
	struct mms_permutation permutation = mms_permutation(count, 1);
	unsigned char *seen = calloc(2, count);
	uint64_t lengths = 0;

	(void)state;
	assert_non_null(seen);
	for (uint64_t i = 1; i < count; i++) {
		uint64_t step =
			count + mms_permute(&permutation, i) - mms_permute(&permutation, i - 1);

		lengths += !seen[step];
		seen[step] = 1;
	}
	assert_true(lengths > count / 4);
	free(seen);
}

static void a_stopwatch_counts_if_it_can(void **state)
{
	struct mms_stopwatch watch;
	int error = mms_stopwatch_init(&watch);
	struct mms_measure measure;
	volatile unsigned int spent = 0;

	(void)state;
	assert_int_equal(error < 0, watch.counter < 0);
	if (error)
		assert_true(*mms_last_error());
	mms_stopwatch_start(&watch);
	while (spent < 100000)
		spent++;
	measure = mms_stopwatch_stop(&watch);
	assert_true(measure.ns > 0);
	assert_true(!measure.counted || !error);
	mms_stopwatch_finish(&watch);
	assert_int_equal(watch.counter, -1);
	mms_stopwatch_finish(&watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_other_core_shares_the_last_level_if_one_does),
		cmocka_unit_test(permutations_have_each_number_once),
		cmocka_unit_test(permutations_have_no_stride),
		cmocka_unit_test(a_stopwatch_counts_if_it_can),
	};

	return cmocka_run_group_tests_name("places", tests, NULL, NULL);
}
