// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "result_read.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json_values.h"
#include "result_json.h"

const json_t *mms_result_run(const json_t *result, size_t index)
{
	const json_t *runs = json_object_get(result, "runs");

	if (runs)
		return json_array_get(runs, index);
	return index ? NULL : result;
}

const json_t *mms_json_at(const json_t *json, const char *path)
{
	while (json && *path) {
		size_t length = strcspn(path, ".");
		char key[64];

		if (length >= sizeof(key))
			return NULL;
		memcpy(key, path, length);
		key[length] = '\0';
		json = json_object_get(json, key);
		path += length + (path[length] == '.');
	}
	return json;
}

uint64_t *mms_json_samples(const json_t *summary, size_t *count)
{
	const json_t *list = json_object_get(summary, "samples_ns");
	size_t size = json_array_size(list);
	uint64_t *samples = size ? calloc(size, sizeof(*samples)) : NULL;

	for (size_t i = 0; i < size && samples; i++)
		samples[i] = (uint64_t)json_integer_value(json_array_get(list, i));
	*count = samples ? size : 0;
	return samples;
}

static bool are_times(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_integer_value(json_array_get(list, i)) < 1)
			return false;
	return json_array_size(list) > 0;
}

uint64_t mms_result_bytes(const json_t *run)
{
	const json_t *geometry = json_array_get(json_object_get(run, "geometries"), 0), *range;
	uint64_t bytes = 0;
	size_t index;

	json_array_foreach (json_object_get(geometry, "ranges"), index, range) {
		json_int_t start = json_integer_value(json_object_get(range, "start"));
		json_int_t end = json_integer_value(json_object_get(range, "end"));

		if (end > start && start >= 0)
			bytes += (uint64_t)end - (uint64_t)start + 1;
	}
	return bytes;
}

/* A call for each object that is a summary; stops at the first one that isn't 0. */
static int for_each_summary(json_t *json, int (*visit)(json_t *summary))
{
	int error = 0;
	const char *key;
	json_t *value;
	size_t index;

	if (json_object_get(json, "samples_ns"))
		return visit(json);
	json_object_foreach (json, key, value)
		if (!error)
			error = for_each_summary(value, visit);
	json_array_foreach (json, index, value)
		if (!error)
			error = for_each_summary(value, visit);
	return error;
}

static int check_summary(json_t *summary)
{
	const json_t *samples = json_object_get(summary, "samples_ns");

	if (json_is_null(samples) || are_times(samples))
		return 0;
	return mms_fail(EINVAL, "is no result: samples_ns must be null or a list of times");
}

static int work_out_summary(json_t *summary)
{
	struct mms_samples samples = {0};
	double *scratch;
	json_t *anew;

	samples.ns = mms_json_samples(summary, &samples.count);
	scratch = calloc(samples.count + 1, sizeof(*scratch));
	if (!scratch) {
		free(samples.ns);
		return mms_fail(ENOMEM, "can't be worked out again: out of memory");
	}
	mms_summarize(&samples, scratch);
	anew = mms_json_summary(&samples);
	json_object_update_new(summary, anew);
	free(scratch);
	free(samples.ns);
	return 0;
}

/* Give @json the value of @key that @from has, or null. */
static void move_to(json_t *json, const char *key, json_t *from, const char *old_key)
{
	json_t *value = json_object_get(from, old_key);

	json_object_set(json, key, value);
	if (!value)
		json_object_set_new(json, key, json_null());
	json_object_del(from, old_key);
}

static json_t *run_of_version_1(json_t *run)
{
	static const char *const unknown[] = {
		"user_ns",      "system_ns",          "minor_faults",
		"major_faults", "voluntary_switches", "involuntary_switches",
	};
	json_t *usage = json_object();

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		json_object_set_new(usage, unknown[i], json_null());
	move_to(usage, "wall_ns", run, "run_ns");
	move_to(usage, "steal_ns", run, "steal_ns");
	return usage;
}

/* One run of version 1, to the shape of version 2. */
static void reshape_version_1(json_t *run)
{
	json_t *backing = json_object_get(run, "backing");
	json_t *geometry = json_object_get(run, "geometry");

	if (json_is_object(geometry))
		json_object_set_new(run, "geometries", json_pack("[O]", geometry));
	json_object_del(run, "geometry");
	move_to(run, "verified_rounds", json_object_get(run, "config"), "verified_rounds");
	move_to(backing, "kernel_page_size_bytes", backing, "kernel_page_size");
	json_object_set_new(run, "run", run_of_version_1(run));
}

/* In version 2 only some experiments could go on until ratios were precise. */
static void reshape_version_2(json_t *run)
{
	json_t *config = json_object_get(run, "config");

	json_object_set_new(run, "schema_version", json_integer(MMS_SCHEMA_VERSION));
	if (!json_object_get(config, "precision"))
		json_object_set_new(config, "precision", json_null());
}

static int check_run(const json_t *run)
{
	const json_t *results = json_object_get(run, "results"), *row;
	size_t index;

	if (!json_is_object(json_object_get(run, "environment")) ||
	    !json_is_object(json_object_get(run, "config")) ||
	    !json_is_object(json_object_get(run, "backing")) ||
	    !json_is_object(json_object_get(run, "kernel")) || !json_is_array(results))
		return mms_fail(EINVAL, "is no result: it must have an environment, a kernel, a "
		                        "backing, a config and results");
	json_array_foreach (results, index, row)
		if (!json_is_string(json_object_get(row, "name")))
			return mms_fail(EINVAL, "is no result: results[%zu] must have a name",
			                index);
	return 0;
}

static int check_version(const json_t *file, json_int_t *version)
{
	const json_t *found = json_object_get(file, "schema_version");

	if (!json_is_string(json_object_get(file, "experiment")) || !json_is_integer(found))
		return mms_fail(EINVAL, "is no result: memmapsim bench --json writes those, and "
		                        "they have an experiment and a schema_version");
	*version = json_integer_value(found);
	if (*version > MMS_SCHEMA_VERSION)
		return mms_fail(EOPNOTSUPP,
		                "has schema_version %lld, from a newer memmapsim than this one, "
		                "which reads up to %d",
		                (long long)*version, MMS_SCHEMA_VERSION);
	if (*version < 1)
		return mms_fail(EINVAL, "is no result: there is no schema_version %lld",
		                (long long)*version);
	return 0;
}

int mms_result_read(const json_t *file, json_t **result)
{
	json_t *copy, *run;
	json_int_t version = 0;
	int error = check_version(file, &version);

	if (error)
		return error;
	copy = json_deep_copy(file);
	if (!copy)
		return mms_fail(ENOMEM, "can't be read: out of memory");
	for (size_t i = 0; (run = (json_t *)mms_result_run(copy, i)) && !error; i++) {
		if (version < 2)
			reshape_version_1(run);
		if (version < 3)
			reshape_version_2(run);
		error = check_run(run);
	}
	if (!error && !mms_result_run(copy, 0))
		error = mms_fail(EINVAL, "is no result: it has no runs");
	if (!error)
		error = for_each_summary(copy, check_summary);
	if (!error)
		error = for_each_summary(copy, work_out_summary);
	if (!error)
		json_object_set_new(copy, "schema_version", json_integer(MMS_SCHEMA_VERSION));
	if (error)
		json_decref(copy);
	else
		*result = copy;
	return error;
}
