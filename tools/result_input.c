// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "result_input.h"

#include <errno.h>

#include <memmapsim/error.h>

#include "command.h"
#include "json_input.h"
#include "result_read.h"

int result_input(const char *path, json_t **result)
{
	struct json_input input;
	int error = 0, status = json_input_open(path, &input);

	if (status)
		return status;
	status = json_input_check_text(&input);
	if (status == STATUS_OK)
		error = mms_result_read(input.json, result);
	json_input_close(&input);
	if (error)
		return command_fail(error == -ENOMEM ? STATUS_RESOURCE : STATUS_USAGE, "%s %s",
		                    path, mms_last_error());
	return status;
}
