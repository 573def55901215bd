/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Rows of normal memory: making them, and what is worked out of them. */
#ifndef BENCH_NORMAL_RESULT_H
#define BENCH_NORMAL_RESULT_H

#include "normal.h"

/* How many rows a config asks for. */
size_t mms_normal_nr_rows(const struct mms_normal_config *config);

/* All rows, verified so far, with room for their samples. NULL: out of memory */
struct mms_normal_result *mms_normal_result_create(const struct mms_normal_config *config);

/*
 * Whether ratios of totals to naive, or the first initializer, or if there is one only its totals,
 * are known to the config's precision. @scratch: room for as many values as there are rounds
 */
bool mms_normal_is_precise(const struct mms_normal_result *result,
                           const struct mms_normal_config *config, double *scratch);

/* Work out all that follows from the samples. @return 0 or -ENOMEM */
int mms_normal_result_finish(struct mms_normal_result *result,
                             const struct mms_normal_config *config);

/*
 * Have the store tracer look at each initializer, on memory of its own.
 * @next: called before each
 * @return 0, also if this process may not trace; or what failed
 */
int mms_normal_trace(const struct mms_normal_config *config, struct mms_normal_result *result,
                     void (*next)(void *context, const char *name), void *context);

#endif
