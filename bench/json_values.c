// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "json_values.h"

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

json_t *mms_json_summary(const struct mms_samples *samples)
{
	const struct mms_summary *values = &samples->summary;
	json_t *list;

	if (!samples->count)
		return json_pack("{s:n, s:n, s:n, s:n, s:n, s:n}", "samples_ns", "min_ns",
		                 "median_ns", "mean_ns", "p95_ns", "max_ns");
	list = json_array();
	for (size_t i = 0; i < samples->count; i++)
		json_array_append_new(list, mms_json_number(samples->ns[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "samples_ns", list, "min_ns",
	                 nanoseconds(values->min), "median_ns", nanoseconds(values->median),
	                 "mean_ns", nanoseconds(values->mean), "p95_ns", nanoseconds(values->p95),
	                 "max_ns", nanoseconds(values->max));
}

json_t *mms_json_ratio(const struct mms_ratio *ratio)
{
	return mms_json_positive(ratio->median);
}

json_t *mms_json_interval(const struct mms_ratio *ratio)
{
	return ratio->median > 0 ? json_pack("[f, f]", ratio->low, ratio->high) : json_null();
}
