// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "template.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "options.h"

static void write_plain(FILE *stream, const json_t *value)
{
	if (json_is_string(value))
		fputs(json_string_value(value), stream);
	else if (json_is_integer(value))
		fprintf(stream, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		fprintf(stream, "%.3f", json_real_value(value));
}

static void write_mib(FILE *stream, const json_t *value)
{
	double mib = json_number_value(value) / (1 << 20);

	fprintf(stream, mib == floor(mib) ? "%.0f" : "%.2f", mib);
}

static void write_size(FILE *stream, const json_t *value)
{
	char text[32];

	format_size((uint64_t)json_integer_value(value), text, sizeof(text));
	fputs(text, stream);
}

static void write_hex(FILE *stream, const json_t *value)
{
	fprintf(stream, "%#" PRIx64, (uint64_t)json_integer_value(value));
}

static void write_ms(FILE *stream, const json_t *value)
{
	fprintf(stream, "%.2f", json_number_value(value) / 1e6);
}

static void write_s(FILE *stream, const json_t *value)
{
	fprintf(stream, "%.2f", json_number_value(value) / 1e9);
}

static void write_one(FILE *stream, const json_t *value)
{
	fprintf(stream, "%.1f", json_number_value(value));
}

static void write_percent(FILE *stream, const json_t *value)
{
	fprintf(stream, "%.0f", 100 * json_number_value(value));
}

static void write_list(FILE *stream, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(value); i++) {
		fputs(i ? ", " : "", stream);
		write_plain(stream, json_array_get(value, i));
	}
}

static void write_nothing(FILE *stream, const json_t *value)
{
	(void)stream;
	(void)value;
}

static const struct {
	const char *name;
	void (*write)(FILE *stream, const json_t *value);
} formats[] = {
	{"", write_plain},    {"MiB", write_mib},         {"size", write_size}, {"hex", write_hex},
	{"one", write_one},   {"percent", write_percent}, {"ms", write_ms},     {"s", write_s},
	{"list", write_list}, {"yes", write_nothing},
};

/* Whether there is something to say of @value. */
static bool is_there(const json_t *value)
{
	return value && !json_is_false(value) && !(json_is_array(value) && !json_array_size(value));
}

/* What stands between { and }. @return false: it isn't there */
static bool write_value(FILE *stream, const char *inside, const struct row *row)
{
	char *key = report_copy(inside), *bar = strchr(key, '|');
	const char *format = "";
	const json_t *value;
	bool there;

	if (bar) {
		*bar = '\0';
		format = bar + 1;
	}
	value = row_at(row, key + (*key == '!'));
	there = is_there(value) != (*key == '!');
	for (size_t i = 0; there && *key != '!' && i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(format, formats[i].name) == 0)
			formats[i].write(stream, value);
	free(key);
	return there;
}

/* Up to @end, a ] or the end of the template. @return false: something isn't there */
static bool write_part(FILE *stream, const char **at, const struct row *row)
{
	bool there = true;

	while (**at && **at != ']') {
		size_t length = strcspn(*at, "{[]");

		fwrite(*at, 1, length, stream);
		*at += length;
		if (**at == '{') {
			size_t inside = strcspn(*at, "}") - 1;
			char *text = report_format("%.*s", (int)inside, *at + 1);

			there &= write_value(stream, text, row);
			free(text);
			*at += inside + strlen("{}");
		} else if (**at == '[') {
			char *optional;
			size_t size;
			FILE *inner = report_stream(&optional, &size);
			bool keep;

			++*at;
			keep = write_part(inner, at, row);
			fclose(inner);
			if (keep)
				fputs(optional, stream);
			free(optional);
			*at += **at == ']';
		}
	}
	return there;
}

char *template_expand(const char *template, const struct row *row)
{
	char *text;
	size_t size;
	FILE *stream = report_stream(&text, &size);
	bool there = write_part(stream, &template, row);

	fclose(stream);
	if (there)
		return text;
	free(text);
	return NULL;
}
