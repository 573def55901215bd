// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "boot_json.h"

#include <stdio.h>

#include "crew_json.h"
#include "json_values.h"
#include "published.h"
#include "result_json.h"

static json_t *config_json(const struct mms_boot_config *config)
{
	const struct mms_ways ways = {&config->crew, config->waits, config->nr_waits};

	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:o}", "namespaces",
	                 mms_json_number(config->nr_devices), "boots",
	                 mms_json_number(config->boots), "precision",
	                 mms_json_positive(config->precision), "policies",
	                 mms_ways_policies_json(&ways), "async", mms_async_names[config->async],
	                 "crew", mms_crew_config_json(&config->crew));
}

static json_t *failure_json(const struct mms_boot_row *row)
{
	char sentence[320];

	if (row->verified)
		return json_null();
	mms_boot_describe_failure(row, sentence, sizeof(sentence));
	return mms_failure_json(&row->failure, sentence);
}

static void add_times(json_t *json, const struct mms_boot_row *row)
{
	static const char *const names[MMS_NR_BOOT_TIMES] = {
		[MMS_BOOT_BOUND] = "bound",
		[MMS_BOOT_USABLE] = "usable",
		[MMS_BOOT_DONE] = "done",
	};

	for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++) {
		char key[48];

		json_object_set_new(json, names[i], mms_json_summary(&row->times[i]));
		snprintf(key, sizeof(key), "%s_ratio_to_direct", names[i]);
		json_object_set_new(json, key, mms_json_ratio(&row->ratios[i]));
		snprintf(key, sizeof(key), "%s_ratio_to_direct_interval", names[i]);
		json_object_set_new(json, key, mms_json_interval(&row->ratios[i]));
	}
}

static json_t *first_faults_json(const struct mms_boot_config *config,
                                 const struct mms_boot_row *row)
{
	json_t *boots = json_array();

	for (size_t i = 0; i < row->fault.count; i++) {
		json_t *boot = json_array();

		for (size_t j = 0; j < config->nr_devices; j++)
			json_array_append_new(
				boot, mms_json_number(row->faults_ns[i * config->nr_devices + j]));
		json_array_append_new(boots, boot);
	}
	return boots;
}

static json_t *row_json(const struct mms_boot_config *config, const struct mms_boot_row *row)
{
	json_t *json =
		json_pack("{s:s, s:s}", "name", row->initializer->name, "ran", row->ran->name);

	json_object_update_new(json, mms_way_json(&row->way));
	json_object_set_new(json, "verified", json_boolean(row->verified));
	json_object_set_new(json, "failure", failure_json(row));
	add_times(json, row);
	json_object_set_new(json, "first_faults_ns", first_faults_json(config, row));
	json_object_set_new(json, "longest_first_fault", mms_json_summary(&row->fault));
	json_object_set_new(json, "first_faults_helped", mms_json_number(row->helped));
	json_object_set_new(json, "first_faults_waited", mms_json_number(row->waited));
	return json;
}

json_t *mms_boot_json(const struct mms_boot_config *config, const struct mms_boot_result *result,
                      json_t *environment)
{
	const struct mms_result_frame frame = {
		.experiment = "boot",
		.kernel = config->geometries->kernel,
		.geometries = config->geometries,
		.nr_geometries = config->nr_devices,
		.asked = &config->memmap,
		.backing = &result->backing,
		.least_huge_bytes = result->least_huge_bytes,
		.seed = config->seed,
		.gates = config->gates,
		.verified = &result->verified,
		.usage = &result->usage,
		.ok = result->ok,
	};
	const struct mms_published_boot *published = &mms_published_boot;
	json_t *rows = json_array();

	for (size_t i = 0; i < result->nr_rows; i++)
		json_array_append_new(rows, row_json(config, &result->rows[i]));
	return mms_result_json(&frame, environment, config_json(config), rows,
	                       json_pack("{s:{s:i, s:i, s:i}}", "published", "sockets",
	                                 (int)published->sockets, "before_s",
	                                 (int)published->before_s, "after_s",
	                                 (int)published->after_s));
}
