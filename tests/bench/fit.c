// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Memmaps that fit one by one may not fit together. */
#include <errno.h>

#include "fit.h"
#include "support.h"

/* A namespace whose struct pages take about @bytes. */
static struct mms_geometry geometry_taking(uint64_t bytes)
{
	return make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_MEM, bytes / 64 * 4096 / GIB * GIB);
}

static void small_ones_fit(void **state)
{
	struct mms_geometry geometries[] = {geometry_taking(32 * MIB), geometry_taking(16 * MIB)};

	(void)state;
	assert_int_equal(mms_memmaps_fit(geometries, COUNT(geometries), NULL), 0);
}

static void what_fits_alone_may_not_fit_together(void **state)
{
	static const enum mms_backing backings[] = {MMS_BACKING_4K, MMS_BACKING_THP};
	struct mms_geometry half = geometry_taking(available_memory() / 5 * 2);
	struct mms_geometry geometries[] = {half, half, half};

	(void)state;
	for (size_t i = 0; i < COUNT(backings); i++) {
		const struct mms_memmap_options options = {.backing = backings[i]};
		int error = mms_memmaps_fit(geometries, 1, &options);

		if (error == -ENOMEM && backings[i] == MMS_BACKING_THP)
			continue; /* a machine without huge pages */
		assert_int_equal(error, 0);
		assert_int_equal(mms_memmaps_fit(geometries, COUNT(geometries), &options), -ENOMEM);
		assert_non_null(strstr(mms_last_error(), "MiB of memory and there are"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_ones_fit),
		cmocka_unit_test(what_fits_alone_may_not_fit_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
