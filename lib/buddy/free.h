/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef LIB_BUDDY_FREE_H
#define LIB_BUDDY_FREE_H

#include <memmapsim/buddy.h>

/* Free all pages of @job, every one of which is free memory. */
typedef void mms_free_pages_fn(struct mms_buddy *buddy, const struct mms_job *job);

/* The function that was compiled for @kernel, or for any. */
mms_free_pages_fn *mms_free_pages_of(const struct mms_kernel *kernel);

#endif
