/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A store by vector registers, to be compiled once per width and kind. Before including: NAME of
 * the function, VECTOR (the type), LOAD(pointer) and STORE(pointer, value), both for aligned
 * memory. The page that is repeated stays in registers.
 */
#include <immintrin.h>

#include "init/store.h"

#define LANES (sizeof(struct mms_page) / sizeof(VECTOR))

static inline __attribute__((always_inline)) void load_page(VECTOR *lanes,
                                                            const struct mms_page *from)
{
#pragma GCC unroll 4
	for (unsigned int i = 0; i < LANES; i++)
		lanes[i] = LOAD((const VECTOR *)from + i);
}

static inline __attribute__((always_inline)) void store_page(struct mms_page *to,
                                                             const VECTOR *lanes)
{
#pragma GCC unroll 4
	for (unsigned int i = 0; i < LANES; i++)
		STORE((VECTOR *)to + i, lanes[i]);
}

/* Pages that are alike but for their own list heads: two words grow by a page from page to page. */
static inline __attribute__((always_inline)) void
store_own_lists(struct mms_page *to, const struct mms_page *end, VECTOR *lanes)
{
	static const struct mms_page growth = {
		.lru = {(struct mms_list_head *)sizeof(struct mms_page),
	                (struct mms_list_head *)sizeof(struct mms_page)},
	};
	VECTOR steps[LANES];

	load_page(steps, &growth);
	for (; to < end; to++) {
		store_page(to, lanes);
#pragma GCC unroll 4
		for (unsigned int i = 0; i < LANES; i++)
			lanes[i] += steps[i];
	}
}

void NAME(const struct mms_run *run, struct mms_block *block)
{
	struct mms_page *to = run->to;
	struct mms_page *end = to + run->nr_prefix + run->count;
	VECTOR lanes[LANES];

	(void)block;
	for (unsigned int i = 0; i < run->nr_prefix; i++) {
		load_page(lanes, &run->prefix[i]);
		store_page(to++, lanes);
	}
	load_page(lanes, run->image);
	if (run->own_list) {
		store_own_lists(to, end, lanes);
		return;
	}
	for (; end - to >= 4; to += 4) {
		store_page(to, lanes);
		store_page(to + 1, lanes);
		store_page(to + 2, lanes);
		store_page(to + 3, lanes);
	}
	for (; to < end; to++)
		store_page(to, lanes);
}
