// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Initializers that are wrong are found, whatever they try, and cost nobody else anything. */
#include <errno.h>

#include "support.h"

/* Which call of a wrong initializer is the one that goes wrong, from 1, and how many there were. */
static unsigned int wrong_call, calls;

static int naive(const struct mms_job *job)
{
	return find_initializer("naive")->init(job);
}

static int do_nothing(const struct mms_job *job)
{
	(void)job;
	return ++calls >= wrong_call ? 0 : naive(job);
}

static int flip_a_bit(const struct mms_job *job)
{
	int error = naive(job);

	if (++calls == wrong_call)
		((unsigned char *)mms_job_page(job, job->start_pfn + 777))[33] ^= 0x10;
	return error;
}

static int forget_the_last_page(const struct mms_job *job)
{
	struct mms_job shorter = *job;

	shorter.end_pfn--;
	return naive(&shorter);
}

static int write_to_a_shared_tail(const struct mms_job *job)
{
	int error = naive(job);

	if (++calls == wrong_call)
		mms_job_page(job, job->start_pfn + MMS_VMEMMAP_RESERVE_PAGES)->flags = 0;
	return error;
}

static int write_to_a_shared_tail_and_give_up(const struct mms_job *job)
{
	write_to_a_shared_tail(job);
	return calls >= wrong_call ? -EIO : 0;
}

static int return_an_error(const struct mms_job *job)
{
	return ++calls == wrong_call ? -EIO : naive(job);
}

enum { FIRST_BINDS = 2, REBINDS = 10, SEED = 7 };

/* The call, of those to one initializer, that is rebind number @round. */
static unsigned int call_of_rebind(unsigned int round)
{
	return 1 + FIRST_BINDS + round; /* the warm-up is a call, too */
}

static struct mms_geometry single_pages(void)
{
	return make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
}

static struct mms_geometry shared_tails(void)
{
	return make_geometry("v7.2", MMS_MODE_DEVDAX, MMS_MAP_MEM, 66 * MIB);
}

/*
 * Run @init between two good ones, wrong from or in its call number @call. They must come through;
 * its row's failure is returned.
 */
static struct mms_failure run_wrong(struct mms_geometry geometry,
                                    int (*init)(const struct mms_job *), unsigned int call)
{
	const struct mms_initializer wrong = {.name = "wrong", .cuttable = true, .init = init};
	const struct mms_initializer *initializers[] = {find_initializer("naive"), &wrong,
	                                                find_initializer("template-movnti")};
	struct mms_rebind_config config = make_config(&geometry, initializers, 3);
	struct mms_failure failure;
	struct mms_rebind_result *result;

	config.first_binds = FIRST_BINDS;
	config.rebinds = REBINDS;
	config.seed = SEED;
	wrong_call = call;
	calls = 0;
	result = run_experiment(&config);
	assert_false(result->ok);
	assert_row_right(&config, &result->rows[0]);
	assert_row_right(&config, &result->rows[2]);
	assert_true(result->rows[0].ratio_to_naive.median == 1);
	assert_false(result->rows[1].verified);
	assert_int_equal(result->rows[1].first_bind.count, 0);
	assert_int_equal(result->rows[1].rebind.count, 0);
	assert_true(result->rows[1].ratio_to_naive.median == 0);
	failure = result->rows[1].failure;
	mms_rebind_free(result);
	return failure;
}

static void assert_failed_in(const struct mms_failure *failure, const char *stage,
                             unsigned int turn)
{
	assert_string_equal(failure->stage, stage);
	assert_int_equal(failure->turn, turn);
}

static void doing_nothing_is_found_at_once(void **state)
{
	struct mms_failure failure = run_wrong(single_pages(), do_nothing, 1);

	(void)state;
	assert_failed_in(&failure, "warm-up", 1);
	assert_int_equal(failure.report.mismatches, single_pages().nr_initialised);
	assert_int_equal(calls, 1); /* it is not run again */
}

/* The memory is right already, but for the dirt. */
static void doing_nothing_later_is_found(void **state)
{
	struct mms_failure failure;

	(void)state;
	failure = run_wrong(single_pages(), do_nothing, 2);
	assert_failed_in(&failure, "first bind", 1);
	failure = run_wrong(single_pages(), do_nothing, call_of_rebind(1));
	assert_failed_in(&failure, "rebind", 1);
	failure = run_wrong(single_pages(), do_nothing, call_of_rebind(REBINDS));
	assert_failed_in(&failure, "rebind", REBINDS);
}

static void a_wrong_bit_is_found(void **state)
{
	struct mms_failure failure = run_wrong(single_pages(), flip_a_bit, 1);
	struct mms_geometry geometry = single_pages();
	uint64_t pfn = mms_geometry_device_pfns(&geometry, 0).start + 777;

	(void)state;
	assert_failed_in(&failure, "warm-up", 1);
	assert_int_equal(failure.error, 0);
	assert_int_equal(failure.report.mismatches, 1);
	assert_int_equal(failure.report.first_pfn, pfn);
	assert_int_equal(failure.report.expected[33] ^ failure.report.found[33], 0x10);
}

static void a_forgotten_page_is_found(void **state)
{
	struct mms_failure failure = run_wrong(single_pages(), forget_the_last_page, 1);

	(void)state;
	assert_failed_in(&failure, "warm-up", 1);
	assert_int_equal(failure.report.mismatches, 1);
}

static void errors_are_told(void **state)
{
	struct mms_rebind_row row = {.initializer = find_initializer("naive")};
	char sentence[256];

	(void)state;
	row.failure = run_wrong(single_pages(), return_an_error, 2);
	assert_failed_in(&row.failure, "first bind", 1);
	assert_int_equal(row.failure.error, -EIO);
	mms_rebind_describe_failure(&row, sentence, sizeof(sentence));
	assert_string_equal(sentence, "initializer naive failed in first bind 1: it returned -5 "
	                              "(Input/output error)");
	row.failure = run_wrong(single_pages(), return_an_error, call_of_rebind(3));
	assert_failed_in(&row.failure, "rebind", 3);
}

/* In every round, compared or not: else what it left would be held against the next one. */
static void writing_where_nothing_is_gets_blamed_on_who_did_it(void **state)
{
	(void)state;
	for (unsigned int round = 1; round <= REBINDS; round++) {
		struct mms_failure failure =
			run_wrong(shared_tails(), write_to_a_shared_tail, call_of_rebind(round));

		assert_failed_in(&failure, "rebind", round);
		assert_int_not_equal(failure.report.guards, 0);
	}
}

static void giving_up_excuses_nothing(void **state)
{
	struct mms_failure failure =
		run_wrong(shared_tails(), write_to_a_shared_tail_and_give_up, call_of_rebind(2));

	(void)state;
	assert_failed_in(&failure, "rebind", 2);
	assert_int_equal(failure.error, -EIO);
}

static void with_all_wrong_the_rest_is_empty(void **state)
{
	const struct mms_initializer wrong = {
		.name = "naive", .cuttable = true, .init = do_nothing};
	const struct mms_initializer *initializer = &wrong;
	struct mms_geometry geometry = single_pages();
	struct mms_rebind_config config = make_config(&geometry, &initializer, 1);
	struct mms_rebind_result *result;

	(void)state;
	wrong_call = 1;
	calls = 0;
	result = run_experiment(&config);
	assert_false(result->ok);
	assert_int_equal(result->mapping.count, 0);
	mms_rebind_free(result);

	/* Cold, there is no dirt before the first bind, but untouched memory is wrong as well. */
	config.cold = true;
	config.first_binds = 1;
	result = run_experiment(&config);
	assert_false(result->ok);
	assert_failed_in(&result->rows[0].failure, "first bind", 1);
	mms_rebind_free(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doing_nothing_is_found_at_once),
		cmocka_unit_test(doing_nothing_later_is_found),
		cmocka_unit_test(a_wrong_bit_is_found),
		cmocka_unit_test(a_forgotten_page_is_found),
		cmocka_unit_test(errors_are_told),
		cmocka_unit_test(writing_where_nothing_is_gets_blamed_on_who_did_it),
		cmocka_unit_test(giving_up_excuses_nothing),
		cmocka_unit_test(with_all_wrong_the_rest_is_empty),
	};

	return cmocka_run_group_tests_name("wrong initializers", tests, NULL, NULL);
}
