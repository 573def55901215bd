// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "run.h"

static char directory[] = "/tmp/memmapsim-test-XXXXXX";
static char out[1 << 20], err[1 << 16];

static void read_file(const char *name, char *text, size_t size)
{
	FILE *file = fopen(scratch(name), "r");
	size_t length;

	assert_non_null(file);
	length = fread(text, 1, size - 1, file);
	text[length] = '\0';
	fclose(file);
}

static struct result run_line(const char *line)
{
	char command[4096];
	int status;

	assert_true(
		snprintf(command, sizeof(command),
	                 "cd %s && memmapsim() { \"$MEMMAPSIM\" \"$@\"; } && { %s; } >.out 2>.err",
	                 directory, line) < (int)sizeof(command));
	status = system(command);
	assert_true(WIFEXITED(status));
	read_file(".out", out, sizeof(out));
	read_file(".err", err, sizeof(err));
	return (struct result){WEXITSTATUS(status), out, err};
}

static void format_line(char *line, size_t size, const char *format, va_list args)
{
	assert_true(vsnprintf(line, size, format, args) < (int)size);
}

struct result run(const char *format, ...)
{
	char line[2048];
	va_list args;

	va_start(args, format);
	format_line(line, sizeof(line), format, args);
	va_end(args);
	return run_line(line);
}

static struct result expect(int status, const char *line)
{
	struct result result = run_line(line);

	if (result.status != status)
		fail_msg("\"%s\" ended with status %d, not %d:\n%s%s", line, result.status, status,
		         result.out, result.err);
	return result;
}

struct result run_expecting(int status, const char *format, ...)
{
	char line[2048];
	va_list args;

	va_start(args, format);
	format_line(line, sizeof(line), format, args);
	va_end(args);
	return expect(status, line);
}

void run_refused(int status, const char *part, const char *format, ...)
{
	struct result result;
	char line[2048];
	va_list args;

	va_start(args, format);
	format_line(line, sizeof(line), format, args);
	va_end(args);
	result = expect(status, line);
	assert_string_equal(result.out, "");
	assert_contains(result.err, part);
	if (strncmp(result.err, "memmapsim: ", strlen("memmapsim: ")) != 0 ||
	    strchr(result.err, '\n') != result.err + strlen(result.err) - 1)
		fail_msg("\"%s\" is not refused in one sentence:\n%s", line, result.err);
}

void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("there is no \"%s\" in:\n%s", part, text);
}

const char *scratch(const char *name)
{
	static char path[sizeof(directory) + 128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

int run_setup(void **state)
{
	(void)state;
	return getenv("MEMMAPSIM") && mkdtemp(directory) ? 0 : -1;
}

int run_teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}
