// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which initializers plug-ins have, as a child finds it out. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command.h"
#include "foreign_parts.h"

#define LOAD_SECONDS 10

static struct foreign known[MAX_INITIALIZERS];
static size_t nr_known;

struct foreign *foreign_find(const struct mms_initializer *initializer)
{
	for (size_t i = 0; i < nr_known; i++)
		if (&known[i].initializer == initializer)
			return &known[i];
	return NULL;
}

const struct foreign *foreign_numbered(size_t number)
{
	return number && number <= nr_known ? &known[number - 1] : NULL;
}

bool foreign_is_path(const char *word)
{
	return strchr(word, '/') != NULL;
}

const char *foreign_path(const struct mms_initializer *initializer)
{
	const struct foreign *foreign = foreign_find(initializer);

	return foreign ? foreign->path : NULL;
}

bool foreign_is_any(const struct initializer_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (foreign_find(list->items[i]))
			return true;
	return false;
}

/* What a child found. Pointers in initializers are the child's. */
struct found {
	size_t count;
	char kernel[MAX_KERNEL_TEXT]; /* "": it doesn't say */
	struct {
		struct mms_initializer initializer;
		char name[MAX_NAME], description[MAX_DESCRIPTION];
	} items[MAX_INITIALIZERS];
};

struct probe {
	const struct foreign *file; /* for its path */
	struct found *found;
};

static int look_into(void *context)
{
	const struct probe *probe = context;
	struct found *found = probe->found;
	const struct mms_initializer *initializer;
	struct mms_plugin_file *file;
	int error;

	foreign_enter(probe->file, STAGE_LOAD);
	error = mms_plugin_open(probe->file->path, &file);
	foreign_leave();
	if (error)
		return foreign_fail(error, mms_last_error());
	memset(found, 0, sizeof(*found)); /* constructors may have been here */
	for (size_t i = 0; i < MAX_INITIALIZERS && (initializer = mms_plugin_at(file, i)); i++) {
		found->items[i].initializer = *initializer;
		snprintf(found->items[i].name, MAX_NAME, "%s", initializer->name);
		snprintf(found->items[i].description, MAX_DESCRIPTION, "%s",
		         initializer->description);
		found->count = i + 1;
	}
	if (mms_plugin_kernel(file))
		snprintf(found->kernel, MAX_KERNEL_TEXT, "%s", mms_plugin_kernel(file));
	return 0;
}

/* Give what a constructor may have written over its bounds again. */
static void bound(struct found *found)
{
	if (found->count > MAX_INITIALIZERS)
		found->count = MAX_INITIALIZERS;
	found->kernel[MAX_KERNEL_TEXT - 1] = 0;
	for (size_t i = 0; i < found->count; i++) {
		found->items[i].name[MAX_NAME - 1] = 0;
		found->items[i].description[MAX_DESCRIPTION - 1] = 0;
	}
}

static int probe_file(const struct foreign *file, struct found *found)
{
	const struct foreign_turn *turn = foreign_turn_begin();
	struct probe probe = {.file = file, .found = found};
	struct child child = {.run = look_into, .context = &probe, .seconds = LOAD_SECONDS};
	struct child_report report;
	char text[120];
	int status;

	if (!turn)
		return STATUS_RESOURCE;
	child.watch = (struct child_watch *)&turn->watch;
	child.watch_size = sizeof(*turn);
	status = child_run(&child, &report);
	if (status)
		return status;
	if (turn->error)
		return command_fail(command_status(turn->error), "%.*s",
		                    (int)sizeof(turn->sentence), turn->sentence);
	if (report.end == CHILD_RETURNED)
		return STATUS_OK;
	foreign_describe_end(&report, LOAD_SECONDS, text, sizeof(text));
	return command_fail(STATUS_FAILED, "plug-in %s %s while it was loaded", file->path, text);
}

/* The place for what is called @name in @path: the one that it has already, or a new one. */
static struct foreign *place(const char *path, const char *name)
{
	for (size_t i = 0; i < nr_known; i++)
		if (strcmp(known[i].path, path) == 0 && strcmp(known[i].name, name) == 0)
			return &known[i];
	return nr_known < MAX_INITIALIZERS ? &known[nr_known++] : NULL;
}

/* A name, or a text, which is taken apart once. */
static int find_kernel(const struct foreign *file, const struct found *found,
                       const struct mms_kernel **kernel)
{
	struct mms_kernel *own;
	int error;

	if (!found->kernel[0] || mms_kernel_find(found->kernel, kernel) == 0)
		return STATUS_OK;
	error = mms_kernel_parse(found->kernel, strlen(found->kernel), file->path, NULL, &own);
	if (error)
		return command_fail_library(error);
	*kernel = own;
	return STATUS_OK;
}

int foreign_kernel(const struct initializer_list *list, const struct mms_kernel **kernel)
{
	const struct foreign *says = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct foreign *foreign = foreign_find(list->items[i]);

		if (!foreign || !foreign->kernel)
			continue;
		if (says && says->kernel != foreign->kernel)
			return command_fail(STATUS_USAGE,
			                    "%s makes pages of %s and %s of %s; say with --kernel "
			                    "whose rules apply, or take one at a time",
			                    says->name, says->kernel->name, foreign->name,
			                    foreign->kernel->name);
		says = foreign;
	}
	if (says)
		*kernel = says->kernel;
	return STATUS_OK;
}

static int add(const struct foreign *file, const struct found *found, size_t index,
               struct initializer_list *list)
{
	const char *name = found->items[index].name;
	struct foreign *foreign;

	for (size_t i = 0; i < list->count; i++) {
		const char *path = foreign_path(list->items[i]);

		if (!path || strcmp(list->items[i]->name, name) != 0)
			continue;
		if (strcmp(path, file->path) == 0)
			return command_fail(STATUS_USAGE, "initializer %s of %s is named twice",
			                    name, path);
		return command_fail(STATUS_USAGE,
		                    "%s and %s both have an initializer %s, which results could "
		                    "not tell apart; give one of them another name",
		                    path, file->path, name);
	}
	foreign = place(file->path, name);
	if (!foreign || list->count == MAX_INITIALIZERS)
		return command_fail(STATUS_USAGE, "more than %d initializers are named",
		                    MAX_INITIALIZERS);
	memcpy(foreign->path, file->path, sizeof(foreign->path));
	memcpy(foreign->name, name, sizeof(foreign->name));
	memcpy(foreign->description, found->items[index].description, MAX_DESCRIPTION);
	foreign->number = (size_t)(foreign - known) + 1;
	foreign->index = index;
	foreign->kernel = file->kernel;
	foreign->initializer = found->items[index].initializer;
	foreign->initializer.name = foreign->name;
	foreign->initializer.description = foreign->description;
	foreign->initializer.data = foreign;
	foreign->initializer.init = foreign_init;
	list->items[list->count++] = &foreign->initializer;
	return STATUS_OK;
}

const char *foreign_split_name(char *path)
{
	char *colon = strrchr(path, ':');

	if (!colon || strchr(colon, '/') || access(path, F_OK) == 0)
		return NULL;
	*colon = 0;
	return colon + 1;
}

static int take(const struct foreign *file, const char *name, const struct found *found,
                struct initializer_list *list)
{
	const char *names[MAX_INITIALIZERS];
	int status = STATUS_OK;
	size_t index = 0;

	for (size_t i = 0; i < found->count; i++)
		names[i] = found->items[i].name;
	if (name) {
		status = option_choice("initializer of that plug-in", name, names, found->count,
		                       &index);
		return status ? status : add(file, found, index, list);
	}
	for (size_t i = 0; status == STATUS_OK && i < found->count; i++)
		status = add(file, found, i, list);
	return status;
}

int foreign_take(const char *word, struct initializer_list *list)
{
	static struct foreign file;
	struct found *found;
	const char *name;
	int status;

	if (strlen(word) >= sizeof(file.path))
		return command_fail(STATUS_USAGE, "the path of a plug-in is too long: %.60s...",
		                    word);
	found = child_share(sizeof(*found));
	if (!found)
		return command_fail(STATUS_RESOURCE, "no memory to share with a child process");
	strcpy(file.path, word);
	name = foreign_split_name(file.path);
	file.kernel = NULL;
	status = probe_file(&file, found);
	bound(found);
	if (status == STATUS_OK)
		status = find_kernel(&file, found, &file.kernel);
	if (status == STATUS_OK)
		status = take(&file, name, found, list);
	munmap(found, sizeof(*found));
	return status;
}
