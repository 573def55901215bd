// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* That the aftermath experiment finds what is wrong, and knows whose it is. */
#include <errno.h>

#include "aftermath_support.h"
#include "faulty.h"

static int return_error(const struct mms_job *job)
{
	(void)job;
	return -EIO;
}

/* Right where whole ranges are initialized, but not at the borders of parts. */
static int forget_borders(const struct mms_job *job)
{
	struct mms_job shorter = *job;

	if (job->end_pfn < job->geometry->end_pfn)
		shorter.end_pfn -= MMS_PAGEBLOCK_NR_PAGES;
	return find_initializer("naive")->init(&shorter);
}

/* Right, but for a page that no code writes, which nobody after it puts right. */
static int trespass(const struct mms_job *job)
{
	mms_job_page(job, job->geometry->start_pfn)->flags++;
	return find_initializer("naive")->init(job);
}

static void what_is_wrong_is_found_and_costs_nobody_else_anything(void **state)
{
	static const struct mms_initializer wrong[] = {
		{.name = "lazy", .cuttable = true, .init = faulty_nothing},
		{.name = "failing", .cuttable = true, .init = return_error},
		{.name = "vandal", .cuttable = true, .init = faulty_scribble},
		{.name = "forgetful", .cuttable = true, .init = forget_borders},
		{.name = "trespasser", .cuttable = true, .init = trespass},
	};
	const struct mms_initializer *all[] = {&wrong[0], &wrong[1], &wrong[2],
	                                       &wrong[3], &wrong[4], find_initializer("naive")};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_aftermath_config config =
		make_aftermath(&geometry, all, 6, PART(READ) | PART(FAULT) | PART(WRITER));
	struct mms_aftermath_result *result;
	char sentence[320];

	(void)state;
	config.memmap.backing = MMS_BACKING_FILE;
	config.memmap.file = "/tmp";
	result = run_aftermath(&config);
	assert_false(result->ok);
	for (size_t i = 1; i < 6; i++) {
		const struct mms_aftermath_row *row = &result->rows[i];

		assert_false(row->verified);
		assert_string_equal(row->failure.stage, "check");
		assert_int_equal(row->failure.turn, 0);
		assert_int_equal(row->init.count, 0);
		for (size_t j = 0; j < result->nr_steps; j++)
			assert_int_equal(row->cells[j].time.count, 0);
	}
	assert_true(result->rows[1].failure.report.mismatches > 0);
	assert_int_equal(result->rows[2].failure.error, -EIO);
	assert_int_equal(result->rows[3].failure.report.guards, -EFAULT);
	assert_true(result->rows[4].failure.report.mismatches > 0);
	assert_true(result->rows[5].failure.report.touched > 0);
	assert_all_timed(&config, result, 0);
	assert_all_timed(&config, result, 6);
	mms_aftermath_describe_failure(&result->rows[2], sentence, sizeof(sentence));
	if (!strstr(sentence, "initializer failing failed in check 0: it returned"))
		fail_msg("%s", sentence);
	mms_aftermath_free(result);
}

/* From some call on, the first page has a reference too many. */
static int tire(const struct mms_job *job)
{
	int error = find_initializer("naive")->init(job);

	if (!faulty_is_good_yet())
		mms_job_page(job, job->start_pfn)->_refcount++;
	return error;
}

/* Between comparisons, it is the reader who notices, and then the oracle says what it was. */
static void readers_notice_what_is_wrong_in_between(void **state)
{
	static const struct mms_initializer initializer = {
		.name = "tired", .cuttable = true, .init = tire};
	const struct mms_initializer *only = &initializer;
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_aftermath_config config = make_aftermath(&geometry, &only, 1, PART(READ));
	struct mms_aftermath_result *result;

	(void)state;
	faulty_begin(3); /* two comparisons, before all and before the first round */
	result = run_aftermath(&config);
	assert_false(result->rows[1].verified);
	assert_string_equal(result->rows[1].failure.stage, "round");
	assert_int_equal(result->rows[1].failure.turn, 1);
	assert_int_equal(result->rows[1].failure.error, 0);
	assert_int_equal(result->rows[1].failure.report.mismatches, 1);
	assert_all_timed(&config, result, 0);
	mms_aftermath_free(result);
}

static int scribble_in_the_end(const struct mms_job *job)
{
	return faulty_is_good_yet() ? find_initializer("naive")->init(job) : faulty_scribble(job);
}

static int trespass_in_the_end(const struct mms_job *job)
{
	return faulty_is_good_yet() ? find_initializer("naive")->init(job) : trespass(job);
}

/* Run @init, which goes wrong in the first round, and look at how it, and nobody else, failed. */
static struct mms_failure fail_in_the_end(int (*init)(const struct mms_job *job),
                                          enum mms_mode mode, unsigned int parts,
                                          unsigned int calls, uint64_t seed)
{
	const struct mms_initializer initializer = {.name = "late", .cuttable = true, .init = init};
	const struct mms_initializer *both[] = {&initializer, find_initializer("naive")};
	struct mms_geometry geometry = make_geometry("v7.2", mode, MMS_MAP_DEV, 66 * MIB);
	struct mms_aftermath_config config = make_aftermath(&geometry, both, 2, parts);
	struct mms_aftermath_result *result;
	struct mms_failure failure;

	config.memmap.backing = MMS_BACKING_FILE;
	config.memmap.file = "/tmp";
	config.seed = seed;
	faulty_begin(calls);
	result = run_aftermath(&config);
	failure = result->rows[1].failure;
	assert_false(result->rows[1].verified);
	assert_all_timed(&config, result, 0);
	assert_all_timed(&config, result, 2);
	mms_aftermath_free(result);
	return failure;
}

/* And so are faults, which leave the struct page that they refuse as it is for the oracle. */
static void what_a_fault_refuses_is_told(void **state)
{
	static const struct mms_initializer initializer = {
		.name = "tired", .cuttable = true, .init = tire};
	const struct mms_initializer *only = &initializer;
	/* All of its pages are faulted on. */
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 18 * MIB);
	struct mms_aftermath_config config = make_aftermath(&geometry, &only, 1, PART(FAULT));
	struct mms_aftermath_result *result;

	(void)state;
	faulty_begin(2); /* before all and before the first round */
	result = run_aftermath(&config);
	assert_false(result->rows[1].verified);
	assert_string_equal(result->rows[1].failure.stage, "round");
	assert_int_equal(result->rows[1].failure.error, 0);
	assert_int_equal(result->rows[1].failure.report.mismatches, 1);
	assert_all_timed(&config, result, 0);
	mms_aftermath_free(result);
}

/*
 * Who has no init may be the first to see what another one left, after a turn in which nobody
 * looked: the writer's. It isn't to blame, and loses nothing.
 */
static void what_is_wrong_is_blamed_on_who_wrote_it(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct mms_failure failure =
			fail_in_the_end(tire, MMS_MODE_DEVDAX, PART(READ) | PART(WRITER), 70, seed);

		assert_int_equal(failure.error, 0);
		assert_true(failure.report.mismatches > 0);
	}
}

static void what_no_init_may_write_is_looked_at_after_each_turn(void **state)
{
	struct mms_failure failure;

	(void)state;
	failure = fail_in_the_end(trespass_in_the_end, MMS_MODE_FSDAX, PART(READ), 3, 1);
	assert_string_equal(failure.stage, "round");
	assert_int_equal(failure.turn, 1);
	assert_true(failure.report.touched > 0);
	failure = fail_in_the_end(scribble_in_the_end, MMS_MODE_FSDAX, PART(READ), 3, 1);
	assert_string_equal(failure.stage, "round");
	assert_int_equal(failure.turn, 1);
	assert_int_equal(failure.report.guards, -EFAULT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_found_and_costs_nobody_else_anything),
		cmocka_unit_test(readers_notice_what_is_wrong_in_between),
		cmocka_unit_test(what_a_fault_refuses_is_told),
		cmocka_unit_test(what_is_wrong_is_blamed_on_who_wrote_it),
		cmocka_unit_test(what_no_init_may_write_is_looked_at_after_each_turn),
	};

	return cmocka_run_group_tests_name("aftermath-wrong", tests, NULL, NULL);
}
