// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <memmapsim/error.h>

#include "arguments.h"
#include "command.h"

static void say(const char *prefix, const char *format, va_list args)
{
	/* Results that came before must not end up behind the message on a terminal. */
	fflush(stdout);
	fputs(prefix, stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

int command_fail(enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("memmapsim: ", format, args);
	va_end(args);
	return (int)status;
}

int command_flush_stdout(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return STATUS_OK;
	/* What an earlier write failed with is not known any more. */
	return command_fail(STATUS_RESOURCE, "standard output can't be written: %s",
	                    strerror(errno ? errno : EIO));
}

const char *path_text(const char *path)
{
	return *path ? path : "\"\"";
}

void command_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("memmapsim: warning: ", format, args);
	va_end(args);
}

void print_fact(FILE *stream, const char *label, const char *format, ...)
{
	va_list args;

	fprintf(stream, "%-*s ", FACT_LABEL_WIDTH, label);
	va_start(args, format);
	vfprintf(stream, format, args);
	va_end(args);
	fputc('\n', stream);
}

enum status command_status(int error)
{
	switch (-error) {
	case 0:
		return STATUS_OK;
	case ENOMEM:
	case ENOSPC:
	case EDQUOT:
	case EAGAIN:
	case EMFILE:
	case ENFILE:
	case EACCES:
	case EPERM:
	case EROFS:
	case EFBIG:
	case EIO:
		return STATUS_RESOURCE;
	case EOPNOTSUPP:
		return STATUS_UNSUPPORTED;
	default:
		return STATUS_USAGE;
	}
}

int command_fail_library(int error)
{
	return command_fail(command_status(error), "%s", mms_last_error());
}

int command_fail_memmap(int error)
{
	bool asked_for = error == -EINVAL || error == -EOPNOTSUPP;

	return command_fail(asked_for ? command_status(error) : STATUS_RESOURCE, "%s",
	                    mms_last_error());
}

bool command_asks_for_help(const char *word)
{
	static const char *const words[] = {"--help", "-?", "-h", "help"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

int command_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	int rest = argc, status = arguments_check(argp, argc, argv), error;

	if (status)
		return status;
	error = argp_parse(argp, argc, argv, 0, &rest, input);
	if (!error && rest < argc)
		return command_fail(STATUS_USAGE, "%s is not expected; %s --help shows what is",
		                    argv[rest], argv[0]);
	/* argp's own failures are errnos, which it doesn't print. */
	if (error > STATUS_UNSUPPORTED)
		return command_fail(command_status(-error), "%s: %s", argv[0], strerror(error));
	return error;
}
