/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Every number below a count, once each, in an order that only looks random: computed number by
 * number, so that whoever visits memory in that order touches no other memory for it, and may look
 * ahead as far as it likes.
 */
#ifndef BENCH_PERMUTATION_H
#define BENCH_PERMUTATION_H

#include <stdint.h>

struct mms_permutation {
	uint64_t count;
	uint64_t mask;      /* of the power of two that holds all */
	unsigned int shift; /* half of its bits */
	uint64_t offset;    /* from the seed */
};

/* Of 0 … @count - 1; @count is 1 to 2^63. */
static inline struct mms_permutation mms_permutation(uint64_t count, uint64_t seed)
{
	unsigned int bits = count > 1 ? 64 - (unsigned int)__builtin_clzll(count - 1) : 1;

	return (struct mms_permutation){
		.count = count,
		.mask = (UINT64_C(1) << bits) - 1,
		.shift = (bits + 1) / 2,
		.offset = seed * UINT64_C(0x9e3779b97f4a7c15),
	};
}

/*
 * The @i-th of them. Adding, multiplying by an odd number and folding upper bits into lower ones
 * can each be undone modulo a power of two, so together they permute all numbers below it. What
 * lands above the count is sent on until it lands below.
 */
static inline uint64_t mms_permute(const struct mms_permutation *permutation, uint64_t i)
{
	do {
		i = (i + permutation->offset) * UINT64_C(0xbf58476d1ce4e5b9) & permutation->mask;
		i ^= i >> permutation->shift;
		i = i * UINT64_C(0x94d049bb133111eb) & permutation->mask;
		i ^= i >> permutation->shift;
	} while (i >= permutation->count);
	return i;
}

#endif
