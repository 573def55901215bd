// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "turns.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "random.h"
#include "rounds.h"

int mms_turns_init(struct mms_turns *turns, size_t room)
{
	turns->takers = calloc(room, sizeof(*turns->takers));
	turns->order = calloc(room, sizeof(*turns->order));
	if (!turns->takers || !turns->order)
		return mms_fail(ENOMEM, "out of memory for the order of %zu turns", room);
	return 0;
}

void mms_turns_add(struct mms_turns *turns, const char *name, const bool *verified)
{
	turns->takers[turns->count++] = (struct mms_taker){name, verified};
}

void mms_turns_finish(struct mms_turns *turns)
{
	free(turns->takers);
	free(turns->order);
}

void mms_turns_tell(const struct mms_turns *turns, const char *stage, const char *name)
{
	const struct mms_progress *progress = turns->progress;

	if (progress->show)
		progress->show(progress->context, turns->steps->done, turns->steps->total, stage,
		               name);
}

int mms_turns_round(struct mms_turns *turns, const struct mms_stage *stage, unsigned int round)
{
	turns->stage = stage;
	turns->round = round;
	mms_random_order(&turns->random, turns->order, turns->count);
	for (size_t i = 0; i < turns->count; i++) {
		size_t who = turns->order[i];
		const struct mms_taker *taker = &turns->takers[who];
		int error = 0;

		if (stage->has_part && !stage->has_part(turns->experiment, who))
			continue;
		/* Drawn in any case, so that a failure changes nothing for the others. */
		for (unsigned int j = 0; j < turns->nr_seeds; j++)
			turns->seeds[j] = mms_random(&turns->random);
		mms_turns_tell(turns, stage->name, taker->name);
		if (*taker->verified) {
			error = stage->take(turns->experiment, who);
			if (!error && !*taker->verified && turns->repair)
				error = turns->repair(turns->experiment, who);
		}
		if (error)
			return error;
		turns->steps->done++;
	}
	return 0;
}

int mms_turns_rounds(struct mms_turns *turns, const struct mms_stage *stage, unsigned int rounds)
{
	int error = 0;

	for (unsigned int round = 1; round <= rounds && !error; round++)
		error = mms_turns_round(turns, stage, round);
	return error;
}

/* What struct mms_rounds calls. */
struct timed {
	struct mms_turns *turns;
	const struct mms_stage *stage;
};

static int take_round(void *context, unsigned int round)
{
	const struct timed *timed = context;
	const struct mms_stage *stage = timed->stage;
	int error = 0;

	if (stage->begin_round)
		error = stage->begin_round(timed->turns->experiment, round);
	return error ? error : mms_turns_round(timed->turns, stage, round);
}

static bool is_precise(const void *context, double *scratch)
{
	const struct timed *timed = context;

	return timed->stage->is_precise(timed->turns->experiment, scratch);
}

int mms_turns_until_precise(struct mms_turns *turns, const struct mms_stage *stage,
                            unsigned int most, double precision,
                            struct mms_verified_rounds *verified)
{
	struct timed timed = {turns, stage};
	const struct mms_rounds rounds = {
		.most = most,
		.precision = precision,
		.verified = verified,
		.experiment = &timed,
		.take = take_round,
		.is_precise = is_precise,
	};

	return mms_rounds_run(&rounds);
}
