/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Comparing a run of struct pages with one image, at memory speed. */
#ifndef LIB_VERIFY_COMPARE_H
#define LIB_VERIFY_COMPARE_H

#include <stdint.h>

/*
 * How many of the @count pages at @pages equal @image (64 bytes each), up to the first that
 * doesn't.
 */
typedef uint64_t mms_compare_fn(const void *pages, const void *image, uint64_t count);

mms_compare_fn mms_compare_sse2, mms_compare_avx2, mms_compare_avx512;

/* The widest of them that this CPU runs. */
mms_compare_fn *mms_compare(void);

#endif
