/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How a result comes to be; for the experiment itself. */
#ifndef BENCH_REBIND_RESULT_H
#define BENCH_REBIND_RESULT_H

#include "rebind.h"

/* How many take turns: initializers and fills. */
size_t mms_rebind_nr_rows(const struct mms_rebind_config *config);

/* A result with room for all samples of @config. @return NULL: out of memory */
struct mms_rebind_result *mms_rebind_result_create(const struct mms_rebind_config *config);

/* Add a sample where there is room for it. */
void mms_samples_add(struct mms_samples *samples, uint64_t ns);

/* Work out everything that follows from the samples. @return 0 or -ENOMEM */
int mms_rebind_result_finish(struct mms_rebind_result *result,
                             const struct mms_rebind_config *config);

#endif
