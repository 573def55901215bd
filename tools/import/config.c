// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* kcompat's configuration, and a kernel's own .config, or some lines of one, before it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import/array.h"
#include "import/tree.h"

/* What a line says. */
struct setting {
	char *name;  /* begins with CONFIG_ */
	char *value; /* NULL: it is not set */
	size_t line;
};

struct settings {
	struct setting *items;
	size_t count, room;
};

static int out_of_memory(void)
{
	return command_fail(STATUS_RESOURCE, "out of memory");
}

static void settings_finish(struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		free(settings->items[i].name);
		free(settings->items[i].value);
	}
	free(settings->items);
}

static int add_setting(struct settings *settings, const char *name, size_t length,
                       const char *value, size_t line)
{
	struct setting setting = {strndup(name, length), value ? strdup(value) : NULL, line};

	if (!setting.name || (value && !setting.value) ||
	    array_grow(&settings->items, &settings->room, settings->count, sizeof(setting))) {
		free(setting.name);
		free(setting.value);
		return -ENOMEM;
	}
	settings->items[settings->count++] = setting;
	return 0;
}

static size_t name_length(const char *text)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

	return strncmp(text, "CONFIG_", 7) == 0 ? strspn(text, letters) : 0;
}

/* "CONFIG_X=y", "CONFIG_X=12", "CONFIG_X=\"text\"", "# CONFIG_X is not set"; else a comment */
static int take_line(struct settings *settings, char *line, size_t number)
{
	size_t length = strlen(line);

	while (length && strchr(" \t\r\n", line[length - 1]))
		line[--length] = '\0';
	if (strncmp(line, "# ", 2) == 0) {
		size_t name = name_length(line + 2);

		if (name && strcmp(line + 2 + name, " is not set") == 0)
			return add_setting(settings, line + 2, name, NULL, number);
	}
	if (!line[strspn(line, " \t")] || *line == '#')
		return 0;
	length = name_length(line);
	if (!length || line[length] != '=')
		return -EINVAL;
	return add_setting(settings, line, length, line + length + 1, number);
}

static int read_lines(FILE *file, const char *path, struct settings *settings)
{
	char *line = NULL;
	size_t room = 0, number = 0;
	int error = 0, status = STATUS_OK;

	while (!error && getline(&line, &room, file) >= 0)
		error = take_line(settings, line, ++number);
	free(line);
	if (error == -EINVAL)
		status = command_fail(STATUS_USAGE,
		                      "%s:%zu is no option of a kernel's configuration, such as "
		                      "CONFIG_NUMA=y or # CONFIG_NUMA is not set",
		                      path, number);
	else if (error)
		status = out_of_memory();
	else if (ferror(file))
		status = command_fail(command_status(-errno), "%s: %s", path, strerror(errno));
	return status;
}

/* Take "#define CONFIG_X ..." out of a text; its lines keep their numbers. */
static void switch_off(char *text, const char *option)
{
	size_t length = strlen(option);
	static const char define[] = "#define ";

	for (char *at = strstr(text, define); at; at = strstr(at + 1, define)) {
		const char *name = at + strlen(define);

		if (strncmp(name, option, length) == 0 && name[length] == ' ')
			while (*at && *at != '\n')
				*at++ = ' ';
	}
}

static int by_name_and_line(const void *one, const void *other)
{
	const struct setting *a = one, *b = other;
	int order = strcmp(a->name, b->name);

	return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* Of an option that is there more than once the last line counts, as for kernels. */
static void apply(struct settings *settings, char *text, FILE *added)
{
	if (settings->count)
		qsort(settings->items, settings->count, sizeof(*settings->items), by_name_and_line);
	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->items[i];

		if (i + 1 < settings->count && strcmp(setting[0].name, setting[1].name) == 0)
			continue;
		switch_off(text, setting->name);
		if (!setting->value || strcmp(setting->value, "n") == 0)
			continue;
		if (strcmp(setting->value, "m") == 0)
			fprintf(added, "#define %s_MODULE 1\n", setting->name);
		else
			fprintf(added, "#define %s %s\n", setting->name,
			        strcmp(setting->value, "y") ? setting->value : "1");
	}
}

static int apply_file(const char *path, char *text, FILE *added)
{
	struct settings settings = {0};
	FILE *file = fopen(path, "r");
	int status;

	if (!file)
		return command_fail(command_status(-errno), "%s: %s", path_text(path),
		                    strerror(errno));
	status = read_lines(file, path, &settings);
	fclose(file);
	if (!status)
		apply(&settings, text, added);
	settings_finish(&settings);
	return status;
}

int config_read(const char *directory, const char *config, struct source_index *index)
{
	char path[PATH_MAX], *text, *added_text = NULL;
	size_t size, added_size = 0;
	FILE *added;
	int status, error;

	snprintf(path, sizeof(path), "%s/changed/config.h", directory);
	error = source_read(path, &text, &size);
	if (error)
		return command_fail(command_status(error), "%s: %s", path, strerror(-error));
	added = open_memstream(&added_text, &added_size);
	if (!added) {
		free(text);
		return out_of_memory();
	}
	status = config ? apply_file(config, text, added) : STATUS_OK;
	if (fclose(added) != 0 && !status)
		status = out_of_memory();
	if (status) {
		free(text);
		free(added_text);
		return status;
	}
	error = source_add_text(index, text, size, path);
	if (!error && added_size)
		error = source_add_text(index, added_text, added_size, config);
	else
		free(added_text);
	return error ? out_of_memory() : STATUS_OK;
}
