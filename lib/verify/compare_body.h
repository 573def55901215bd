/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The comparison, to be compiled once per instruction set. Before including: VECTOR_BYTES, and NAME
 * of the function. Blocks of pages are folded into one word of differences, so that there is one
 * branch per block; only a block with a difference is looked at page by page.
 */
#include <string.h>

#include "verify/compare.h"

#define LANES           (64 / VECTOR_BYTES)
#define PAGES_PER_BLOCK 16
#define AHEAD           4096 /* bytes; covers the step to a page that the CPU doesn't prefetch from */

typedef uint64_t vector __attribute__((vector_size(VECTOR_BYTES), aligned(1), may_alias));

static inline uint64_t any(vector v)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < VECTOR_BYTES / sizeof(bits); i++)
		bits |= v[i];
	return bits;
}

uint64_t NAME(const void *pages, const void *image, uint64_t count)
{
	const vector *at = pages;
	const unsigned char *bytes = pages;
	vector lane[LANES];
	uint64_t done = 0;

	memcpy(lane, image, sizeof(lane));
	for (; count - done >= PAGES_PER_BLOCK; done += PAGES_PER_BLOCK) {
		vector difference[LANES] = {0};

#pragma GCC unroll 16
		for (unsigned int page = 0; page < PAGES_PER_BLOCK; page++) {
			__builtin_prefetch((const char *)at + AHEAD);
#pragma GCC unroll 4
			for (unsigned int i = 0; i < LANES; i++)
				difference[i] |= *at++ ^ lane[i];
		}
		for (unsigned int i = 1; i < LANES; i++)
			difference[0] |= difference[i];
		if (any(difference[0]))
			break;
	}
	for (; done < count; done++)
		if (memcmp(bytes + 64 * done, image, 64) != 0)
			break;
	return done;
}
