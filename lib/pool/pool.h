/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef LIB_POOL_POOL_H
#define LIB_POOL_POOL_H

#include <memmapsim/pool.h>

/* Whether a schedule was made for the workers that a pool has. */
bool mms_pool_fits(const struct mms_pool *pool, const struct mms_schedule *schedule);

/* Its workers, mms_pool_threads() of them. */
const struct mms_worker *mms_pool_workers(const struct mms_pool *pool);

#endif
