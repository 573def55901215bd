/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What faults, unmaps and entries leaving their file do to struct pages; see fs/dax.c. */
#ifndef LIB_DEVICE_DAX_H
#define LIB_DEVICE_DAX_H

#include <memmapsim/device.h>

/* Where in tail 1 a compound's mappings are counted, in bytes. */
struct mms_rmap_layout {
	uint8_t large_mapcount, entire_mapcount, nr_pages_mapped;
	uint8_t mm_id_mapcount, mm_ids;
	uint8_t nr_pages;
};

/* An event under way: the entry's lock is held, and its pages are initialized. */
struct mms_dax {
	const struct mms_kernel *kernel;
	const struct mms_dev_pagemap *pgmap;
	const struct mms_rmap_layout *rmap;
	const struct mms_dax_entry *entry;
	uint64_t pfn;
	struct mms_page *page; /* of pfn, before nr - 1 others, unless those are shared tails */
	uint64_t nr;
};

/* What a driver's events do under some kernels. They check all before they change anything. */
struct mms_dax_events {
	int (*fault)(const struct mms_dax *dax, enum mms_dax_fault fault, uint32_t mm_id);
	int (*unmap)(const struct mms_dax *dax, uint32_t mm_id);
	int (*delete_entry)(const struct mms_dax *dax); /* or NULL */
};

/* To v6.14: page by page, mapped by pfn, and so not counted. */
extern const struct mms_dax_events mms_fsdax_pages, mms_devdax_pages;
/* From v6.15: by folio, counted. */
extern const struct mms_dax_events mms_fsdax_folios, mms_devdax_folios;

/* Whether devdax may map the page or compound: what both kinds of its events look at. */
int mms_devdax_check(const struct mms_dax *dax);

/* dax_set_mapping(): a page or compound that is in no file yet gets into this one. */
void mms_devdax_set_mapping(const struct mms_dax *dax);

/*
 * "pfn 0x…: @field is @found, but …": remember that page @i of the entry is in a state that can't
 * be. Returns -EUCLEAN.
 */
__attribute__((format(printf, 5, 6))) int mms_dax_impossible(const struct mms_dax *dax, uint64_t i,
                                                             const char *field, uint64_t found,
                                                             const char *but, ...);

/* Whether page @i is a head or single page of this pgmap. */
int mms_dax_check_ours(const struct mms_dax *dax, uint64_t i);

/* Whether page @i is ours, single, and nobody's: neither in a file nor mapped nor referenced. */
int mms_dax_check_free(const struct mms_dax *dax, uint64_t i);

/* Whether the reference count is the one of a page that is not mapped. */
int mms_dax_check_idle(const struct mms_dax *dax, uint64_t i);

/* References that a page of this pgmap has from its init. */
static inline int mms_dax_idle_refcount(const struct mms_dax *dax)
{
	return dax->kernel->refcount[dax->pgmap->type];
}

/* Find the fields in @kernel's description; -EINVAL if it lacks one that it needs. */
int mms_rmap_layout(const struct mms_kernel *kernel, struct mms_rmap_layout *layout);

/* Whether the entry may be mapped once less by @mm_id. */
int mms_rmap_check_remove(const struct mms_dax *dax, uint32_t mm_id);

/* folio_add_file_rmap_pte(), _pmd(), _pud(): the entry is mapped once more. */
void mms_rmap_add(const struct mms_dax *dax, uint32_t mm_id);

/* folio_remove_rmap_pte(), _pmd(), _pud() */
void mms_rmap_remove(const struct mms_dax *dax, uint32_t mm_id);

#endif
