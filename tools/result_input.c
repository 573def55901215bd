// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "result_input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <memmapsim/error.h>

#include "command.h"
#include "json_input.h"
#include "options.h"
#include "result_read.h"

int result_refuse_try(const struct json_input *input)
{
	const json_t *command = json_object_get(input->json, "command");

	if (!json_is_string(command) || strcmp(json_string_value(command), "try") != 0)
		return STATUS_OK;
	return command_fail(STATUS_USAGE,
	                    "%s is of try, whose times are a result of bench rebind for each "
	                    "preset; take one out, as with jq '.timing[0].experiment' FILE",
	                    input->file);
}

int result_input(const char *path, json_t **result)
{
	struct json_input input;
	int error = 0, status = json_input_open(path, &input);

	if (status)
		return status;
	status = json_input_check_text(&input);
	if (status == STATUS_OK)
		status = result_refuse_try(&input);
	if (status == STATUS_OK)
		error = mms_result_read(input.json, result);
	json_input_close(&input);
	if (error)
		return command_fail(error == -ENOMEM ? STATUS_RESOURCE : STATUS_USAGE, "%s %s",
		                    path, mms_last_error());
	return status;
}

void result_run_words(const json_t *result, size_t run, char *words, size_t size)
{
	uint64_t bytes = mms_result_bytes(mms_result_run(result, run));
	char text[32];

	*words = '\0';
	if (!json_object_get(result, "runs") || !bytes)
		return;
	format_size(bytes, text, sizeof(text));
	snprintf(words, size, "at %s, ", text);
}
