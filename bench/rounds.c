// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "rounds.h"

#include "bootstrap.h"

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

void mms_rounds_choose_verified(struct mms_verified_rounds *verified, unsigned int most,
                                uint64_t *random)
{
	mms_verified_choose(verified, most < MMS_ROUNDS_FEWEST ? most : MMS_ROUNDS_FEWEST, random);
	mms_rounds_end_with(verified, most);
}

void mms_rounds_end_with(struct mms_verified_rounds *verified, unsigned int last)
{
	verified->rounds[verified->count - 1] = last;
}
