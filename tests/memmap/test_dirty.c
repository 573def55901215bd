// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "support.h"

/* No word of a page may be in the same place of another, nor for another seed. */
static void pages_and_seeds_differ_in_every_word(void **state)
{
	struct random_source random = random_source(random_first_seed());
	uint64_t seed = random_u64(&random);
	uint64_t pfn = random_below(&random, UINT64_C(1) << 40);

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t words[8], neighbour[8], other[8], reseeded[8];

		mms_dirty_page(seed, pfn + (uint64_t)i, words);
		mms_dirty_page(seed, pfn + (uint64_t)i + 1, neighbour);
		mms_dirty_page(seed, random_below(&random, UINT64_C(1) << 40), other);
		mms_dirty_page(seed + 1, pfn + (uint64_t)i, reseeded);
		for (int word = 0; word < 8; word++) {
			assert_int_not_equal(words[word], neighbour[word]);
			assert_int_not_equal(words[word], other[word]);
			assert_int_not_equal(words[word], reseeded[word]);
			for (int further = word + 1; further < 8; further++)
				assert_int_not_equal(words[word], words[further]);
		}
	}
}

static void every_bit_takes_both_values(void **state)
{
	uint64_t ones[8] = {0}, zeros[8] = {0};

	(void)state;
	for (uint64_t pfn = 0; pfn < 1000; pfn++) {
		uint64_t words[8];

		mms_dirty_page(0, pfn, words);
		for (int word = 0; word < 8; word++) {
			ones[word] |= words[word];
			zeros[word] |= ~words[word];
		}
	}
	for (int word = 0; word < 8; word++)
		assert_true(~ones[word] == 0 && ~zeros[word] == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_and_seeds_differ_in_every_word),
		cmocka_unit_test(every_bit_takes_both_values),
	};

	return cmocka_run_group_tests_name("dirty", tests, NULL, NULL);
}
