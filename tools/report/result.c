// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "result.h"

#include <string.h>

#include "command.h"
#include "derive.h"
#include "json_input.h"
#include "options.h"
#include "result_json.h"

/* What moved between the first version and the second. */
static void upgrade(json_t *json)
{
	json_t *geometry = json_object_get(json, "geometry");
	json_t *runs = json_object_get(json, "runs");

	if (geometry)
		json_object_set_new(json, "geometries", json_pack("[O]", geometry));
	json_object_set(json, "verified_rounds",
	                json_object_get(json_object_get(json, "config"), "verified_rounds"));
	if (json_object_get(json, "run_ns"))
		json_object_set_new(json, "run",
		                    json_pack("{s:O, s:O}", "wall_ns",
		                              json_object_get(json, "run_ns"), "steal_ns",
		                              json_object_get(json, "steal_ns")));
	for (size_t i = 0; i < json_array_size(runs); i++)
		upgrade(json_array_get(runs, i));
}

/* What an experiment or a command is called. */
static int read_name(const struct json_input *input, const char **name)
{
	const char *key = json_input_has(input, "experiment") ? "experiment" : "command";

	if (!json_input_has(input, "schema_version") || !json_input_has(input, key))
		return command_fail(
			STATUS_USAGE,
			"%s is no result: it has no schema_version and experiment, which "
			"memmapsim bench --json writes",
			input->file);
	return json_input_string(input, key, name);
}

static int check(const struct json_input *input, const struct view **view)
{
	const char *name = NULL;
	uint64_t version = 0;
	int status = read_name(input, &name);

	if (status == STATUS_OK)
		status = json_input_number(input, "schema_version", 1, INT64_MAX, &version);
	if (status)
		return status;
	if (version > MMS_SCHEMA_VERSION)
		return command_fail(
			STATUS_USAGE,
			"%s has schema_version %llu, and this memmapsim reads up to %d; "
			"use the memmapsim that wrote it",
			input->file, (unsigned long long)version, MMS_SCHEMA_VERSION);
	*view = view_find(name);
	if (!*view)
		return command_fail(STATUS_USAGE, "%s is of %s; there are reports on %s",
		                    input->file, name, view_names());
	return STATUS_OK;
}

static void add_to(json_t *json)
{
	if (json_integer_value(json_object_get(json, "schema_version")) == 1)
		upgrade(json);
	/* verify says it in its own word. */
	if (!json_object_get(json, "ok"))
		json_object_set(json, "ok", json_object_get(json, "verified"));
	result_derive(json);
}

int result_read(const char *path, struct result *result)
{
	struct json_input input;
	const struct view *view = NULL;
	int status = json_input_open(path, &input);

	if (status)
		return status;
	status = check(&input, &view);
	if (status == STATUS_OK) {
		*result = (struct result){path, json_deep_copy(input.json), view};
		if (!result->json)
			status = command_fail(STATUS_RESOURCE, "out of memory");
		else
			add_to(result->json);
	}
	json_input_close(&input);
	return status;
}

void result_free(struct result *result)
{
	json_decref(result->json);
	result->json = NULL;
}

struct selection {
	const char *names;
	bool found; /* the word that was looked for */
};

static bool is_selected(const char *names, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = names; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && strncmp(at, name, length) == 0)
			return true;
	return false;
}

/* The member that names an initializer, of objects in these lists. */
static const char *name_key(const char *list)
{
	return strcmp(list, "results") == 0 ? "name"
	       : strcmp(list, "steps") == 0 ? "initializer"
	                                    : NULL;
}

static void select_in(json_t *json, const char *names);

static void select_in_list(json_t *list, const char *key, const char *names)
{
	for (size_t i = json_array_size(list); i-- > 0;) {
		json_t *element = json_array_get(list, i);
		const char *name = key ? json_string_value(json_object_get(element, key)) : NULL;

		if (name && !is_selected(names, name))
			json_array_remove(list, i);
		else
			select_in(element, names);
	}
}

static void select_in(json_t *json, const char *names)
{
	const char *key;
	json_t *value;

	json_object_foreach (json, key, value) {
		if (json_is_array(value))
			select_in_list(value, name_key(key), names);
		else
			select_in(value, names);
	}
}

/* Whether an initializer of this name is in @json. */
static bool has(const json_t *json, const char *name)
{
	static const char *const lists[] = {"results[]", "runs[].results[]", NULL};
	struct rows rows = rows_find(json, lists);
	bool found = false;

	for (size_t i = 0; i < rows.count && !found; i++) {
		const char *other = row_string(&rows.items[i], "name");

		found = other && strcmp(other, name) == 0;
	}
	rows_free(&rows);
	return found;
}

struct known {
	const struct result *results;
	size_t count;
};

static int check_name(const char *name, void *context)
{
	const struct known *known = context;

	for (size_t i = 0; i < known->count; i++)
		if (has(known->results[i].json, name))
			return STATUS_OK;
	return command_fail(STATUS_USAGE, "no result has the initializer %s", name);
}

int results_select(struct result *results, size_t count, const char *names)
{
	struct known known = {results, count};
	int status = option_list(names, check_name, &known);

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		select_in(results[i].json, names);
	return status;
}
