// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "faults.h"

#include <string.h>

#include <emmintrin.h>

#include "clock.h"
#include "random.h"

void mms_fault_stream_init(struct mms_fault_stream *stream, const struct mms_geometry *geometry,
                           bool sequential, uint64_t seed)
{
	*stream = (struct mms_fault_stream){
		.geometry = geometry,
		.sequential = sequential,
		.random = seed,
	};
	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range pfns = mms_geometry_device_pfns(geometry, i);

		stream->nr_pages += pfns.end - pfns.start;
	}
}

uint64_t mms_fault_stream_next(struct mms_fault_stream *stream)
{
	uint64_t page = stream->sequential ? stream->next++ : mms_random(&stream->random);
	struct mms_pfn_range pfns;
	unsigned int range = 0;

	page %= stream->nr_pages;
	while (true) {
		pfns = mms_geometry_device_pfns(stream->geometry, range++);
		if (page < pfns.end - pfns.start)
			return pfns.start + page;
		page -= pfns.end - pfns.start;
	}
}

static void look(struct mms_fault *fault, const struct mms_page *page, uint64_t start, int error)
{
	if (!error)
		memcpy(fault->page, page, sizeof(fault->page));
	fault->ns = mms_now() - start;
}

int mms_fault_take(struct mms_background *background, const struct mms_memmap *map,
                   struct mms_fault *fault)
{
	const struct mms_page *page = mms_memmap_page(map, fault->pfn);
	uint64_t start = mms_now();
	int error = 0;

	fault->waiting = 0;
	if (background)
		error = mms_background_sync(background, fault->pfn, fault->pfn + 1,
		                            &fault->waiting);
	look(fault, page, start, error);
	return error;
}

int mms_fault_take_device(struct mms_device *device, struct mms_fault *fault)
{
	const struct mms_page *page = mms_memmap_page(mms_device_memmap(device), fault->pfn);
	uint64_t start = mms_now();
	int error = mms_device_sync(device, fault->pfn, fault->pfn + 1, &fault->waiting);

	look(fault, page, start, error);
	return error;
}

void mms_fault_dirty(struct mms_memmap *map, uint64_t pfn, uint64_t seed)
{
	struct mms_page *page = mms_memmap_page(map, pfn);

	mms_dirty_page(seed, mms_geometry_backing_pfn(mms_memmap_geometry(map), pfn), page);
	_mm_clflush(page);
}

void mms_fault_verify(const struct mms_memmap *map, const struct mms_fault *fault,
                      struct mms_report *report)
{
	struct mms_oracle oracle = mms_oracle_of(map);

	mms_verify_image(&oracle, fault->page, fault->pfn, 1, report);
}
