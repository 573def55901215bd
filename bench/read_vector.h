/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A read by vector registers, compiled per width: NAME, VECTOR_BYTES. */
#include "read.h"

#define NR_SUMS 4 /* so that no load waits for the one before it */

typedef uint64_t vector __attribute__((vector_size(VECTOR_BYTES), may_alias));

uint64_t NAME(const void *from, uint64_t bytes)
{
	const vector *at = from, *end = (const vector *)((const char *)from + bytes);
	vector sums[NR_SUMS] = {0};
	uint64_t all = 0;

	for (; end - at >= 2 * NR_SUMS; at += 2 * NR_SUMS) {
#pragma GCC unroll 4
		for (unsigned int i = 0; i < NR_SUMS; i++)
			sums[i] |= at[i] | at[i + NR_SUMS];
	}
	for (; at < end; at++)
		sums[0] |= *at;
	for (unsigned int i = 1; i < NR_SUMS; i++)
		sums[0] |= sums[i];
	for (unsigned int i = 0; i < VECTOR_BYTES / sizeof(all); i++)
		all |= sums[0][i];
	return all;
}
