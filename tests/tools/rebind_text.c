// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Tables of results that no quick run gives: published ratios beside, and wrong initializers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rebind_text.h"
#include "run.h"

#define MILLISECOND UINT64_C(1000000)

static struct mms_geometry fsdax_100g(void)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_FSDAX,
		.map = MMS_MAP_DEV,
		.align = UINT64_C(2) << 20,
		.start = UINT64_C(1) << 40,
		.size = UINT64_C(100) << 30,
	};
	struct mms_geometry geometry;

	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	return geometry;
}

static struct mms_samples samples(uint64_t *ns)
{
	double value = (double)*ns;

	return (struct mms_samples){
		1, ns, {.min = value, .median = value, .mean = value, .p95 = value, .max = value}};
}

/* What is printed for one row of template-movnti; the caller frees it. */
static char *print_row(const struct mms_geometry *geometry, struct mms_rebind_row *row)
{
	struct mms_rebind_config config = {.geometry = geometry, .first_binds = 1, .rebinds = 1};
	struct mms_rebind_result result = {
		.backing.backing = MMS_BACKING_THP, .nr_rows = 1, .rows = row};
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	assert_int_equal(mms_initializer_find("template-movnti", &row->initializer), 0);
	row->ran = row->initializer;
	rebind_print(stream, &config, &result, "a CPU");
	fclose(stream);
	return text;
}

static void published_ratios_stand_beside(void **state)
{
	uint64_t first_bind = 1234 * MILLISECOND, rebind = 123 * MILLISECOND;
	struct mms_geometry geometry = fsdax_100g();
	struct mms_rebind_row row = {
		.verified = true,
		.first_bind = samples(&first_bind),
		.rebind = samples(&rebind),
		.ratio_to_naive = {0.5, 0.4, 0.6},
	};
	char *text = print_row(&geometry, &row);

	(void)state;
	assert_contains(text, "   1234.00");
	assert_contains(text, "    123.00");
	assert_contains(text, "   0.500       -   0.396 v5\n");
	assert_contains(text, "published: mean rebind of v7.2-rc1 with that version of the series");
	assert_contains(text, "on other hardware");
	free(text);
}

/* Then what is called the limit is none. */
static void initializers_beyond_the_limit_are_told(void **state)
{
	uint64_t ns = MILLISECOND;
	struct mms_geometry geometry = fsdax_100g();
	struct mms_rebind_row row = {
		.verified = true, .first_bind = samples(&ns), .rebind = samples(&ns)};
	const char *sentence =
		"template-movnti is more than 3 % faster than the fastest fill: a fill is missing.";
	char *text;

	(void)state;
	row.ratio_to_limit.median = 0.98;
	text = print_row(&geometry, &row);
	assert_null(strstr(text, sentence));
	free(text);
	row.ratio_to_limit.median = 0.96;
	text = print_row(&geometry, &row);
	assert_contains(text, sentence);
	free(text);
}

static void wrong_pages_are_shown_field_by_field(void **state)
{
	struct mms_geometry geometry = fsdax_100g();
	struct mms_rebind_row row = {
		.failure = {.stage = "rebind", .turn = 17, .report.mismatches = 1},
	};
	struct mms_report *report = &row.failure.report;
	char *text;

	(void)state;
	report->compared = 2;
	report->first_pfn = geometry.end_pfn - 1;
	report->first_kind = MMS_PAGE_SINGLE;
	report->found[40] = 1; /* private */
	text = print_row(&geometry, &row);
	assert_contains(text, "1 of 1 initializers are wrong");
	assert_contains(text, "template-movnti         not timed: wrong in rebind 17\n");
	assert_contains(text, "initializer template-movnti failed in rebind 17: 1 of 2 pages");
	assert_contains(text, "wrong in private");
	assert_contains(text, ">     40    8  private");
	assert_null(strstr(text, "published"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_ratios_stand_beside),
		cmocka_unit_test(initializers_beyond_the_limit_are_told),
		cmocka_unit_test(wrong_pages_are_shown_field_by_field),
	};

	return cmocka_run_group_tests_name("rebind text", tests, NULL, NULL);
}
