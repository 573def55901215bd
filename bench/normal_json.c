// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "normal_json.h"

#include "crew_json.h"
#include "json_values.h"
#include "result_json.h"

static json_t *chunk_json(uint64_t pages)
{
	return pages ? mms_json_number(pages << MMS_PAGE_SHIFT) : json_null();
}

static json_t *config_json(const struct mms_normal_config *config)
{
	json_t *chunks = json_array();

	for (size_t i = 0; i < config->nr_chunks; i++)
		json_array_append_new(chunks, chunk_json(config->chunks[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:o}", "rounds",
	                 mms_json_number(config->rounds), "precision",
	                 mms_json_positive(config->precision), "first_touches",
	                 mms_json_number(config->first_touches), "chunks_bytes", chunks, "trace",
	                 (int)config->trace, "crew", mms_crew_config_json(&config->crew));
}

static json_t *zone_json(const struct mms_zone *zone)
{
	static const char *const names[] = {"DMA", "DMA32", "NORMAL", "MOVABLE"};

	return json_pack("{s:s, s:i, s:o, s:o, s:o, s:o, s:o}", "type", names[zone->type], "node",
	                 (int)zone->nid, "start_pfn", mms_json_number(zone->start_pfn),
	                 "spanned_pages", mms_json_number(zone->spanned_pages), "present_pages",
	                 mms_json_number(zone->present_pages), "free_pages",
	                 mms_json_number(zone->free_pages), "free_ranges",
	                 mms_json_number(zone->nr_free));
}

static json_t *stores_json(const struct mms_store_report *report)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "instructions",
	                 mms_json_number(report->instructions), "bytes_written",
	                 mms_json_number(report->bytes_written), "bytes_nontemporal",
	                 mms_json_number(report->bytes_nontemporal), "bytes_read",
	                 mms_json_number(report->bytes_read), "lines_written",
	                 mms_json_number(report->lines_written), "lines_rewritten",
	                 mms_json_number(report->lines_rewritten), "drains",
	                 mms_json_number(report->drains), "missing_drains",
	                 mms_json_number(report->findings));
}

static json_t *traffic_json(const struct mms_normal_result *result)
{
	json_t *list = json_array();

	for (size_t i = 0; i < result->nr_traffic; i++) {
		const struct mms_normal_traffic *traffic = &result->traffic[i];

		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o}", "name",
		                                      traffic->initializer->name, "pages",
		                                      mms_json_number(traffic->pages), "init",
		                                      stores_json(&traffic->init), "init_and_free",
		                                      stores_json(&traffic->both)));
	}
	return list;
}

static json_t *failure_json(const struct mms_normal_row *row)
{
	char sentence[320];

	if (row->verified)
		return json_null();
	mms_normal_describe_failure(row, sentence, sizeof(sentence));
	return mms_failure_json(&row->failure, sentence);
}

static json_t *times_json(const struct mms_normal_times *times)
{
	return json_pack("{s:o, s:o, s:o}", "init", mms_json_summary(&times->init), "free",
	                 mms_json_summary(&times->free), "total", mms_json_summary(&times->total));
}

static json_t *ratios_json(const struct mms_normal_ratios *ratios)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "init", mms_json_ratio(&ratios->init),
	                 "init_interval", mms_json_interval(&ratios->init), "free",
	                 mms_json_ratio(&ratios->free), "free_interval",
	                 mms_json_interval(&ratios->free), "total", mms_json_ratio(&ratios->total),
	                 "total_interval", mms_json_interval(&ratios->total));
}

static json_t *row_json(const struct mms_normal_row *row)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "name",
	                 row->initializer->name, "ran", row->ran->name, "chunk_bytes",
	                 chunk_json(row->chunk_pages), "threads",
	                 row->threads ? mms_json_number(row->threads) : json_null(), "verified",
	                 (int)row->verified, "failure", failure_json(row), "first_touch",
	                 times_json(&row->first_touch), "steady", times_json(&row->steady),
	                 "to_naive", ratios_json(&row->to_naive), "to_template",
	                 ratios_json(&row->to_template));
}

json_t *mms_normal_json(const struct mms_normal_config *config,
                        const struct mms_normal_result *result, json_t *environment)
{
	const struct mms_result_frame frame = {
		.experiment = "normal",
		.kernel = config->geometry->kernel,
		.asked = &config->memmap,
		.backing = &result->backing,
		.least_huge_bytes = result->least_huge_bytes,
		.seed = config->seed,
		.gates = config->gates,
		.verified = &result->verified,
		.usage = &result->usage,
		.ok = result->ok,
	};
	json_t *rows = json_array(), *own;

	for (size_t i = 0; i < result->nr_rows; i++)
		json_array_append_new(rows, row_json(&result->rows[i]));
	own = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "zone", zone_json(config->geometry->zone),
	                "struct_page_bytes", mms_json_number(result->bytes),
	                "machine_first_touch_ns", mms_json_number(result->machine_first_touch_ns),
	                "mapping", mms_json_summary(&result->mapping), "untraced",
	                mms_json_text(*result->untraced ? result->untraced : NULL), "traffic",
	                traffic_json(result));
	return mms_result_json(&frame, environment, config_json(config), rows, own);
}
