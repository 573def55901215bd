/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Random descriptions of kernels that nobody has, as text. */
#ifndef TESTS_RANDOM_KERNEL_H
#define TESTS_RANDOM_KERNEL_H

#include "random_geometry.h"

/* A text that mms_kernel_parse() takes: rules, flags and metadata drawn anew, or left out. */
void random_kernel_text(struct random_source *random, char *text, size_t size);

/* The description that it makes. */
struct mms_kernel *random_kernel(struct random_source *random);

#endif
