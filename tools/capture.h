/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Captures: the memmap of one namespace as a running kernel left it, in two files. NAME.json says
 * what it is (tests/data/captures/README.md describes the keys), NAME.pages.zst has the pages.
 * Nothing in them is trusted: all that can be wrong by itself is refused here. Functions that
 * return int return an enum status and have printed what was wrong.
 */
#ifndef TOOLS_CAPTURE_H
#define TOOLS_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <memmapsim/memmapsim.h>

/* What is read at most: 4 GiB of struct pages, for 256 GiB of namespace. */
#define CAPTURE_MAX_PAGES (UINT64_C(1) << 26)

/* Consecutive pageblocks of one type. */
struct pageblock_run {
	unsigned int migratetype;
	uint64_t count;
};

/* All that the JSON file says; has_… is false for what it may leave out and doesn't say. */
struct capture {
	char *path;                      /* of the JSON file */
	char *name;                      /* the same without folders and ".json" */
	char *release;                   /* of the kernel that ran */
	const struct mms_kernel *kernel; /* the description that should reproduce it */

	struct mms_namespace ns; /* early is MMS_EARLY_NONE: the file doesn't say which end */
	bool early_section;      /* the namespace shares a section with System RAM */

	uint64_t vmemmap;       /* kernel address of pfn 0's struct page */
	uint64_t pgmap_address; /* kernel address of the dev_pagemap */
	struct mms_dev_pagemap pgmap;
	bool has_zone;
	uint64_t zone;
	bool has_initialised;
	uint64_t initialised_pages; /* as the kernel itself reported */

	size_t nr_never_written;
	struct mms_pfn_range *never_written; /* ascending, disjoint */
	size_t nr_pageblock_runs;
	struct pageblock_run *pageblock_runs; /* from the namespace's first pageblock on */

	uint64_t start_pfn, count; /* the pages that were captured */
	char *pages_path;
	unsigned char sha256[32]; /* of those pages */
};

/* Read and check what the JSON file at @path says. To be given to capture_close(). */
int capture_open(const char *path, struct capture *capture);
void capture_close(struct capture *capture);

/*
 * Read the pages: capture->count * 64 bytes, to be freed.
 * @sha256_holds  whether they have the sum that the capture says; the caller is to see what the
 *                matter is if not
 */
int capture_read_pages(const struct capture *capture, void **pages, bool *sha256_holds);

/*
 * The migratetype that the kernel had for the pageblock of @pfn. @return false if the capture
 * doesn't say
 */
bool capture_pageblock(const struct capture *capture, uint64_t pfn, unsigned int *migratetype);

#endif
