// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The rebind experiment with the built-in initializers: what it runs, in which order. */
#include <errno.h>
#include <stdlib.h>

#include "random_geometry.h"
#include "support.h"

/* The initializers that this CPU runs. */
static size_t runnable(const struct mms_initializer **initializers, size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < mms_initializer_count(); i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);

		if (!(initializer->cpu & ~mms_cpu_features()) && count < room)
			initializers[count++] = initializer;
	}
	return count;
}

static void run_all(const struct mms_geometry *geometry, uint64_t seed)
{
	const struct mms_initializer *initializers[32];
	struct mms_rebind_config config =
		make_config(geometry, initializers, runnable(initializers, COUNT(initializers)));
	struct mms_rebind_result *result;
	size_t altmap = mms_pgmap_altmap(&geometry->pgmap) ? config.nr_initializers : 0;

	config.first_binds = 1;
	config.rebinds = 2;
	config.seed = seed;
	result = run_experiment(&config);
	assert_true(result->ok);
	assert_int_equal(result->nr_rows, config.nr_initializers);
	for (size_t i = 0; i < result->nr_rows; i++)
		assert_row_right(&config, &result->rows[i]);
	assert_int_equal(result->mapping.count, config.nr_initializers);
	assert_int_equal(result->teardown.count, config.nr_initializers);
	assert_int_equal(result->altmap_first_bind.count, altmap);
	assert_int_equal(result->altmap_rebind.count, 2 * altmap);
	assert_true(result->machine_first_touch_ns > 0);
	assert_true(result->backing.resident_bytes >= result->backing.needed_bytes);
	mms_rebind_free(result);
}

static void all_modes_and_kernels(void **state)
{
	static const enum mms_mode modes[] = {MMS_MODE_FSDAX, MMS_MODE_DEVDAX};
	static const enum mms_map maps[] = {MMS_MAP_DEV, MMS_MAP_MEM};

	(void)state;
	for (size_t kernel = 0; kernel < mms_kernel_count(); kernel++)
		for (size_t mode = 0; mode < COUNT(modes); mode++)
			for (size_t map = 0; map < COUNT(maps); map++) {
				struct mms_geometry geometry =
					make_geometry(mms_kernel_at(kernel)->name, modes[mode],
				                      maps[map], 66 * MIB);

				run_all(&geometry, kernel);
			}
}

static void random_geometries(void **state)
{
	uint64_t seed = random_first_seed();

	(void)state;
	for (int i = 0; i < 10; i++) {
		struct random_source random = random_source(seed + (uint64_t)i);
		struct random_geometry made;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		run_all(&made.geometry, random.seed);
	}
}

static void written_pages_are_counted_without_shared_tails(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry =
		make_geometry("v7.2", MMS_MODE_DEVDAX, MMS_MAP_MEM, 64 * MIB);
	struct mms_rebind_config config = make_config(&geometry, &naive, 1);
	struct mms_rebind_result *result = run_experiment(&config);
	const struct mms_rebind_row *row = &result->rows[0];

	(void)state;
	assert_int_equal(geometry.nr_initialised, 64 * MIB / 4096);
	assert_int_equal(result->pages_written, 32 * 128);
	assert_int_equal(result->bytes_written, 32 * 128 * 64);
	assert_true(row->ns_per_page == row->rebind.summary.median / (64. * MIB / 4096));
	assert_true(row->gb_per_s == 32 * 128 * 64 / row->rebind.summary.median);
	mms_rebind_free(result);
}

static void ratios_need_naive(void **state)
{
	const struct mms_initializer *both[] = {find_initializer("template"),
	                                        find_initializer("naive")};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_rebind_config config = make_config(&geometry, both, 2);
	struct mms_rebind_result *result = run_experiment(&config);
	double scratch[4];

	(void)state;
	assert_true(result->rows[1].ratio_to_naive.median == 1);
	assert_true(
		result->rows[0].ratio_to_naive.median ==
		mms_paired_ratio(result->rows[0].rebind.ns, result->rows[1].rebind.ns, 4, scratch)
			.median);
	mms_rebind_free(result);

	config.nr_initializers = 1;
	result = run_experiment(&config);
	assert_true(result->rows[0].ratio_to_naive.median == 0);
	mms_rebind_free(result);
}

/* Fills take turns in the rebinds, and only there; the fastest is what all are compared with. */
static void fills_are_the_limit(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry =
		make_geometry("v7.2", MMS_MODE_DEVDAX, MMS_MAP_MEM, 64 * MIB);
	struct mms_rebind_config config = make_config(&geometry, &naive, 1);
	struct mms_rebind_result *result;

	(void)state;
	config.fills = true;
	result = run_experiment(&config);
	assert_true(result->ok);
	assert_in_range(result->nr_rows, 5, 7); /* naive, and at least the fills of any x86-64 */
	assert_non_null(result->limit);
	assert_true(result->limit->ratio_to_limit.median == 1);
	for (size_t i = 1; i < result->nr_rows; i++) {
		const struct mms_rebind_row *row = &result->rows[i];

		assert_true(row->fill);
		assert_int_equal(row->first_bind.count, 0);
		assert_int_equal(row->rebind.count, config.rebinds);
		assert_true(row->rebind.summary.median >= result->limit->rebind.summary.median);
	}
	mms_rebind_free(result);
}

/* With an initializer that a gate takes back, a step would compare naive with itself. */
static void steps_need_both_ends(void **state)
{
	const struct mms_initializer *all[] = {
		find_initializer("naive"), find_initializer("template-heads"),
		find_initializer("template-movnti"), find_initializer("stream-movnti"),
		find_initializer("stream-temporal")};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_rebind_config config = make_config(&geometry, all, 5);
	struct mms_rebind_result *result = run_experiment(&config);

	(void)state;
	assert_int_equal(result->nr_steps, 3);
	assert_string_equal(result->steps[0].name, "template for heads");
	assert_ptr_equal(result->steps[0].base, &result->rows[0]);
	assert_string_equal(result->steps[1].name, "MOVNTI");
	assert_ptr_equal(result->steps[1].base, &result->rows[1]);
	assert_string_equal(result->steps[2].name, "our streams");
	for (unsigned int i = 0; i < 3; i++) {
		assert_true(result->steps[i].ratio.low <= result->steps[i].ratio.median);
		assert_true(result->steps[i].ratio.median <= result->steps[i].ratio.high);
	}
	mms_rebind_free(result);

	config.gates = MMS_GATE_SANITIZER;
	result = run_experiment(&config);
	assert_int_equal(result->nr_steps, 0);
	mms_rebind_free(result);
}

static void gates_leave_naive(void **state)
{
	const struct mms_initializer *both[] = {find_initializer("template"),
	                                        find_initializer("naive")};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_rebind_config config = make_config(&geometry, both, 2);
	struct mms_rebind_result *result;

	(void)state;
	config.gates = MMS_GATE_SANITIZER;
	result = run_experiment(&config);
	assert_ptr_equal(result->rows[0].initializer, both[0]);
	assert_ptr_equal(result->rows[0].ran, both[1]);
	assert_ptr_equal(result->rows[1].ran, both[1]);
	mms_rebind_free(result);
}

static void first_last_and_a_round_between_are_verified(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_rebind_config config = make_config(&geometry, &naive, 1);

	(void)state;
	config.first_binds = 1;
	for (unsigned int rebinds = 1; rebinds <= 12; rebinds++) {
		struct mms_rebind_result *result;

		config.rebinds = rebinds;
		config.seed = rebinds;
		result = run_experiment(&config);
		assert_int_equal(result->verified.count, rebinds < 3 ? rebinds : 3);
		assert_int_equal(result->verified.rounds[0], 1);
		assert_int_equal(result->verified.rounds[result->verified.count - 1], rebinds);
		if (rebinds >= 3)
			assert_in_range(result->verified.rounds[1], 2, rebinds - 1);
		mms_rebind_free(result);
	}
}

/* Turns as the progress callback is told of them. */
struct turns {
	size_t count;
	uint64_t total;
	struct turn {
		const char *stage, *name;
	} turns[256];
};

static void note_turn(void *context, uint64_t done, uint64_t total, const char *stage,
                      const char *name)
{
	struct turns *turns = context;

	assert_int_equal(done, turns->count);
	assert_true(turns->count < COUNT(turns->turns));
	turns->total = total;
	turns->turns[turns->count++] = (struct turn){stage, name};
}

static void run_noting_turns(uint64_t seed, struct turns *turns)
{
	const struct mms_initializer *initializers[] = {find_initializer("naive"),
	                                                find_initializer("template"),
	                                                find_initializer("template-movnti")};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_rebind_config config = make_config(&geometry, initializers, 3);

	*turns = (struct turns){0};
	config.rebinds = 20;
	config.seed = seed;
	config.progress = (struct mms_progress){note_turn, turns};
	mms_rebind_free(run_experiment(&config));
}

static void progress_tells_of_every_step(void **state)
{
	static const struct {
		const char *stage;
		unsigned int steps;
	} stages[] = {
		{"machine first touch", 1},
		{"warm-up", 3},
		{"first bind", 3 * 2},
		{"rebind", 3 * 20},
	};
	struct turns turns;

	(void)state;
	run_noting_turns(1, &turns);
	assert_int_equal(turns.total, 1 + 3 * (1 + 2 + 20));
	assert_int_equal(turns.count, turns.total + 1); /* and once after the last */
	assert_null(turns.turns[turns.total].name);
	for (size_t i = 0; i < COUNT(stages); i++) {
		unsigned int steps = 0;

		for (size_t j = 0; j < turns.total; j++)
			steps += strcmp(turns.turns[j].stage, stages[i].stage) == 0;
		assert_int_equal(steps, stages[i].steps);
	}
}

static void seeds_decide_the_order(void **state)
{
	struct turns first, again, other;

	(void)state;
	run_noting_turns(1, &first);
	run_noting_turns(1, &again);
	run_noting_turns(2, &other);
	assert_memory_equal(&first, &again, sizeof(first));
	assert_memory_not_equal(&first, &other, sizeof(first));
	/* In each round all take one turn: the last 60 steps before the end. */
	for (size_t round = 0; round < 20; round++) {
		const struct turn *turn = &first.turns[first.total - 60 + 3 * round];

		assert_string_not_equal(turn[0].name, turn[1].name);
		assert_string_not_equal(turn[0].name, turn[2].name);
		assert_string_not_equal(turn[1].name, turn[2].name);
	}
}

static void cold_touches_nothing_before(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_rebind_config config = make_config(&geometry, &naive, 1);
	struct turns turns = {0};
	struct mms_rebind_result *result;

	(void)state;
	config.cold = true;
	config.first_binds = 1;
	config.progress = (struct mms_progress){note_turn, &turns};
	result = run_experiment(&config);
	assert_true(result->ok);
	assert_int_equal(result->machine_first_touch_ns, 0);
	assert_string_equal(turns.turns[0].stage, "first bind");
	mms_rebind_free(result);
}

static void assert_refused(const struct mms_rebind_config *config, int error, const char *part)
{
	struct mms_rebind_result *untouched = (struct mms_rebind_result *)1, *result = untouched;

	assert_int_equal(mms_rebind_run(config, &result), error);
	assert_ptr_equal(result, untouched);
	if (!strstr(mms_last_error(), part))
		fail_msg("no \"%s\" in: %s", part, mms_last_error());
}

static void configs_without_sense_are_refused(void **state)
{
	static const struct mms_initializer future = {
		.name = "future", .cpu = 1u << 31, .gates = MMS_GATE_SANITIZER};
	const struct mms_initializer *initializers[] = {find_initializer("naive"), &future};
	struct mms_geometry geometry =
		make_geometry("v7.2", MMS_MODE_DEVDAX, MMS_MAP_MEM, 64 * MIB);
	struct mms_rebind_config good = make_config(&geometry, initializers, 1), config;

	(void)state;
	config = good;
	config.nr_initializers = 0;
	assert_refused(&config, -EINVAL, "no initializer");
	config = good;
	config.rebinds = 0;
	assert_refused(&config, -EINVAL, "0 rebinds");
	config = good;
	config.cold = true;
	assert_refused(&config, -EINVAL, "2 first binds");
	config = good;
	config.nr_initializers = 2;
	assert_refused(&config, -EOPNOTSUPP, "future needs CPU feature 0x80000000");
	config = good;
	config.memmap.backing = MMS_BACKING_THP; /* tails are shared */
	assert_refused(&config, -EINVAL, "thp");

	config = good; /* first binds may be left out */
	config.first_binds = 0;
	mms_rebind_free(run_experiment(&config));

	config = good; /* what doesn't run needs nothing */
	config.nr_initializers = 2;
	config.gates = MMS_GATE_SANITIZER;
	mms_rebind_free(run_experiment(&config));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_modes_and_kernels),
		cmocka_unit_test(random_geometries),
		cmocka_unit_test(written_pages_are_counted_without_shared_tails),
		cmocka_unit_test(ratios_need_naive),
		cmocka_unit_test(fills_are_the_limit),
		cmocka_unit_test(steps_need_both_ends),
		cmocka_unit_test(gates_leave_naive),
		cmocka_unit_test(first_last_and_a_round_between_are_verified),
		cmocka_unit_test(progress_tells_of_every_step),
		cmocka_unit_test(seeds_decide_the_order),
		cmocka_unit_test(cold_touches_nothing_before),
		cmocka_unit_test(configs_without_sense_are_refused),
	};

	return cmocka_run_group_tests_name("rebind", tests, NULL, NULL);
}
