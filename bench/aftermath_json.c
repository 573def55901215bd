// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "aftermath_json.h"

#include "json_values.h"
#include "result_json.h"

static json_t *config_json(const struct mms_aftermath_config *config)
{
	json_t *parts = json_array();

	for (unsigned int i = 0; i < MMS_NR_AFTERMATH_PARTS; i++)
		if (config->parts >> i & 1)
			json_array_append_new(parts, json_string(mms_aftermath_part_names[i]));
	return json_pack("{s:o, s:o, s:o}", "rounds", mms_json_number(config->rounds), "precision",
	                 mms_json_positive(config->precision), "parts", parts);
}

static json_t *places_json(const struct mms_aftermath_result *result)
{
	bool other = result->has_other_cpu;

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o}", "cpu", mms_json_number(result->cpu),
		"other_cpu", other ? mms_json_number(result->other_cpu) : json_null(),
		"shares_last_level", other ? json_boolean(result->shares_last_level) : json_null(),
		"l2_bytes", mms_json_number(result->l2_bytes), "last_level_bytes",
		mms_json_number(result->last_level_bytes), "caches_known",
		(int)result->caches_known, "borrowed_compounds", (int)result->borrowed_compounds,
		"misses_not_counted",
		mms_json_text(*result->miss_reason ? result->miss_reason : NULL));
}

static json_t *failure_json(const struct mms_aftermath_row *row)
{
	char sentence[320];

	if (row->verified)
		return json_null();
	mms_aftermath_describe_failure(row, sentence, sizeof(sentence));
	return mms_failure_json(&row->failure, sentence);
}

static json_t *misses_json(const struct mms_samples *misses)
{
	json_t *samples;

	if (!misses->count)
		return json_pack("{s:n, s:n}", "samples", "median");
	samples = json_array();
	for (size_t i = 0; i < misses->count; i++)
		json_array_append_new(samples, mms_json_number(misses->ns[i]));
	return json_pack("{s:o, s:f}", "samples", samples, "median", misses->summary.median);
}

static json_t *cell_json(const struct mms_aftermath_step *step,
                         const struct mms_aftermath_cell *cell)
{
	bool back = cell->time.count && step->back != MMS_AFTERMATH_BACK_NEVER;

	return json_pack(
		"{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "part",
		mms_aftermath_part_names[step->part], "step", step->name, "unit", step->unit,
		"units", mms_json_number(step->units), "time", mms_json_summary(&cell->time),
		"ns_per_unit", mms_json_positive(cell->ns_per_unit), "ratio_to_none",
		mms_json_ratio(&cell->to_none), "ratio_to_none_interval",
		mms_json_interval(&cell->to_none), "back_ns_per_unit",
		back ? json_real(cell->back_ns_per_unit) : json_null(), "ratio_to_back_to_all",
		mms_json_ratio(&cell->to_back_at_end), "ratio_to_back_to_all_interval",
		mms_json_interval(&cell->to_back_at_end), "misses", misses_json(&cell->misses),
		"misses_per_unit",
		cell->misses.count ? json_real(cell->misses.summary.median / (double)step->units)
				   : json_null());
}

static json_t *row_json(const struct mms_aftermath_result *result,
                        const struct mms_aftermath_row *row)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < result->nr_steps; i++)
		json_array_append_new(steps, cell_json(&result->steps[i], &row->cells[i]));
	return json_pack("{s:s, s:s, s:b, s:o, s:o, s:o}", "name", mms_aftermath_name(row), "ran",
	                 row->ran ? row->ran->name : "none", "verified", (int)row->verified,
	                 "failure", failure_json(row), "init", mms_json_summary(&row->init),
	                 "steps", steps);
}

json_t *mms_aftermath_json(const struct mms_aftermath_config *config,
                           const struct mms_aftermath_result *result, json_t *environment)
{
	const struct mms_result_frame frame = {
		.experiment = "aftermath",
		.kernel = config->geometry->kernel,
		.geometries = config->geometry,
		.nr_geometries = 1,
		.asked = &config->memmap,
		.backing = &result->backing,
		.least_huge_bytes = result->backing.huge_bytes,
		.seed = config->seed,
		.gates = config->gates,
		.verified = &result->verified,
		.usage = &result->usage,
		.ok = result->ok,
	};
	json_t *rows = json_array();

	for (size_t i = 0; i < result->nr_rows; i++)
		json_array_append_new(rows, row_json(result, &result->rows[i]));
	return mms_result_json(&frame, environment, config_json(config), rows,
	                       json_pack("{s:o, s:o}", "places", places_json(result), "core",
	                                 mms_json_core(&result->core)));
}
