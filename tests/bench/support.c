// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "support.h"

#include <inttypes.h>

#include "rounds.h"

const struct precision_case precision_cases[2] = {
	{1e9, 500, MMS_ROUNDS_FEWEST + 1},
	{1e-9, MMS_ROUNDS_FEWEST + 2, MMS_ROUNDS_FEWEST + 2},
};

struct mms_geometry make_geometry(const char *kernel, enum mms_mode mode, enum mms_map map,
                                  uint64_t size)
{
	const struct mms_namespace ns = {
		.mode = mode,
		.map = map,
		.align = 2 * MIB,
		.start = 1024 * GIB,
		.size = size,
	};
	const struct mms_kernel *description;
	struct mms_geometry geometry = {0};

	if (mms_kernel_find(kernel, &description) ||
	    mms_geometry_from_namespace(description, &ns, &geometry))
		fail_msg("%s", mms_last_error());
	return geometry;
}

uint64_t available_memory(void)
{
	uint64_t kib = 0;
	char line[128];
	FILE *file = fopen("/proc/meminfo", "r");

	assert_non_null(file);
	while (!kib && fgets(line, sizeof(line), file))
		sscanf(line, "MemAvailable: %" SCNu64, &kib);
	fclose(file);
	return kib * 1024;
}

const struct mms_initializer *find_initializer(const char *name)
{
	const struct mms_initializer *initializer = NULL;

	if (mms_initializer_find(name, &initializer))
		fail_msg("%s", mms_last_error());
	return initializer;
}

struct mms_rebind_config make_config(const struct mms_geometry *geometry,
                                     const struct mms_initializer *const *initializers,
                                     size_t count)
{
	return (struct mms_rebind_config){
		.geometry = geometry,
		.initializers = initializers,
		.nr_initializers = count,
		.first_binds = 2,
		.rebinds = 4,
	};
}

struct mms_rebind_result *run_experiment(const struct mms_rebind_config *config)
{
	struct mms_rebind_result *result = NULL;

	if (mms_rebind_run(config, &result))
		fail_msg("%s", mms_last_error());
	return result;
}

void assert_row_right(const struct mms_rebind_config *config, const struct mms_rebind_row *row)
{
	char sentence[256];

	if (!row->verified) {
		mms_rebind_describe_failure(row, sentence, sizeof(sentence));
		fail_msg("%s", sentence);
	}
	assert_int_equal(row->first_bind.count, config->first_binds);
	assert_int_equal(row->rebind.count, config->rebinds);
	assert_true(row->first_bind.summary.min > 0 && row->rebind.summary.min > 0);
	assert_true(row->ns_per_page > 0 && row->gb_per_s > 0);
}
