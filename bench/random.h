/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Numbers that only look random: the same seed gives the same ones everywhere. */
#ifndef BENCH_RANDOM_H
#define BENCH_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). */
static inline uint64_t mms_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* One of 0 … @count - 1; counts here are so small that the modulo's bias doesn't show. */
static inline size_t mms_random_below(uint64_t *state, size_t count)
{
	return (size_t)(mms_random(state) % count);
}

/* Fill @order with 0 … @count - 1, shuffled (Fisher and Yates). */
static inline void mms_random_order(uint64_t *state, size_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t j = mms_random_below(state, i), other = order[j];

		order[j] = order[i - 1];
		order[i - 1] = other;
	}
}

#endif
