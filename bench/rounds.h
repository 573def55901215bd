/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How many rounds an experiment has that goes on until its ratios are known well enough. */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

#include <stdbool.h>

#include "statistics.h"
#include "verified_rounds.h"

/* Fewer say too little of how sure they are. */
#define MMS_ROUNDS_FEWEST 20

/* Whether to look after @done rounds: after the fewest, and whenever there are a tenth more. */
bool mms_rounds_look_now(unsigned int done);

/*
 * Whether the interval of the median of @samples / @base, or of @samples if that is NULL, is
 * narrower than @precision (0.02) of it. @scratch has room for as many.
 */
bool mms_rounds_precise(const struct mms_samples *samples, const struct mms_samples *base,
                        double precision, double *scratch);

/*
 * As mms_verified_choose(), where @most rounds are the most there may be: the last one that is
 * chosen stays open until mms_rounds_end_with() says which it is.
 */
void mms_rounds_choose_verified(struct mms_verified_rounds *verified, unsigned int most,
                                uint64_t *random);
void mms_rounds_end_with(struct mms_verified_rounds *verified, unsigned int last);

#endif
