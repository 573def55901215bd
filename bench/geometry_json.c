// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "geometry_json.h"

#include <stdlib.h>

#include "footprint.h"
#include "json_values.h"

/* An own description has to be in the result, since nobody else has it. */
static json_t *rules_json(const struct mms_kernel *kernel)
{
	json_t *json;
	char *text;

	if (mms_kernel_builtin(kernel))
		return json_null();
	if (mms_kernel_text(kernel, &text) != 0)
		return NULL;
	json = mms_json_text(text);
	free(text);
	return json;
}

json_t *mms_kernel_json(const struct mms_kernel *kernel)
{
	return json_pack("{s:s, s:i, s:o, s:o, s:o}", "name", kernel->name, "captures",
	                 (int)kernel->nr_captures, "btf", mms_json_text(kernel->btf),
	                 "derived_from", mms_json_text(kernel->derived_from), "rules",
	                 rules_json(kernel));
}

static json_t *altmap_json(const struct mms_vmem_altmap *altmap)
{
	if (!altmap)
		return json_null();
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o}", "base_pfn", mms_json_number(altmap->base_pfn),
		"end_pfn", mms_json_number(altmap->end_pfn), "reserve",
		mms_json_number(altmap->reserve), "free", mms_json_number(altmap->free), "align",
		mms_json_number(altmap->align), "alloc", mms_json_number(altmap->alloc));
}

static json_t *early_json(enum mms_early early)
{
	json_t *ends = json_array();

	if (early & MMS_EARLY_START)
		json_array_append_new(ends, json_string("start"));
	if (early & MMS_EARLY_END)
		json_array_append_new(ends, json_string("end"));
	return ends;
}

json_t *mms_geometry_json(const struct mms_geometry *geometry)
{
	const struct mms_dev_pagemap *pgmap = &geometry->pgmap;
	uint64_t written = mms_footprint_pages(geometry);
	json_t *ranges = json_array();

	for (unsigned int i = 0; i < pgmap->nr_range; i++)
		json_array_append_new(ranges,
		                      json_pack("{s:o, s:o}", "start",
		                                mms_json_number(pgmap->ranges[i].start), "end",
		                                mms_json_number(pgmap->ranges[i].end)));
	return json_pack("{s:s, s:i, s:o, s:o, s:i, s:b, s:o, s:o, s:o, s:o}", "type",
	                 mms_memory_type_name(pgmap->type), "vmemmap_shift",
	                 (int)pgmap->vmemmap_shift, "ranges", ranges, "altmap",
	                 altmap_json(mms_pgmap_altmap(pgmap)), "nid", (int)geometry->nid, "dedup",
	                 (int)geometry->dedup, "early_sections", early_json(geometry->early),
	                 "nr_initialised", mms_json_number(geometry->nr_initialised),
	                 "pages_written", mms_json_number(written), "bytes_written",
	                 mms_json_number(written << MMS_STRUCT_PAGE_SHIFT));
}

json_t *mms_backing_json(const struct mms_memmap_options *asked, const struct mms_memmap_info *info)
{
	bool known = info->node >= 0;

	return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "asked",
	                 mms_backing_name(asked->backing), "file", mms_json_text(asked->file),
	                 "obtained", mms_backing_name(info->backing), "needed_bytes",
	                 mms_json_number(info->needed_bytes), "resident_bytes",
	                 mms_json_number(info->resident_bytes), "huge_bytes",
	                 mms_json_number(info->huge_bytes), "kernel_page_size_bytes",
	                 mms_json_number(info->kernel_page_size), "node",
	                 known ? json_integer(info->node) : json_null(), "node_bytes",
	                 known ? mms_json_number(info->node_bytes) : json_null());
}
