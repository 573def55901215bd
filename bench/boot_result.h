/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How a result comes to be; for the experiment itself. */
#ifndef BENCH_BOOT_RESULT_H
#define BENCH_BOOT_RESULT_H

#include "boot.h"

/* How many ways to bind there are, of all initializers: rows of the result. */
size_t mms_boot_nr_rows(const struct mms_boot_config *config);

/* A result with all rows and room for all samples. @return NULL: out of memory */
struct mms_boot_result *mms_boot_result_create(const struct mms_boot_config *config);

/*
 * Whether ratios of when all is usable are known to the config's precision. @scratch: room for as
 * many values as there are boots
 */
bool mms_boot_is_precise(const struct mms_boot_result *result, const struct mms_boot_config *config,
                         double *scratch);

/* Work out everything that follows from the samples. @return 0 or -ENOMEM */
int mms_boot_result_finish(struct mms_boot_result *result, const struct mms_boot_config *config);

#endif
