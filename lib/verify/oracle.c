// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What 64 bytes a struct page must hold. Declared by offset and value, straight from the kernel
 * description: not by the accessors in page.h that initializers use, so that a mistake there shows.
 */
#include <string.h>

#include "verify/oracle.h"
#include "verify/zone.h"

/* Offsets in struct page. */
enum {
	FLAGS = 0,
	LRU = 8,
	LINK = 8,
	PGMAP = 8,
	DEFERRED_LIST = 16, /* in tail 2 */
	MAPPING = 24,
	MAPCOUNT = 48,
	REFCOUNT = 52,
};

static void put(unsigned char *image, unsigned int offset, unsigned int size, uint64_t value)
{
	memcpy(image + offset, &value, size); /* x86 is little-endian */
}

static uint64_t index_in_compound(const struct mms_geometry *geometry, uint64_t pfn)
{
	return pfn % (UINT64_C(1) << geometry->pgmap.vmemmap_shift);
}

/* Whether prep_compound_head() is called at all: it may be bound to a tail 2 that isn't there. */
static bool head_is_prepared(const struct mms_kernel *kernel, unsigned int order)
{
	return kernel->prep_head != MMS_PREP_HEAD_AFTER_TAIL_2 || order > 1;
}

/* Whether the list that prep_compound_head() makes of tail 2 comes after that tail's own init. */
static bool tail_2_keeps_list(const struct mms_kernel *kernel, unsigned int order)
{
	return kernel->deferred_list && order > 1 &&
	       kernel->prep_head != MMS_PREP_HEAD_AFTER_TAIL_1;
}

static void declare_tail_1(const struct mms_kernel *kernel, unsigned int order,
                           unsigned char *image)
{
	if (kernel->order_in_flags)
		image[FLAGS] = (unsigned char)order;
	for (unsigned int i = 0; i < kernel->nr_metadata; i++) {
		const struct mms_metadata_field *field = &kernel->metadata[i];
		uint64_t value = 0;

		switch ((enum mms_metadata_value)field->value) {
		case MMS_METADATA_ZERO:
			break;
		case MMS_METADATA_ONE:
			value = 1;
			break;
		case MMS_METADATA_MINUS_ONE:
			value = ~UINT64_C(0);
			break;
		case MMS_METADATA_ORDER:
			value = order;
			break;
		case MMS_METADATA_NR_PAGES:
			value = UINT64_C(1) << order;
			break;
		}
		put(image, field->offset, field->size, value);
	}
}

static void declare_tail(const struct mms_oracle *oracle, uint64_t pfn, unsigned char *image)
{
	const struct mms_kernel *kernel = oracle->geometry->kernel;
	unsigned int order = oracle->geometry->pgmap.vmemmap_shift;
	uint64_t index = index_in_compound(oracle->geometry, pfn);
	uint64_t self = oracle->vmemmap + 64 * pfn;
	uint64_t link = kernel->tail_link == MMS_TAIL_LINK_MASK ? -(UINT64_C(64) << order)
	                                                        : self - 64 * index;

	put(image, LINK, 8, link + 1);
	put(image, MAPPING, 8, UINT64_C(0xdead000000000400));
	if (index == 1 && head_is_prepared(kernel, order))
		declare_tail_1(kernel, order, image);
	if (index == 2 && tail_2_keeps_list(kernel, order)) {
		put(image, DEFERRED_LIST, 8, self + DEFERRED_LIST);
		put(image, DEFERRED_LIST + 8, 8, self + DEFERRED_LIST);
	}
}

enum mms_page_kind mms_oracle_page(const struct mms_oracle *oracle, uint64_t pfn, void *image)
{
	const struct mms_geometry *geometry = oracle->geometry;
	const struct mms_kernel *kernel = geometry->kernel;
	enum mms_page_kind kind = mms_geometry_page_kind(geometry, pfn);
	uint64_t self = oracle->vmemmap + 64 * pfn;
	uint64_t zone = geometry->zone ? (uint64_t)geometry->zone->type : 4;
	uint64_t flags = (uint64_t)geometry->nid << 54 | zone << 51 | UINT64_C(0x1fffff) << 30 |
	                 UINT64_C(1) << kernel->pg_reserved;
	uint32_t refcount = 0;

	if (kind == MMS_PAGE_OUTSIDE || kind == MMS_PAGE_NEVER_WRITTEN)
		return kind;

	memset(image, 0, 64);
	put(image, FLAGS, 8, flags);
	switch (kind) {
	case MMS_PAGE_FREE:
		put(image, FLAGS, 8, flags & ~(UINT64_C(1) << kernel->pg_reserved));
		__attribute__((fallthrough));
	case MMS_PAGE_ALTMAP:
	case MMS_PAGE_RESERVED:
		put(image, LRU, 8, self + LRU);
		put(image, LRU + 8, 8, self + LRU);
		refcount = 1;
		break;
	case MMS_PAGE_HEAD:
		put(image, FLAGS, 8, flags | UINT64_C(1) << kernel->pg_head);
		__attribute__((fallthrough));
	case MMS_PAGE_SINGLE:
		put(image, PGMAP, 8, oracle->pgmap);
		refcount = kernel->refcount[geometry->pgmap.type];
		break;
	default:
		declare_tail(oracle, pfn, image);
		break;
	}
	put(image, MAPCOUNT, 4, 0xffffffff);
	put(image, REFCOUNT, 4, refcount);
	return kind;
}

/* End of the pgmap's range that holds @pfn. */
static uint64_t range_end(const struct mms_geometry *geometry, uint64_t pfn)
{
	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		uint64_t end = mms_geometry_range_pfns(geometry, i).end;

		if (pfn < end)
			return end;
	}
	return pfn + 1;
}

uint64_t mms_oracle_run(const struct mms_oracle *oracle, uint64_t pfn, enum mms_page_kind kind)
{
	const struct mms_geometry *geometry = oracle->geometry;
	uint64_t index = index_in_compound(geometry, pfn);

	switch (kind) {
	case MMS_PAGE_SINGLE:
		return range_end(geometry, pfn) - pfn;
	case MMS_PAGE_TAIL:
		if (index <= 2)
			return 1;
		if (mms_geometry_early_section(geometry, pfn))
			return mms_geometry_compound_nr_pages(geometry, pfn - index) - index;
		return (UINT64_C(1) << geometry->pgmap.vmemmap_shift) - index;
	default:
		return 1;
	}
}

unsigned int mms_oracle_pageblock(const struct mms_oracle *oracle, uint64_t pfn)
{
	const struct mms_geometry *geometry = oracle->geometry;
	uint64_t first = pfn - pfn % MMS_PAGEBLOCK_NR_PAGES;
	uint64_t index = index_in_compound(geometry, first);

	if (geometry->zone)
		return mms_oracle_boot_pageblock(geometry, pfn);
	if (mms_geometry_early_section(geometry, first))
		return MMS_MIGRATE_MOVABLE; /* from boot, and no init makes it anything else */

	switch (mms_geometry_page_kind(geometry, first)) {
	case MMS_PAGE_ALTMAP:
	case MMS_PAGE_SINGLE:
	case MMS_PAGE_HEAD:
		return MMS_MIGRATE_MOVABLE;
	case MMS_PAGE_TAIL:
		if (geometry->kernel->pageblock_policy == MMS_PAGEBLOCK_RANGE ||
		    index < mms_geometry_compound_nr_pages(geometry, first - index))
			return MMS_MIGRATE_MOVABLE;
		return MMS_MIGRATE_UNMOVABLE;
	default:
		return MMS_MIGRATE_UNMOVABLE;
	}
}
