// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "aftermath_support.h"

struct mms_aftermath_config make_aftermath(const struct mms_geometry *geometry,
                                           const struct mms_initializer *const *initializers,
                                           size_t count, unsigned int parts)
{
	return (struct mms_aftermath_config){
		.geometry = geometry,
		.initializers = initializers,
		.nr_initializers = count,
		.parts = parts,
		.rounds = 4,
		.seed = 5,
	};
}

struct mms_aftermath_result *run_aftermath(const struct mms_aftermath_config *config)
{
	struct mms_aftermath_result *result = NULL;

	if (mms_aftermath_run(config, &result))
		fail_msg("%s", mms_last_error());
	return result;
}

void assert_right(const struct mms_aftermath_row *row)
{
	char sentence[320];

	if (row->verified)
		return;
	mms_aftermath_describe_failure(row, sentence, sizeof(sentence));
	fail_msg("%s", sentence);
}

void assert_timed(const struct mms_aftermath_config *config,
                  const struct mms_aftermath_result *result, size_t row, size_t step)
{
	const struct mms_aftermath_cell *cell = &result->rows[row].cells[step];
	bool writer = result->steps[step].part == MMS_AFTERMATH_WRITER;

	assert_true(result->steps[step].units > 0);
	assert_int_equal(cell->time.count, config->rounds);
	assert_true(cell->time.summary.min > 0);
	assert_true(cell->ns_per_unit > 0);
	if (!writer && !row)
		assert_true(cell->to_none.median == 1);
	assert_true(writer ? cell->to_none.median == 0 : cell->to_none.median > 0);
	assert_true(cell->misses.count == (*result->miss_reason ? 0 : config->rounds));
}

void assert_all_timed(const struct mms_aftermath_config *config,
                      const struct mms_aftermath_result *result, size_t row)
{
	assert_right(&result->rows[row]);
	for (size_t i = 0; i < result->nr_steps; i++)
		if (row || result->steps[i].part != MMS_AFTERMATH_WRITER ||
		    result->steps[i].back != MMS_AFTERMATH_BACK_NEVER)
			assert_timed(config, result, row, i);
		else
			assert_int_equal(result->rows[row].cells[i].time.count, 0);
}
