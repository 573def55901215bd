/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the init layer has for those above it. */
#ifndef LIB_INIT_INIT_H
#define LIB_INIT_INIT_H

#include <memmapsim/init.h>

/* The lowest CPU feature that @initializer needs and this CPU lacks; 0 if it has all. */
unsigned int mms_initializer_missing_cpu(const struct mms_initializer *initializer);

/* Whether this CPU runs @initializer. @return 0, or -EOPNOTSUPP, with a sentence */
int mms_initializer_check_cpu(const struct mms_initializer *initializer);

/* All of the altmap's own pages as a job. @return false: there are none, and so nothing to do */
bool mms_altmap_job_create(struct mms_memmap *map, struct mms_job *job);

/* mms_init_altmap() for that job, or any part of it. */
void mms_init_altmap_job(const struct mms_job *job);

#endif
