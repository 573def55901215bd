// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine_files.h"

json_t *text_or_null(const char *text)
{
	json_t *string = json_string(text);

	return string ? string : json_null();
}

static FILE *open_below(const char *root, const char *path)
{
	char whole[512];

	if (snprintf(whole, sizeof(whole), "%s%s", root, path) >= (int)sizeof(whole))
		return NULL;
	return fopen(whole, "re");
}

bool read_line(const char *root, const char *path, char *line, size_t size)
{
	FILE *file = open_below(root, path);
	bool got;

	if (!file)
		return false;
	got = fgets(line, (int)size, file) != NULL;
	fclose(file);
	if (got)
		line[strcspn(line, "\n")] = '\0';
	return got && line[0];
}

json_t *file_text(const char *root, const char *path)
{
	char line[4096];

	return read_line(root, path, line, sizeof(line)) ? text_or_null(line) : json_null();
}

static json_t *number_or_null(const char *text)
{
	char *end;
	long long value = strtoll(text, &end, 10);

	return end == text || *end ? json_null() : json_integer(value);
}

json_t *file_number(const char *root, const char *path)
{
	char line[64];

	return read_line(root, path, line, sizeof(line)) ? number_or_null(line) : json_null();
}

json_t *file_selected(const char *root, const char *path)
{
	char line[256], *word;

	if (!read_line(root, path, line, sizeof(line)))
		return json_null();
	word = strchr(line, '[');
	if (!word)
		return json_null();
	word++;
	word[strcspn(word, "]")] = '\0';
	return text_or_null(word);
}

/* "key : value" lines, as in cpuinfo and meminfo: the first value of @key. */
static bool read_value(const char *root, const char *path, const char *key, char *value,
                       size_t size)
{
	FILE *file = open_below(root, path);
	char line[4096];
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		size_t length = strlen(key);
		char *colon = strchr(line, ':');

		if (!colon || strncmp(line, key, length) != 0 ||
		    line + length + strspn(line + length, " \t") != colon)
			continue;
		colon += 1 + strspn(colon + 1, " \t");
		colon[strcspn(colon, "\n")] = '\0';
		snprintf(value, size, "%s", colon);
		found = true;
	}
	fclose(file);
	return found;
}

json_t *cpuinfo_text(const char *root, const char *key)
{
	char value[256];

	return read_value(root, "/proc/cpuinfo", key, value, sizeof(value)) ? text_or_null(value)
	                                                                    : json_null();
}

json_t *cpuinfo_number(const char *root, const char *key)
{
	char value[64];

	return read_value(root, "/proc/cpuinfo", key, value, sizeof(value)) ? number_or_null(value)
	                                                                    : json_null();
}

json_t *meminfo_bytes(const char *root, const char *key)
{
	char value[64];

	return read_value(root, "/proc/meminfo", key, value, sizeof(value))
	               ? json_integer(strtoll(value, NULL, 10) * 1024)
	               : json_null();
}

/* How many numbers a list such as "0-3,8" has; -1 if it is none. */
static int count_list(const char *list)
{
	int count = 0;

	while (*list) {
		char *end;
		long first = strtol(list, &end, 10), last = first;

		if (end == list)
			return -1;
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		if (last < first || (*end && *end != ','))
			return -1;
		count += (int)(last - first + 1);
		list = *end ? end + 1 : end;
	}
	return count;
}

json_t *file_list_count(const char *root, const char *path)
{
	char line[1024];
	int count = read_line(root, path, line, sizeof(line)) ? count_list(line) : -1;

	return count < 0 ? json_null() : json_integer(count);
}
