// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "wrap.h"

#include <stdbool.h>
#include <string.h>

size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

/* Columns of the first @length bytes. */
static size_t width_of(const char *text, size_t length)
{
	size_t width = 0;

	for (size_t i = 0; i < length; i++)
		width += ((unsigned char)text[i] & 0xc0) != 0x80;
	return width;
}

void print_hanging(FILE *stream, const char *head, const char *text, int margin, size_t width)
{
	size_t column = text_width(head);
	bool begins = true;

	fputs(head, stream);
	for (; *text; begins = false) {
		size_t length = strcspn(text, " "), columns = width_of(text, length);

		if (!begins && column + 1 + columns > width) {
			column = (size_t)fprintf(stream, "\n%*s", margin, "") - 1;
			begins = true;
		}
		if (!begins)
			column += (size_t)fprintf(stream, " ");
		fwrite(text, 1, length, stream);
		column += columns;
		text += length + strspn(text + length, " ");
	}
	if (column)
		fputc('\n', stream);
}

void print_wrapped(FILE *stream, const char *text, int margin, size_t width)
{
	char head[16];

	snprintf(head, sizeof(head), "%*s", margin, "");
	if (*text)
		print_hanging(stream, head, text, margin, width);
}
