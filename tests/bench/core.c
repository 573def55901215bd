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
}

static void what_is_far_below_the_best_was_shared(void **state)
{
	const double probes[] = {3.8, 2.4, 3.6, 3.9, 2.5, 3.52, 3.8, 3.8, 3.8, 3.8};
	double scratch[COUNT(probes)];
	struct mms_core_summary core = mms_core_summarize(probes, COUNT(probes), scratch);

	(void)state;
	assert_true(core.best == 3.9);
	assert_true(core.median == 3.8);
	assert_true(core.shared == 0.2);
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
		cmocka_unit_test(without_probes_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
