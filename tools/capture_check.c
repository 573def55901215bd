// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "capture_check.h"
#include "command.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A number that both sides have. */
struct number {
	const char *fact;
	uint64_t captured, computed;
};

static struct capture_difference *add(struct capture_differences *differences, const char *fact)
{
	struct capture_difference *difference = &differences->items[differences->count++];

	difference->fact = fact;
	return difference;
}

__attribute__((format(printf, 2, 3))) static void set(char *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(((struct capture_difference *)0)->captured), format, args);
	va_end(args);
}

static void compare_numbers(const struct number *numbers, size_t count,
                            struct capture_differences *differences)
{
	for (size_t i = 0; i < count; i++) {
		struct capture_difference *difference;

		if (numbers[i].captured == numbers[i].computed)
			continue;
		difference = add(differences, numbers[i].fact);
		set(difference->captured, "%" PRIu64, numbers[i].captured);
		set(difference->computed, "%" PRIu64, numbers[i].computed);
	}
}

static void compare_range(const struct mms_range *captured, const struct mms_range *computed,
                          struct capture_differences *differences)
{
	struct capture_difference *difference;

	if (captured->start == computed->start && captured->end == computed->end)
		return;
	difference = add(differences, "pgmap.range");
	set(difference->captured, "0x%" PRIx64 "-0x%" PRIx64, captured->start, captured->end);
	set(difference->computed, "0x%" PRIx64 "-0x%" PRIx64, computed->start, computed->end);
}

static void compare_pgmap(const struct mms_dev_pagemap *captured,
                          const struct mms_dev_pagemap *computed,
                          struct capture_differences *differences)
{
	const struct mms_vmem_altmap *altmap = mms_pgmap_altmap(captured);
	const struct mms_vmem_altmap *expected = mms_pgmap_altmap(computed);
	const struct number numbers[] = {
		{"pgmap.flags", captured->flags, computed->flags},
		{"pgmap.vmemmap_shift", captured->vmemmap_shift, computed->vmemmap_shift},
	};

	if (captured->type != computed->type) {
		struct capture_difference *difference = add(differences, "pgmap.type");

		set(difference->captured, "%s", mms_memory_type_name(captured->type));
		set(difference->computed, "%s", mms_memory_type_name(computed->type));
	}
	compare_numbers(numbers, COUNT(numbers), differences);
	compare_range(&captured->ranges[0], &computed->ranges[0], differences);
	/* Where only one has an altmap, the flags have said so. */
	if (altmap && expected) {
		const struct number members[] = {
			{"pgmap.altmap.base_pfn", altmap->base_pfn, expected->base_pfn},
			{"pgmap.altmap.end_pfn", altmap->end_pfn, expected->end_pfn},
			{"pgmap.altmap.reserve", altmap->reserve, expected->reserve},
			{"pgmap.altmap.free", altmap->free, expected->free},
			{"pgmap.altmap.align", altmap->align, expected->align},
			{"pgmap.altmap.alloc", altmap->alloc, expected->alloc},
		};

		compare_numbers(members, COUNT(members), differences);
	}
}

/* Whether no code writes the page; what the pgmap leaves out is not written either. */
static bool is_never_written(const struct mms_geometry *geometry, uint64_t pfn)
{
	enum mms_page_kind kind = mms_geometry_page_kind(geometry, pfn);

	return kind == MMS_PAGE_NEVER_WRITTEN || kind == MMS_PAGE_OUTSIDE;
}

static void compare_never_written(const struct capture *capture,
                                  const struct mms_geometry *geometry,
                                  struct capture_differences *differences)
{
	const struct mms_pfn_range *range = capture->never_written;
	const struct mms_pfn_range *last = range + capture->nr_never_written;
	uint64_t end = capture->start_pfn + capture->count;
	uint64_t nr_captured = 0, nr_computed = 0, nr_different = 0, first = 0;
	bool captured_first = false;

	for (uint64_t pfn = capture->start_pfn; pfn < end; pfn++) {
		bool computed = is_never_written(geometry, pfn), captured;

		while (range < last && pfn >= range->end)
			range++;
		captured = range < last && pfn >= range->start;
		nr_captured += captured;
		nr_computed += computed;
		if (captured == computed || nr_different++)
			continue;
		first = pfn;
		captured_first = captured;
	}
	if (nr_different) {
		struct capture_difference *difference = add(differences, "never_written");
		uint64_t index = first - capture->start_pfn;

		set(difference->captured, "%" PRIu64 " pages, page %" PRIu64 " %s", nr_captured,
		    index, captured_first ? "among them" : "not among them");
		set(difference->computed, "%" PRIu64 " pages, page %" PRIu64 " %s", nr_computed,
		    index, captured_first ? "not among them" : "among them");
	}
}

static void compare_pageblocks(const struct capture *capture, const struct mms_geometry *geometry,
                               struct capture_differences *differences)
{
	/* Addresses don't matter to pageblocks. */
	const struct mms_oracle oracle = {.geometry = geometry};
	uint64_t pfn = capture->ns.start >> MMS_PAGE_SHIFT;
	uint64_t nr_different = 0, first = 0;
	unsigned int captured = 0, computed = 0;

	for (size_t i = 0; i < capture->nr_pageblock_runs; i++) {
		const struct pageblock_run *run = &capture->pageblock_runs[i];

		for (uint64_t j = 0; j < run->count; j++, pfn += MMS_PAGEBLOCK_NR_PAGES) {
			unsigned int type = mms_oracle_pageblock(&oracle, pfn);

			if (pfn >= geometry->end_pfn || type == run->migratetype || nr_different++)
				continue;
			first = pfn;
			captured = run->migratetype;
			computed = type;
		}
	}
	if (nr_different) {
		struct capture_difference *difference = add(differences, "pageblock_migratetype");

		set(difference->captured, "%u at pfn %" PRIu64 ", the first of %" PRIu64, captured,
		    first, nr_different);
		set(difference->computed, "%u", computed);
	}
}

void capture_compare(const struct capture *capture, const struct mms_geometry *geometry,
                     struct capture_differences *differences)
{
	const struct number numbers[] = {
		{"zone", capture->has_zone ? capture->zone : MMS_ZONE_DEVICE, MMS_ZONE_DEVICE},
		{"initialised_pages",
	         capture->has_initialised ? capture->initialised_pages : geometry->nr_initialised,
	         geometry->nr_initialised},
	};

	differences->count = 0;
	compare_pgmap(&capture->pgmap, &geometry->pgmap, differences);
	compare_numbers(numbers, COUNT(numbers), differences);
	compare_never_written(capture, geometry, differences);
	compare_pageblocks(capture, geometry, differences);
}

static int make_geometry(const struct capture *capture, enum mms_early early,
                         struct mms_geometry *geometry)
{
	struct mms_namespace ns = capture->ns;

	ns.early = early;
	if (mms_geometry_from_namespace(capture->kernel, &ns, geometry) != 0)
		return command_fail(STATUS_USAGE, "%s: namespace: %s", capture->path,
		                    mms_last_error());
	return STATUS_OK;
}

int capture_geometry(const struct capture *capture, struct mms_geometry *geometry)
{
	static const enum mms_early ambiguous[] = {MMS_EARLY_BOTH, MMS_EARLY_START, MMS_EARLY_END};
	const uint64_t section_size = UINT64_C(1) << MMS_SECTION_SHIFT;
	struct mms_geometry made;
	enum mms_early early = MMS_EARLY_NONE;
	int status = make_geometry(capture, early, &made);

	if (status)
		return status;
	if (capture->early_section) {
		if (capture->ns.start % section_size == 0 &&
		    (capture->ns.start + capture->ns.size) % section_size == 0)
			return command_fail(
				STATUS_USAGE,
				"%s: namespace.early_section can't be true, since "
				"the namespace begins and ends at section borders (128M)",
				capture->path);
		if (made.start_pfn % MMS_PAGES_PER_SECTION)
			early |= MMS_EARLY_START;
		if (made.end_pfn % MMS_PAGES_PER_SECTION)
			early |= MMS_EARLY_END;
		status = make_geometry(capture, early, &made);
	}
	*geometry = made;
	for (size_t i = 0; early == MMS_EARLY_BOTH && i < COUNT(ambiguous); i++) {
		struct capture_differences differences;

		status = make_geometry(capture, ambiguous[i], &made);
		if (status)
			return status;
		capture_compare(capture, &made, &differences);
		if (differences.count == 0) {
			*geometry = made;
			break;
		}
	}
	return status;
}
