// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "result.h"

#include <errno.h>
#include <string.h>

#include <memmapsim/error.h>

#include "command.h"
#include "derive.h"
#include "json_input.h"
#include "options.h"
#include "result_input.h"
#include "result_json.h"
#include "result_read.h"

/* What verify wrote: it has no runs, and is the same in all versions. */
static int read_command(const struct json_input *input, json_t **json)
{
	uint64_t version = 0;
	int status = json_input_number(input, "schema_version", 1, MMS_SCHEMA_VERSION, &version);

	if (status)
		return status;
	*json = json_deep_copy(input->json);
	if (!*json)
		return command_fail(STATUS_RESOURCE, "out of memory");
	/* It says so in a word of its own. */
	json_object_set(*json, "ok", json_object_get(*json, "verified"));
	return STATUS_OK;
}

static int read_experiment(const struct json_input *input, json_t **json)
{
	int error = mms_result_read(input->json, json);

	if (error)
		return command_fail(error == -ENOMEM ? STATUS_RESOURCE : STATUS_USAGE, "%s %s",
		                    input->file, mms_last_error());
	return STATUS_OK;
}

static int read_input(const struct json_input *input, struct result *result)
{
	bool command = json_input_has(input, "command");
	const char *name = NULL;
	json_t *json = NULL;
	int status = command ? read_command(input, &json) : read_experiment(input, &json);

	if (status == STATUS_OK)
		status = json_input_string(input, command ? "command" : "experiment", &name);
	if (status == STATUS_OK && !view_find(name))
		status = command_fail(STATUS_USAGE, "%s is of %s; there are reports on %s",
		                      input->file, name, view_names());
	if (status) {
		json_decref(json);
		return status;
	}
	result_derive(json);
	*result = (struct result){input->file, json, view_find(name)};
	return STATUS_OK;
}

int result_read(const char *path, struct result *result)
{
	struct json_input input;
	int status = json_input_open(path, &input);

	if (status)
		return status;
	status = json_input_check_text(&input);
	if (status == STATUS_OK)
		status = result_refuse_try(&input);
	if (status == STATUS_OK)
		status = read_input(&input, result);
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
	int status = names ? option_list(names, check_name, &known) : STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		if (names)
			select_in(results[i].json, names);
		result_derive_chosen(results[i].json);
	}
	return status;
}
