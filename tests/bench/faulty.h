/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What initializers do that are wrong, for the tests of several experiments. */
#ifndef TESTS_BENCH_FAULTY_H
#define TESTS_BENCH_FAULTY_H

#include <stdbool.h>

#include <memmapsim/init.h>

/* Let so many calls of those that are said to be wrong in the end be right, from now on. */
void faulty_begin(unsigned int good_calls);

/* Whether this call is one of those. */
bool faulty_is_good_yet(void);

int faulty_nothing(const struct mms_job *job);

/* Nothing, in the end. */
int faulty_lazy(const struct mms_job *job);

/* All but the last page, unless that is the geometry's last. */
int faulty_borders(const struct mms_job *job);

/* Nothing but an error, in the last part if it isn't the only one. */
int faulty_last_part(const struct mms_job *job);

/* Right, but behind the array, where in a file there are canaries, it writes as well. */
int faulty_scribble(const struct mms_job *job);

#endif
