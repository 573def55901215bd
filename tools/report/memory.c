// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "memory.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static void *checked(void *memory)
{
	if (!memory)
		exit(command_fail(STATUS_RESOURCE, "out of memory"));
	return memory;
}

void *report_alloc(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size));
}

/* Full whenever the count is a power of two. */
void *report_grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return checked(reallocarray(array, count ? 2 * count : 1, size));
}

char *report_copy(const char *text)
{
	return checked(strdup(text));
}

char *report_format(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	return checked(length < 0 ? NULL : text);
}

FILE *report_stream(char **text, size_t *size)
{
	return checked(open_memstream(text, size));
}
