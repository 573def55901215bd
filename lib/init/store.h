/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How runs are written, apart from what they hold: one function per way and instruction set, each
 * in a file of its own that is compiled for it.
 */
#ifndef LIB_INIT_STORE_H
#define LIB_INIT_STORE_H

#include "init/plan.h"

/* The block of prepared pages that a store may copy from; its contents last from run to run. */
#define MMS_BLOCK_PAGES 4096 /* 256 KiB, for any L2 */
struct mms_block {
	struct mms_page pages[MMS_BLOCK_PAGES];
	uint64_t nr_pages; /* copies of the same page that it holds, 0 at first */
};

/*
 * Write @run. What is non-temporal in it is drained by the caller, once. @block may be NULL for
 * runs of pages with own lists, which can't be repeated.
 */
typedef void mms_store_fn(const struct mms_run *run, struct mms_block *block);

mms_store_fn mms_store_movnti, mms_store_erms;
mms_store_fn mms_store_stream_avx2, mms_store_stream_avx512;
mms_store_fn mms_store_temporal_sse2, mms_store_temporal_avx2, mms_store_temporal_avx512;

#endif
