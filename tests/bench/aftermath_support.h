/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the tests of the aftermath experiment share. */
#ifndef TESTS_BENCH_AFTERMATH_SUPPORT_H
#define TESTS_BENCH_AFTERMATH_SUPPORT_H

#include "aftermath.h"
#include "support.h"

#define PART(part) (1u << MMS_AFTERMATH_##part)

/* A config for @count @initializers and these @parts: 4 rounds. */
struct mms_aftermath_config make_aftermath(const struct mms_geometry *geometry,
                                           const struct mms_initializer *const *initializers,
                                           size_t count, unsigned int parts);

/* Run it; what fails, fails the test. */
struct mms_aftermath_result *run_aftermath(const struct mms_aftermath_config *config);

/* Fail the test, saying why, unless the row is verified. */
void assert_right(const struct mms_aftermath_row *row);

/* That a row has all samples of a step, and what follows from them. */
void assert_timed(const struct mms_aftermath_config *config,
                  const struct mms_aftermath_result *result, size_t row, size_t step);

/* The same of all steps that it has; and that it is right. */
void assert_all_timed(const struct mms_aftermath_config *config,
                      const struct mms_aftermath_result *result, size_t row);

#endif
