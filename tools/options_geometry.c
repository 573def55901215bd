// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Options that say which kernel and which namespace or pgmap. */
#include <inttypes.h>
#include <string.h>

#include "command.h"
#include "options.h"

#define GIB (UINT64_C(1) << 30)
/* Far above the RAM of any machine that this is compared with, and aligned for any compound. */
#define DEFAULT_START (1024 * GIB)
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
	{"kernel", 'k', "NAME", 0, "Kernel release whose rules apply, such as v7.2 (the default)",
         0},
	{"preset", KEY_PRESET, "NAME", 0,
         "Namespace by name: fsdax-100g, devdax-100g, fsdax-1g or devdax-1g", 0},
	{"size", KEY_SIZE, "SIZE", 0, "Size of the namespace: 100G, 1T, …", 0},
	{"mode", KEY_MODE, "MODE", 0, "fsdax, devdax, fsdev or raw", 0},
	{"map", KEY_MAP, "WHERE", 0, "Memmap in the device (dev) or in RAM (mem)", 0},
	{"align", KEY_ALIGN, "SIZE", 0, "4K, 2M or 1G; with devdax also the size of compounds", 0},
	{"start", KEY_START, "ADDRESS", 0, "Physical address of the namespace (1T)", 0},
	{"nid", KEY_NID, "NODE", 0, "NUMA node that goes into the flags (0)", 0},
	{"early", KEY_EARLY, "ENDS", 0,
         "Ends that share a section with System RAM: none, start, end or both", 0},
	{"type", KEY_TYPE, "TYPE", 0,
         "Instead of a namespace, a pgmap made directly (no capture backs these): private, "
         "coherent, "
         "p2pdma, fsdax or generic",
         0},
	{"range", KEY_RANGE, "START-END", 0,
         "With --type: physical addresses, END included; may be given again", 0},
	{"shift", KEY_SHIFT, "ORDER", 0, "With --type: order of the compounds (0: none)", 0},
	{0},
};

static const char *const map_names[] = {[MMS_MAP_DEV] = "dev", [MMS_MAP_MEM] = "mem"};
static const char *const early_names[] = {
	[MMS_EARLY_NONE] = "none",
	[MMS_EARLY_START] = "start",
	[MMS_EARLY_END] = "end",
	[MMS_EARLY_BOTH] = "both",
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

static int parse_mode(const char *text, enum mms_mode *mode)
{
	const char *names[8];
	size_t index, count = 0;
	int status;

	while (count < COUNT(names) && mms_mode_name((enum mms_mode)count)) {
		names[count] = mms_mode_name((enum mms_mode)count);
		count++;
	}
	status = option_choice("mode", text, names, count, &index);
	if (status == STATUS_OK)
		*mode = (enum mms_mode)index;
	return status;
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

static int parse_range(const char *text, struct geometry_options *geometry)
{
	const char *dash = strchr(text, '-');
	struct mms_range range;
	char start[32];
	int status;

	if (!dash || (size_t)(dash - text) >= sizeof(start))
		return command_fail(
			STATUS_USAGE,
			"--range %s is no range; write it as 0x10000000000-0x1003fffffff", text);
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
	int status, error;

	switch (key) {
	case 'k':
		geometry->given |= GIVEN_ANY;
		error = mms_kernel_find(text, &geometry->kernel);
		return error ? command_fail_library(error) : STATUS_OK;
	case KEY_PRESET:
		geometry->given |= GIVEN_PRESET;
		return parse_preset(text, geometry);
	case KEY_SIZE:
		geometry->given |= GIVEN_SHAPE;
		return option_size("--size", text, &geometry->ns.size);
	case KEY_MODE:
		geometry->given |= GIVEN_SHAPE;
		return parse_mode(text, &geometry->ns.mode);
	case KEY_MAP:
		geometry->given |= GIVEN_SHAPE;
		status = option_choice("place for the memmap", text, map_names, COUNT(map_names),
		                       &index);
		geometry->ns.map = (enum mms_map)index;
		return status;
	case KEY_ALIGN:
		geometry->given |= GIVEN_SHAPE;
		return parse_align(text, &geometry->ns.align);
	case KEY_START:
		geometry->given |= GIVEN_PLACE;
		return option_address("--start", text, &geometry->ns.start);
	case KEY_EARLY:
		geometry->given |= GIVEN_PLACE;
		status = option_choice("choice of ends", text, early_names, COUNT(early_names),
		                       &index);
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
	if (given & GIVEN_TYPE && given & (GIVEN_PRESET | GIVEN_SHAPE | GIVEN_PLACE))
		return "--type makes a pgmap without a namespace, so it goes with --range and "
		       "--shift, "
		       "not with --preset, --size, --mode, --map, --align, --start and --early";
	if (given & GIVEN_DIRECT && !(given & GIVEN_TYPE))
		return "--range and --shift are for pgmaps made directly; say which with --type";
	if (given & GIVEN_TYPE && geometry->nr_range == 0)
		return "--type needs at least one --range START-END";
	return NULL;
}

int geometry_options_resolve(struct geometry_options *options, struct mms_geometry *geometry)
{
	const char *contradiction = conflict(options);
	int error;

	if (contradiction)
		return command_fail(STATUS_USAGE, "%s", contradiction);
	if (options->given & (GIVEN_SHAPE | GIVEN_TYPE))
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

void kernel_backing(const struct mms_kernel *kernel, char *text, size_t size)
{
	int length = kernel->nr_captures ? snprintf(text, size, "%u captures", kernel->nr_captures)
	                                 : snprintf(text, size, "no captures");

	if (kernel->derived_from && length >= 0 && (size_t)length < size)
		length += snprintf(text + length, size - (size_t)length, ", derived from %s",
		                   kernel->derived_from);
	if (kernel->btf && length >= 0 && (size_t)length < size)
		snprintf(text + length, size - (size_t)length, ", layout as in the BTF of %s",
		         kernel->btf);
}

void format_size(uint64_t bytes, char *text, size_t size)
{
	static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
	size_t unit = 0;

	while (unit + 1 < COUNT(units) && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	snprintf(text, size, "%" PRIu64 " %s", bytes, units[unit]);
}

static void print_namespace(const struct geometry_options *options, FILE *stream)
{
	const struct mms_namespace *ns = &options->ns;
	char size[32], align[32], shape[64] = "", early[64] = "";

	format_size(ns->size, size, sizeof(size));
	format_size(ns->align, align, sizeof(align));
	if (ns->mode != MMS_MODE_RAW)
		snprintf(shape, sizeof(shape), ", map=%s, align %s", map_names[ns->map], align);
	if (ns->early != MMS_EARLY_NONE)
		snprintf(early, sizeof(early), ", sections shared with System RAM: %s",
		         early_names[ns->early]);
	print_fact(stream, "namespace", "%s%s, %s at %#" PRIx64 ", node %u%s%s%s",
	           mms_mode_name(ns->mode), shape, size, ns->start, ns->nid, early,
	           options->preset ? ", preset " : "",
	           options->preset ? options->preset->name : "");
}

static void print_pgmap(const struct geometry_options *options, const struct mms_geometry *geometry,
                        FILE *stream)
{
	const struct mms_dev_pagemap *pgmap = &geometry->pgmap;
	const struct mms_vmem_altmap *altmap = mms_pgmap_altmap(pgmap);
	char direct[64] = "";

	if (geometry_options_direct(options))
		snprintf(direct, sizeof(direct), ", node %u, made directly: no capture backs it",
		         geometry->nid);
	print_fact(stream, "pgmap", "%s, vmemmap_shift %u%s", mms_memory_type_name(pgmap->type),
	           pgmap->vmemmap_shift, direct);
	for (unsigned int i = 0; i < pgmap->nr_range; i++)
		print_fact(stream, "range", "%#" PRIx64 "-%#" PRIx64, pgmap->ranges[i].start,
		           pgmap->ranges[i].end);
	if (altmap)
		print_fact(stream, "altmap", "reserve %" PRIu64 ", free %" PRIu64, altmap->reserve,
		           altmap->free);
}

void geometry_options_print(const struct geometry_options *options,
                            const struct mms_geometry *geometry, FILE *stream)
{
	char backing[128];

	kernel_backing(geometry->kernel, backing, sizeof(backing));
	print_fact(stream, "kernel", "%s (%s)", geometry->kernel->name, backing);
	if (!geometry_options_direct(options))
		print_namespace(options, stream);
	print_pgmap(options, geometry, stream);
	print_fact(stream, "pages", "%" PRIu64 " to initialize%s", geometry->nr_initialised,
	           geometry->dedup ? ", tails shared" : "");
}
