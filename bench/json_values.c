// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "json_values.h"

#include <stdio.h>

json_t *mms_json_text(const char *string)
{
	return string ? json_string(string) : json_null();
}

json_t *mms_json_number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

json_t *mms_json_positive(double value)
{
	return value > 0 ? json_real(value) : json_null();
}

/* What is whole stays so, for people who read the file. */
static json_t *nanoseconds(double value)
{
	uint64_t whole = (uint64_t)value;

	return (double)whole == value ? mms_json_number(whole) : json_real(value);
}

static json_t *drift_json(const struct mms_shape *shape)
{
	if (!shape->drift_known)
		return json_null();
	return json_pack("{s:b, s:f, s:f}", "found", (int)shape->drifts, "change", shape->drift,
	                 "z", shape->drift_z);
}

static json_t *modes_json(const struct mms_shape *shape)
{
	if (!shape->modes_known)
		return json_null();
	return json_pack("{s:b, s:f, s:f, s:[o, o]}", "found", (int)shape->bimodal, "dip",
	                 shape->dip, "slower_share", shape->slower_share, "medians_ns",
	                 nanoseconds(shape->heap_medians[0]), nanoseconds(shape->heap_medians[1]));
}

json_t *mms_json_summary(const struct mms_samples *samples)
{
	static const char *const keys[] = {
		"samples_ns",
		"min_ns",
		"q1_ns",
		"median_ns",
		"q3_ns",
		"p95_ns",
		"p99_ns",
		"max_ns",
		"mean_ns",
		"mad_ns",
		"outliers",
		"standard_deviation_ns",
		"median_interval_ns",
		"drift",
		"modes",
	};
	const struct mms_summary *values = &samples->summary;
	json_t *json = json_object(), *list;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		json_object_set_new(json, keys[i], json_null());
	if (!samples->count)
		return json;
	list = json_array();
	for (size_t i = 0; i < samples->count; i++)
		json_array_append_new(list, mms_json_number(samples->ns[i]));
	json_object_set_new(json, "samples_ns", list);
	json_object_set_new(json, "min_ns", nanoseconds(values->min));
	json_object_set_new(json, "q1_ns", nanoseconds(values->q1));
	json_object_set_new(json, "median_ns", nanoseconds(values->median));
	json_object_set_new(json, "q3_ns", nanoseconds(values->q3));
	json_object_set_new(json, "p95_ns", nanoseconds(values->p95));
	json_object_set_new(json, "p99_ns", nanoseconds(values->p99));
	json_object_set_new(json, "max_ns", nanoseconds(values->max));
	json_object_set_new(json, "mean_ns", nanoseconds(values->mean));
	json_object_set_new(json, "mad_ns", nanoseconds(values->mad));
	json_object_set_new(json, "outliers", mms_json_number(values->outliers));
	json_object_set_new(json, "standard_deviation_ns", nanoseconds(values->standard_deviation));
	json_object_set_new(json, "median_interval_ns",
	                    json_pack("[o, o]", nanoseconds(values->median_low),
	                              nanoseconds(values->median_high)));
	json_object_set_new(json, "drift", drift_json(&values->shape));
	json_object_set_new(json, "modes", modes_json(&values->shape));
	return json;
}

json_t *mms_json_latency(const struct mms_latency *latency)
{
	json_t *classes = json_array();

	for (size_t i = 0; i < MMS_LATENCY_CLASSES; i++)
		if (latency->classes[i])
			json_array_append_new(
				classes, json_pack("[o, o]", mms_json_number(mms_latency_end(i)),
			                           mms_json_number(latency->classes[i])));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "count",
	                 mms_json_number(latency->count), "sum_ns",
	                 mms_json_number(latency->sum_ns), "p50_ns",
	                 mms_json_number(mms_latency_quantile(latency, 0.5)), "p99_ns",
	                 mms_json_number(mms_latency_quantile(latency, 0.99)), "p999_ns",
	                 mms_json_number(mms_latency_quantile(latency, 0.999)), "max_ns",
	                 mms_json_number(latency->max_ns), "below_ns", classes);
}

json_t *mms_json_core(const struct mms_core_summary *core)
{
	return json_pack("{s:o, s:o, s:o}", "adds_per_cycle_best", mms_json_positive(core->best),
	                 "adds_per_cycle_median", mms_json_positive(core->median), "shared",
	                 core->best > 0 ? json_real(core->shared) : json_null());
}

/* The bytes of a struct page as they lie in memory. */
static json_t *page_bytes(const unsigned char *bytes)
{
	char digits[2 * sizeof(struct mms_page) + 1];

	for (size_t i = 0; i < sizeof(struct mms_page); i++)
		snprintf(digits + 2 * i, 3, "%02x", bytes[i]);
	return json_string(digits);
}

void mms_json_add_mismatch(json_t *json, const struct mms_report *report)
{
	bool page = report->mismatches > 0;

	json_object_set_new(json, "first_pfn",
	                    page ? mms_json_number(report->first_pfn) : json_null());
	json_object_set_new(json, "expected", page ? page_bytes(report->expected) : json_null());
	json_object_set_new(json, "found", page ? page_bytes(report->found) : json_null());
}

json_t *mms_json_ratio(const struct mms_ratio *ratio)
{
	return mms_json_positive(ratio->median);
}

json_t *mms_json_interval(const struct mms_ratio *ratio)
{
	return ratio->median > 0 ? json_pack("[f, f]", ratio->low, ratio->high) : json_null();
}
