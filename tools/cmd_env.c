// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim env: what of this machine matters for the figures. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "environment.h"
#include "options.h"
#include "output.h"
#include "result_json.h"

/* Caches exactly, memory as people say it. */
static void print_bytes(uint64_t bytes)
{
	char size[32];

	if (bytes >> 30) {
		printf("%.1f GiB", (double)bytes / (1 << 30));
		return;
	}
	format_size(bytes, size, sizeof(size));
	fputs(size, stdout);
}

static void print_scalar(const char *key, const json_t *value)
{
	static const char bytes[] = "_bytes";
	size_t length = strlen(key), suffix = sizeof(bytes) - 1;

	switch (json_typeof(value)) {
	case JSON_STRING:
		fputs(json_string_value(value), stdout);
		break;
	case JSON_INTEGER:
		if (length > suffix && strcmp(key + length - suffix, bytes) == 0)
			print_bytes((uint64_t)json_integer_value(value));
		else
			printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		printf("%.2f", json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		fputs(json_is_true(value) ? "yes" : "no", stdout);
		break;
	default:
		fputs("unknown", stdout);
		break;
	}
}

/* The key as words, without the unit that the value brings along. */
static int print_key(const char *key)
{
	const char *bytes = strstr(key, "_bytes");
	int length = bytes ? (int)(bytes - key) : (int)strlen(key);

	for (int i = 0; i < length; i++)
		putchar(key[i] == '_' ? ' ' : key[i]);
	return length;
}

static void print_row(const char *key, json_t *value)
{
	const char *inner_key;
	json_t *inner;
	size_t index;

	if (json_is_array(value) && json_is_object(json_array_get(value, 0))) {
		json_array_foreach (value, index, inner)
			print_row(key, inner);
		return;
	}
	fputs("  ", stdout);
	printf("%*s", 20 - print_key(key), "");
	if (json_is_object(value)) {
		const char *separator = "";

		json_object_foreach (value, inner_key, inner) {
			fputs(separator, stdout);
			print_key(inner_key);
			putchar(' ');
			print_scalar(inner_key, inner);
			separator = ", ";
		}
	} else if (json_is_array(value)) {
		json_array_foreach (value, index, inner) {
			if (index)
				putchar(' ');
			print_scalar(key, inner);
		}
	} else {
		print_scalar(key, value);
	}
	putchar('\n');
}

static void print_environment(json_t *environment)
{
	const char *part, *key;
	json_t *members, *value;
	size_t index;

	json_object_foreach (environment, part, members) {
		if (json_is_array(members)) {
			json_array_foreach (members, index, value)
				printf("warning: %s\n", json_string_value(value));
			continue;
		}
		printf("%s:\n", part);
		json_object_foreach (members, key, value)
			print_row(key, value);
	}
}

static const struct argp_option argp_options[] = {
	{"json", 'j', "FILE", 0, "Write all of it to FILE as JSON too", 0},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	const char **json_path = state->input;

	if (key != 'j')
		return ARGP_ERR_UNKNOWN;
	*json_path = text;
	return STATUS_OK;
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.doc = "Show what of this machine matters for measured figures: CPU, caches, memory, "
	       "hugepages, load.\v"
	       "Example:\n  memmapsim env --json env.json",
};

int cmd_env(int argc, char **argv)
{
	const char *json_path = NULL;
	struct output output;
	json_t *environment, *document;
	int status = command_parse(&argp, argc, argv, &json_path);

	if (status == STATUS_OK)
		status = output_open(&output, json_path);
	if (status)
		return status;
	environment = environment_collect("");
	if (environment) {
		print_environment(environment);
		document = json_pack("{s:i, s:s, s:O}", "schema_version", MMS_SCHEMA_VERSION,
		                     "command", "env", "environment", environment);
		status = output_write_json(&output, document);
		json_decref(document);
		json_decref(environment);
	} else {
		status = command_fail(STATUS_RESOURCE, "out of memory");
	}
	output_discard(&output);
	return status;
}
