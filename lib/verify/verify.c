// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verify/compare.h"
#include "verify/oracle.h"
#include "verify/zone.h"

struct mms_oracle mms_oracle_of(const struct mms_memmap *map)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);

	return (struct mms_oracle){
		.geometry = geometry,
		.vmemmap = mms_memmap_vmemmap(map),
		.pgmap = (uint64_t)(uintptr_t)&geometry->pgmap,
	};
}

bool mms_report_ok(const struct mms_report *report)
{
	return !report->mismatches && !report->touched && !report->pageblock_mismatches &&
	       !report->guards;
}

void mms_report_describe(const struct mms_report *report, char *text, size_t size)
{
	if (report->mismatches)
		snprintf(text, size,
		         "%" PRIu64 " of %" PRIu64 " pages are wrong, the first is pfn 0x%" PRIx64,
		         report->mismatches, report->compared, report->first_pfn);
	else if (report->touched)
		snprintf(text, size,
		         "%" PRIu64 " of %" PRIu64
		         " pages that no code writes were written, the first is pfn 0x%" PRIx64,
		         report->touched, report->never_written, report->first_touched);
	else if (report->pageblock_mismatches)
		snprintf(text, size,
		         "%" PRIu64 " of %" PRIu64
		         " pageblocks have the wrong migratetype, the first at pfn 0x%" PRIx64
		         ": %u instead of %u",
		         report->pageblock_mismatches, report->pageblocks, report->first_pageblock,
		         report->pageblock_found, report->pageblock_expected);
	else if (report->guards)
		snprintf(text, size, "memory beside the array or of shared tails was touched");
	else
		snprintf(text, size, "%" PRIu64 " pages are right", report->compared);
}

void mms_note_mismatch(struct mms_report *report, uint64_t pfn, enum mms_page_kind kind,
                       const void *expected, const void *found)
{
	if (report->mismatches++)
		return;
	report->first_pfn = pfn;
	report->first_kind = kind;
	memcpy(report->expected, expected, sizeof(report->expected));
	memcpy(report->found, found, sizeof(report->found));
}

/* Compare @count pages that are all declared as @image; @pages is the struct page of @pfn. */
static void compare_run(mms_compare_fn *compare, const unsigned char *pages, uint64_t pfn,
                        uint64_t count, enum mms_page_kind kind, const void *image,
                        struct mms_report *report)
{
	report->compared += count;
	for (uint64_t done = compare(pages, image, count); done < count;) {
		mms_note_mismatch(report, pfn + done, kind, image, pages + 64 * done);
		done++;
		done += compare(pages + 64 * done, image, count - done);
	}
}

static void compare_with_dirt(const unsigned char *page, uint64_t pfn, uint64_t seed,
                              struct mms_report *report)
{
	unsigned char image[64];

	report->never_written++;
	mms_dirty_page(seed, pfn, image);
	if (memcmp(page, image, sizeof(image)) != 0 && !report->touched++)
		report->first_touched = pfn;
}

/*
 * Compare pages [@pfn, @end), which lie at @pages. @whole_array: memory exists for shared tails too
 * (a capture); otherwise they are passed over.
 */
static void compare_pages(const struct mms_oracle *oracle, const unsigned char *pages, uint64_t pfn,
                          uint64_t end, bool whole_array, const uint64_t *dirty_seed,
                          struct mms_report *report)
{
	const struct mms_geometry *geometry = oracle->geometry;
	uint64_t pfns_per_compound = mms_pgmap_vmemmap_nr(&geometry->pgmap);
	mms_compare_fn *compare = mms_compare();
	uint64_t start = pfn, run;

	for (; pfn < end; pfn += run) {
		const unsigned char *page = pages + 64 * (pfn - start);
		unsigned char image[64];
		enum mms_page_kind kind = mms_oracle_page(oracle, pfn, image);

		run = mms_oracle_run(oracle, pfn, kind);
		if (geometry->dedup && !whole_array && kind == MMS_PAGE_TAIL &&
		    !mms_geometry_early_section(geometry, pfn)) {
			uint64_t index = pfn % pfns_per_compound;

			if (index >= MMS_VMEMMAP_RESERVE_PAGES) {
				run = pfns_per_compound - index;
				continue;
			}
			if (run > MMS_VMEMMAP_RESERVE_PAGES - index)
				run = MMS_VMEMMAP_RESERVE_PAGES - index;
		}
		if (run > end - pfn)
			run = end - pfn;
		if (kind == MMS_PAGE_NEVER_WRITTEN) {
			if (dirty_seed)
				compare_with_dirt(page, pfn, *dirty_seed, report);
		} else if (kind != MMS_PAGE_OUTSIDE) {
			compare_run(compare, page, pfn, run, kind, image, report);
		}
	}
}

void mms_compare_pageblocks(const struct mms_oracle *oracle, mms_declare_pageblock_fn *declare,
                            const struct mms_pageblocks *pageblocks, struct mms_pfn_range range,
                            struct mms_report *report)
{
	for (uint64_t pfn = range.start; pfn < range.end; pfn += MMS_PAGEBLOCK_NR_PAGES) {
		unsigned int expected = declare(oracle, pfn);
		unsigned int found = mms_get_pageblock_migratetype(pageblocks, pfn);

		report->pageblocks++;
		if (expected == found || report->pageblock_mismatches++)
			continue;
		report->first_pageblock = pfn;
		report->pageblock_expected = expected;
		report->pageblock_found = found;
	}
}

void mms_verify_memmap(const struct mms_memmap *map, const uint64_t *dirty_seed,
                       struct mms_report *report)
{
	struct mms_oracle oracle = mms_oracle_of(map);

	memset(report, 0, sizeof(*report));
	for (unsigned int i = 0; i < oracle.geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range range = mms_geometry_range_pfns(oracle.geometry, i);
		const unsigned char *pages = (const void *)mms_memmap_page(map, range.start);

		if (oracle.geometry->zone)
			mms_compare_zone_pages(&oracle, false, pages, range, report);
		else
			compare_pages(&oracle, pages, range.start, range.end, false, dirty_seed,
			              report);
		mms_compare_pageblocks(&oracle, mms_oracle_pageblock, mms_memmap_pageblocks(map),
		                       range, report);
	}
	report->guards = mms_memmap_check(map);
}

void mms_verify_image(const struct mms_oracle *oracle, const void *pages, uint64_t start_pfn,
                      uint64_t count, struct mms_report *report)
{
	memset(report, 0, sizeof(*report));
	compare_pages(oracle, pages, start_pfn, start_pfn + count, true, NULL, report);
}
