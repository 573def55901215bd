// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
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
static char *out, *err;

/* Replace *@text by all of the file @name. */
static void read_file(const char *name, char **text)
{
	FILE *file = fopen(scratch(name), "r");
	struct stat about;
	size_t length;

	assert_non_null(file);
	assert_return_code(fstat(fileno(file), &about), errno);
	length = (size_t)about.st_size;
	free(*text);
	*text = malloc(length + 1);
	assert_non_null(*text);
	assert_int_equal(fread(*text, 1, length, file), length);
	(*text)[length] = '\0';
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
	read_file(".out", &out);
	read_file(".err", &err);
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
	free(out);
	free(err);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}
