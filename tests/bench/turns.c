// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Turns, as all experiments take them. */
#include <errno.h>

#include "rounds.h"
#include "support.h"
#include "turns.h"

enum { TAKERS = 5, ROUNDS = 6 };

/* An experiment that keeps who had which turn, and with which seeds. */
struct diary {
	struct mms_turns turns;
	struct mms_steps steps;
	struct mms_progress progress;
	bool verified[TAKERS];
	size_t count;
	struct entry {
		size_t who;
		unsigned int round;
		uint64_t dirt, faults;
	} entries[TAKERS * 60];
	size_t fails, fails_in; /* who, and in which round; 0: nobody does */
	int error;              /* that a turn of the one who fails returns */
	size_t repaired, told, begun;
};

static int take(void *context, size_t who)
{
	struct diary *diary = context;
	struct mms_turns *turns = &diary->turns;

	assert_in_range(diary->count, 0, COUNT(diary->entries) - 1);
	diary->entries[diary->count++] = (struct entry){
		who, turns->round, turns->seeds[MMS_SEED_DIRT], turns->seeds[MMS_SEED_FAULTS]};
	if (turns->round != diary->fails_in || who != diary->fails)
		return 0;
	diary->verified[who] = false;
	return diary->error;
}

static int repair(void *context, size_t who)
{
	struct diary *diary = context;

	assert_int_equal(who, diary->fails);
	diary->repaired++;
	return 0;
}

static void hear(void *context, uint64_t done, uint64_t total, const char *stage, const char *name)
{
	struct diary *diary = context;

	assert_int_equal(done, diary->told++);
	assert_int_equal(total, TAKERS * ROUNDS);
	assert_string_equal(stage, "test");
	assert_string_equal(name, "taker");
}

static void open_diary(struct diary *diary, uint64_t seed)
{
	*diary = (struct diary){
		.steps.total = TAKERS * ROUNDS,
		.progress = {hear, diary},
		.turns =
			{
				.experiment = diary,
				.progress = &diary->progress,
				.steps = &diary->steps,
				.random = seed,
				.nr_seeds = MMS_NR_TURN_SEEDS,
				.repair = repair,
			},
	};
	assert_int_equal(mms_turns_init(&diary->turns, TAKERS), 0);
	for (size_t i = 0; i < TAKERS; i++) {
		diary->verified[i] = true;
		mms_turns_add(&diary->turns, "taker", &diary->verified[i]);
	}
}

static const struct mms_stage all = {.name = "test", .take = take};

static void all_have_a_turn_in_each_round(void **state)
{
	unsigned int other_orders = 0;
	struct diary diary;

	(void)state;
	open_diary(&diary, 3);
	assert_int_equal(mms_turns_rounds(&diary.turns, &all, ROUNDS), 0);
	assert_int_equal(diary.count, TAKERS * ROUNDS);
	assert_int_equal(diary.steps.done, TAKERS * ROUNDS);
	for (size_t round = 0; round < ROUNDS; round++) {
		const struct entry *entries = &diary.entries[TAKERS * round];
		unsigned int had = 0;

		for (size_t i = 0; i < TAKERS; i++) {
			assert_int_equal(entries[i].round, round + 1);
			had |= 1u << entries[i].who;
			other_orders += entries[i].who != diary.entries[i].who;
		}
		assert_int_equal(had, (1u << TAKERS) - 1);
	}
	assert_true(other_orders > 0);
	mms_turns_finish(&diary.turns);
}

/* Whoever fails: the others have the same turns, in the same order, with the same seeds. */
static void a_failure_changes_nothing_for_the_others(void **state)
{
	struct diary good, bad;
	size_t j = 0;

	(void)state;
	open_diary(&good, 3);
	open_diary(&bad, 3);
	bad.fails = 2;
	bad.fails_in = 3;
	assert_int_equal(mms_turns_rounds(&good.turns, &all, ROUNDS), 0);
	assert_int_equal(mms_turns_rounds(&bad.turns, &all, ROUNDS), 0);
	assert_int_equal(bad.repaired, 1);
	assert_int_equal(bad.count, TAKERS * ROUNDS - (ROUNDS - 3));
	assert_int_equal(bad.steps.done, TAKERS * ROUNDS);
	for (size_t i = 0; i < good.count; i++) {
		if (good.entries[i].who == bad.fails && good.entries[i].round > bad.fails_in)
			continue;
		assert_memory_equal(&good.entries[i], &bad.entries[j++], sizeof(struct entry));
	}
	assert_int_equal(j, bad.count);
	mms_turns_finish(&good.turns);
	mms_turns_finish(&bad.turns);
}

static bool is_even(const void *context, size_t who)
{
	(void)context;
	return who % 2 == 0;
}

static void stages_may_be_for_some(void **state)
{
	const struct mms_stage some = {.name = "test", .has_part = is_even, .take = take};
	struct diary diary;

	(void)state;
	open_diary(&diary, 4);
	assert_int_equal(mms_turns_round(&diary.turns, &some, 1), 0);
	assert_int_equal(diary.count, 3);
	for (size_t i = 0; i < diary.count; i++)
		assert_int_equal(diary.entries[i].who % 2, 0);
	mms_turns_finish(&diary.turns);
}

static void an_error_ends_everything(void **state)
{
	struct diary diary;

	(void)state;
	open_diary(&diary, 3);
	diary.fails = 1;
	diary.fails_in = 2;
	diary.error = -ENOMEM;
	assert_int_equal(mms_turns_rounds(&diary.turns, &all, ROUNDS), -ENOMEM);
	assert_int_equal(diary.repaired, 0);
	assert_int_equal(diary.entries[diary.count - 1].who, 1);
	assert_int_equal(diary.entries[diary.count - 1].round, 2);
	mms_turns_finish(&diary.turns);
}

static int begin(void *context, unsigned int round)
{
	struct diary *diary = context;

	assert_int_equal(round, ++diary->begun);
	return 0;
}

/* From the 31st round on, at the next look. */
static bool is_precise(const void *context, double *scratch)
{
	const struct diary *diary = context;

	scratch[59] = 0;
	return diary->turns.round >= 31;
}

static void rounds_go_on_until_it_is_enough(void **state)
{
	const struct mms_stage stage = {
		.name = "test", .take = take, .begin_round = begin, .is_precise = is_precise};
	struct mms_verified_rounds verified;
	struct diary diary;

	(void)state;
	open_diary(&diary, 3);
	diary.progress.show = NULL;
	mms_rounds_choose(&verified, 60, 0.1, &diary.turns.random);
	assert_int_equal(mms_turns_until_precise(&diary.turns, &stage, 60, 0.1, &verified), 0);
	assert_int_equal(verified.nr_rounds, diary.begun);
	assert_int_equal(verified.rounds[2], diary.begun);
	assert_int_equal(diary.count, TAKERS * diary.begun);
	assert_in_range(diary.begun, 32, 40);
	mms_turns_finish(&diary.turns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_have_a_turn_in_each_round),
		cmocka_unit_test(a_failure_changes_nothing_for_the_others),
		cmocka_unit_test(stages_may_be_for_some),
		cmocka_unit_test(an_error_ends_everything),
		cmocka_unit_test(rounds_go_on_until_it_is_enough),
	};

	return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
