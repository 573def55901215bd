/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* In which rounds of an experiment all that was initialized is compared with the oracle. */
#ifndef BENCH_VERIFIED_ROUNDS_H
#define BENCH_VERIFIED_ROUNDS_H

#include <stdbool.h>
#include <stdint.h>

#define MMS_MAX_VERIFIED 3

struct mms_verified_rounds {
	unsigned int nr_rounds; /* that there are in all */
	unsigned int count;
	unsigned int rounds[MMS_MAX_VERIFIED]; /* counted from 1, ascending */
};

/* The first, the last, and one in between that @random decides; all, if there are no more. */
void mms_verified_choose(struct mms_verified_rounds *verified, unsigned int nr_rounds,
                         uint64_t *random);

bool mms_verified_has(const struct mms_verified_rounds *verified, unsigned int round);

#endif
