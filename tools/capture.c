// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The JSON file of a capture. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "command.h"
#include "error.h"
#include "json_input.h"

#define FORMAT       1
#define MAX_PFN      (MMS_MAX_PHYS >> MMS_PAGE_SHIFT)
#define MAX_CHOICES  8
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A file's name without folders and ".json". */
static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t length = strlen(name);

	if (length > 5 && strcmp(name + length - 5, ".json") == 0)
		length -= 5;
	return strndup(name, length);
}

/* The value of @key as the index of its name. @name_at gives NULL after the last, and for gaps. */
static int read_choice(const struct json_input *input, const char *key,
                       const char *(*name_at)(int index), int count, int *index)
{
	const char *names[MAX_CHOICES], *text;
	size_t nr_names = 0;
	int status = json_input_string(input, key, &text);

	if (status)
		return status;
	for (int i = 0; i < count; i++) {
		if (!name_at(i))
			continue;
		if (strcmp(name_at(i), text) == 0) {
			*index = i;
			return STATUS_OK;
		}
		names[nr_names++] = name_at(i);
	}
	mms_fail_unknown("value", text, names, nr_names);
	return json_input_fail(input, key, "is not known: %s", mms_last_error());
}

static const char *mode_name(int index)
{
	return mms_mode_name((enum mms_mode)index);
}

static const char *map_name(int index)
{
	return mms_map_name((enum mms_map)index);
}

static const char *memory_type_name(int index)
{
	return mms_memory_type_name((enum mms_memory_type)index);
}

static int read_kernel(const struct json_input *file, struct capture *capture)
{
	struct json_input input;
	const char *release, *model;
	int status = json_input_object(file, "kernel", &input);

	if (status == STATUS_OK)
		status = json_input_string(&input, "release", &release);
	if (status == STATUS_OK)
		status = json_input_string(&input, "model", &model);
	if (status)
		return status;
	if (mms_kernel_find(model, &capture->kernel) != 0)
		return json_input_fail(&input, "model", "is not known: %s", mms_last_error());
	capture->release = strdup(release);
	return capture->release ? STATUS_OK : command_fail(STATUS_RESOURCE, "out of memory");
}

static int read_namespace(const struct json_input *file, struct capture *capture)
{
	struct mms_namespace *ns = &capture->ns;
	struct json_input input;
	uint64_t nid = 0;
	int mode = 0, map = MMS_MAP_MEM;
	int status = json_input_object(file, "namespace", &input);

	if (status == STATUS_OK)
		status = read_choice(&input, "mode", mode_name, MMS_MODE_RAW + 1, &mode);
	if (status)
		return status;
	ns->mode = (enum mms_mode)mode;
	ns->align = MMS_SUBSECTION_SIZE;
	/* A raw namespace has no info block to say these, whatever the file says. */
	if (ns->mode != MMS_MODE_RAW) {
		status = read_choice(&input, "map", map_name, MMS_MAP_MEM + 1, &map);
		if (status == STATUS_OK)
			status = json_input_number(&input, "align", 1, MMS_MAX_PHYS, &ns->align);
	}
	if (status == STATUS_OK)
		status = json_input_address(&input, "resource", &ns->start);
	if (status == STATUS_OK)
		status = json_input_number(&input, "size", 1, MMS_MAX_PHYS, &ns->size);
	if (status == STATUS_OK)
		status = json_input_number(&input, "nid", 0, (1u << MMS_NODES_WIDTH) - 1, &nid);
	if (status == STATUS_OK)
		status = json_input_boolean(&input, "early_section", &capture->early_section);
	if (status)
		return status;
	if (ns->start % MMS_PAGE_SIZE || ns->start > MMS_MAX_PHYS - ns->size)
		return json_input_fail(&input, "resource",
		                       "must be a multiple of 4K, below 2^52 with the size");
	ns->map = (enum mms_map)map;
	ns->nid = (unsigned int)nid;
	return STATUS_OK;
}

static int read_altmap(const struct json_input *pgmap, struct mms_vmem_altmap *altmap)
{
	const struct {
		const char *key;
		uint64_t *value;
	} members[] = {
		{"base_pfn", &altmap->base_pfn}, {"end_pfn", &altmap->end_pfn},
		{"reserve", &altmap->reserve},   {"free", &altmap->free},
		{"align", &altmap->align},       {"alloc", &altmap->alloc},
	};
	struct json_input input;
	int status = json_input_object(pgmap, "altmap", &input);

	for (size_t i = 0; status == STATUS_OK && i < COUNT(members); i++)
		status = json_input_number(&input, members[i].key, 0, MAX_PFN, members[i].value);
	return status;
}

static int read_pgmap(const struct json_input *file, struct capture *capture)
{
	struct mms_dev_pagemap *pgmap = &capture->pgmap;
	struct json_input input, range;
	uint64_t flags = 0, shift = 0;
	int type = 0;
	int status = json_input_object(file, "pgmap", &input);

	if (status == STATUS_OK)
		status = json_input_address(&input, "address", &capture->pgmap_address);
	if (status == STATUS_OK)
		status = read_choice(&input, "type", memory_type_name, MMS_NR_MEMORY_TYPES, &type);
	if (status == STATUS_OK)
		status = json_input_number(&input, "flags", 0, UINT32_MAX, &flags);
	if (status == STATUS_OK)
		status = json_input_number(&input, "vmemmap_shift", 0, UINT32_MAX, &shift);
	if (status == STATUS_OK)
		status = json_input_object(&input, "range", &range);
	if (status == STATUS_OK)
		status = json_input_address(&range, "start", &pgmap->ranges[0].start);
	if (status == STATUS_OK)
		status = json_input_address(&range, "end", &pgmap->ranges[0].end);
	if (status)
		return status;
	if (pgmap->ranges[0].start > pgmap->ranges[0].end || pgmap->ranges[0].end >= MMS_MAX_PHYS)
		return json_input_fail(&input, "range", "must ascend and end below 2^52");
	pgmap->type = (enum mms_memory_type)type;
	pgmap->flags = (unsigned int)flags;
	pgmap->vmemmap_shift = (unsigned int)shift;
	pgmap->nr_range = 1;
	if (json_input_has(&input, "altmap") != (flags & MMS_PGMAP_ALTMAP_VALID))
		return json_input_fail(&input, "altmap", "contradicts the flag PGMAP_ALTMAP_VALID");
	return flags & MMS_PGMAP_ALTMAP_VALID ? read_altmap(&input, &pgmap->altmap) : STATUS_OK;
}

static int read_sha256(const struct json_input *pages, unsigned char *sha256)
{
	const char *text;
	int status = json_input_string(pages, "sha256", &text);

	if (status)
		return status;
	if (strlen(text) != 64 || strspn(text, "0123456789abcdefABCDEF") != 64)
		return json_input_fail(pages, "sha256", "must be 64 hexadecimal digits");
	for (size_t i = 0; i < 32; i++) {
		const char digits[] = {text[2 * i], text[2 * i + 1], '\0'};

		sha256[i] = (unsigned char)strtoul(digits, NULL, 16);
	}
	return STATUS_OK;
}

/* Where the pages are: beside the JSON file, and nowhere else. */
static int read_pages_path(const struct json_input *pages, struct capture *capture)
{
	const char *slash = strrchr(pages->file, '/');
	int folder = slash ? (int)(slash - pages->file) + 1 : 0;
	const char *name;
	int status = json_input_string(pages, "file", &name);

	if (status)
		return status;
	if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return json_input_fail(pages, "file",
		                       "must be the name of a file in the same folder, not \"%s\"",
		                       name);
	if (asprintf(&capture->pages_path, "%.*s%s", folder, pages->file, name) < 0) {
		capture->pages_path = NULL;
		return command_fail(STATUS_RESOURCE, "out of memory");
	}
	return STATUS_OK;
}

/*
 * Bytes from the namespace's start to its end. Its pgmap may leave some out at the end, and whether
 * pages and pageblocks of those are listed is not said; so anything between the two is fine. That
 * the two belong together is for others to see.
 */
static void get_sizes(const struct capture *capture, uint64_t *smaller, uint64_t *larger)
{
	const struct mms_range *range = &capture->pgmap.ranges[0];
	uint64_t start = capture->ns.start;
	uint64_t used = range->end < start ? 0 : range->end + 1 - start;

	*smaller = used < capture->ns.size ? used : capture->ns.size;
	*larger = used < capture->ns.size ? capture->ns.size : used;
}

static int read_pages(const struct json_input *file, struct capture *capture)
{
	uint64_t first = capture->ns.start >> MMS_PAGE_SHIFT, smaller, larger, end;
	struct json_input input;
	int status = json_input_object(file, "pages", &input);

	get_sizes(capture, &smaller, &larger);
	end = (capture->ns.start + larger) >> MMS_PAGE_SHIFT;
	if (status == STATUS_OK)
		status = json_input_number(&input, "start_pfn", 0, MAX_PFN, &capture->start_pfn);
	if (status == STATUS_OK)
		status = json_input_number(&input, "count", 1, CAPTURE_MAX_PAGES, &capture->count);
	if (status)
		return status;
	if (capture->start_pfn < first || capture->start_pfn + capture->count > end)
		return json_input_fail(&input, "start_pfn",
		                       "and count must lie in the namespace, pfns %" PRIu64
		                       " to %" PRIu64 ", not %" PRIu64 " to %" PRIu64,
		                       first, end - 1, capture->start_pfn,
		                       capture->start_pfn + capture->count - 1);
	status = read_sha256(&input, capture->sha256);
	return status ? status : read_pages_path(&input, capture);
}

static int read_never_written(const struct json_input *file, struct capture *capture)
{
	static const char key[] = "never_written";
	const json_t *array;
	uint64_t after_last = 0;
	int status = json_input_array(file, key, &array);

	if (status)
		return status;
	capture->never_written = calloc(json_array_size(array) + 1, sizeof(struct mms_pfn_range));
	if (!capture->never_written)
		return command_fail(STATUS_RESOURCE, "out of memory");
	for (size_t i = 0; i < json_array_size(array); i++) {
		uint64_t pair[2];

		status = json_input_pair(file, key, array, i, capture->count - 1, pair);
		if (status)
			return status;
		if (pair[0] < after_last || pair[1] < pair[0])
			return json_input_fail(file, key,
			                       "must list ranges in ascending order, each from its "
			                       "first to its last page, and element %zu isn't so",
			                       i);
		after_last = pair[1] + 1;
		capture->never_written[capture->nr_never_written++] = (struct mms_pfn_range){
			.start = capture->start_pfn + pair[0],
			.end = capture->start_pfn + after_last,
		};
	}
	return STATUS_OK;
}

static int read_pageblocks(const struct json_input *file, struct capture *capture)
{
	static const char key[] = "pageblock_migratetype";
	const uint64_t pageblock = MMS_PAGEBLOCK_NR_PAGES << MMS_PAGE_SHIFT;
	uint64_t smaller, larger, least, most, listed = 0;
	const json_t *array;
	int status = json_input_array(file, key, &array);

	if (status)
		return status;
	get_sizes(capture, &smaller, &larger);
	least = (smaller + pageblock - 1) / pageblock;
	most = (larger + pageblock - 1) / pageblock;
	capture->pageblock_runs = calloc(json_array_size(array) + 1, sizeof(struct pageblock_run));
	if (!capture->pageblock_runs)
		return command_fail(STATUS_RESOURCE, "out of memory");
	for (size_t i = 0; i < json_array_size(array); i++) {
		uint64_t pair[2];

		status = json_input_pair(file, key, array, i, most, pair);
		if (status)
			return status;
		listed += pair[1];
		if (!pair[1] || listed > most)
			break;
		capture->pageblock_runs[capture->nr_pageblock_runs++] = (struct pageblock_run){
			.migratetype = (unsigned int)pair[0],
			.count = pair[1],
		};
	}
	if (capture->nr_pageblock_runs < json_array_size(array) || listed < least)
		return json_input_fail(file, key,
		                       "must add up to the namespace's %" PRIu64
		                       " pageblocks, in runs of one or more",
		                       most);
	return STATUS_OK;
}

static int read_capture(const struct json_input *file, struct capture *capture)
{
	uint64_t format = 0;
	int status = json_input_number(file, "format", 0, INT64_MAX, &format);

	if (status)
		return status;
	if (format != FORMAT)
		return json_input_fail(file, "format",
		                       "%" PRIu64 " is not known; this program reads format %d",
		                       format, FORMAT);
	capture->has_zone = json_input_has(file, "zone");
	capture->has_initialised = json_input_has(file, "initialised_pages");
	status = read_kernel(file, capture);
	if (status == STATUS_OK)
		status = read_namespace(file, capture);
	if (status == STATUS_OK)
		status = json_input_address(file, "vmemmap_base", &capture->vmemmap);
	if (status == STATUS_OK && capture->has_zone)
		status = json_input_number(file, "zone", 0, (1u << MMS_ZONES_WIDTH) - 1,
		                           &capture->zone);
	if (status == STATUS_OK)
		status = read_pgmap(file, capture);
	if (status == STATUS_OK && capture->has_initialised)
		status = json_input_number(file, "initialised_pages", 0, MAX_PFN,
		                           &capture->initialised_pages);
	if (status == STATUS_OK)
		status = read_pages(file, capture);
	if (status == STATUS_OK)
		status = read_never_written(file, capture);
	return status ? status : read_pageblocks(file, capture);
}

int capture_open(const char *path, struct capture *capture)
{
	struct capture read = {.path = strdup(path), .name = name_of(path)};
	struct json_input file;
	int status;

	if (read.path && read.name)
		status = json_input_open(path, &file);
	else
		status = command_fail(STATUS_RESOURCE, "out of memory");
	if (status == STATUS_OK) {
		status = read_capture(&file, &read);
		json_input_close(&file);
	}
	if (status)
		capture_close(&read);
	else
		*capture = read;
	return status;
}

void capture_close(struct capture *capture)
{
	free(capture->path);
	free(capture->name);
	free(capture->release);
	free(capture->never_written);
	free(capture->pageblock_runs);
	free(capture->pages_path);
	*capture = (struct capture){0};
}

bool capture_pageblock(const struct capture *capture, uint64_t pfn, unsigned int *migratetype)
{
	uint64_t first = capture->ns.start >> MMS_PAGE_SHIFT;
	uint64_t index = (pfn - first) / MMS_PAGEBLOCK_NR_PAGES;

	for (size_t i = 0; pfn >= first && i < capture->nr_pageblock_runs; i++) {
		if (index < capture->pageblock_runs[i].count) {
			*migratetype = capture->pageblock_runs[i].migratetype;
			return true;
		}
		index -= capture->pageblock_runs[i].count;
	}
	return false;
}
