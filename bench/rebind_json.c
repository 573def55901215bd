// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "crew_json.h"
#include "json_values.h"
#include "published.h"
#include "rebind_json.h"
#include "result_json.h"

static json_t *config_json(const struct mms_rebind_config *config)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o}", "first_binds",
	                 mms_json_number(config->first_binds), "rebinds",
	                 mms_json_number(config->rebinds), "precision",
	                 mms_json_positive(config->precision), "cold", (int)config->cold, "crew",
	                 mms_crew_config_json(&config->crew));
}

static json_t *failure_json(const struct mms_rebind_row *row)
{
	char sentence[256];

	if (row->verified)
		return json_null();
	mms_rebind_describe_failure(row, sentence, sizeof(sentence));
	return mms_failure_json(&row->failure, sentence);
}

static json_t *published_json(const struct mms_published *published)
{
	if (!published)
		return json_null();
	return json_pack("{s:s, s:s, s:f, s:f}", "base", published->base, "series",
	                 published->series, "base_mean_ms", published->base_ms, "patched_mean_ms",
	                 published->patched_ms);
}

/* As many as there are samples of rebinds; null where those are. */
static json_t *probes_json(const struct mms_rebind_row *row)
{
	json_t *list;

	if (!row->rebind.count)
		return json_null();
	list = json_array();
	for (size_t i = 0; i < row->rebind.count; i++)
		json_array_append_new(list, json_real(row->adds_per_cycle[i]));
	return list;
}

/* Of fills there is less to say: they have no first binds, and nothing to verify. */
static json_t *fill_json(const struct mms_rebind_row *row)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "name", row->initializer->name,
	                 "description", row->initializer->description, "rebind",
	                 mms_json_summary(&row->rebind), "adds_per_cycle", probes_json(row),
	                 "ns_per_page", mms_json_positive(row->ns_per_page), "gb_per_s",
	                 mms_json_positive(row->gb_per_s), "ratio_to_naive",
	                 mms_json_ratio(&row->ratio_to_naive), "ratio_to_naive_interval",
	                 mms_json_interval(&row->ratio_to_naive));
}

static json_t *steps_json(const struct mms_rebind_config *config,
                          const struct mms_rebind_result *result)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < result->nr_steps; i++) {
		const struct mms_rebind_step *step = &result->steps[i];
		double published = mms_published_step(config->geometry, step->row->ran->name,
		                                      step->base->ran->name);

		json_array_append_new(list,
		                      json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "step",
		                                step->name, "initializer", step->row->ran->name,
		                                "base", step->base->ran->name, "ratio",
		                                mms_json_ratio(&step->ratio), "ratio_interval",
		                                mms_json_interval(&step->ratio), "published_ratio",
		                                mms_json_positive(published)));
	}
	return list;
}

static json_t *row_json(const struct mms_rebind_config *config,
                        const struct mms_rebind_result *result, const struct mms_rebind_row *row)
{
	const struct mms_published *published =
		mms_published_find(config->geometry, row->ran->name);

	return json_pack(
		"{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o}",
		"name", row->initializer->name, "ran", row->ran->name, "verified",
		(int)row->verified, "failure", failure_json(row), "first_bind",
		mms_json_summary(&row->first_bind), "rebind", mms_json_summary(&row->rebind),
		"adds_per_cycle", probes_json(row), "ns_per_page",
		mms_json_positive(row->ns_per_page), "gb_per_s", mms_json_positive(row->gb_per_s),
		"bytes_written", mms_json_number(result->bytes_written), "ratio_to_naive",
		mms_json_ratio(&row->ratio_to_naive), "ratio_to_naive_interval",
		mms_json_interval(&row->ratio_to_naive), "ratio_to_fill_limit",
		mms_json_ratio(&row->ratio_to_limit), "ratio_to_fill_limit_interval",
		mms_json_interval(&row->ratio_to_limit), "cost_ratio_to_largest",
		mms_json_ratio(&row->ratio_to_largest), "cost_ratio_to_largest_interval",
		mms_json_interval(&row->ratio_to_largest), "published_ratio",
		published ? json_real(mms_published_ratio(published)) : json_null(), "published",
		published_json(published));
}

/* Of a crew's row only what a direct one hasn't. */
static json_t *pooled_json(const struct mms_rebind_row *row)
{
	json_t *json = json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
		row->initializer->name, "rebind", mms_json_summary(&row->rebind), "ns_per_page",
		mms_json_positive(row->ns_per_page), "gb_per_s", mms_json_positive(row->gb_per_s),
		"speed_up", mms_json_ratio(&row->speed_up), "speed_up_interval",
		mms_json_interval(&row->speed_up), "efficiency", mms_json_ratio(&row->efficiency),
		"efficiency_interval", mms_json_interval(&row->efficiency), "ratio_to_direct",
		mms_json_ratio(&row->ratio_to_direct), "ratio_to_direct_interval",
		mms_json_interval(&row->ratio_to_direct));

	if (row->fill)
		return json;
	json_object_set_new(json, "ran", json_string(row->ran->name));
	json_object_set_new(json, "verified", json_boolean(row->verified));
	json_object_set_new(json, "failure", failure_json(row));
	return json;
}

static json_t *crew_json(const struct mms_rebind_crew *crew)
{
	json_t *rows = json_array(), *fills = json_array();

	for (size_t i = 0; i < crew->nr_rows; i++)
		if (&crew->rows[i] != crew->empty)
			json_array_append_new(crew->rows[i].fill ? fills : rows,
			                      pooled_json(&crew->rows[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:f, s:o, s:o, s:o}", "threads",
	                 mms_json_number(crew->threads), "chunks", mms_json_number(crew->nr_chunks),
	                 "schedule", mms_json_summary(&crew->schedule), "dispatch",
	                 mms_json_summary(&crew->empty->rebind), "dispatch_ns_per_chunk",
	                 crew->dispatch_ns_per_chunk, "results", rows, "fills", fills, "fill_limit",
	                 mms_json_text(crew->limit ? crew->limit->initializer->name : NULL));
}

static json_t *phases_json(const struct mms_rebind_result *result)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o}", "mapping", mms_json_summary(&result->mapping),
		"altmap_first_bind", mms_json_summary(&result->altmap_first_bind), "altmap_rebind",
		mms_json_summary(&result->altmap_rebind), "teardown",
		mms_json_summary(&result->teardown), "verify", mms_json_summary(&result->verify),
		"plain_read", mms_json_summary(&result->read));
}

json_t *mms_rebind_json(const struct mms_rebind_config *config,
                        const struct mms_rebind_result *result, json_t *environment)
{
	const struct mms_result_frame frame = {
		.experiment = "rebind",
		.kernel = config->geometry->kernel,
		.geometries = config->geometry,
		.nr_geometries = 1,
		.asked = &config->memmap,
		.backing = &result->backing,
		.least_huge_bytes = result->least_huge_bytes,
		.seed = config->seed,
		.gates = config->gates,
		.verified = &result->verified,
		.usage = &result->usage,
		.ok = result->ok,
	};
	json_t *rows = json_array(), *fills = json_array(), *crews = json_array(), *own;

	for (size_t i = 0; i < result->nr_crews; i++)
		json_array_append_new(crews, crew_json(&result->crews[i]));
	for (size_t i = 0; i < result->nr_rows; i++)
		if (result->rows[i].fill)
			json_array_append_new(fills, fill_json(&result->rows[i]));
		else
			json_array_append_new(rows, row_json(config, result, &result->rows[i]));
	own = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "machine_first_touch_ns",
	                config->cold ? json_null()
	                             : mms_json_number(result->machine_first_touch_ns),
	                "phases", phases_json(result), "core", mms_json_core(&result->core),
	                "fills", fills, "fill_limit",
	                mms_json_text(result->limit ? result->limit->initializer->name : NULL),
	                "steps", steps_json(config, result), "threads", crews);
	return mms_result_json(&frame, environment, config_json(config), rows, own);
}
