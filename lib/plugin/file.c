// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Shared objects with plug-ins: loaded, and held to what they say of themselves. */
#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "init/init.h"
#include "plugin/plugin.h"

#define MAX_NAME  32
#define ALL_FLAGS (MMS_PLUGIN_KERNEL_USABLE | MMS_PLUGIN_CUTTABLE | MMS_PLUGIN_MARKS_PAGEBLOCKS)
/* Of version 1; what was added since may be missing. */
#define LEAST_SIZE (offsetof(struct mms_plugin, teardown) + sizeof(void (*)(void)))
/* More than anyone would write; a larger count is no count. */
#define MAX_PLUGINS 1024

struct entry {
	struct mms_plugin plugin; /* with all members that this library knows */
	struct mms_initializer initializer;
	bool set_up;
};

struct mms_plugin_file {
	void *handle;
	size_t count;
	struct entry *entries;
};

/* What dlopen() says of a file that isn't there is no errno; and "" is the program itself. */
static int check_readable(const char *path)
{
	int fd;

	if (!*path)
		return mms_fail(ENOENT, "the path of a plug-in is empty");
	if (!strchr(path, '/'))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return mms_fail(errno, "plug-in %s can't be read: %s", path, strerror(errno));
	close(fd);
	return 0;
}

/* dlerror() without the path that it begins with. */
static const char *load_error(const char *path)
{
	const char *text = dlerror();
	size_t length = strlen(path);

	if (!text)
		return "no reason is given";
	if (strncmp(text, path, length) == 0 && strncmp(text + length, ": ", 2) == 0)
		text += length + 2;
	return text;
}

static bool is_name(const char *name)
{
	size_t length = 0;

	if (!name || !isalnum((unsigned char)name[0]))
		return false;
	while (length <= MAX_NAME && name[length] &&
	       (isalnum((unsigned char)name[length]) || strchr("._+-", name[length])))
		length++;
	return length <= MAX_NAME && !name[length];
}

/* What it knows and this library doesn't must not be used. */
static bool is_zero(const void *bytes, size_t count)
{
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < count; i++)
		if (byte[i])
			return false;
	return true;
}

static int check_list(const char *path, const struct mms_plugin_list *list)
{
	if (list->abi != MMS_PLUGIN_ABI)
		return mms_fail(EPROTO,
		                "plug-in %s was built for version %" PRIu32
		                " of the plug-in interface, and this is version %d; build it again "
		                "with this memmapsim's plugin.h",
		                path, list->abi, MMS_PLUGIN_ABI);
	if (list->size < LEAST_SIZE || list->size % sizeof(void *))
		return mms_fail(EINVAL,
		                "plug-in %s has a struct mms_plugin of %" PRIu32
		                " bytes, which can't be; define its list with MMS_PLUGINS()",
		                path, list->size);
	if (!list->count || list->count > MAX_PLUGINS || !list->plugins)
		return mms_fail(EINVAL,
		                "plug-in %s lists %" PRIu64
		                " initializers; it has to have at least one, and at most %d",
		                path, list->plugins ? list->count : 0, MAX_PLUGINS);
	return 0;
}

static int check_name(const char *path, const struct mms_plugin_file *file, size_t index)
{
	const char *name = file->entries[index].plugin.name;
	const struct mms_initializer *builtin;

	if (!is_name(name))
		return mms_fail(EINVAL,
		                "plug-in %s: initializer %zu has no name that can be used; it "
		                "takes up to %d letters, digits, and . _ + - within",
		                path, index + 1, MAX_NAME);
	if (strcmp(name, "all") == 0 || mms_initializer_find(name, &builtin) == 0)
		return mms_fail(EEXIST,
		                "plug-in %s has an initializer %s, which is the name of a "
		                "built-in one; give it another",
		                path, name);
	for (size_t i = 0; i < index; i++)
		if (strcmp(file->entries[i].plugin.name, name) == 0)
			return mms_fail(EEXIST, "plug-in %s has two initializers called %s", path,
			                name);
	return 0;
}

static int take_entry(const char *path, struct mms_plugin_file *file, size_t index,
                      const void *descriptor, size_t size)
{
	struct entry *entry = &file->entries[index];
	struct mms_plugin *plugin = &entry->plugin;
	int err;

	memcpy(plugin, descriptor, size < sizeof(*plugin) ? size : sizeof(*plugin));
	err = check_name(path, file, index);
	if (err)
		return err;
	if (!plugin->init)
		return mms_fail(EINVAL, "plug-in %s: initializer %s has no init function", path,
		                plugin->name);
	if (plugin->flags & ~(uint32_t)ALL_FLAGS || plugin->reserved ||
	    (size > sizeof(*plugin) &&
	     !is_zero((const char *)descriptor + sizeof(*plugin), size - sizeof(*plugin))))
		return mms_fail(EINVAL,
		                "plug-in %s: initializer %s asks for something that this memmapsim "
		                "doesn't know; build it with this one's plugin.h",
		                path, plugin->name);
	entry->initializer = (struct mms_initializer){
		.name = plugin->name,
		.description = plugin->description ? plugin->description : "",
		.cpu = plugin->cpu,
		.gates = plugin->gates,
		.kernel_usable = plugin->flags & MMS_PLUGIN_KERNEL_USABLE,
		.cuttable = plugin->flags & MMS_PLUGIN_CUTTABLE,
		.marks_pageblocks = plugin->flags & MMS_PLUGIN_MARKS_PAGEBLOCKS,
		.data = plugin,
		.init = mms_plugin_run,
	};
	return 0;
}

static int load(const char *path, struct mms_plugin_file *file)
{
	const struct mms_plugin_list *list;
	int err;

	file->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!file->handle)
		return mms_fail(ENOEXEC, "plug-in %s can't be loaded: %s", path, load_error(path));
	list = dlsym(file->handle, "mms_plugin_list");
	if (!list)
		return mms_fail(EINVAL,
		                "%s is no plug-in: it exports no mms_plugin_list, which "
		                "MMS_PLUGINS() of memmapsim/plugin.h defines",
		                path);
	err = check_list(path, list);
	if (err)
		return err;
	file->entries = calloc(list->count, sizeof(*file->entries));
	if (!file->entries)
		return mms_fail(ENOMEM, "no memory for the list of plug-in %s", path);
	for (file->count = 0; file->count < list->count; file->count++) {
		err = take_entry(path, file, file->count,
		                 (const char *)list->plugins + file->count * list->size,
		                 list->size);
		if (err)
			return err;
	}
	return 0;
}

int mms_plugin_open(const char *path, struct mms_plugin_file **file)
{
	struct mms_plugin_file *made;
	int err = check_readable(path);

	if (err)
		return err;
	made = calloc(1, sizeof(*made));
	if (!made)
		return mms_fail(ENOMEM, "no memory to load plug-in %s", path);
	err = load(path, made);
	if (err)
		mms_plugin_close(made);
	else
		*file = made;
	return err;
}

void mms_plugin_close(struct mms_plugin_file *file)
{
	if (!file)
		return;
	for (size_t i = 0; i < file->count; i++)
		if (file->entries[i].set_up && file->entries[i].plugin.teardown)
			file->entries[i].plugin.teardown();
	if (file->handle)
		dlclose(file->handle);
	free(file->entries);
	free(file);
}

size_t mms_plugin_count(const struct mms_plugin_file *file)
{
	return file->count;
}

const struct mms_initializer *mms_plugin_at(const struct mms_plugin_file *file, size_t index)
{
	return index < file->count ? &file->entries[index].initializer : NULL;
}

const char *mms_plugin_kernel(const struct mms_plugin_file *file)
{
	return dlsym(file->handle, "mms_plugin_kernel_text");
}

int mms_plugin_setup(struct mms_plugin_file *file, size_t index)
{
	struct entry *entry = &file->entries[index];
	int err;

	if (entry->set_up)
		return 0;
	err = mms_initializer_check_cpu(&entry->initializer);
	if (err)
		return err;
	err = entry->plugin.setup ? entry->plugin.setup() : 0;
	if (err)
		return mms_fail(err < 0 ? -err : EINVAL, "%s failed in its setup: %s",
		                entry->plugin.name,
		                err < 0 ? strerror(-err) : "it returned a positive number");
	entry->set_up = true;
	return 0;
}
