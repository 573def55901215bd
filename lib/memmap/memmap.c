// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "memmap/memmap.h"

static int create(const char *root, const struct mms_geometry *geometry,
                  const struct mms_memmap_options *options, struct mms_memmap **out)
{
	struct mms_memmap *map = calloc(1, sizeof(*map));
	int err;

	if (!map)
		return mms_fail(ENOMEM, "no memory to describe a memmap");
	map->geometry = *geometry;
	map->backing = options->backing;
	map->on_node = options->on_node;
	map->node = options->node;

	/* First, since it says what is needed and what is there. */
	err = mms_backing_map(root, options->file, map);
	if (!err)
		err = mms_pageblocks_create(geometry, &map->pageblocks);
	if (err) {
		mms_memmap_destroy(map);
		return err;
	}
	mms_memmap_reset_pageblocks(map);
	*out = map;
	return 0;
}

int mms_memmap_create_at(const char *root, const struct mms_geometry *geometry,
                         const struct mms_memmap_options *options, struct mms_memmap **map)
{
	static const enum mms_backing best_first[] = {
		MMS_BACKING_HUGETLB_1G,
		MMS_BACKING_HUGETLB_2M,
		MMS_BACKING_THP,
		MMS_BACKING_4K,
	};
	struct mms_memmap_options wanted = {.backing = MMS_BACKING_AUTO};
	int err = 0;

	if (options)
		wanted = *options;
	if (!mms_backing_name(wanted.backing))
		return mms_fail(EINVAL, "%d is no backing", (int)wanted.backing);
	if (wanted.backing == MMS_BACKING_FILE && !wanted.file)
		return mms_fail(EINVAL, "a memmap on a file needs the file's name");
	if (wanted.backing == MMS_BACKING_FILE && wanted.on_node)
		return mms_fail(EINVAL,
		                "a file's memory is where its file system has it, so a memmap on "
		                "one can't be put on NUMA node %u",
		                wanted.node);
	if (geometry->dedup && wanted.backing != MMS_BACKING_AUTO &&
	    wanted.backing != MMS_BACKING_4K)
		return mms_fail(
			EINVAL,
			"this geometry shares tails, so its array has to be sparse, in private "
			"pages of 4 KiB, which backing %s can't give; take 4k",
			mms_backing_name(wanted.backing));
	if (geometry->dedup)
		wanted.backing = MMS_BACKING_4K;
	if (wanted.backing != MMS_BACKING_AUTO)
		return create(root, geometry, &wanted, map);
	for (size_t i = 0; i < sizeof(best_first) / sizeof(*best_first); i++) {
		if (!mms_backing_suits(best_first[i], geometry))
			continue;
		wanted.backing = best_first[i];
		err = create(root, geometry, &wanted, map);
		if (err != -ENOMEM)
			break;
	}
	return err;
}

int mms_memmap_create(const struct mms_geometry *geometry, const struct mms_memmap_options *options,
                      struct mms_memmap **map)
{
	return mms_memmap_create_at("", geometry, options, map);
}

void mms_memmap_destroy(struct mms_memmap *map)
{
	if (!map)
		return;
	if (map->reservation)
		munmap(map->reservation, map->reservation_bytes);
	mms_pageblocks_destroy(map->pageblocks);
	free(map);
}

const struct mms_geometry *mms_memmap_geometry(const struct mms_memmap *map)
{
	return &map->geometry;
}

uintptr_t mms_memmap_vmemmap(const struct mms_memmap *map)
{
	return map->vmemmap;
}

struct mms_pageblocks *mms_memmap_pageblocks(const struct mms_memmap *map)
{
	return map->pageblocks;
}

struct mms_page *mms_memmap_page(const struct mms_memmap *map, uint64_t pfn)
{
	for (unsigned int i = 0; i < map->geometry.pgmap.nr_range; i++) {
		struct mms_pfn_range range = mms_geometry_range_pfns(&map->geometry, i);

		if (pfn >= range.start && pfn < range.end) {
			pfn = mms_geometry_backing_pfn(&map->geometry, pfn);
			return mms_memmap_at(map, pfn << MMS_STRUCT_PAGE_SHIFT);
		}
	}
	return NULL;
}
