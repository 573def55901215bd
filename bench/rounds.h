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

/* So many rounds, or as many as the ratios need that an experiment is about. */
struct mms_rounds {
	unsigned int most;
	double precision; /* that ratios need, see mms_rounds_precise(); 0: there are @most */
	struct mms_verified_rounds *verified; /* as mms_rounds_choose() left them */
	void *experiment;                     /* what callbacks get */
	/* @return 0, or why the experiment can't go on */
	int (*take)(void *experiment, unsigned int round);
	/* Whether all ratios are known to @precision; @scratch has room for @most values. */
	bool (*is_precise)(const void *experiment, double *scratch);
};

/*
 * Which of @most rounds are verified, as mms_verified_choose(). If there is a @precision, there may
 * be fewer, and the last one that is verified stays open until mms_rounds_run() knows it.
 */
void mms_rounds_choose(struct mms_verified_rounds *verified, unsigned int most, double precision,
                       uint64_t *random);

/*
 * Take all rounds. Those that end because they are precise have one more, which is verified.
 * @return 0; -ENOMEM; or what a round returned
 */
int mms_rounds_run(const struct mms_rounds *rounds);

#endif
