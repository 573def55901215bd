// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"

#define PARTS_PER_RANGE 8
#define MAX_PARTS       (PARTS_PER_RANGE * MMS_MAX_RANGES)

struct bind {
	struct random_source *random;
	const struct random_geometry *made;
	struct mms_memmap *map;
	const struct mms_initializer *initializer;
	uint64_t dirty_seed;
	struct mms_job parts[MAX_PARTS];
	size_t nr_parts;
};

static int compare_pfns(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Cut a range at random borders of its compounds and pageblocks. */
static void cut_range(struct bind *bind, unsigned int range)
{
	uint64_t unit = mms_pgmap_vmemmap_nr(&bind->made->geometry.pgmap);
	uint64_t borders[PARTS_PER_RANGE + 1], nr_units;
	size_t nr_borders = random_below(bind->random, PARTS_PER_RANGE);
	struct mms_job whole;

	if (mms_job_create(bind->map, range, &whole))
		random_fail(bind->random, bind->made, "no job: %s", mms_last_error());
	if (unit < MMS_PAGEBLOCK_NR_PAGES)
		unit = MMS_PAGEBLOCK_NR_PAGES;
	nr_units = (whole.end_pfn - whole.start_pfn) / unit;
	for (size_t i = 0; i < nr_borders; i++)
		borders[i] = whole.start_pfn + unit * random_below(bind->random, nr_units);
	borders[nr_borders++] = whole.start_pfn;
	borders[nr_borders++] = whole.end_pfn;
	qsort(borders, nr_borders, sizeof(*borders), compare_pfns);
	for (size_t i = 1; i < nr_borders; i++) {
		if (borders[i] == borders[i - 1])
			continue;
		if (mms_job_cut(&whole, borders[i - 1], borders[i], &bind->parts[bind->nr_parts++]))
			random_fail(bind->random, bind->made, "no part: %s", mms_last_error());
	}
}

static void shuffle_parts(struct bind *bind)
{
	for (size_t i = bind->nr_parts; i > 1; i--) {
		size_t j = random_below(bind->random, i);
		struct mms_job swapped = bind->parts[j];

		bind->parts[j] = bind->parts[i - 1];
		bind->parts[i - 1] = swapped;
	}
}

/* Pages [@start, @end) are as mms_memmap_dirty() left them, pageblocks as a bind finds them. */
static void check_untouched(const struct bind *bind, uint64_t start, uint64_t end)
{
	const struct mms_geometry *geometry = &bind->made->geometry;

	for (uint64_t pfn = start; pfn < end; pfn++) {
		unsigned char dirt[64];

		if (mms_geometry_backing_pfn(geometry, pfn) != pfn)
			continue;
		mms_dirty_page(bind->dirty_seed, pfn, dirt);
		if (memcmp(mms_memmap_page(bind->map, pfn), dirt, sizeof(dirt)))
			random_fail(bind->random, bind->made,
			            "%s wrote pfn 0x%" PRIx64 ", which is in none of its parts",
			            bind->initializer->name, pfn);
	}
	for (uint64_t pfn = start; pfn < end; pfn += MMS_PAGEBLOCK_NR_PAGES)
		if (mms_get_pageblock_migratetype(mms_memmap_pageblocks(bind->map), pfn) !=
		    (mms_geometry_early_section(geometry, pfn) ? MMS_MIGRATE_MOVABLE
		                                               : MMS_MIGRATE_UNMOVABLE))
			random_fail(bind->random, bind->made,
			            "%s marked the pageblock of pfn 0x%" PRIx64
			            ", which is in none of its parts",
			            bind->initializer->name, pfn);
}

/* All that stays to be done after @nr_done parts. */
static void check_rest(const struct bind *bind, size_t nr_done, bool altmap_done)
{
	struct mms_pfn_range altmap = mms_geometry_altmap_pfns(&bind->made->geometry);

	for (size_t i = nr_done; i < bind->nr_parts; i++)
		check_untouched(bind, bind->parts[i].start_pfn, bind->parts[i].end_pfn);
	if (altmap.end)
		check_untouched(bind, bind->made->geometry.start_pfn,
		                altmap_done ? altmap.start : altmap.end);
}

/* Struct pages that exist. */
static uint64_t count_pages(const struct mms_geometry *geometry)
{
	uint64_t count = 0;

	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		uint64_t end = geometry->pgmap.ranges[i].end >> MMS_PAGE_SHIFT;

		for (uint64_t pfn = geometry->pgmap.ranges[i].start >> MMS_PAGE_SHIFT; pfn <= end;
		     pfn++)
			count += mms_geometry_backing_pfn(geometry, pfn) == pfn;
	}
	return count;
}

static void check_result(const struct bind *bind)
{
	struct mms_report report;
	char sentence[256];

	mms_verify_memmap(bind->map, &bind->dirty_seed, &report);
	mms_report_describe(&report, sentence, sizeof(sentence));
	if (!mms_report_ok(&report))
		random_fail(bind->random, bind->made, "%s: %s", bind->initializer->name, sentence);
	if (report.compared + report.never_written != count_pages(&bind->made->geometry))
		random_fail(bind->random, bind->made, "%s: not every page was compared",
		            bind->initializer->name);
}

void bind_in_parts(struct random_source *random, const struct random_geometry *made,
                   struct mms_memmap *map, const struct mms_initializer *initializer)
{
	struct bind bind = {
		.random = random,
		.made = made,
		.map = map,
		.initializer = initializer,
		.dirty_seed = random_u64(random),
	};
	size_t altmap_turn, look_again;

	for (unsigned int i = 0; i < made->geometry.pgmap.nr_range; i++)
		cut_range(&bind, i);
	shuffle_parts(&bind);
	altmap_turn = random_below(random, bind.nr_parts);
	look_again = random_below(random, bind.nr_parts);

	mms_memmap_dirty(map, bind.dirty_seed);
	mms_memmap_reset_pageblocks(map);
	for (size_t i = 0; i < bind.nr_parts; i++) {
		if (i == altmap_turn)
			mms_init_altmap(map);
		if (mms_init_range(initializer, &bind.parts[i]))
			random_fail(random, made, "%s failed: %s", initializer->name,
			            mms_last_error());
		if (i == 0 || i == look_again)
			check_rest(&bind, i + 1, i >= altmap_turn);
	}
	check_result(&bind);
}
