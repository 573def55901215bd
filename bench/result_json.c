// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "result_json.h"

#include <memmapsim/init.h>

#include "geometry_json.h"
#include "json_values.h"
#include "result_warnings.h"

static json_t *geometries_json(const struct mms_result_frame *frame)
{
	json_t *list = json_array();

	for (size_t i = 0; i < frame->nr_geometries; i++)
		json_array_append_new(list, mms_geometry_json(&frame->geometries[i]));
	return list;
}

static json_t *backing_json(const struct mms_result_frame *frame)
{
	json_t *json = mms_backing_json(frame->asked, frame->backing);

	json_object_set_new(json, "least_huge_bytes", mms_json_number(frame->least_huge_bytes));
	return json;
}

static json_t *config_json(const struct mms_result_frame *frame, json_t *own)
{
	json_t *json = json_pack("{s:o, s:b, s:b}", "seed", mms_json_number(frame->seed),
	                         "trace_page_ref", !!(frame->gates & MMS_GATE_PAGE_REF_SET),
	                         "sanitize_kernel", !!(frame->gates & MMS_GATE_SANITIZER));

	json_object_update_new(json, own);
	return json;
}

static json_t *verified_json(const struct mms_verified_rounds *verified)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < verified->count; i++)
		json_array_append_new(list, mms_json_number(verified->rounds[i]));
	return list;
}

static json_t *usage_json(const struct mms_usage *usage)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "wall_ns",
		mms_json_number(usage->steal.run_ns), "user_ns", mms_json_number(usage->user_ns),
		"system_ns", mms_json_number(usage->system_ns), "steal_ns",
		mms_steal_json(&usage->steal), "minor_faults", mms_json_number(usage->minor_faults),
		"major_faults", mms_json_number(usage->major_faults), "voluntary_switches",
		mms_json_number(usage->voluntary_switches), "involuntary_switches",
		mms_json_number(usage->involuntary_switches));
}

json_t *mms_result_json(const struct mms_result_frame *frame, json_t *environment, json_t *config,
                        json_t *results, json_t *own)
{
	json_t *json =
		json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:[], s:n, s:o}",
	                  "schema_version", MMS_SCHEMA_VERSION, "experiment", frame->experiment,
	                  "environment", environment, "kernel", mms_kernel_json(frame->kernel),
	                  "geometries", geometries_json(frame), "backing", backing_json(frame),
	                  "config", config_json(frame, config), "verified_rounds",
	                  verified_json(frame->verified), "run", usage_json(frame->usage), "ok",
	                  (int)frame->ok, "left_out", "warnings", "results", results);

	json_object_update_new(json, own);
	json_object_set_new(json, "warnings", mms_result_warnings(json));
	return json;
}

json_t *mms_result_runs_json(const char *experiment, json_t *environment, json_t *runs)
{
	bool ok = true;

	for (size_t i = 0; i < json_array_size(runs); i++)
		ok &= json_is_true(json_object_get(json_array_get(runs, i), "ok"));
	return json_pack("{s:i, s:s, s:o, s:b, s:[], s:o}", "schema_version", MMS_SCHEMA_VERSION,
	                 "experiment", experiment, "environment", environment, "ok", (int)ok,
	                 "left_out", "runs", runs);
}
