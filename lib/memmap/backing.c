// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The kinds of memory that an array can be on. */
#include <errno.h>
#include <inttypes.h>
#include <linux/mman.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "memmap/limits.h"
#include "memmap/memmap.h"

#define FILE_PREFIX "file:"
#define MIB         (UINT64_C(1) << 20)
#define GIB         (UINT64_C(1) << 30)

struct backing {
	const char *name;
	/*
	 * Pieces begin and end at multiples of this. A transparent huge page is used where the
	 * array has a whole aligned one; its ends take base pages, as the kernel's vmemmap does for
	 * partial sections. Files may be on DAX, which maps 2 MiB at a time if both sides are
	 * aligned to it.
	 */
	uint64_t page_size;
	int hugetlb; /* mmap() flags */
	int advice;  /* for madvise(), or -1 */
};

static const struct backing backings[MMS_NR_BACKINGS] = {
	[MMS_BACKING_AUTO] = {.name = "auto"},
	[MMS_BACKING_HUGETLB_1G] = {"hugetlb-1g", GIB, MAP_HUGETLB | MAP_HUGE_1GB, -1},
	[MMS_BACKING_HUGETLB_2M] = {"hugetlb-2m", 2 * MIB, MAP_HUGETLB | MAP_HUGE_2MB, -1},
	[MMS_BACKING_THP] = {"thp", MMS_PAGE_SIZE, 0, MADV_HUGEPAGE},
	[MMS_BACKING_4K] = {"4k", MMS_PAGE_SIZE, 0, MADV_NOHUGEPAGE},
	[MMS_BACKING_FILE] = {"file", 2 * MIB, 0, -1},
};

const char *mms_backing_name(enum mms_backing backing)
{
	return (unsigned int)backing < MMS_NR_BACKINGS ? backings[backing].name : NULL;
}

int mms_backing_parse(const char *text, struct mms_memmap_options *options)
{
	const char *names[MMS_NR_BACKINGS];
	bool file = strncmp(text, FILE_PREFIX, strlen(FILE_PREFIX)) == 0;

	if (file && text[strlen(FILE_PREFIX)]) {
		*options = (struct mms_memmap_options){
			.backing = MMS_BACKING_FILE,
			.file = text + strlen(FILE_PREFIX),
		};
		return 0;
	}
	if (file || strcmp(text, backings[MMS_BACKING_FILE].name) == 0)
		return mms_fail(EINVAL, "backing \"%s\" names no file; write file:PATH", text);
	for (unsigned int i = 0; i < MMS_NR_BACKINGS; i++) {
		names[i] = i == MMS_BACKING_FILE ? FILE_PREFIX "PATH" : backings[i].name;
		if (strcmp(text, names[i]) == 0) {
			*options = (struct mms_memmap_options){.backing = (enum mms_backing)i};
			return 0;
		}
	}
	return mms_fail_unknown("backing", text, names, MMS_NR_BACKINGS);
}

static int check_memory(const char *root, const struct mms_memmap *map, uint64_t pieces_bytes)
{
	const struct backing *backing = &backings[map->backing];
	int err = 0;

	if (map->backing == MMS_BACKING_FILE)
		return 0; /* asked when it is opened */
	if (backing->advice == MADV_HUGEPAGE)
		err = mms_check_thp(root);
	if (err)
		return err;
	err = backing->hugetlb ? mms_check_hugepages(root, backing->page_size, pieces_bytes)
	                       : mms_check_memory(root, map->needed_bytes);
	if (err || !map->on_node)
		return err;
	return mms_check_node(root, map->node, backing->hugetlb ? backing->page_size : 0,
	                      backing->hugetlb ? pieces_bytes : map->needed_bytes);
}

/*
 * Take address space for all pieces, guards and holes, inaccessible, and place vmemmap in it:
 * pieces must get the alignment that their offsets from an aligned vmemmap have.
 */
static int reserve(const char *root, struct mms_memmap *map)
{
	uint64_t page_size = backings[map->backing].page_size;
	uint64_t alignment = page_size > MMS_VMEMMAP_ALIGNMENT ? page_size : MMS_VMEMMAP_ALIGNMENT;
	uint64_t first = map->pieces[0].start;
	uint64_t span = map->pieces[map->nr_pieces - 1].end - first;
	uint64_t guard = MMS_VMEMMAP_ALIGNMENT;
	uint64_t wanted = guard + alignment + span + guard;
	uintptr_t start, mapping, end;
	void *address;
	int err = mms_check_address_space(root, wanted);

	if (err)
		return err;
	address = mmap(NULL, wanted, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (address == MAP_FAILED)
		return mms_fail(errno, "%" PRIu64 " bytes of address space can't be had: %s",
		                wanted, strerror(errno));
	start = (uintptr_t)address;
	mapping = start + guard;
	mapping += (first - mapping) & (alignment - 1);
	end = mapping + span + guard;
	if (start < mapping - guard)
		munmap(address, mapping - guard - start);
	if (end < start + wanted)
		munmap((void *)end, start + wanted - end);
	map->reservation = (void *)(mapping - guard);
	map->reservation_bytes = end - (mapping - guard);
	map->vmemmap = mapping - first;
	return 0;
}

/* Put memory, or the next part of the file, where a piece is to be. */
static int map_piece(struct mms_memmap *map, const struct mms_piece *piece, const char *file,
                     int fd, off_t at)
{
	const struct backing *backing = &backings[map->backing];
	size_t bytes = piece->end - piece->start;
	void *address = mms_memmap_at(map, piece->start);
	int flags = MAP_FIXED | backing->hugetlb;

	flags |= fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	/* A sparse array is larger than what it takes. */
	if (map->geometry.dedup)
		flags |= MAP_NORESERVE;
	if (mmap(address, bytes, PROT_READ | PROT_WRITE, flags, fd, at) == MAP_FAILED)
		return mms_fail(errno, "%zu bytes of backing %s can't be mapped: %s", bytes,
		                file ? file : backing->name, strerror(errno));
	/* Kernels without huge pages refuse the advice against them, too. */
	if (backing->advice >= 0 && madvise(address, bytes, backing->advice) &&
	    backing->advice != MADV_NOHUGEPAGE)
		return mms_fail(errno, "the kernel doesn't accept advice for backing %s: %s",
		                backing->name, strerror(errno));
	return map->on_node ? mms_place_on_node(address, bytes, map->node) : 0;
}

static uint64_t total_bytes(const struct mms_piece *pieces, unsigned int nr)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < nr; i++)
		bytes += pieces[i].end - pieces[i].start;
	return bytes;
}

bool mms_backing_suits(enum mms_backing backing, const struct mms_geometry *geometry)
{
	struct mms_piece pieces[MMS_MAX_RANGES];
	unsigned int nr = mms_layout_pieces(geometry, backings[backing].page_size, pieces);

	return total_bytes(pieces, nr) <= 2 * mms_layout_needed(geometry);
}

int mms_backing_map(const char *root, const char *file, struct mms_memmap *map)
{
	uint64_t bytes, at = 0;
	int fd = -1;
	int err;

	map->needed_bytes = mms_layout_needed(&map->geometry);
	map->nr_pieces =
		mms_layout_pieces(&map->geometry, backings[map->backing].page_size, map->pieces);
	bytes = total_bytes(map->pieces, map->nr_pieces);

	err = check_memory(root, map, bytes);
	if (!err)
		err = reserve(root, map);
	if (!err && map->backing == MMS_BACKING_FILE)
		err = mms_backing_file_open(root, file, bytes, &fd);
	for (unsigned int i = 0; i < map->nr_pieces && !err; i++) {
		err = map_piece(map, &map->pieces[i], file, fd, (off_t)at);
		at += map->pieces[i].end - map->pieces[i].start;
	}
	if (fd >= 0)
		close(fd);
	/*
	 * A hugetlb page with slack has struct pages, too; a canary would take their first touch
	 * from the first initialization. So there they wait for mms_memmap_dirty(), which touches
	 * all.
	 */
	if (!err && !backings[map->backing].hugetlb)
		mms_canaries_fill(map);
	return err;
}
