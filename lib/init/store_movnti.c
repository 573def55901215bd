// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* 8-byte non-temporal stores from general registers: what a kernel may use anywhere. */
#include "init/store.h"

static inline __attribute__((always_inline)) void copy(struct mms_page *to, const uint64_t *from)
{
	uint64_t *words = (uint64_t *)to;

#pragma GCC unroll 8
	for (unsigned int i = 0; i < 8; i++)
		__asm__ volatile("movnti %1, %0" : "=m"(words[i]) : "r"(from[i]));
}

void mms_store_movnti(const struct mms_run *run, struct mms_block *block)
{
	struct mms_page *to = run->to;
	uint64_t image[8];

	(void)block;
	for (unsigned int i = 0; i < run->nr_prefix; i++)
		copy(to++, (const uint64_t *)&run->prefix[i]);
	__builtin_memcpy(image, run->image, sizeof(image));
	for (struct mms_page *end = to + run->count; to < end; to++)
		copy(to, image);
}
