// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Rebinds by crews: who takes part, what is compared with what, and that it is verified. */
#include <errno.h>
#include <stdatomic.h>

#include "faulty.h"
#include "peers.h"
#include "support.h"

static const unsigned int one_and_three[] = {1, 3};

static struct mms_geometry sections(void)
{
	return make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 514 * MIB);
}

static struct mms_rebind_config crew_config(const struct mms_geometry *geometry,
                                            const struct mms_initializer *const *initializers,
                                            size_t count)
{
	struct mms_rebind_config config = make_config(geometry, initializers, count);

	config.first_binds = 1;
	config.crew = (struct mms_crew_config){
		.threads = one_and_three,
		.nr_threads = COUNT(one_and_three),
		.node = MMS_NODE_ANY,
		.bind = MMS_BIND_NONE,
	};
	return config;
}

/* The median of paired ratios, worked out once more. */
static double ratio(const struct mms_rebind_row *row, const struct mms_rebind_row *base)
{
	double scratch[8];

	return mms_paired_ratio(row->rebind.ns, base->rebind.ns, row->rebind.count, scratch).median;
}

static void every_initializer_and_fill_takes_part_with_all_threads(void **state)
{
	const struct mms_initializer *both[] = {find_initializer("naive"),
	                                        find_initializer("template-movnti")};
	struct mms_geometry geometry = sections();
	struct mms_rebind_config config = crew_config(&geometry, both, 2);
	struct mms_rebind_result *result;

	(void)state;
	config.fills = true;
	result = run_experiment(&config);
	assert_true(result->ok);
	assert_int_equal(result->nr_crews, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct mms_rebind_crew *crew = &result->crews[i];

		assert_int_equal(crew->threads, one_and_three[i]);
		assert_int_equal(crew->nr_rows, result->nr_rows + 1);
		assert_int_equal(crew->nr_chunks, 5); /* sections, the last of 2 MiB */
		assert_int_equal(crew->schedule.count, crew->nr_rows * config.rebinds);
		for (size_t j = 0; j < crew->nr_rows; j++) {
			assert_int_equal(crew->rows[j].threads, one_and_three[i]);
			assert_int_equal(crew->rows[j].rebind.count, config.rebinds);
			assert_int_equal(crew->rows[j].first_bind.count, 0);
			if (j < result->nr_rows)
				assert_ptr_equal(crew->rows[j].initializer,
				                 result->rows[j].initializer);
		}
		assert_ptr_equal(crew->empty, &crew->rows[crew->nr_rows - 1]);
		assert_true(crew->dispatch_ns_per_chunk == crew->empty->rebind.summary.median / 5);
	}
	mms_rebind_free(result);
}

static void rows_are_compared_with_one_thread_the_limit_and_the_direct_call(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry = sections();
	struct mms_rebind_config config = crew_config(&geometry, &naive, 1);
	const struct mms_rebind_row *alone, *three;
	struct mms_rebind_result *result;

	(void)state;
	config.fills = true;
	result = run_experiment(&config);
	alone = &result->crews[0].rows[0];
	three = &result->crews[1].rows[0];
	assert_true(alone->speed_up.median == 1);
	assert_true(three->speed_up.median == ratio(alone, three));
	assert_true(three->ratio_to_direct.median == ratio(three, &result->rows[0]));
	assert_true(three->efficiency.median == ratio(result->crews[1].limit, three));
	assert_true(result->crews[1].limit->fill);
	assert_int_equal(result->crews[1].limit->threads, 3);
	assert_true(result->crews[1].limit->efficiency.median == 1);
	mms_rebind_free(result);

	config.fills = false;
	config.crew.threads = &one_and_three[1];
	config.crew.nr_threads = 1;
	result = run_experiment(&config);
	three = &result->crews[0].rows[0];
	assert_true(three->speed_up.median == 0);
	assert_true(three->efficiency.median == 0);
	assert_true(three->ratio_to_direct.median > 0);
	assert_null(result->crews[0].limit);
	mms_rebind_free(result);
}

static void shares_are_as_many_as_threads(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry = sections();
	struct mms_rebind_config config = crew_config(&geometry, &naive, 1);
	struct mms_rebind_result *result;

	(void)state;
	config.crew.split = MMS_SPLIT_SHARES;
	result = run_experiment(&config);
	assert_true(result->ok);
	assert_int_equal(result->crews[0].nr_chunks, 1);
	assert_int_equal(result->crews[1].nr_chunks, 3);
	mms_rebind_free(result);
}

static void peers_can_be_cut(void **state)
{
	const struct mms_initializer *peers[8];
	struct mms_geometry geometry =
		make_geometry("v7.2", MMS_MODE_DEVDAX, MMS_MAP_DEV, 514 * MIB);
	struct mms_rebind_config config = crew_config(&geometry, peers, 0);
	struct mms_rebind_result *result;

	(void)state;
	while ((peers[config.nr_initializers] = mms_peer_at(config.nr_initializers)))
		config.nr_initializers++;
	result = run_experiment(&config);
	assert_true(result->ok);
	assert_int_equal(result->crews[1].nr_rows, config.nr_initializers + 1);
	mms_rebind_free(result);
}

static int whole_only(const struct mms_job *job)
{
	return find_initializer("naive")->init(job);
}

static void what_takes_whole_ranges_only_is_called_directly_only(void **state)
{
	static const struct mms_initializer whole = {.name = "whole", .init = whole_only};
	const struct mms_initializer *both[] = {&whole, find_initializer("naive")};
	struct mms_geometry geometry = sections();
	struct mms_rebind_config config = crew_config(&geometry, both, 2);
	struct mms_rebind_result *result = run_experiment(&config);

	(void)state;
	assert_true(result->ok);
	assert_int_equal(result->nr_rows, 2);
	assert_int_equal(result->crews[0].nr_rows, 2);
	assert_ptr_equal(result->crews[0].rows[0].initializer, both[1]);
	mms_rebind_free(result);
}

/* What goes wrong only in parts costs only the crew's rows their figures. */
static void wrong_parts_are_found(void **state)
{
	static const struct mms_initializer forgetful = {
		.name = "forgetful", .cuttable = true, .init = faulty_borders};
	static const struct mms_initializer failing = {
		.name = "failing", .cuttable = true, .init = faulty_last_part};
	const struct mms_initializer *all[] = {&forgetful, &failing, find_initializer("naive")};
	struct mms_geometry geometry = sections();
	struct mms_rebind_config config = crew_config(&geometry, all, 3);
	struct mms_rebind_result *result = run_experiment(&config);
	const struct mms_rebind_row *rows = result->crews[1].rows;
	char sentence[256];

	(void)state;
	assert_false(result->ok);
	for (size_t i = 0; i < 3; i++)
		assert_row_right(&config, &result->rows[i]);
	assert_false(rows[0].verified);
	assert_int_equal(rows[0].failure.report.mismatches, 4);
	assert_int_equal(rows[0].rebind.count, 0);
	assert_false(rows[1].verified);
	assert_int_equal(rows[1].failure.error, -EIO);
	assert_true(rows[1].ratio_to_direct.median == 0);
	assert_true(rows[2].verified);
	mms_rebind_describe_failure(&rows[0], sentence, sizeof(sentence));
	if (!strstr(sentence, "forgetful on 3 threads failed in warm-up 1"))
		fail_msg("%s", sentence);
	mms_rebind_free(result);
}

static void assert_refused(const struct mms_rebind_config *config, const char *part)
{
	struct mms_rebind_result *untouched = (struct mms_rebind_result *)1, *result = untouched;

	assert_int_equal(mms_rebind_run(config, &result), -EINVAL);
	assert_ptr_equal(result, untouched);
	if (!strstr(mms_last_error(), part))
		fail_msg("no \"%s\" in: %s", part, mms_last_error());
}

static void crews_without_sense_are_refused(void **state)
{
	static const unsigned int none[] = {1, 0}, twice[] = {2, 1, 2};
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry = sections();
	struct mms_rebind_config good = crew_config(&geometry, &naive, 1), config = good;

	(void)state;
	config.crew.threads = none;
	assert_refused(&config, "thread");
	config.crew.threads = twice;
	config.crew.nr_threads = 3;
	assert_refused(&config, "2 threads are asked for twice");
	config = good;
	config.crew.node = 1000;
	assert_refused(&config, "1000");
	config = good;
	config.crew.cpus = "x";
	assert_refused(&config, "list of CPUs");
	config = good;
	config.crew.split = (enum mms_split)7;
	assert_refused(&config, "7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_initializer_and_fill_takes_part_with_all_threads),
		cmocka_unit_test(rows_are_compared_with_one_thread_the_limit_and_the_direct_call),
		cmocka_unit_test(shares_are_as_many_as_threads),
		cmocka_unit_test(peers_can_be_cut),
		cmocka_unit_test(what_takes_whole_ranges_only_is_called_directly_only),
		cmocka_unit_test(wrong_parts_are_found),
		cmocka_unit_test(crews_without_sense_are_refused),
	};

	return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
