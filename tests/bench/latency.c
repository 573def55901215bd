// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Times counted by class. */
#include <stdlib.h>

#include "latency.h"
#include "random_geometry.h"
#include "support.h"

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void nothing_has_no_quantiles(void **state)
{
	struct mms_latency latency = {0};

	(void)state;
	assert_int_equal(mms_latency_quantile(&latency, 0.5), 0);
	assert_int_equal(mms_latency_quantile(&latency, 1), 0);
}

static void short_times_are_exact(void **state)
{
	struct mms_latency latency = {0};

	(void)state;
	for (uint64_t ns = 0; ns < 32; ns++)
		mms_latency_add(&latency, ns);
	assert_int_equal(latency.count, 32);
	assert_int_equal(latency.sum_ns, 31 * 32 / 2);
	assert_int_equal(latency.max_ns, 31);
	assert_int_equal(mms_latency_quantile(&latency, 0), 0);
	assert_int_equal(mms_latency_quantile(&latency, 0.5), 15);
	assert_int_equal(mms_latency_quantile(&latency, 31. / 32), 30);
	assert_int_equal(mms_latency_quantile(&latency, 1), 31);
}

/* Each class begins where the one before it ends, and every time is in its class. */
static void classes_have_no_gaps(void **state)
{
	uint64_t start = 0;

	(void)state;
	for (size_t i = 0; i < MMS_LATENCY_CLASSES; i++) {
		uint64_t end = mms_latency_end(i);
		struct mms_latency latency = {0};

		mms_latency_add(&latency, start);
		mms_latency_add(&latency, end - 1);
		assert_int_equal(latency.classes[i], 2);
		assert_true(end - 1 - start <= start / 16);
		start = end;
	}
	assert_int_equal(start, 0); /* after the largest 64-bit number */
}

static void quantiles_are_close(void **state)
{
	enum { COUNT_TIMES = 10000 };
	struct random_source random = random_source(random_first_seed());
	uint64_t *times = calloc(COUNT_TIMES, sizeof(*times));
	struct mms_latency latency = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_TIMES; i++) {
		times[i] = random_below(&random, UINT64_C(1) << (4 + random_below(&random, 30)));
		mms_latency_add(&latency, times[i]);
	}
	qsort(times, COUNT_TIMES, sizeof(*times), compare);
	for (unsigned int percent = 1; percent <= 100; percent++) {
		uint64_t exact = times[COUNT_TIMES * percent / 100 - 1];
		uint64_t found = mms_latency_quantile(&latency, percent / 100.);

		assert_in_range(found, exact, exact + exact / 16);
	}
	free(times);
}

/* 0.07 * 10000 is a bit more than 700 in floating point, and must not become 701. */
static void a_quantile_has_its_rank(void **state)
{
	struct mms_latency latency = {0};

	(void)state;
	for (unsigned int i = 0; i < 10000; i++)
		mms_latency_add(&latency, i < 700 ? 1 : 9);
	assert_int_equal(mms_latency_quantile(&latency, 0.07), 1);
	assert_int_equal(mms_latency_quantile(&latency, 0.0701), 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_has_no_quantiles),
		cmocka_unit_test(a_quantile_has_its_rank),
		cmocka_unit_test(short_times_are_exact),
		cmocka_unit_test(classes_have_no_gaps),
		cmocka_unit_test(quantiles_are_close),
	};

	return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
