/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Random geometries in tests: a round of a test starts from one number, its seed, and a failure
 * prints it in a line to be pasted into a shell.
 */
#ifndef TESTS_RANDOM_GEOMETRY_H
#define TESTS_RANDOM_GEOMETRY_H

#include "random_geometries.h"

/*
 * The seed of a test's first round; the following ones have the numbers after it. From the
 * environment variable MMS_TEST_SEED, or from the clock. Printed once per program.
 */
uint64_t random_first_seed(void);

/* Fail the test with the line that repeats the round, the geometry's options and a sentence. */
__attribute__((format(printf, 3, 4), noreturn)) void random_fail(const struct random_source *random,
                                                                 const struct random_geometry *made,
                                                                 const char *format, ...);

#endif
