// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Each variant of the comparison against a byte-wise one, up to the edge of readable memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include <memmapsim/cpu.h>

#include "random_geometry.h"
#include "skip.h"
#include "verify/compare.h"

#define MAX_PAGES    100
#define BUFFER_BYTES 8192 /* of readable memory; whole pages */

struct variant {
	const char *name;
	unsigned int feature;
	mms_compare_fn *compare;
};

static unsigned char *buffer; /* ends where a page that can't be read begins */

static int map_buffer(void **state)
{
	(void)state;
	buffer = mmap(NULL, BUFFER_BYTES + 4096, PROT_READ | PROT_WRITE,
	              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (buffer == MAP_FAILED)
		return -1;
	return mprotect(buffer + BUFFER_BYTES, 4096, PROT_NONE);
}

static int unmap_buffer(void **state)
{
	(void)state;
	return munmap(buffer, BUFFER_BYTES + 4096);
}

static void skip_if_missing(const struct variant *variant)
{
	if (!(mms_cpu_features() & variant->feature))
		skip_because("this CPU, as far as it may be used, has no %s", variant->name);
}

/* @count copies of @image that end @slack bytes before the edge. */
static unsigned char *fill(const unsigned char *image, uint64_t count, uint64_t slack)
{
	unsigned char *pages = buffer + BUFFER_BYTES - slack - 64 * count;

	for (uint64_t i = 0; i < count; i++)
		memcpy(pages + 64 * i, image, 64);
	return pages;
}

static void test_every_length_and_position(void **state)
{
	const struct variant *variant = *state;
	struct random_source random;
	uint64_t slack;

	skip_if_missing(variant);
	random = random_source(random_first_seed());
	for (uint64_t count = 0; count <= MAX_PAGES; count++) {
		unsigned char image[64];
		unsigned char *pages;

		for (unsigned int i = 0; i < 64; i++)
			image[i] = (unsigned char)random_u64(&random);
		slack = random_one_in(&random, 2) ? 0 : random_below(&random, 64);
		pages = fill(image, count, slack);
		if (variant->compare(pages, image, count) != count)
			fail_msg("MMS_TEST_SEED=%" PRIu64 ": %" PRIu64
			         " equal pages aren't, %" PRIu64 " bytes before the edge",
			         random.seed, count, slack);
		/* From the last on, so that later differences are there, too. */
		for (uint64_t i = count; i-- > 0;) {
			uint64_t bit = random_below(&random, 512), found;

			pages[64 * i + bit / 8] ^= (unsigned char)(1u << bit % 8);
			found = variant->compare(pages, image, count);
			if (found != i)
				fail_msg("MMS_TEST_SEED=%" PRIu64 ": bit %" PRIu64
				         " of page %" PRIu64 " of %" PRIu64 ", %" PRIu64
				         " bytes before the edge: found at %" PRIu64,
				         random.seed, bit, i, count, slack, found);
		}
	}
}

static void test_every_bit(void **state)
{
	const struct variant *variant = *state;
	unsigned char image[64] = {0};

	skip_if_missing(variant);
	for (uint64_t position = 0; position < 40; position += 13) {
		unsigned char *pages = fill(image, 40, 0);

		for (unsigned int bit = 0; bit < 512; bit++) {
			unsigned char *byte = &pages[64 * position + bit / 8];

			*byte = (unsigned char)(1u << bit % 8);
			if (variant->compare(pages, image, 40) != position)
				fail_msg("bit %u of page %" PRIu64 " was not found", bit, position);
			*byte = 0;
		}
	}
}

/* Differences that would be lost if they were added up or laid over each other. */
static void test_differences_do_not_cancel_out(void **state)
{
	const struct variant *variant = *state;
	const unsigned char image[64] = {0};
	unsigned char *pages = fill(image, 20, 0);

	skip_if_missing(variant);
	for (unsigned int page = 0; page < 20; page++) {
		for (unsigned int i = 7; i < 8 * 8; i += 8) {
			for (unsigned int j = 7; j < 8 * 8; j += 8) {
				/* In two words of a page, and in two pages. */
				pages[64 * page + i] = pages[64 * page + j] = 0x80;
				assert_int_equal(variant->compare(pages, image, 20), page);
				pages[64 * page + j] = 0;
				pages[64 * page + i] = pages[64 * 19 + j] = 0x80;
				assert_int_equal(variant->compare(pages, image, 20), page);
				pages[64 * page + i] = pages[64 * 19 + j] = 0;
			}
		}
	}
}

int main(void)
{
	static struct variant variants[] = {
		{"sse2", MMS_CPU_SSE2, mms_compare_sse2},
		{"avx2", MMS_CPU_AVX2, mms_compare_avx2},
		{"avx512", MMS_CPU_AVX512F, mms_compare_avx512},
	};
#define TEST(index, name, function)                                                                \
	{                                                                                          \
		name, function, NULL, NULL, &variants[index]                                       \
	}
#define ALL(index, name)                                                                           \
	TEST(index, name ": every length and position", test_every_length_and_position),           \
		TEST(index, name ": every bit", test_every_bit),                                   \
		TEST(index, name ": no cancelling out", test_differences_do_not_cancel_out)
	const struct CMUnitTest tests[] = {ALL(0, "sse2"), ALL(1, "avx2"), ALL(2, "avx512")};

	return cmocka_run_group_tests_name("comparing runs", tests, map_buffer, unmap_buffer);
}
