// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "rounds.h"

#include <errno.h>
#include <stdlib.h>

#include "bootstrap.h"
#include "error.h"

bool mms_rounds_look_now(unsigned int done)
{
	unsigned int look = MMS_ROUNDS_FEWEST;

	while (look < done)
		look += look / 10;
	return look == done;
}

bool mms_rounds_precise(const struct mms_samples *samples, const struct mms_samples *base,
                        double precision, double *scratch)
{
	const struct mms_series series = {
		.samples = samples->ns,
		.base = base ? base->ns : NULL,
		.count = samples->count,
	};
	struct mms_interval interval = mms_bootstrap_median(&series, scratch);

	return interval.high - interval.low < precision * (interval.high + interval.low) / 2;
}

static void end_with(struct mms_verified_rounds *verified, unsigned int last)
{
	verified->nr_rounds = last;
	verified->rounds[verified->count - 1] = last;
}

void mms_rounds_choose(struct mms_verified_rounds *verified, unsigned int most, double precision,
                       uint64_t *random)
{
	bool open = precision > 0 && most > MMS_ROUNDS_FEWEST;

	mms_verified_choose(verified, open ? MMS_ROUNDS_FEWEST : most, random);
	end_with(verified, most);
}

static bool enough(const struct mms_rounds *rounds, unsigned int done, double *scratch)
{
	return rounds->precision > 0 && done + 1 < rounds->verified->nr_rounds &&
	       mms_rounds_look_now(done) && rounds->is_precise(rounds->experiment, scratch);
}

int mms_rounds_run(const struct mms_rounds *rounds)
{
	double *scratch = calloc(rounds->most, sizeof(*scratch));
	int error = 0;

	if (!scratch)
		return mms_fail(ENOMEM, "out of memory for statistics");
	for (unsigned int round = 1; round <= rounds->verified->nr_rounds && !error; round++) {
		error = rounds->take(rounds->experiment, round);
		if (!error && enough(rounds, round, scratch))
			end_with(rounds->verified, round + 1);
	}
	free(scratch);
	return error;
}
