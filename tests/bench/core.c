// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How much of a core there is. */
#include <math.h>

#include "core.h"
#include "support.h"

static void a_core_adds(void **state)
{
	double adds = mms_core_adds_per_cycle();

	(void)state;
	assert_true(isfinite(adds));
	assert_true(adds > 0);
	assert_true(adds <= 6);
}

static void what_is_far_below_the_best_was_shared(void **state)
{
	const double probes[] = {3.8, 2.4, 3.6, 3.8, 2.5, 3.52, 3.8, 3.8, 3.8, 3.8};
	double scratch[COUNT(probes)];
	struct mms_core_summary core = mms_core_summarize(probes, COUNT(probes), scratch);

	(void)state;
	assert_true(core.best == 3.8);
	assert_true(core.median == 3.8);
	assert_true(core.shared == 0.2);
}

/* One that no core can do must not make all others look shared. */
static void what_was_mistaken_is_not_the_best(void **state)
{
	double probes[100], scratch[COUNT(probes)];
	struct mms_core_summary core;

	(void)state;
	for (size_t i = 0; i < COUNT(probes); i++)
		probes[i] = i % 4 ? 2.4 : 3.8;
	probes[50] = 51.5;
	core = mms_core_summarize(probes, COUNT(probes), scratch);
	assert_true(core.best == 3.8);
	assert_true(core.median == 2.4);
	assert_true(fabs(core.shared - 0.74) < 0.015);
}

static void without_probes_nothing_is_known(void **state)
{
	struct mms_core_summary core = mms_core_summarize(NULL, 0, NULL);

	(void)state;
	assert_true(core.best == 0);
	assert_true(core.shared == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_core_adds),
		cmocka_unit_test(what_is_far_below_the_best_was_shared),
		cmocka_unit_test(what_was_mistaken_is_not_the_best),
		cmocka_unit_test(without_probes_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
