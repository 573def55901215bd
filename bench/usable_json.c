// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "usable_json.h"

#include "crew_json.h"
#include "json_values.h"
#include "result_json.h"

static json_t *config_json(const struct mms_usable_config *config)
{
	const struct mms_ways ways = {&config->crew, config->waits, config->nr_waits};

	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:o}", "binds",
	                 mms_json_number(config->binds), "precision",
	                 mms_json_positive(config->precision), "streams",
	                 mms_json_number(config->streams), "policies",
	                 mms_ways_policies_json(&ways), "async", mms_async_names[config->async],
	                 "faults", config->sequential_faults ? "sequential" : "random", "crew",
	                 mms_crew_config_json(&config->crew));
}

static json_t *failure_json(const struct mms_usable_row *row)
{
	char sentence[320];

	if (row->verified)
		return json_null();
	mms_usable_describe_failure(row, sentence, sizeof(sentence));
	return mms_failure_json(&row->failure, sentence);
}

static json_t *stream_json(const struct mms_usable_row *row)
{
	const struct mms_usable_stream *stream = &row->stream;
	json_t *curve;

	if (!stream->done.count)
		return json_null();
	curve = json_array();
	for (size_t i = 0; i < stream->curve.count; i++) {
		const struct mms_curve_point *point = &stream->curve.points[i];

		json_array_append_new(curve,
		                      json_pack("{s:o, s:o, s:o}", "ns", mms_json_number(point->ns),
		                                "pages", mms_json_number(point->pages), "faults",
		                                mms_json_number(point->faults)));
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "done", mms_json_summary(&stream->done),
	                 "ready", mms_json_latency(&stream->ready), "waiting",
	                 mms_json_latency(&stream->waiting), "helped",
	                 mms_json_number(stream->helped), "waited", mms_json_number(stream->waited),
	                 "curve", curve);
}

static json_t *row_json(const struct mms_usable_row *row)
{
	json_t *json =
		json_pack("{s:s, s:s}", "name", row->initializer->name, "ran", row->ran->name);

	json_object_update_new(json, mms_way_json(&row->way));
	json_object_update_new(
		json,
		json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	                  "verified", (int)row->verified, "failure", failure_json(row), "chunks",
	                  row->verified ? mms_json_number(row->nr_chunks) : json_null(), "chunk_ns",
	                  mms_json_positive(row->chunk_ns), "returns",
	                  mms_json_summary(&row->returns), "first_fault",
	                  mms_json_summary(&row->fault), "done", mms_json_summary(&row->done),
	                  "first_faults_helped", mms_json_number(row->helped),
	                  "first_faults_waited", mms_json_number(row->waited), "done_ratio_to_pool",
	                  mms_json_ratio(&row->done_to_parallel), "done_ratio_to_pool_interval",
	                  mms_json_interval(&row->done_to_parallel), "stream", stream_json(row)));
	return json;
}

json_t *mms_usable_json(const struct mms_usable_config *config,
                        const struct mms_usable_result *result, json_t *environment)
{
	const struct mms_result_frame frame = {
		.experiment = "background",
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
		json_array_append_new(rows, row_json(&result->rows[i]));
	return mms_result_json(&frame, environment, config_json(config), rows,
	                       json_pack("{s:o}", "altmap", mms_json_summary(&result->altmap)));
}
