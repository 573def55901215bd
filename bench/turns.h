/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How an experiment goes on, the same for all: who takes turns, in which order, what is told
 * meanwhile, and what happens to who fails. How often is said by rounds.h.
 */
#ifndef BENCH_TURNS_H
#define BENCH_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "verified_rounds.h"

/* Who wants to know how far an experiment is. */
struct mms_progress {
	/*
	 * Called, if not NULL, before each step: @done of @total are done, next is @name's @stage
	 * (NULL: for no initializer). Once more after the last one.
	 */
	void (*show)(void *context, uint64_t done, uint64_t total, const char *stage,
	             const char *name);
	void *context;
};

/* Of all experiments that are run together. */
struct mms_steps {
	uint64_t done, total;
};

/* One of those who take turns: a row of the result. */
struct mms_taker {
	const char *name;
	const bool *verified; /* once that is false, it has no more turns */
};

/* What is drawn anew for each turn. */
enum mms_turn_seed {
	MMS_SEED_DIRT,
	MMS_SEED_FAULTS,
};
#define MMS_NR_TURN_SEEDS 2

/* What takers do round by round. */
struct mms_stage {
	const char *name;
	/* Whether number @who takes part; NULL: all do. */
	bool (*has_part)(const void *experiment, size_t who);
	/*
	 * The turn of number @who, which adds what it measures to the result, or fails: then its
	 * row is not verified any more.
	 * @return 0, also if it failed; or why the experiment can't go on
	 */
	int (*take)(void *experiment, size_t who);

	/* For mms_turns_until_precise() only. */
	/* Called before each round, unless NULL. @return as take() */
	int (*begin_round)(void *experiment, unsigned int round);
	/* Whether all ratios are known well enough; see struct mms_rounds. */
	bool (*is_precise)(const void *experiment, double *scratch);
};

struct mms_turns {
	void *experiment; /* what callbacks get */
	const struct mms_progress *progress;
	struct mms_steps *steps;
	uint64_t random;       /* state: all randomness of the experiment comes from here */
	unsigned int nr_seeds; /* that the experiment needs, the first ones */
	/*
	 * Called after a turn in which number @who failed, to leave nothing of it to the next one;
	 * or NULL.
	 * @return 0; or why the experiment can't go on
	 */
	int (*repair)(void *experiment, size_t who);

	/* Of the turn that is being taken. */
	const struct mms_stage *stage;
	unsigned int round; /* from 1 */
	uint64_t seeds[MMS_NR_TURN_SEEDS];

	size_t count;
	struct mms_taker *takers;
	size_t *order; /* in this round */
};

/*
 * Make room for @room takers. What callbacks are, and what they get, is set already.
 * @turns: to be given to mms_turns_finish()
 * @return 0 or -ENOMEM
 */
int mms_turns_init(struct mms_turns *turns, size_t room);

/* Let one more take turns, for whom there must be room. */
void mms_turns_add(struct mms_turns *turns, const char *name, const bool *verified);

/* All 0 is fine. */
void mms_turns_finish(struct mms_turns *turns);

/* Tell the listener that @name's @stage is next. */
void mms_turns_tell(const struct mms_turns *turns, const char *stage, const char *name);

/* A round: let all that take part in @stage and didn't fail take their turn, in a new order. */
int mms_turns_round(struct mms_turns *turns, const struct mms_stage *stage, unsigned int round);

/* Rounds 1 to @rounds. */
int mms_turns_rounds(struct mms_turns *turns, const struct mms_stage *stage, unsigned int rounds);

/*
 * The rounds whose times count: @most, or as many as it takes to @precision. @verified is as
 * mms_rounds_choose() left it.
 */
int mms_turns_until_precise(struct mms_turns *turns, const struct mms_stage *stage,
                            unsigned int most, double precision,
                            struct mms_verified_rounds *verified);

#endif
