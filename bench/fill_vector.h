/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A fill by vector registers, compiled once per width and kind: NAME, VECTOR, SET, STORE. */
#include <immintrin.h>

#include "fill.h"

void NAME(void *to, uint64_t bytes)
{
	VECTOR *at = to, *end = (VECTOR *)((char *)to + bytes);
	VECTOR value = SET(0x5a);

	for (; end - at >= 8; at += 8) {
#pragma GCC unroll 8
		for (unsigned int i = 0; i < 8; i++)
			STORE(at + i, value);
	}
	for (; at < end; at++)
		STORE(at, value);
	_mm_sfence();
}
