// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What reports say of results that isn't in them as such, added as the member "derived":
 *
 *	of the whole:   geometry: the first of geometries
 *	                namespace, kind, size_bytes, ranges: what it is of, in words
 *	                machine: whether it is a virtual one
 *	                rounds: how many there really were; first_binds: of each, if any
 *	                rows, wrong: how many results there are, and how many are wrong
 *	                published_base: what the published ratios are of
 *	                best{name, ratio_to_naive, interval}, limit_ms, below_limit
 *	with runs also: sizes[]; and what is the same of all runs beside it: ok, kernel,
 *	                verified_rounds, config
 *	of a row:       first_bind_change, rebind_change: mean by naive's, less 1
 *	                core{median, min, max, rounds}: of adds_per_cycle
 *
 * and "limits", the fastest fill, beside each list "fills".
 */
#include "derive.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "options.h"
#include "result_read.h"
#include "row.h"

static void set_text(json_t *derived, const char *key, char *text)
{
	json_object_set_new(derived, key, text ? json_string(text) : json_null());
	free(text);
}

static char *ranges_text(const json_t *ranges)
{
	size_t size;
	char *text;
	FILE *stream = report_stream(&text, &size);

	for (size_t i = 0; i < json_array_size(ranges); i++) {
		const json_t *range = json_array_get(ranges, i);

		fprintf(stream, "%s%#" PRIx64 "-%#" PRIx64, i ? ", " : "",
		        (uint64_t)json_integer_value(json_object_get(range, "start")),
		        (uint64_t)json_integer_value(json_object_get(range, "end")));
	}
	fclose(stream);
	return text;
}

static char *kind_text(const struct row *row)
{
	const char *type = row_string(row, "derived.geometry.type");
	double shift = row_number(row, "derived.geometry.vmemmap_shift");
	const char *map = row_at(row, "derived.geometry.altmap") ? "map=dev" : "map=mem";

	if (!type)
		return NULL;
	if (strcmp(type, "MEMORY_DEVICE_FS_DAX") == 0)
		return report_format("fsdax, %s (nd_pmem)", map);
	if (!(shift > 0))
		return report_format("devdax in 4 KiB pages, %s (dax_pmem)", map);
	return report_format("devdax in %s compounds, %s (dax_pmem)", shift > 9 ? "1 GiB" : "2 MiB",
	                     map);
}

static void derive_geometry(const struct row *row, json_t *derived)
{
	json_t *first = json_array_get(row_at(row, "geometries"), 0);
	uint64_t bytes = mms_result_bytes(row_at(row, ""));
	char size[32], *kind;

	json_object_set(derived, "geometry", first);
	kind = bytes ? kind_text(row) : NULL;
	if (!kind)
		return;
	format_size(bytes, size, sizeof(size));
	json_object_set_new(derived, "size_bytes", json_integer((json_int_t)bytes));
	set_text(derived, "ranges", ranges_text(row_at(row, "derived.geometry.ranges")));
	set_text(derived, "namespace", report_format("%s of %s", size, kind));
	set_text(derived, "kind", kind);
}

/* What hypervisors call themselves, by CPUID, and what people call them. */
static const char *hypervisor_name(const char *signature)
{
	static const struct {
		const char *signature, *name;
	} names[] = {
		{"KVMKVMKVM", "KVM"},       {"Linux KVM Hv", "KVM"}, {"Microsoft Hv", "Hyper-V"},
		{"VMwareVMware", "VMware"}, {"XenVMMXenVMM", "Xen"}, {"TCGTCGTCGTCG", "QEMU TCG"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(signature, names[i].signature) == 0)
			return names[i].name;
	return signature;
}

static void derive_machine(const struct row *row, json_t *derived)
{
	const char *hypervisor = row_string(row, "environment.system.hypervisor");

	if (!hypervisor)
		return;
	hypervisor = hypervisor_name(hypervisor);
	set_text(derived, "machine",
	         strcmp(hypervisor, "none") == 0
	                 ? report_copy("no hypervisor")
	                 : report_format("a virtual machine (%s)", hypervisor));
}

json_t *derived_of(json_t *json)
{
	json_t *derived = json_object_get(json, "derived");

	if (derived)
		return derived;
	derived = json_object();
	json_object_set_new(json, "derived", derived);
	return derived;
}

static const json_t *find_named(const json_t *list, const char *name)
{
	for (size_t i = 0; name && i < json_array_size(list); i++) {
		const json_t *element = json_array_get(list, i);
		const char *other = json_string_value(json_object_get(element, "name"));

		if (other && strcmp(other, name) == 0)
			return element;
	}
	return NULL;
}

static void set_change(json_t *row, const json_t *base, const char *key, const char *summary)
{
	double own = json_number_value(json_object_get(json_object_get(row, summary), "mean_ns"));
	double other =
		json_number_value(json_object_get(json_object_get(base, summary), "mean_ns"));

	if (row != base && own > 0 && other > 0)
		json_object_set_new(derived_of(row), key, json_real(own / other - 1));
}

static void derive_rows(json_t *results)
{
	const json_t *naive = find_named(results, "naive");

	for (size_t i = 0; i < json_array_size(results); i++) {
		json_t *row = json_array_get(results, i);

		set_change(row, naive, "first_bind_change", "first_bind");
		set_change(row, naive, "rebind_change", "rebind");
		derive_core(row);
	}
}

static void count_rows(const json_t *results, json_t *derived)
{
	json_int_t wrong = 0;

	for (size_t i = 0; i < json_array_size(results); i++)
		wrong += json_is_false(json_object_get(json_array_get(results, i), "verified"));
	json_object_set_new(derived, "rows", json_integer((json_int_t)json_array_size(results)));
	json_object_set_new(derived, "wrong", json_integer(wrong));
}

/* The last one is always verified. What config has may be only the most there might have been. */
static void derive_rounds(const json_t *result, json_t *derived)
{
	const json_t *verified = json_object_get(result, "verified_rounds");
	size_t count = json_array_size(verified);

	if (count)
		json_object_set(derived, "rounds", json_array_get(verified, count - 1));
}

/* Of the first that was timed. */
static void derive_first_binds(const json_t *results, json_t *derived)
{
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(results) && !count; i++) {
		struct row row = row_of(json_array_get(results, i));

		count = json_array_size(row_at(&row, "first_bind.samples_ns"));
	}
	if (count)
		json_object_set_new(derived, "first_binds", json_integer((json_int_t)count));
}

static void derive_best(const json_t *results, json_t *derived)
{
	struct row best = {0};
	double least = INFINITY;
	double low, high;

	for (size_t i = 0; i < json_array_size(results); i++) {
		struct row row = row_of(json_array_get(results, i));
		double ratio = row_number(&row, "ratio_to_naive");
		const char *name = row_string(&row, "name");

		if (!name || strcmp(name, "naive") == 0 || !(ratio < least))
			continue;
		least = ratio;
		best = row;
	}
	if (isfinite(least) && row_interval(&best, "ratio_to_naive_interval", &low, &high))
		json_object_set_new(derived, "best",
		                    json_pack("{s:s, s:f, s:o}", "name", row_string(&best, "name"),
		                              "ratio_to_naive", least, "interval",
		                              json_sprintf("%.3f - %.3f", low, high)));
}

/* An initializer faster than any fill: then the limit isn't one. */
static void derive_below_limit(const json_t *results, json_t *derived)
{
	const double tolerance = 0.97;

	for (size_t i = 0; i < json_array_size(results); i++) {
		struct row row = row_of(json_array_get(results, i));
		const char *name = row_string(&row, "name");

		if (name && row_number(&row, "ratio_to_fill_limit") < tolerance)
			json_object_set_new(derived, "below_limit", json_string(name));
	}
}

static void derive_published(const json_t *results, json_t *derived)
{
	for (size_t i = 0; i < json_array_size(results); i++) {
		struct row row = row_of(json_array_get(results, i));
		const char *series = row_string(&row, "published.base");

		if (series)
			json_object_set_new(derived, "published_base", json_string(series));
	}
}

/* A copy of the fastest fill, called what it is. */
static void add_limits(json_t *json)
{
	const char *name = json_string_value(json_object_get(json, "fill_limit"));
	const json_t *fill = find_named(json_object_get(json, "fills"), name);
	json_t *copy, *limits = json_array();

	json_object_set_new(json, "limits", limits);
	if (!fill)
		return;
	copy = json_copy((json_t *)fill);
	json_object_set_new(copy, "name", json_string("fill limit"));
	json_array_append_new(limits, copy);
}

static void add_all_limits(json_t *json)
{
	const char *key;
	json_t *value;
	void *next;

	if (json_object_get(json, "fills"))
		add_limits(json);
	json_object_foreach_safe(json, next, key, value) for (size_t i = 0;
	                                                      i < json_array_size(value); i++)
		add_all_limits(json_array_get(value, i));
}

static void derive_limit(const json_t *json, json_t *derived)
{
	struct row row = row_of(json_array_get(json_object_get(json, "limits"), 0));
	double median = row.chain[0] ? row_number(&row, "rebind.median_ns") : NAN;

	if (isfinite(median))
		set_text(derived, "limit_ms", report_format("%.2f", median / 1e6));
}

static void derive(json_t *json)
{
	json_t *results = json_object_get(json, "results"), *derived = derived_of(json);
	struct row row = row_of(json);

	derive_geometry(&row, derived);
	derive_machine(&row, derived);
	derive_rows(results);
	count_rows(results, derived);
	derive_rounds(json, derived);
	derive_first_binds(results, derived);
	derive_published(results, derived);
	derive_below_limit(results, derived);
	derive_limit(json, derived);
}

/* What is said of several runs together. */
static void derive_runs(json_t *json, const json_t *runs)
{
	static const char *const same[] = {"kernel", "verified_rounds", "config"};
	json_t *derived = derived_of(json), *sizes = json_array();
	json_int_t wrong = 0, rows = 0;
	char size[32];

	for (size_t i = 0; i < json_array_size(runs); i++) {
		struct row run = row_of(json_array_get(runs, i));
		double bytes = row_number(&run, "derived.size_bytes");
		const char *below_limit = row_string(&run, "derived.below_limit");

		for (size_t j = 0; j < sizeof(same) / sizeof(*same); j++)
			json_object_set(json, same[j], (json_t *)row_at(&run, same[j]));
		json_object_set(derived, "kind", (json_t *)row_at(&run, "derived.kind"));
		json_object_set(derived, "rounds", (json_t *)row_at(&run, "derived.rounds"));
		json_object_set(derived, "first_binds",
		                (json_t *)row_at(&run, "derived.first_binds"));
		wrong += (json_int_t)row_number(&run, "derived.wrong");
		rows += (json_int_t)row_number(&run, "derived.rows");
		format_size(bytes > 0 ? (uint64_t)bytes : 0, size, sizeof(size));
		json_array_append_new(sizes, json_string(size));
		if (below_limit)
			set_text(derived, "below_limit",
			         report_format("%s at %s", below_limit, size));
	}
	json_object_set_new(derived, "sizes", sizes);
	json_object_set_new(derived, "wrong", json_integer(wrong));
	json_object_set_new(derived, "rows", json_integer(rows));
	if (!json_object_get(json, "ok"))
		json_object_set_new(json, "ok", json_boolean(wrong == 0));
}

void result_derive(json_t *json)
{
	json_t *runs = json_object_get(json, "runs");

	add_all_limits(json);
	derive_normal(json);
	derive(json);
	for (size_t i = json_array_size(runs); i-- > 0;)
		if (json_is_object(json_array_get(runs, i)))
			derive(json_array_get(runs, i));
		else
			json_array_remove(runs, i);
	if (json_array_size(runs))
		derive_runs(json, runs);
}

void result_derive_chosen(json_t *json)
{
	derive_best(json_object_get(json, "results"), derived_of(json));
	derive_warnings(json);
}
