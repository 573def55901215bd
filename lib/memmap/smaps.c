// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the kernel says that a memmap is on. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "memmap/memmap.h"
#include "memmap/sysfile.h"

/* Which line of smaps counts as what. hugetlb pages are not part of Rss. */
static const struct {
	const char *key;
	bool resident, huge;
} fields[] = {
	{"Rss:", true, false},
	{"AnonHugePages:", false, true},
	{"ShmemPmdMapped:", false, true},
	{"FilePmdMapped:", false, true},
	{"Shared_Hugetlb:", true, true},
	{"Private_Hugetlb:", true, true},
};

bool mms_memmap_maps(const struct mms_memmap *map, uint64_t address)
{
	for (unsigned int i = 0; i < map->nr_pieces; i++)
		if (address >= (uintptr_t)mms_memmap_at(map, map->pieces[i].start) &&
		    address < (uintptr_t)mms_memmap_at(map, map->pieces[i].end))
			return true;
	return false;
}

static void count_line(const char *line, struct mms_memmap_info *info)
{
	uint64_t kib;

	if (sscanf(line, "KernelPageSize: %" SCNu64, &kib) == 1)
		info->kernel_page_size = kib * 1024;
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		size_t length = strlen(fields[i].key);

		if (strncmp(line, fields[i].key, length) ||
		    sscanf(line + length, "%" SCNu64, &kib) != 1)
			continue;
		info->resident_bytes += fields[i].resident ? kib * 1024 : 0;
		info->huge_bytes += fields[i].huge ? kib * 1024 : 0;
	}
}

int mms_memmap_info(const struct mms_memmap *map, struct mms_memmap_info *info)
{
	struct mms_memmap_info made = {
		.backing = map->backing,
		.array_bytes = (map->geometry.end_pfn - map->geometry.start_pfn)
	                       << MMS_STRUCT_PAGE_SHIFT,
		.needed_bytes = map->needed_bytes,
	};
	FILE *file = mms_sysfile_open("", "/proc/self", "smaps");
	bool ours = false;
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return mms_fail(errno, "can't read /proc/self/smaps: %s", strerror(errno));
	for (unsigned int i = 0; i < map->nr_pieces; i++)
		made.mapped_bytes += map->pieces[i].end - map->pieces[i].start;
	while (getline(&line, &size, file) > 0) {
		uint64_t start, end;

		/* Only the first line of a mapping begins with a range. */
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &start, &end) == 2)
			ours = mms_memmap_maps(map, start);
		else if (ours)
			count_line(line, &made);
	}
	free(line);
	fclose(file);
	mms_find_node(map, &made);
	*info = made;
	return 0;
}
