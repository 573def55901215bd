// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* 8-byte non-temporal stores from general registers: what a kernel may use anywhere. */
#include "init/store.h"

#define MOVNTI(to, i, word) __asm__ volatile("movnti %1, %0" : "=m"((to)[i]) : "r"(word))
#define COPY(to, w0, w1, w2, w3, w4, w5, w6, w7)                                                   \
	do {                                                                                       \
		MOVNTI(to, 0, w0);                                                                 \
		MOVNTI(to, 1, w1);                                                                 \
		MOVNTI(to, 2, w2);                                                                 \
		MOVNTI(to, 3, w3);                                                                 \
		MOVNTI(to, 4, w4);                                                                 \
		MOVNTI(to, 5, w5);                                                                 \
		MOVNTI(to, 6, w6);                                                                 \
		MOVNTI(to, 7, w7);                                                                 \
	} while (0)

void mms_store_movnti(const struct mms_run *run, struct mms_block *block)
{
	const uint64_t *from = (const uint64_t *)run->prefix;
	uint64_t *to = (uint64_t *)run->to, *end;
	uint64_t w0, w1, w2, w3, w4, w5, w6, w7;

	(void)block;
	for (unsigned int i = 0; i < run->nr_prefix; i++, to += 8, from += 8)
		COPY(to, from[0], from[1], from[2], from[3], from[4], from[5], from[6], from[7]);

	/* An array of words would be kept on the stack; words of their own stay in registers. */
	from = (const uint64_t *)run->image;
	w0 = from[0], w1 = from[1], w2 = from[2], w3 = from[3];
	w4 = from[4], w5 = from[5], w6 = from[6], w7 = from[7];
	end = to + 8 * run->count;
	if (run->own_list)
		for (; to < end; to += 8)
			COPY(to, w0, to + 1, to + 1, w3, w4, w5, w6, w7);
	for (; to < end; to += 8)
		COPY(to, w0, w1, w2, w3, w4, w5, w6, w7);
}
