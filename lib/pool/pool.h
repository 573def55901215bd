/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef LIB_POOL_POOL_H
#define LIB_POOL_POOL_H

#include <memmapsim/pool.h>

/* Whether a schedule was made for the workers that a pool has. */
bool mms_pool_fits(const struct mms_pool *pool, const struct mms_schedule *schedule);

/* Its workers, mms_pool_threads() of them. */
const struct mms_worker *mms_pool_workers(const struct mms_pool *pool);

/* Whether the pool can run @initializer by @schedule. @return 0, or -EINVAL, with a sentence */
int mms_pool_check(const struct mms_pool *pool, const struct mms_initializer *initializer,
                   const struct mms_schedule *schedule);

/*
 * mms_pool_run(), with any function in the place of mms_init_range(): @each(@context, job) is
 * called for parts of the schedule's jobs, by many workers at once, until one fails.
 */
int mms_pool_each(struct mms_pool *pool, const struct mms_schedule *schedule,
                  int (*each)(void *context, const struct mms_job *job), void *context);

#endif
