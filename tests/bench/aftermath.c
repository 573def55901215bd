// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The aftermath experiment: what it runs, and that it leaves no trace of a turn to the next. */
#include <errno.h>
#include <sched.h>

#include "aftermath_support.h"
#include "random_geometry.h"
#include "support.h"

static size_t count_steps(const struct mms_aftermath_result *result, enum mms_aftermath_part part)
{
	size_t count = 0;

	for (size_t i = 0; i < result->nr_steps; i++)
		count += result->steps[i].part == part;
	return count;
}

/* Turns in each round that begin with a whole init, while nobody else works. */
static size_t count_lone_inits(const struct mms_aftermath_result *result)
{
	size_t count = 0;

	for (size_t i = 0; i < result->nr_steps; i++)
		count += !result->steps[i].follows &&
		         result->steps[i].part != MMS_AFTERMATH_WRITER &&
		         !strstr(result->steps[i].name, "meanwhile");
	return count;
}

static void all_parts_are_timed_with_and_without_an_init(void **state)
{
	const struct mms_initializer *both[] = {find_initializer("naive"),
	                                        find_initializer("template-movnti")};
	struct mms_geometry geometry =
		make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 514 * MIB);
	struct mms_aftermath_config config = make_aftermath(&geometry, both, 2, MMS_AFTERMATH_ALL);
	struct mms_aftermath_result *result;
	size_t bystanders;

	(void)state;
	config.rounds = 2;
	result = run_aftermath(&config);
	assert_true(result->ok);
	assert_int_equal(result->nr_rows, 3);
	assert_null(result->rows[0].initializer);
	assert_string_equal(mms_aftermath_name(&result->rows[0]), "none");
	assert_int_equal(result->rows[0].init.count, 0);
	assert_string_equal(mms_aftermath_name(&result->rows[2]), "template-movnti");
	assert_true(result->rows[2].init.summary.min > 0);
	assert_int_equal(result->rows[2].init.count, config.rounds * count_lone_inits(result));
	for (size_t i = 0; i < result->nr_rows; i++)
		assert_all_timed(&config, result, i);
	assert_int_equal(count_steps(result, MMS_AFTERMATH_READ), 6);
	assert_int_equal(count_steps(result, MMS_AFTERMATH_FAULT), 4);
	assert_int_equal(count_steps(result, MMS_AFTERMATH_WRITER), 3);
	assert_true(result->borrowed_compounds);
	bystanders = count_steps(result, MMS_AFTERMATH_BYSTANDER);
	assert_int_equal(bystanders, result->has_other_cpu ? 20 : 8);
	mms_aftermath_free(result);
}

/* Each row is compared again before three of four rounds, also the one that only inherits. */
static void no_turn_leaves_a_trace_on_any_geometry(void **state)
{
	const struct mms_initializer *both[] = {find_initializer("naive"), mms_initializer_auto()};
	uint64_t seed = random_first_seed();

	(void)state;
	for (unsigned int i = 0; i < 8; i++) {
		struct random_source random = random_source(seed + i);
		struct mms_aftermath_config config;
		struct mms_aftermath_result *result;
		struct random_geometry made;
		enum mms_memory_type type;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		type = made.geometry.pgmap.type;
		config = make_aftermath(&made.geometry, both, 2, PART(READ) | PART(WRITER));
		if (type == MMS_MEMORY_DEVICE_GENERIC ||
		    (type == MMS_MEMORY_DEVICE_FS_DAX && !made.geometry.pgmap.vmemmap_shift))
			config.parts |= PART(FAULT);
		config.seed = random.seed;
		if (mms_aftermath_run(&config, &result))
			random_fail(&random, &made, "%s", mms_last_error());
		for (size_t j = 0; j < result->nr_rows; j++)
			if (!result->rows[j].verified) {
				char sentence[320];

				mms_aftermath_describe_failure(&result->rows[j], sentence,
				                               sizeof(sentence));
				random_fail(&random, &made, "%s", sentence);
			}
		for (size_t j = 0; j < result->nr_rows; j++)
			assert_all_timed(&config, result, j);
		mms_aftermath_free(result);
	}
}

static void devices_have_faults_of_their_sizes(void **state)
{
	static const struct {
		const char *kernel;
		enum mms_mode mode;
		uint64_t align;
		const char *steps[4];
	} cases[] = {
		{"v7.2",
	         MMS_MODE_FSDAX,
	         2 * MIB,
	         {"4 KiB, in last LLC/2", "4 KiB, anywhere", "2 MiB, in last LLC/2",
	          "2 MiB, anywhere"}},
		{"v6.1",
	         MMS_MODE_FSDAX,
	         2 * MIB,
	         {"4 KiB, in last LLC/2", "4 KiB, anywhere", "2 MiB, in last LLC/2",
	          "2 MiB, anywhere"}},
		{"v6.16", MMS_MODE_DEVDAX, 2 * MIB, {"2 MiB, in last LLC/2", "2 MiB, anywhere"}},
		{"v7.2", MMS_MODE_DEVDAX, 4096, {"4 KiB, in last LLC/2", "4 KiB, anywhere"}},
		{"v6.12", MMS_MODE_DEVDAX, 1024 * MIB, {"1 GiB, in last LLC/2", "1 GiB, anywhere"}},
	};
	const struct mms_initializer *naive = find_initializer("naive");

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct mms_namespace ns = {
			.mode = cases[i].mode,
			.map = MMS_MAP_DEV,
			.align = cases[i].align,
			.start = 1024 * GIB,
			.size = 3 * GIB,
		};
		const struct mms_kernel *kernel;
		struct mms_aftermath_config config;
		struct mms_aftermath_result *result;
		struct mms_geometry geometry;
		size_t nr = 0;

		assert_int_equal(mms_kernel_find(cases[i].kernel, &kernel), 0);
		assert_int_equal(mms_geometry_from_namespace(kernel, &ns, &geometry), 0);
		config = make_aftermath(&geometry, &naive, 1, PART(FAULT));
		result = run_aftermath(&config);
		for (; nr < 4 && cases[i].steps[nr]; nr++)
			assert_string_equal(result->steps[nr].name, cases[i].steps[nr]);
		assert_int_equal(result->nr_steps, nr);
		for (size_t j = 0; j < result->nr_rows; j++)
			assert_all_timed(&config, result, j);
		mms_aftermath_free(result);
	}
}

/* By v6.1 compounds of two pages have no metadata that a writer could go back to. */
static void writers_change_nothing_in_small_compounds(void **state)
{
	static const struct mms_range range = {1024 * GIB, 1024 * GIB + 64 * MIB - 1};
	const struct mms_initializer *naive = find_initializer("naive");

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++)
		for (unsigned int order = 1; order < 3; order++) {
			struct mms_aftermath_config config;
			struct mms_aftermath_result *result;
			struct mms_geometry geometry;

			assert_int_equal(mms_geometry_from_ranges(mms_kernel_at(i),
			                                          MMS_MEMORY_DEVICE_GENERIC, order,
			                                          &range, 1, 0, &geometry),
			                 0);
			config = make_aftermath(&geometry, &naive, 1, PART(WRITER));
			result = run_aftermath(&config);
			assert_all_timed(&config, result, 0);
			assert_all_timed(&config, result, 1);
			mms_aftermath_free(result);
		}
}

/* Whose turn it was, in order: the first letters of their names. */
struct turns {
	size_t count;
	char letters[4096];
};

static void note_turn(void *context, uint64_t done, uint64_t total, const char *stage,
                      const char *name)
{
	struct turns *turns = context;

	(void)stage;
	assert_int_equal(done, turns->count);
	assert_true(name ? done < total : done == total);
	assert_in_range(done, 0, sizeof(turns->letters) - 2);
	turns->letters[turns->count++] = name ? *name : '.';
}

static void the_seed_decides_the_order_of_turns(void **state)
{
	static const uint64_t seeds[] = {1, 1, 2};
	const struct mms_initializer *only = find_initializer("template");
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_aftermath_config config = make_aftermath(&geometry, &only, 1, PART(READ));
	struct turns turns[COUNT(seeds)] = {0};

	(void)state;
	config.rounds = 20;
	for (size_t i = 0; i < COUNT(seeds); i++) {
		config.seed = seeds[i];
		config.progress = (struct mms_progress){note_turn, &turns[i]};
		mms_aftermath_free(run_aftermath(&config));
	}
	/* Two rows; six steps in each round; compared before all and before three of them. */
	assert_int_equal(turns[0].count, 2 * (20 * 6 + 1 + 3) + 1);
	assert_string_equal(turns[0].letters, turns[1].letters);
	assert_string_not_equal(turns[0].letters, turns[2].letters);
}

/* Then it has no part in the writer's steps, and in all others it has. */
static void one_that_cant_be_cut_does_without_the_writer(void **state)
{
	struct mms_initializer whole = *find_initializer("naive");
	const struct mms_initializer *only = &whole;
	struct mms_geometry geometry =
		make_geometry("v7.2", MMS_MODE_DEVDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_aftermath_config config =
		make_aftermath(&geometry, &only, 1, PART(READ) | PART(WRITER));
	struct mms_aftermath_result *result;

	(void)state;
	whole.cuttable = false;
	result = run_aftermath(&config);
	assert_right(&result->rows[1]);
	assert_false(result->borrowed_compounds);
	for (size_t i = 0; i < result->nr_steps; i++)
		if (result->steps[i].part == MMS_AFTERMATH_WRITER)
			assert_int_equal(result->rows[1].cells[i].time.count, 0);
		else
			assert_timed(&config, result, 1, i);
	mms_aftermath_free(result);
}

static void the_caller_may_run_where_it_could_before(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_aftermath_config config = make_aftermath(&geometry, &naive, 1, PART(READ));
	cpu_set_t before, after;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	mms_aftermath_free(run_aftermath(&config));
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
}

static void assert_refused(const struct mms_aftermath_config *config, int error, const char *part)
{
	struct mms_aftermath_result *untouched = (struct mms_aftermath_result *)1,
				    *result = untouched;

	assert_int_equal(mms_aftermath_run(config, &result), error);
	assert_ptr_equal(result, untouched);
	if (!strstr(mms_last_error(), part))
		fail_msg("%s", mms_last_error());
}

static void rounds_end_when_ratios_are_precise(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry =
		make_geometry("v7.2", MMS_MODE_DEVDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_aftermath_config config =
		make_aftermath(&geometry, &naive, 1, PART(READ) | PART(WRITER));

	(void)state;
	for (size_t i = 0; i < COUNT(precision_cases); i++) {
		struct mms_aftermath_result *result;

		config.precision = precision_cases[i].precision;
		config.rounds = precision_cases[i].most;
		result = run_aftermath(&config);
		assert_true(result->ok);
		assert_int_equal(result->verified.nr_rounds, precision_cases[i].rounds);
		assert_int_equal(result->verified.rounds[2], precision_cases[i].rounds);
		assert_int_equal(result->rows[1].cells[0].time.count, precision_cases[i].rounds);
		mms_aftermath_free(result);
	}
}

static void what_makes_no_sense_is_refused(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_aftermath_config good = make_aftermath(&geometry, &naive, 1, PART(FAULT)),
				    config;
	const struct mms_range range = {1024 * GIB, 1024 * GIB + 64 * MIB - 1};
	struct mms_initializer unknown = *naive;
	const struct mms_initializer *only = &unknown;

	(void)state;
	config = good;
	config.nr_initializers = 0;
	assert_refused(&config, -EINVAL, "0 initializers");
	config = good;
	config.rounds = 0;
	assert_refused(&config, -EINVAL, "0 rounds");
	config = good;
	config.parts = 0;
	assert_refused(&config, -EINVAL, "parts 0x0");
	config.parts = 1u << MMS_NR_AFTERMATH_PARTS;
	assert_refused(&config, -EINVAL, "parts 0x10");
	config = good;
	unknown.cpu = 1u << 31;
	config.initializers = &only;
	assert_refused(&config, -EOPNOTSUPP, "CPU feature");
	assert_int_equal(mms_geometry_from_ranges(mms_kernel_default(), MMS_MEMORY_DEVICE_PRIVATE,
	                                          0, &range, 1, 0, &geometry),
	                 0);
	assert_refused(&good, -EINVAL, "no driver here");
	mms_aftermath_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_parts_are_timed_with_and_without_an_init),
		cmocka_unit_test(no_turn_leaves_a_trace_on_any_geometry),
		cmocka_unit_test(devices_have_faults_of_their_sizes),
		cmocka_unit_test(writers_change_nothing_in_small_compounds),
		cmocka_unit_test(the_seed_decides_the_order_of_turns),
		cmocka_unit_test(one_that_cant_be_cut_does_without_the_writer),
		cmocka_unit_test(the_caller_may_run_where_it_could_before),
		cmocka_unit_test(rounds_end_when_ratios_are_precise),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests_name("aftermath", tests, NULL, NULL);
}
