// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Options that say which kernel and which namespace or pgmap. */
#include <inttypes.h>
#include <string.h>

#include "command.h"
#include "foreign.h"
#include "kernel_file.h"
#include "options.h"

#define GIB (UINT64_C(1) << 30)
/* Far above the RAM of any machine that this is compared with, and aligned for any compound. */
#define DEFAULT_START  (1024 * GIB)
#define MAX_NAMESPACES 4096
#define PRESET(preset_mode, gib)                                                                   \
	{                                                                                          \
		.mode = preset_mode, .map = MMS_MAP_DEV, .align = UINT64_C(2) << 20,               \
		.start = DEFAULT_START, .size = (gib)*GIB                                          \
	}

const struct preset presets[NR_PRESETS] = {
	{"fsdax-100g", "100 GiB of fsdax, memmap in the device", PRESET(MMS_MODE_FSDAX, 100)},
	{"devdax-100g", "100 GiB of devdax in 2 MiB compounds, memmap in the device",
         PRESET(MMS_MODE_DEVDAX, 100)},
	{"fsdax-1g", "fsdax-100g with 1 GiB", PRESET(MMS_MODE_FSDAX, 1)},
	{"devdax-1g", "devdax-100g with 1 GiB", PRESET(MMS_MODE_DEVDAX, 1)},
};

/* geometry_options.given */
enum {
	GIVEN_PRESET = 1,  /* --preset */
	GIVEN_SHAPE = 2,   /* what a preset decides: --mode, --map, --align, --size */
	GIVEN_PLACE = 4,   /* what only namespaces have besides: --start, --early */
	GIVEN_TYPE = 8,    /* --type */
	GIVEN_DIRECT = 16, /* what goes with --type only: --range, --shift */
	GIVEN_ANY = 32,    /* what goes with all: --kernel, --nid */
	GIVEN_SIZE = 64,   /* --size */
	GIVEN_ROW = 128,   /* --namespaces */
	GIVEN_INFO = 256,  /* what an info block says: --map, --align */
};

enum {
	KEY_PRESET = 0x1000,
	KEY_MODE,
	KEY_MAP,
	KEY_ALIGN,
	KEY_SIZE,
	KEY_START,
	KEY_NID,
	KEY_EARLY,
	KEY_TYPE,
	KEY_RANGE,
	KEY_SHIFT,
};

static const struct argp_option argp_options[] = {
	{"kernel", 'k', "NAME", 0,
         "Kernel release whose rules apply, such as v7.2 (the default), or a file that describes "
         "one: FILE.kernel, or a path with a slash",
         0},
	{"preset", KEY_PRESET, "NAME", 0,
         "Namespace by name: fsdax-100g, devdax-100g, fsdax-1g or devdax-1g", 0},
	{"size", KEY_SIZE, "SIZE", 0, "Size of the namespace: 100G, 1T, ...", 0},
	{"mode", KEY_MODE, "MODE", 0, "fsdax, devdax, fsdev or raw", 0},
	{"map", KEY_MAP, "WHERE", 0, "Memmap in the device (dev) or in RAM (mem)", 0},
	{"align", KEY_ALIGN, "SIZE", 0, "4K, 2M or 1G; with devdax also the size of compounds", 0},
	{"start", KEY_START, "ADDRESS", 0, "Physical address of the namespace (1T)", 0},
	{"nid", KEY_NID, "NODE", 0, "NUMA node that goes into the flags (0)", 0},
	{"early", KEY_EARLY, "ENDS", 0,
         "Ends that share a section with System RAM: none, start, end or both", 0},
	{"type", KEY_TYPE, "TYPE", 0,
         "Instead of a namespace, a pgmap made directly (no capture backs these): private, "
         "coherent, p2pdma, fsdax or generic",
         0},
	{"range", KEY_RANGE, "START-END", 0,
         "With --type: physical addresses, END included; may be given again", 0},
	{"shift", KEY_SHIFT, "ORDER", 0, "With --type: order of the compounds (0: none)", 0},
	{0},
};

static const char *const type_names[] = {"private", "coherent", "fsdax", "generic", "p2pdma"};
static const enum mms_memory_type types[] = {
	MMS_MEMORY_DEVICE_PRIVATE, MMS_MEMORY_DEVICE_COHERENT,   MMS_MEMORY_DEVICE_FS_DAX,
	MMS_MEMORY_DEVICE_GENERIC, MMS_MEMORY_DEVICE_PCI_P2PDMA,
};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static int parse_preset(const char *text, struct geometry_options *geometry)
{
	const char *names[NR_PRESETS];
	size_t index;
	int status;

	for (size_t i = 0; i < NR_PRESETS; i++)
		names[i] = presets[i].name;
	status = option_choice("preset", text, names, NR_PRESETS, &index);
	if (status)
		return status;
	geometry->preset = &presets[index];
	geometry->ns.mode = presets[index].ns.mode;
	geometry->ns.map = presets[index].ns.map;
	geometry->ns.align = presets[index].ns.align;
	geometry->ns.size = presets[index].ns.size;
	return STATUS_OK;
}

/* One of the values of an enum, whose names @name_of gives until it returns NULL. */
static int parse_enum(const char *kind, const char *text, const char *(*name_of)(size_t),
                      size_t *index)
{
	const char *names[8];
	size_t count = 0;

	for (; count < COUNT(names) && name_of(count); count++)
		names[count] = name_of(count);
	return option_choice(kind, text, names, count, index);
}

static const char *mode_name(size_t index)
{
	return mms_mode_name((enum mms_mode)index);
}

static const char *map_name(size_t index)
{
	return mms_map_name((enum mms_map)index);
}

static const char *early_name(size_t index)
{
	return mms_early_name((enum mms_early)index);
}

static int parse_align(const char *text, uint64_t *align)
{
	uint64_t value;
	int status = option_size("--align", text, &value);

	if (status)
		return status;
	if (value != UINT64_C(4) << 10 && value != UINT64_C(2) << 20 && value != GIB)
		return command_fail(STATUS_USAGE,
		                    "--align %s is no alignment of namespaces; give 4K, 2M or 1G",
		                    text);
	*align = value;
	return STATUS_OK;
}

static int add_size(const char *text, void *context)
{
	struct geometry_options *geometry = context;

	if (geometry->nr_sizes == MAX_SIZES)
		return command_fail(STATUS_USAGE, "--size takes at most %d sizes", MAX_SIZES);
	return option_size("--size", text, &geometry->sizes[geometry->nr_sizes++]);
}

/* "100G", or "1G,10G,100G" for those who take several. */
static int parse_sizes(const char *text, struct geometry_options *geometry)
{
	int status;

	geometry->nr_sizes = 0;
	status = option_list(text, add_size, geometry);
	geometry->ns.size = geometry->sizes[0];
	return status;
}

static int parse_range(const char *text, struct geometry_options *geometry)
{
	const char *dash = strchr(text, '-');
	struct mms_range range;
	char start[32];
	int status;

	if (!dash || (size_t)(dash - text) >= sizeof(start))
		return command_fail(
			STATUS_USAGE,
			"--range \"%s\" is no range; write it as 0x10000000000-0x1003fffffff",
			text);
	if (geometry->nr_range == MMS_MAX_RANGES)
		return command_fail(STATUS_USAGE, "a pgmap has at most %d ranges here",
		                    MMS_MAX_RANGES);
	snprintf(start, sizeof(start), "%.*s", (int)(dash - text), text);
	status = option_address("--range", start, &range.start);
	if (status == STATUS_OK)
		status = option_address("--range", dash + 1, &range.end);
	if (status == STATUS_OK)
		geometry->ranges[geometry->nr_range++] = range;
	return status;
}

static int parse(int key, char *text, struct argp_state *state)
{
	struct geometry_options *geometry = state->input;
	uint64_t number = 0;
	size_t index = 0;
	int status;

	switch (key) {
	case 'k':
		geometry->given |= GIVEN_ANY;
		geometry->kernel_known = true;
		return option_kernel(text, &geometry->kernel);
	case KEY_PRESET:
		geometry->given |= GIVEN_PRESET;
		return parse_preset(text, geometry);
	case KEY_SIZE:
		geometry->given |= GIVEN_SHAPE | GIVEN_SIZE;
		return parse_sizes(text, geometry);
	case KEY_MODE:
		geometry->given |= GIVEN_SHAPE;
		status = parse_enum("mode", text, mode_name, &index);
		geometry->ns.mode = (enum mms_mode)index;
		return status;
	case KEY_MAP:
		geometry->given |= GIVEN_SHAPE | GIVEN_INFO;
		status = parse_enum("place for the memmap", text, map_name, &index);
		geometry->ns.map = (enum mms_map)index;
		return status;
	case KEY_ALIGN:
		geometry->given |= GIVEN_SHAPE | GIVEN_INFO;
		return parse_align(text, &geometry->ns.align);
	case KEY_START:
		geometry->given |= GIVEN_PLACE;
		return option_address("--start", text, &geometry->ns.start);
	case KEY_EARLY:
		geometry->given |= GIVEN_PLACE;
		status = parse_enum("choice of ends", text, early_name, &index);
		geometry->ns.early = (enum mms_early)index;
		return status;
	case KEY_NID:
		geometry->given |= GIVEN_ANY;
		status = option_number("--nid", text, 0, (1u << MMS_NODES_WIDTH) - 1, &number);
		geometry->ns.nid = (unsigned int)number;
		return status;
	case KEY_TYPE:
		geometry->given |= GIVEN_TYPE;
		status = option_choice("memory type", text, type_names, COUNT(type_names), &index);
		geometry->type = types[index];
		return status;
	case KEY_RANGE:
		geometry->given |= GIVEN_DIRECT;
		return parse_range(text, geometry);
	case KEY_SHIFT:
		geometry->given |= GIVEN_DIRECT;
		status = option_number("--shift", text, 0, MMS_MAX_COMPOUND_ORDER, &number);
		geometry->vmemmap_shift = (unsigned int)number;
		return status;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp geometry_argp = {.options = argp_options, .parser = parse};

void geometry_options_init(struct geometry_options *geometry, const char *preset)
{
	*geometry = (struct geometry_options){.kernel = mms_kernel_default()};
	for (size_t i = 0; i < NR_PRESETS; i++)
		if (strcmp(presets[i].name, preset) == 0)
			geometry->preset = &presets[i];
	geometry->ns = geometry->preset->ns;
}

int geometry_options_follow(struct geometry_options *geometry, const struct initializer_list *list)
{
	const struct mms_kernel *kernel = NULL;
	int status;

	if (geometry->kernel_known)
		return STATUS_OK;
	status = foreign_kernel(list, &kernel);
	if (kernel) {
		geometry->kernel = kernel;
		geometry->kernel_known = true;
	}
	return status;
}

bool geometry_options_given(const struct geometry_options *geometry)
{
	return geometry->given != 0;
}

bool geometry_options_shaped(const struct geometry_options *geometry)
{
	return geometry->given & ~GIVEN_ANY;
}

bool geometry_options_direct(const struct geometry_options *geometry)
{
	return geometry->given & GIVEN_TYPE;
}

/* What options contradict each other, in words; NULL if none do. */
static const char *conflict(const struct geometry_options *geometry)
{
	unsigned int given = geometry->given;

	if (given & GIVEN_PRESET && given & GIVEN_SHAPE)
		return "--preset already says size, mode, map and alignment; leave it or "
		       "--size, --mode, --map and --align out";
	if (given & GIVEN_ROW && given & (GIVEN_PRESET | GIVEN_SIZE | GIVEN_TYPE))
		return "--namespaces says how many there are and how large; leave --preset, "
		       "--size and --type out";
	if (given & GIVEN_TYPE && given & (GIVEN_PRESET | GIVEN_SHAPE | GIVEN_PLACE))
		return "--type makes a pgmap without a namespace, so it goes with --range and "
		       "--shift, not with --preset, --size, --mode, --map, --align, --start and "
		       "--early";
	if (given & GIVEN_INFO && geometry->ns.mode == MMS_MODE_RAW)
		return "raw namespaces have no info block to say where the memmap is and how data "
		       "is aligned; leave --map and --align out";
	if (given & GIVEN_DIRECT && !(given & GIVEN_TYPE))
		return "--range and --shift are for pgmaps made directly; say which with --type";
	if (given & GIVEN_TYPE && geometry->nr_range == 0)
		return "--type needs at least one --range START-END";
	return NULL;
}

static int resolve_one(struct geometry_options *options, struct mms_geometry *geometry)
{
	const char *contradiction = conflict(options);
	int error;

	if (contradiction)
		return command_fail(STATUS_USAGE, "%s", contradiction);
	if (options->given & (GIVEN_SHAPE | GIVEN_TYPE | GIVEN_ROW))
		options->preset = NULL;
	if (options->given & GIVEN_TYPE)
		error = mms_geometry_from_ranges(options->kernel, options->type,
		                                 options->vmemmap_shift, options->ranges,
		                                 options->nr_range, options->ns.nid, geometry);
	else
		error = mms_geometry_from_namespace(options->kernel, &options->ns, geometry);
	/* Whatever it is, nothing but another geometry helps; so not command_status(). */
	return error ? command_fail(STATUS_USAGE, "%s", mms_last_error()) : STATUS_OK;
}

int geometry_options_resolve(struct geometry_options *options, struct mms_geometry *geometry)
{
	if (options->nr_sizes > 1)
		return command_fail(STATUS_USAGE, "--size takes a single size here, not a list");
	return resolve_one(options, geometry);
}

int geometry_options_resolve_all(struct geometry_options *options,
                                 struct mms_geometry geometries[MAX_SIZES], size_t *count)
{
	int status = STATUS_OK;

	*count = options->nr_sizes ? options->nr_sizes : 1;
	for (size_t i = 0; i < *count && !status; i++) {
		if (options->nr_sizes)
			options->ns.size = options->sizes[i];
		status = resolve_one(options, &geometries[i]);
	}
	return status;
}

int geometry_options_namespaces(const char *text, struct geometry_options *options, size_t *count)
{
	const char *x = strchr(text, 'x');
	uint64_t number = 0, size = 0;
	char digits[16];
	int status;

	if (!x || x == text || (size_t)(x - text) >= sizeof(digits))
		return command_fail(STATUS_USAGE,
		                    "--namespaces \"%s\" is no number and size; write it as 8x12G",
		                    text);
	snprintf(digits, sizeof(digits), "%.*s", (int)(x - text), text);
	status = option_number("--namespaces", digits, 1, MAX_NAMESPACES, &number);
	if (status == STATUS_OK)
		status = option_size("--namespaces", x + 1, &size);
	if (status)
		return status;
	options->given |= GIVEN_ROW;
	options->ns.size = size;
	*count = number;
	return STATUS_OK;
}

int geometry_options_resolve_row(struct geometry_options *options, size_t count,
                                 struct mms_geometry *geometries)
{
	struct geometry_options next;
	int status = geometry_options_resolve(options, geometries);

	next = *options;
	for (size_t i = 1; i < count && !status; i++) {
		next.ns.start += (next.ns.size + GIB - 1) / GIB * GIB;
		status = geometry_options_resolve(&next, &geometries[i]);
	}
	return status;
}
