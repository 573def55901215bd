/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef LIB_PAGE_KERNEL_H
#define LIB_PAGE_KERNEL_H

#include <memmapsim/kernel.h>

/*
 * The index of a built-in description, by which loops compiled for it are found; mms_kernel_count()
 * for one that is somebody's own.
 */
size_t mms_kernel_index(const struct mms_kernel *kernel);

#endif
