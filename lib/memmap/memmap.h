/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of the memmap layer share. */
#ifndef LIB_MEMMAP_MEMMAP_H
#define LIB_MEMMAP_MEMMAP_H

#include <stddef.h>

#include <memmapsim/memmap.h>

#include "memmap/layout.h"

struct mms_memmap {
	struct mms_geometry geometry;
	struct mms_pageblocks *pageblocks;
	enum mms_backing backing;
	bool on_node;
	unsigned int node; /* if on_node */
	uintptr_t vmemmap;
	uint64_t needed_bytes;
	unsigned int nr_pieces;
	struct mms_piece pieces[MMS_MAX_RANGES];
	void *reservation; /* guards and pieces; NULL before there is one */
	size_t reservation_bytes;
	bool canaries; /* are in the slack, which holds zeros before */
};

static inline void *mms_memmap_at(const struct mms_memmap *map, uint64_t offset)
{
	return (void *)(map->vmemmap + (uintptr_t)offset);
}

/* mms_memmap_create() with the /proc and /sys below @root. */
int mms_memmap_create_at(const char *root, const struct mms_geometry *geometry,
                         const struct mms_memmap_options *options, struct mms_memmap **map);

/*
 * Map memory of the kind map->backing for map->geometry: fills in all from vmemmap on. @file as in
 * struct mms_memmap_options. What is left of a failure is for mms_memmap_destroy().
 */
int mms_backing_map(const char *root, const char *file, struct mms_memmap *map);

/*
 * Open what the "file:@path" backing names, with room for @bytes.
 * @fd: to be closed. @root is for the limits that a file in memory meets, and for what devices are.
 */
int mms_backing_file_open(const char *root, const char *path, uint64_t bytes, int *fd);

/* Let memory at @address, not touched yet, come from NUMA node @node. */
int mms_place_on_node(void *address, size_t bytes, unsigned int node);

/* Whether a mapping of this process that begins at @address is one of the memmap's, or of a part.
 */
bool mms_memmap_maps(const struct mms_memmap *map, uint64_t address);

/* Fill in on which node the memory is. */
void mms_find_node(const struct mms_memmap *map, struct mms_memmap_info *info);

/* Pageblock types for all of @geometry, of any value yet. */
int mms_pageblocks_create(const struct mms_geometry *geometry, struct mms_pageblocks **pageblocks);

/* NULL is fine. */
void mms_pageblocks_destroy(struct mms_pageblocks *pageblocks);

/* Whether an array fills at least half of the pages that it takes. */
bool mms_backing_suits(enum mms_backing backing, const struct mms_geometry *geometry);

/* Fill the canaries; bytes of the array are not written. */
void mms_canaries_fill(struct mms_memmap *map);

#endif
