// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "verified_rounds.h"

#include "random.h"

void mms_verified_choose(struct mms_verified_rounds *verified, unsigned int nr_rounds,
                         uint64_t *random)
{
	verified->nr_rounds = nr_rounds;
	verified->count = nr_rounds < MMS_MAX_VERIFIED ? nr_rounds : MMS_MAX_VERIFIED;
	for (unsigned int i = 0; i < verified->count; i++)
		verified->rounds[i] = i + 1;
	if (nr_rounds <= MMS_MAX_VERIFIED)
		return;
	verified->rounds[1] = 2 + (unsigned int)mms_random_below(random, nr_rounds - 2);
	verified->rounds[2] = nr_rounds;
}

bool mms_verified_has(const struct mms_verified_rounds *verified, unsigned int round)
{
	for (unsigned int i = 0; i < verified->count; i++)
		if (verified->rounds[i] == round)
			return true;
	return false;
}
