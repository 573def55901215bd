// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim env: what of this machine matters for the figures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "environment.h"
#include "options.h"
#include "output.h"
#include "result_json.h"
#include "wrap.h"

#define KEY_WIDTH    64
#define VALUE_COLUMN 22
#define LINE_WIDTH   100

/* Caches exactly, memory as people say it. */
static void print_bytes(FILE *stream, uint64_t bytes)
{
	char size[32];

	if (bytes >> 30) {
		fprintf(stream, "%.1f GiB", (double)bytes / (1 << 30));
		return;
	}
	format_size(bytes, size, sizeof(size));
	fputs(size, stream);
}

static void print_scalar(FILE *stream, const char *key, const json_t *value)
{
	static const char bytes[] = "_bytes";
	size_t length = strlen(key), suffix = sizeof(bytes) - 1;

	switch (json_typeof(value)) {
	case JSON_STRING:
		fputs(json_string_value(value), stream);
		break;
	case JSON_INTEGER:
		if (length > suffix && strcmp(key + length - suffix, bytes) == 0)
			print_bytes(stream, (uint64_t)json_integer_value(value));
		else
			fprintf(stream, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		fprintf(stream, "%.2f", json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		fputs(json_is_true(value) ? "yes" : "no", stream);
		break;
	default:
		fputs("unknown", stream);
		break;
	}
}

/* The key as words, without the unit that the value brings along. */
static void key_words(const char *key, char words[KEY_WIDTH])
{
	const char *bytes = strstr(key, "_bytes");

	snprintf(words, KEY_WIDTH, "%.*s", (int)(bytes ? (size_t)(bytes - key) : strlen(key)), key);
	for (char *at = words; *at; at++)
		*at = *at == '_' ? ' ' : *at;
}

static void print_value(FILE *stream, const char *key, json_t *value)
{
	const char *inner_key, *separator = "";
	char words[KEY_WIDTH];
	json_t *inner;
	size_t index;

	if (json_is_object(value)) {
		json_object_foreach (value, inner_key, inner) {
			key_words(inner_key, words);
			fprintf(stream, "%s%s ", separator, words);
			print_scalar(stream, inner_key, inner);
			separator = ", ";
		}
	} else if (json_is_array(value)) {
		json_array_foreach (value, index, inner) {
			if (index)
				fputc(' ', stream);
			print_scalar(stream, key, inner);
		}
	} else {
		print_scalar(stream, key, value);
	}
}

static int print_row(const char *key, json_t *value)
{
	char words[KEY_WIDTH], head[KEY_WIDTH + 32], *text;
	json_t *inner;
	FILE *stream;
	size_t index, size;
	int status = STATUS_OK;

	if (json_is_array(value) && json_is_object(json_array_get(value, 0))) {
		json_array_foreach (value, index, inner)
			status = status ? status : print_row(key, inner);
		return status;
	}
	stream = open_memstream(&text, &size);
	if (!stream)
		return command_fail(STATUS_RESOURCE, "out of memory");
	print_value(stream, key, value);
	fclose(stream);
	key_words(key, words);
	snprintf(head, sizeof(head), "  %-*s", VALUE_COLUMN - 2, words);
	print_hanging(stdout, head, text, VALUE_COLUMN, LINE_WIDTH);
	free(text);
	return STATUS_OK;
}

static int print_environment(json_t *environment)
{
	const char *part, *key;
	json_t *members, *value;
	int status = STATUS_OK;
	size_t index;

	json_object_foreach (environment, part, members) {
		if (json_is_array(members)) {
			json_array_foreach (members, index, value)
				print_hanging(stdout, "warning: ", json_string_value(value), 2,
				              LINE_WIDTH);
			continue;
		}
		printf("%s:\n", part);
		json_object_foreach (members, key, value)
			status = status ? status : print_row(key, value);
	}
	return status;
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
		status = print_environment(environment);
		document = json_pack("{s:i, s:s, s:O}", "schema_version", MMS_SCHEMA_VERSION,
		                     "command", "env", "environment", environment);
		if (status == STATUS_OK)
			status = output_write_json(&output, document);
		json_decref(document);
		json_decref(environment);
	} else {
		status = command_fail(STATUS_RESOURCE, "out of memory");
	}
	output_discard(&output);
	return status;
}
