/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How a result comes to be; for the experiment itself. */
#ifndef BENCH_AFTERMATH_RESULT_H
#define BENCH_AFTERMATH_RESULT_H

#include "aftermath_bench.h"

/* Which core, which other one, and which sizes of caches steps go by. */
void mms_aftermath_describe_machine(const struct mms_aftermath_bench *bench);

/* All rows, with room for the samples of all steps that there are now. @return 0 or -ENOMEM */
int mms_aftermath_result_add_rows(struct mms_aftermath_result *result,
                                  const struct mms_aftermath_config *config);

/*
 * Whether ratios to none, and of back after each to back in the end, are known to the config's
 * precision. @scratch: room for as many values as there are rounds
 */
bool mms_aftermath_is_precise(const struct mms_aftermath_result *result,
                              const struct mms_aftermath_config *config, double *scratch);

/* Work out everything that follows from the samples. @return 0 or -ENOMEM */
int mms_aftermath_result_finish(struct mms_aftermath_result *result,
                                const struct mms_aftermath_config *config);

#endif
