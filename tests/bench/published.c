// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Published figures stand beside what was measured on the same geometry, and nowhere else. */
#include "published.h"
#include "support.h"

static void assert_published(const char *kernel, enum mms_mode mode, const char *initializer,
                             double base_ms, double patched_ms)
{
	struct mms_geometry geometry = make_geometry(kernel, mode, MMS_MAP_DEV, 100 * GIB);
	const struct mms_published *published = mms_published_find(&geometry, initializer);

	assert_non_null(published);
	assert_true(published->base_ms == base_ms && published->patched_ms == patched_ms);
	assert_true(mms_published_ratio(published) == patched_ms / base_ms);
	assert_memory_equal(published->base, kernel, strlen(kernel));
}

static void figures_of_the_series(void **state)
{
	(void)state;
	assert_published("v7.2", MMS_MODE_FSDAX, "template-movnti", 244.28, 96.79);
	assert_published("v7.2", MMS_MODE_DEVDAX, "template-movnti", 273.31, 119.04);
	assert_published("v7.1", MMS_MODE_FSDAX, "template-movnti", 273.52, 104.59);
	assert_published("v7.1", MMS_MODE_DEVDAX, "template-movnti", 313.45, 116.93);
	assert_published("v7.1", MMS_MODE_FSDAX, "template-heads", 273.52, 246.65);
	assert_published("v7.1", MMS_MODE_DEVDAX, "template", 313.45, 240.42);
}

static bool is_published(const char *kernel, enum mms_mode mode, enum mms_map map, uint64_t size,
                         const char *initializer)
{
	struct mms_geometry geometry = make_geometry(kernel, mode, map, size);

	return mms_published_find(&geometry, initializer);
}

static void nothing_else_has_figures(void **state)
{
	(void)state;
	assert_false(is_published("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 100 * GIB, "naive"));
	assert_false(is_published("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 100 * GIB, "template"));
	assert_false(
		is_published("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 99 * GIB, "template-movnti"));
	assert_false(
		is_published("v7.2", MMS_MODE_FSDAX, MMS_MAP_MEM, 100 * GIB, "template-movnti"));
	assert_false(
		is_published("v6.18", MMS_MODE_FSDAX, MMS_MAP_DEV, 100 * GIB, "template-movnti"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_of_the_series),
		cmocka_unit_test(nothing_else_has_figures),
	};

	return cmocka_run_group_tests_name("published", tests, NULL, NULL);
}
