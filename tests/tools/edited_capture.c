// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <nettle/sha2.h>
#include <zstd.h>

#include "edited_capture.h"
#include "run.h"

#define VMEMMAP UINT64_C(0xffffea0000000000)
#define PGMAP   UINT64_C(0xffff888101622600)

static void *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "r");
	char *data;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*size = (size_t)ftell(file);
	rewind(file);
	data = malloc(*size);
	assert_int_equal(fread(data, 1, *size, file), *size);
	fclose(file);
	return data;
}

struct edited_capture edited_capture_load(const char *name)
{
	struct edited_capture capture;
	size_t packed_size, size;
	char path[512];
	void *packed;

	snprintf(path, sizeof(path), TEST_DATA "/captures/%s.json", name);
	capture.json = json_load_file(path, 0, NULL);
	assert_non_null(capture.json);
	snprintf(path, sizeof(path), TEST_DATA "/captures/%s.pages.zst", name);
	packed = read_file(path, &packed_size);
	size = (size_t)json_integer_value(
		       json_object_get(json_object_get(capture.json, "pages"), "count")) *
	       sizeof(struct mms_page);
	capture.pages = aligned_alloc(sizeof(struct mms_page), size);
	assert_int_equal(ZSTD_decompress(capture.pages, size, packed, packed_size), size);
	capture.count = size / sizeof(struct mms_page);
	free(packed);
	return capture;
}

static json_t *address(uint64_t value)
{
	return json_sprintf("0x%" PRIx64, value);
}

static json_t *make_pgmap(const struct mms_dev_pagemap *pgmap)
{
	const struct mms_vmem_altmap *altmap = mms_pgmap_altmap(pgmap);
	json_t *json = json_pack("{s:o, s:s, s:i, s:i, s:{s:o, s:o}, s:n}", "address",
	                         address(PGMAP), "type", mms_memory_type_name(pgmap->type), "flags",
	                         (int)pgmap->flags, "vmemmap_shift", (int)pgmap->vmemmap_shift,
	                         "range", "start", address(pgmap->ranges[0].start), "end",
	                         address(pgmap->ranges[0].end), "altmap");

	if (altmap)
		json_object_set_new(json, "altmap",
		                    json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "base_pfn",
		                              (json_int_t)altmap->base_pfn, "end_pfn",
		                              (json_int_t)altmap->end_pfn, "reserve",
		                              (json_int_t)altmap->reserve, "free",
		                              (json_int_t)altmap->free, "align",
		                              (json_int_t)altmap->align, "alloc",
		                              (json_int_t)altmap->alloc));
	return json;
}

static json_t *make_pageblocks(const struct mms_oracle *oracle, uint64_t end_pfn)
{
	json_t *runs = json_array();
	uint64_t pfn = oracle->geometry->start_pfn;

	while (pfn < end_pfn) {
		unsigned int type = mms_oracle_pageblock(oracle, pfn);
		int count = 0;

		for (; pfn < end_pfn && mms_oracle_pageblock(oracle, pfn) == type; count++)
			pfn += MMS_PAGEBLOCK_NR_PAGES;
		json_array_append_new(runs, json_pack("[i, i]", (int)type, count));
	}
	return runs;
}

/* Write all pages, and list those that no code writes. */
static json_t *make_pages(const struct mms_oracle *oracle, struct edited_capture *capture)
{
	uint64_t start_pfn = oracle->geometry->start_pfn;
	json_t *never_written = json_array();
	size_t first = 0, run = 0;

	capture->count = oracle->geometry->end_pfn - start_pfn;
	capture->pages =
		aligned_alloc(sizeof(struct mms_page), capture->count * sizeof(struct mms_page));
	assert_non_null(capture->pages);
	for (size_t i = 0; i <= capture->count; i++) {
		if (i < capture->count)
			memset(&capture->pages[i], 0x5a, sizeof(struct mms_page));
		if (i < capture->count &&
		    mms_oracle_page(oracle, start_pfn + i, &capture->pages[i]) ==
		            MMS_PAGE_NEVER_WRITTEN) {
			if (!run++)
				first = i;
			continue;
		}
		if (run)
			json_array_append_new(never_written,
			                      json_pack("[I, I]", (json_int_t)first,
			                                (json_int_t)(first + run - 1)));
		run = 0;
	}
	return never_written;
}

struct edited_capture edited_capture_make(const struct mms_namespace *ns,
                                          const struct mms_geometry *geometry)
{
	const struct mms_oracle oracle = {geometry, VMEMMAP, PGMAP};
	struct edited_capture capture;
	json_t *never_written = make_pages(&oracle, &capture);

	capture.json = json_pack(
		"{s:i, s:{s:s, s:s}, s:{s:s, s:s, s:I, s:o, s:I, s:i, s:b}, s:o, s:i, s:o, s:I, "
		"s:o, s:o, s:{s:I}}",
		"format", 1, "kernel", "release", "made up", "model", geometry->kernel->name,
		"namespace", "mode", mms_mode_name(ns->mode), "map",
		ns->map == MMS_MAP_DEV ? "dev" : "mem", "align", (json_int_t)ns->align, "resource",
		address(ns->start), "size", (json_int_t)ns->size, "nid", (int)ns->nid,
		"early_section", ns->early != MMS_EARLY_NONE, "vmemmap_base", address(VMEMMAP),
		"zone", 4, "pgmap", make_pgmap(&geometry->pgmap), "initialised_pages",
		(json_int_t)geometry->nr_initialised, "never_written", never_written,
		"pageblock_migratetype", make_pageblocks(&oracle, geometry->end_pfn), "pages",
		"start_pfn", (json_int_t)geometry->start_pfn);
	assert_non_null(capture.json);
	return capture;
}

void edited_capture_free(struct edited_capture *capture)
{
	json_decref(capture->json);
	free(capture->pages);
}

void edited_capture_set(struct edited_capture *capture, const char *path, const char *text)
{
	json_t *object = capture->json;
	const char *key = path, *dot;

	for (; (dot = strchr(key, '.')); key = dot + 1) {
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)(dot - key), key);
		object = json_object_get(object, name);
	}
	assert_true(json_is_object(object));
	if (text) {
		json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

		assert_non_null(value);
		json_object_set_new(object, key, value);
	} else {
		assert_int_equal(json_object_del(object, key), 0);
	}
}

void edited_capture_cut(struct edited_capture *capture, size_t first, size_t count)
{
	json_t *pages = json_object_get(capture->json, "pages");
	json_int_t start_pfn = json_integer_value(json_object_get(pages, "start_pfn"));

	assert_true(first + count <= capture->count);
	memmove(capture->pages, capture->pages + first, count * sizeof(struct mms_page));
	capture->count = count;
	json_object_set_new(pages, "start_pfn", json_integer(start_pfn + (json_int_t)first));
}

void edited_capture_describe_pages(struct edited_capture *capture, const char *name)
{
	json_t *pages = json_object_get(capture->json, "pages");
	unsigned char digest[SHA256_DIGEST_SIZE];
	char text[2 * sizeof(digest) + 1];
	struct sha256_ctx sum;

	sha256_init(&sum);
	sha256_update(&sum, capture->count * sizeof(struct mms_page),
	              (const uint8_t *)capture->pages);
	sha256_digest(&sum, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	json_object_set_new(pages, "sha256", json_string(text));
	json_object_set_new(pages, "count", json_integer((json_int_t)capture->count));
	json_object_set_new(pages, "file", json_sprintf("%s.pages.zst", name));
}

void edited_capture_save(struct edited_capture *capture, const char *name)
{
	size_t size = capture->count * sizeof(struct mms_page);
	size_t room = ZSTD_compressBound(size);
	void *packed = malloc(room);
	char file_name[128];
	FILE *file;

	assert_non_null(packed);
	size = ZSTD_compress(packed, room, capture->pages, size, 1);
	assert_false(ZSTD_isError(size));
	snprintf(file_name, sizeof(file_name), "%s.pages.zst", name);
	file = fopen(scratch(file_name), "w");
	assert_non_null(file);
	assert_int_equal(fwrite(packed, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	free(packed);
	snprintf(file_name, sizeof(file_name), "%s.json", name);
	assert_int_equal(json_dump_file(capture->json, scratch(file_name), JSON_INDENT(1)), 0);
}
