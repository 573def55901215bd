// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Rebind experiments that are run together: their rebinds take turns round by round. */
#include <errno.h>

#include "support.h"

#define NR_SIZES 2
#define ROUNDS   4
#define MOST     64

/* Which experiment had each turn of the rebinds. */
struct log {
	size_t count;
	size_t experiment[MOST];
	uint64_t last_done, total;
};

struct listener {
	struct log *log;
	size_t experiment;
};

static void note(void *context, uint64_t done, uint64_t total, const char *stage, const char *name)
{
	struct listener *listener = context;
	struct log *log = listener->log;

	assert_true(done >= log->last_done);
	log->last_done = done;
	log->total = total;
	if (strcmp(stage, "rebind") != 0 || !name)
		return;
	assert_true(log->count < MOST);
	log->experiment[log->count++] = listener->experiment;
}

static void rounds_are_shared(void **state)
{
	const struct mms_initializer *initializers[] = {find_initializer("naive"),
	                                                find_initializer("template")};
	struct mms_geometry geometries[NR_SIZES] = {
		make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 64 * MIB),
		make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 256 * MIB),
	};
	struct mms_rebind_config configs[NR_SIZES];
	struct mms_rebind_result *results[NR_SIZES];
	struct listener listeners[NR_SIZES];
	struct log log = {0};
	const size_t turns = COUNT(initializers);

	(void)state;
	for (size_t i = 0; i < NR_SIZES; i++) {
		listeners[i] = (struct listener){&log, i};
		configs[i] = make_config(&geometries[i], initializers, turns);
		configs[i].rebinds = ROUNDS;
		configs[i].progress = (struct mms_progress){note, &listeners[i]};
	}
	assert_int_equal(mms_rebind_run_all(configs, NR_SIZES, results), 0);
	assert_int_equal(log.last_done, log.total);
	assert_int_equal(log.count, ROUNDS * NR_SIZES * turns);
	for (size_t round = 0; round < ROUNDS; round++) {
		const size_t *had = &log.experiment[round * NR_SIZES * turns];
		size_t of_last = 0;

		for (size_t i = 0; i < NR_SIZES * turns; i++)
			of_last += had[i];
		assert_int_equal(of_last, turns);
	}
	for (size_t i = 0; i < NR_SIZES; i++) {
		assert_true(results[i]->ok);
		for (size_t row = 0; row < turns; row++) {
			assert_row_right(&configs[i], &results[i]->rows[row]);
			assert_true(results[i]->rows[row].ratio_to_largest.median > 0);
		}
	}
	assert_true(results[1]->rows[0].ratio_to_largest.median == 1);
	for (size_t i = 0; i < NR_SIZES; i++)
		mms_rebind_free(results[i]);
}

static void rounds_must_be_as_many(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 64 * MIB);
	struct mms_rebind_config configs[NR_SIZES] = {make_config(&geometry, &naive, 1),
	                                              make_config(&geometry, &naive, 1)};
	struct mms_rebind_result *results[NR_SIZES] = {NULL, NULL};

	(void)state;
	configs[1].rebinds++;
	assert_int_equal(mms_rebind_run_all(configs, NR_SIZES, results), -EINVAL);
	assert_non_null(strstr(mms_last_error(), "with 4 and with 5 rebinds"));
	assert_null(results[0]);
	assert_null(results[1]);
}

static void assert_not_together(const struct mms_rebind_config *a,
                                const struct mms_rebind_config *b)
{
	struct mms_rebind_config configs[NR_SIZES] = {*a, *b};
	struct mms_rebind_result *results[NR_SIZES] = {NULL, NULL};

	assert_int_equal(mms_rebind_run_all(configs, NR_SIZES, results), -EINVAL);
	assert_non_null(strstr(mms_last_error(), "differ in more than their geometries"));
	assert_null(results[0]);
	assert_null(results[1]);
}

/* A row of one experiment must have its counterpart in the other. */
static void rows_must_be_the_same(void **state)
{
	static const unsigned int threads[] = {1, 2};
	const struct mms_initializer *both[] = {find_initializer("naive"),
	                                        find_initializer("template")};
	const struct mms_initializer *turned[] = {both[1], both[0]};
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 64 * MIB);
	const struct mms_rebind_config good = make_config(&geometry, both, COUNT(both));
	struct mms_rebind_config other = good, another;

	(void)state;
	other.initializers = turned;
	assert_not_together(&good, &other);
	other = good;
	other.nr_initializers = 1;
	assert_not_together(&good, &other);
	other = good;
	other.fills = true;
	assert_not_together(&good, &other);
	other = good;
	other.gates = MMS_GATE_SANITIZER;
	assert_not_together(&good, &other);
	other = good;
	other.crew = (struct mms_crew_config){
		.threads = &threads[0], .nr_threads = 1, .node = MMS_NODE_ANY};
	assert_not_together(&good, &other);
	another = other;
	another.crew.threads = &threads[1];
	assert_not_together(&other, &another);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounds_are_shared),
		cmocka_unit_test(rounds_must_be_as_many),
		cmocka_unit_test(rows_must_be_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
