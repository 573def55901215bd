/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How a result comes to be; for the experiment itself. */
#ifndef BENCH_USABLE_RESULT_H
#define BENCH_USABLE_RESULT_H

#include "usable.h"

/* How many ways to bind there are: rows of the result. */
size_t mms_usable_nr_rows(const struct mms_usable_config *config);

/* A result with all rows and room for all samples. @return NULL: out of memory */
struct mms_usable_result *mms_usable_result_create(const struct mms_usable_config *config);

/*
 * Whether all done_to_parallel are known to the config's precision. @scratch: room for as many
 * values as there are binds
 */
bool mms_usable_is_precise(const struct mms_usable_result *result,
                           const struct mms_usable_config *config, double *scratch);

/* Work out everything that follows from the samples. @return 0 or -ENOMEM */
int mms_usable_result_finish(struct mms_usable_result *result,
                             const struct mms_usable_config *config);

#endif
