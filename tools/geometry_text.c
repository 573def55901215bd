// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which kernel and which namespace or pgmap, in words. */
#include <inttypes.h>

#include "command.h"
#include "options.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void own_backing(const struct mms_kernel *kernel, char *text, size_t size)
{
	snprintf(text, size, "an own description, based on %s%s%s", kernel->derived_from,
	         kernel->btf ? ", layout from the BTF in " : "", kernel->btf ? kernel->btf : "");
}

void kernel_backing(const struct mms_kernel *kernel, char *text, size_t size)
{
	int length;

	if (!mms_kernel_builtin(kernel)) {
		own_backing(kernel, text, size);
		return;
	}
	length = kernel->nr_captures ? snprintf(text, size, "%u captures", kernel->nr_captures)
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
		snprintf(shape, sizeof(shape), ", map=%s, align %s", mms_map_name(ns->map), align);
	if (ns->early != MMS_EARLY_NONE)
		snprintf(early, sizeof(early), ", sections shared with System RAM: %s",
		         mms_early_name(ns->early));
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
	if (!mms_kernel_builtin(geometry->kernel))
		print_fact(stream, "warning",
		           "initializers look up the rules of an own description as they run, so "
		           "times don't compare with those of built-in kernels");
	if (!geometry_options_direct(options))
		print_namespace(options, stream);
	print_pgmap(options, geometry, stream);
	print_fact(stream, "pages", "%" PRIu64 " to initialize%s", geometry->nr_initialised,
	           geometry->dedup ? ", tails shared" : "");
}
