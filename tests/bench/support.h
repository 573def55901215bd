/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the tests of experiments share; it comes with all that cmocka needs. */
#ifndef TESTS_BENCH_SUPPORT_H
#define TESTS_BENCH_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rebind.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/*
 * Experiments that go on until ratios are precise: any interval will do, so that there is one round
 * after the first look; or none is narrow enough.
 */
struct precision_case {
	double precision;
	unsigned int most, rounds; /* that there may be, and that there are */
};
extern const struct precision_case precision_cases[2];

/* A namespace at 1 TiB with alignment 2 MiB. */
struct mms_geometry make_geometry(const char *kernel, enum mms_mode mode, enum mms_map map,
                                  uint64_t size);

/* MemAvailable of /proc/meminfo, in bytes. */
uint64_t available_memory(void);

const struct mms_initializer *find_initializer(const char *name);

/* A config for @count @initializers: 2 first binds, 4 rebinds. */
struct mms_rebind_config make_config(const struct mms_geometry *geometry,
                                     const struct mms_initializer *const *initializers,
                                     size_t count);

/* Run it; what fails, fails the test. */
struct mms_rebind_result *run_experiment(const struct mms_rebind_config *config);

/* Fail the test, saying why, unless the row is verified and has all its samples. */
void assert_row_right(const struct mms_rebind_config *config, const struct mms_rebind_row *row);

#endif
