// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Finding writes that missed the array without hitting a guard: canaries in the slack, and memory
 * behind struct pages that are shared in the kernel.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "error.h"
#include "memmap/memmap.h"

/* More slack than this on a side is not watched: the rest of a 1 GiB page, say. */
#define CANARY_BYTES (UINT64_C(64) << 10)

/* The slack that is watched on one side of a range; none where the range ends with its piece. */
struct slack {
	uint64_t start, end; /* offsets from vmemmap */
};

/* Different for each word, and nothing that a struct page holds. */
static uint64_t canary(uint64_t offset)
{
	return ~offset * UINT64_C(0x9fb21c651e98df25);
}

static const struct mms_piece *piece_of(const struct mms_memmap *map, uint64_t offset)
{
	const struct mms_piece *piece = map->pieces;

	while (offset >= piece->end)
		piece++;
	return piece;
}

/* The slack before (@side 0) or after (@side 1) the struct pages of range @index. */
static struct slack slack_beside(const struct mms_memmap *map, unsigned int index, int side)
{
	const struct mms_geometry *geometry = &map->geometry;
	struct mms_pfn_range pfns = mms_geometry_range_pfns(geometry, index);
	uint64_t start = pfns.start << MMS_STRUCT_PAGE_SHIFT;
	uint64_t end = pfns.end << MMS_STRUCT_PAGE_SHIFT;
	const struct mms_piece *piece = piece_of(map, start);
	uint64_t lowest = piece->start, highest = piece->end;

	/* Another range may have its struct pages in the same piece. */
	if (index > 0) {
		uint64_t before = mms_geometry_range_pfns(geometry, index - 1).end
		                  << MMS_STRUCT_PAGE_SHIFT;

		lowest = before > lowest ? before : lowest;
	}
	if (index + 1 < geometry->pgmap.nr_range) {
		uint64_t after = mms_geometry_range_pfns(geometry, index + 1).start
		                 << MMS_STRUCT_PAGE_SHIFT;

		highest = after < highest ? after : highest;
	}
	if (side == 0)
		return (struct slack){start - lowest > CANARY_BYTES ? start - CANARY_BYTES : lowest,
		                      start};
	return (struct slack){end, highest - end > CANARY_BYTES ? end + CANARY_BYTES : highest};
}

void mms_canaries_fill(struct mms_memmap *map)
{
	for (unsigned int i = 0; i < 2 * map->geometry.pgmap.nr_range; i++) {
		struct slack slack = slack_beside(map, i / 2, i % 2);

		for (uint64_t at = slack.start; at < slack.end; at += sizeof(uint64_t))
			*(uint64_t *)mms_memmap_at(map, at) = canary(at);
	}
	map->canaries = true;
}

static int check_slack(const struct mms_memmap *map, unsigned int index, int side)
{
	struct slack slack = slack_beside(map, index, side);

	for (uint64_t at = slack.start; at < slack.end; at += sizeof(uint64_t)) {
		uint64_t found = *(const uint64_t *)mms_memmap_at(map, at);

		if (found == (map->canaries ? canary(at) : 0))
			continue;
		return mms_fail(EFAULT,
		                "0x%016" PRIx64 " was written %" PRIu64
		                " bytes %s the array's %s, to the place of pfn 0x%" PRIx64
		                ", which has no struct page",
		                found, side ? at - slack.start : slack.end - at,
		                side ? "after" : "before", side ? "end" : "start",
		                at >> MMS_STRUCT_PAGE_SHIFT);
	}
	return 0;
}

/*
 * Whether vmemmap pages have memory that the kernel maps to another's. A page that was never
 * touched has none; reading one is enough to get it the shared page of zeros, and is as wrong.
 */
static int check_missing(const struct mms_memmap *map, const struct mms_piece *piece)
{
	unsigned char resident[4096];
	uint64_t step = sizeof(resident) * MMS_PAGE_SIZE;

	for (uint64_t start = piece->start; start < piece->end; start += step) {
		uint64_t bytes = piece->end - start < step ? piece->end - start : step;

		if (mincore(mms_memmap_at(map, start), bytes, resident))
			return mms_fail(errno, "mincore() can't look at the memmap: %s",
			                strerror(errno));
		for (uint64_t i = 0; i < bytes / MMS_PAGE_SIZE; i++) {
			uint64_t pfn = (start + i * MMS_PAGE_SIZE) >> MMS_STRUCT_PAGE_SHIFT;

			if (!(resident[i] & 1) ||
			    mms_geometry_backing_pfn(&map->geometry, pfn) == pfn)
				continue;
			return mms_fail(EFAULT,
			                "a struct page of pfns 0x%" PRIx64 " to 0x%" PRIx64
			                " was touched, where the kernel shares the tails of pfn "
			                "0x%" PRIx64,
			                pfn, pfn + MMS_PAGES_PER_VMEMMAP_PAGE - 1,
			                mms_geometry_backing_pfn(&map->geometry, pfn));
		}
	}
	return 0;
}

int mms_memmap_check(const struct mms_memmap *map)
{
	int err = 0;

	for (unsigned int i = 0; i < 2 * map->geometry.pgmap.nr_range && !err; i++)
		err = check_slack(map, i / 2, i % 2);
	for (unsigned int i = 0; i < map->nr_pieces && !err && map->geometry.dedup; i++)
		err = check_missing(map, &map->pieces[i]);
	return err;
}
