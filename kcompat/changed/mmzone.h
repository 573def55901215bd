/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Zones, nodes and sections as far as the job reads them. There is one node, the job's, and a
 * section only says whether its struct pages are from boot.
 */
#ifndef KCOMPAT_CHANGED_MMZONE_H
#define KCOMPAT_CHANGED_MMZONE_H

struct zone {
	struct pglist_data *zone_pgdat;
	unsigned long zone_start_pfn, spanned_pages, present_pages;
	int node;
	const char *name;
};

typedef struct pglist_data {
	struct zone node_zones[MAX_NR_ZONES];
	int node_id;
} pg_data_t;

#define zone_idx(zone)            ((zone) - (zone)->zone_pgdat->node_zones)
#define zone_to_nid(zone)         ((zone)->zone_pgdat->node_id)
#define is_zone_device(zone)      (zone_idx(zone) == ZONE_DEVICE)
#define zone_is_zone_device(zone) is_zone_device(zone)
#define zone_spans_pfn(zone, pfn) ((void)(zone), (void)(pfn), true)
#define page_zone(page)           ((void)(page), (struct zone *)NULL)

struct mem_section {
	bool early;
};

/* Struct pages in sections that also hold System RAM are from boot. */
static inline struct mem_section *__pfn_to_section(unsigned long pfn)
{
	static struct mem_section sections[] = {{false}, {true}};

	return &sections[kcompat_job->early_section(kcompat_job, pfn)];
}

static inline int early_section(const struct mem_section *section)
{
	return section && section->early;
}

#define pfn_to_section_nr(pfn) ((unsigned long)(pfn) >> PFN_SECTION_SHIFT)
#define section_nr_to_pfn(nr)  ((unsigned long)(nr) << PFN_SECTION_SHIFT)

#endif
