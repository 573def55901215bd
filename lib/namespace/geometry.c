// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * From namespace to pgmap, as nd_pfn_init() lays out the info block and nd_pfn_setup_dev() reads it
 * back (drivers/nvdimm/pfn_devs.c), and from pgmap to what memremap_pages() gets to see.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <memmapsim/namespace.h>

#include "error.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)

/* Where the info block lies, and what comes before all else in a namespace that has one. */
#define INFO_BLOCK_SIZE (8 * KIB)

static const char *const mode_names[] = {
	[MMS_MODE_FSDAX] = "fsdax",
	[MMS_MODE_DEVDAX] = "devdax",
	[MMS_MODE_FSDEV] = "fsdev",
	[MMS_MODE_RAW] = "raw",
};

static const char *const map_names[] = {
	[MMS_MAP_DEV] = "dev",
	[MMS_MAP_MEM] = "mem",
};

static const char *const early_names[] = {
	[MMS_EARLY_NONE] = "none",
	[MMS_EARLY_START] = "start",
	[MMS_EARLY_END] = "end",
	[MMS_EARLY_BOTH] = "both",
};

static const char *const memory_type_names[MMS_NR_MEMORY_TYPES] = {
	[MMS_MEMORY_DEVICE_PRIVATE] = "MEMORY_DEVICE_PRIVATE",
	[MMS_MEMORY_DEVICE_COHERENT] = "MEMORY_DEVICE_COHERENT",
	[MMS_MEMORY_DEVICE_FS_DAX] = "MEMORY_DEVICE_FS_DAX",
	[MMS_MEMORY_DEVICE_GENERIC] = "MEMORY_DEVICE_GENERIC",
	[MMS_MEMORY_DEVICE_PCI_P2PDMA] = "MEMORY_DEVICE_PCI_P2PDMA",
};

const char *mms_mode_name(enum mms_mode mode)
{
	return (size_t)mode < sizeof(mode_names) / sizeof(*mode_names) ? mode_names[mode] : NULL;
}

const char *mms_map_name(enum mms_map map)
{
	return (size_t)map < sizeof(map_names) / sizeof(*map_names) ? map_names[map] : NULL;
}

const char *mms_early_name(enum mms_early early)
{
	return (size_t)early < sizeof(early_names) / sizeof(*early_names) ? early_names[early]
	                                                                  : NULL;
}

const char *mms_memory_type_name(enum mms_memory_type type)
{
	return (size_t)type < MMS_NR_MEMORY_TYPES ? memory_type_names[type] : NULL;
}

static uint64_t align_up(uint64_t value, uint64_t alignment)
{
	return (value + alignment - 1) & ~(alignment - 1);
}

static int check_nid(unsigned int nid)
{
	if (nid >= 1u << MMS_NODES_WIDTH)
		return mms_fail(EINVAL,
		                "node %u doesn't fit into struct page's flags; give one below %u",
		                nid, 1u << MMS_NODES_WIDTH);
	return 0;
}

static int check_namespace(const struct mms_kernel *kernel, const struct mms_namespace *ns)
{
	const char *mode = mms_mode_name(ns->mode);
	uint64_t end = ns->start + ns->size;
	int err;

	if (!mode || ns->map > MMS_MAP_MEM || ns->early > MMS_EARLY_BOTH)
		return mms_fail(EINVAL, "mode %d, map %d or early %d is no value of its enum",
		                (int)ns->mode, (int)ns->map, (int)ns->early);
	if (ns->mode == MMS_MODE_FSDEV && !kernel->fsdev)
		return mms_fail(
			EOPNOTSUPP,
			"%s has no fsdev namespaces; take fsdax or devdax, or a later kernel",
			kernel->name);
	if (ns->align != 4 * KIB && ns->align != 2 * MIB && ns->align != GIB)
		return mms_fail(EINVAL,
		                "an alignment of %" PRIu64
		                " bytes is not supported; give 4K, 2M or 1G",
		                ns->align);
	err = check_nid(ns->nid);
	if (err)
		return err;
	if (ns->start % MMS_SUBSECTION_SIZE)
		return mms_fail(EINVAL,
		                "start 0x%" PRIx64
		                " is not aligned to 2M, as struct pages of devices need",
		                ns->start);
	if (!ns->size || ns->size % MMS_PAGE_SIZE)
		return mms_fail(EINVAL,
		                "a size of %" PRIu64 " bytes is not a positive multiple of 4K",
		                ns->size);
	if (end < ns->start || end > MMS_MAX_PHYS)
		return mms_fail(ERANGE,
		                "0x%" PRIx64 " bytes at 0x%" PRIx64
		                " end beyond the physical address space (2^52)",
		                ns->size, ns->start);
	return 0;
}

/* Sections that lie in the range as a whole: their memmap is what the altmap has to provide. */
static uint64_t whole_sections(uint64_t start_pfn, uint64_t end_pfn)
{
	uint64_t first = align_up(start_pfn, MMS_PAGES_PER_SECTION) / MMS_PAGES_PER_SECTION;
	uint64_t end = end_pfn / MMS_PAGES_PER_SECTION;

	return end > first ? end - first : 0;
}

/*
 * What page-table population takes from the altmap: a 2 MiB leaf per whole section, the first of
 * which has to get over the reserve to its alignment. Partial sections take base pages from RAM.
 */
static struct mms_vmem_altmap make_altmap(uint64_t start_pfn, uint64_t end_pfn, uint64_t dataoff)
{
	const uint64_t leaf = 512;
	struct mms_vmem_altmap altmap = {
		.base_pfn = start_pfn,
		.end_pfn = end_pfn - 1,
		.reserve = INFO_BLOCK_SIZE >> MMS_PAGE_SHIFT,
	};

	altmap.free = (dataoff >> MMS_PAGE_SHIFT) - altmap.reserve;
	altmap.alloc = leaf * whole_sections(start_pfn, end_pfn);
	altmap.align = altmap.alloc ? leaf - altmap.reserve : 0;
	return altmap;
}

/* vmemmap_can_optimize(): share tails where a compound's memmap is more than two vmemmap pages. */
static bool can_share_tails(const struct mms_dev_pagemap *pgmap)
{
	return !mms_pgmap_altmap(pgmap) && mms_pgmap_vmemmap_nr(pgmap) > MMS_VMEMMAP_RESERVE_PAGES;
}

/* Make what is left of a geometry once its pgmap is known. */
static void finish(struct mms_geometry *geometry)
{
	const struct mms_dev_pagemap *pgmap = &geometry->pgmap;

	geometry->start_pfn = pgmap->ranges[0].start >> MMS_PAGE_SHIFT;
	geometry->end_pfn = (pgmap->ranges[pgmap->nr_range - 1].end + 1) >> MMS_PAGE_SHIFT;
	geometry->dedup = can_share_tails(pgmap);
	geometry->nr_initialised = 0;
	for (unsigned int i = 0; i < pgmap->nr_range; i++) {
		struct mms_pfn_range device = mms_geometry_device_pfns(geometry, i);

		geometry->nr_initialised += device.end - device.start;
	}
}

static int check_early(const struct mms_geometry *geometry)
{
	bool start_shared = geometry->start_pfn % MMS_PAGES_PER_SECTION;
	bool end_shared = geometry->end_pfn % MMS_PAGES_PER_SECTION;

	if (((geometry->early & MMS_EARLY_START) && !start_shared) ||
	    ((geometry->early & MMS_EARLY_END) && !end_shared))
		return mms_fail(EINVAL,
		                "no section is shared with System RAM at the %s: pfns 0x%" PRIx64
		                " to 0x%" PRIx64 " begin or end at a section border (128M) there",
		                (geometry->early & MMS_EARLY_START) && !start_shared ? "start"
		                                                                     : "end",
		                geometry->start_pfn, geometry->end_pfn);
	return 0;
}

static unsigned int compound_order(const struct mms_namespace *ns)
{
	if (ns->mode != MMS_MODE_DEVDAX)
		return 0;
	return (unsigned int)__builtin_ctzll(ns->align) - MMS_PAGE_SHIFT;
}

int mms_geometry_from_namespace(const struct mms_kernel *kernel, const struct mms_namespace *ns,
                                struct mms_geometry *geometry)
{
	struct mms_geometry made = {.kernel = kernel, .nid = ns->nid, .early = ns->early};
	uint64_t alignment = ns->align > MMS_SUBSECTION_SIZE ? ns->align : MMS_SUBSECTION_SIZE;
	uint64_t end = ns->start + ns->size;
	bool raw = ns->mode == MMS_MODE_RAW;
	uint64_t end_trunc, dataoff = 0, compound;
	int err = check_namespace(kernel, ns);

	if (err)
		return err;

	/* A raw namespace has no info block that could say what to leave out. */
	end_trunc = raw ? 0 : end % alignment;
	if (raw && end % MMS_SUBSECTION_SIZE)
		return mms_fail(EINVAL,
		                "a raw namespace must end at a multiple of 2M, not at 0x%" PRIx64,
		                end);
	if (!raw) {
		uint64_t metadata = INFO_BLOCK_SIZE;

		if (ns->size <= INFO_BLOCK_SIZE + end_trunc)
			return mms_fail(EINVAL,
			                "a namespace of %" PRIu64 " bytes at 0x%" PRIx64
			                " has no room for its info block; make it larger",
			                ns->size, ns->start);
		if (ns->map == MMS_MAP_DEV)
			metadata += (ns->size - INFO_BLOCK_SIZE) / MMS_PAGE_SIZE
			            << MMS_STRUCT_PAGE_SHIFT;
		dataoff = align_up(ns->start + metadata, alignment) - ns->start;
		/*
		 * v6.1 compares with the size alone; what it then creates has altmap pages beyond
		 * the end of its memmap and no device page, so there is nothing to simulate either.
		 */
		if (dataoff >= ns->size - end_trunc)
			return mms_fail(EINVAL,
			                "data would start at 0x%" PRIx64 " of 0x%" PRIx64
			                " usable bytes, so no kernel creates this namespace; make "
			                "it larger",
			                dataoff, ns->size - end_trunc);
	}

	made.data_pfn = (ns->start + dataoff) >> MMS_PAGE_SHIFT;
	made.pgmap.type =
		ns->mode == MMS_MODE_DEVDAX ? MMS_MEMORY_DEVICE_GENERIC : MMS_MEMORY_DEVICE_FS_DAX;
	made.pgmap.vmemmap_shift = compound_order(ns);
	made.pgmap.nr_range = 1;
	made.pgmap.ranges[0] = (struct mms_range){ns->start, end - end_trunc - 1};
	if (!raw && ns->map == MMS_MAP_DEV) {
		made.pgmap.flags = MMS_PGMAP_ALTMAP_VALID;
		made.pgmap.altmap = make_altmap(ns->start >> MMS_PAGE_SHIFT,
		                                (end - end_trunc) >> MMS_PAGE_SHIFT, dataoff);
	}

	/*
	 * Without altmap compounds start where the namespace does. No kernel refuses one that
	 * starts inside a compound, but its last compound runs past the range, and mask links lead
	 * astray.
	 */
	compound = MMS_PAGE_SIZE << made.pgmap.vmemmap_shift;
	if (!mms_pgmap_altmap(&made.pgmap) && ns->start % compound)
		return mms_fail(EINVAL,
		                "start 0x%" PRIx64 " is inside a compound of %" PRIu64
		                "M, which kernels don't check but can't handle; align it",
		                ns->start, compound / MIB);
	finish(&made);
	err = check_early(&made);
	if (err)
		return err;
	*geometry = made;
	return 0;
}

int mms_geometry_from_ranges(const struct mms_kernel *kernel, enum mms_memory_type type,
                             unsigned int vmemmap_shift, const struct mms_range *ranges,
                             unsigned int nr_range, unsigned int nid, struct mms_geometry *geometry)
{
	struct mms_geometry made = {.kernel = kernel, .nid = nid};
	uint64_t alignment;
	int err;

	if (!mms_memory_type_name(type))
		return mms_fail(EINVAL, "%d is no memory type", (int)type);
	if (vmemmap_shift > MMS_MAX_COMPOUND_ORDER)
		return mms_fail(EINVAL,
		                "compounds of order %u are larger than the largest, %d (1G)",
		                vmemmap_shift, MMS_MAX_COMPOUND_ORDER);
	if (!nr_range || nr_range > MMS_MAX_RANGES)
		return mms_fail(EINVAL, "a pgmap of %u ranges is not supported; give 1 to %d",
		                nr_range, MMS_MAX_RANGES);
	err = check_nid(nid);
	if (err)
		return err;

	alignment = MMS_PAGE_SIZE << vmemmap_shift;
	if (alignment < MMS_SUBSECTION_SIZE)
		alignment = MMS_SUBSECTION_SIZE;
	for (unsigned int i = 0; i < nr_range; i++) {
		if (ranges[i].start > ranges[i].end)
			return mms_fail(EINVAL,
			                "range 0x%" PRIx64 "-0x%" PRIx64 " ends before it starts",
			                ranges[i].start, ranges[i].end);
		if (ranges[i].start % alignment || (ranges[i].end + 1) % alignment)
			return mms_fail(EINVAL,
			                "range 0x%" PRIx64 "-0x%" PRIx64
			                " is not aligned to %" PRIu64
			                "M; it must start at a multiple, and its last byte be "
			                "just below one",
			                ranges[i].start, ranges[i].end, alignment / MIB);
		if (ranges[i].end >= MMS_MAX_PHYS)
			return mms_fail(ERANGE,
			                "range 0x%" PRIx64 "-0x%" PRIx64
			                " ends beyond the physical address space (2^52)",
			                ranges[i].start, ranges[i].end);
		if (i && ranges[i].start <= ranges[i - 1].end)
			return mms_fail(EINVAL,
			                "range 0x%" PRIx64 "-0x%" PRIx64
			                " starts before the end of the one before it; give them in "
			                "ascending order",
			                ranges[i].start, ranges[i].end);
	}
	made.data_pfn = ranges[0].start >> MMS_PAGE_SHIFT;
	made.pgmap.type = type;
	made.pgmap.vmemmap_shift = vmemmap_shift;
	made.pgmap.nr_range = nr_range;
	memcpy(made.pgmap.ranges, ranges, nr_range * sizeof(*ranges));
	finish(&made);
	*geometry = made;
	return 0;
}
