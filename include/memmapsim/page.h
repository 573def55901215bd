/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file page.h
 * struct page of x86-64 kernels, 64 bytes, and what the kernel does to one: flags, counts, compound
 * heads and tails. Functions bear the kernel's names with mms_ before them and keep its contracts.
 *
 * All functions here work on memory that the caller owns, don't synchronize, and can't fail. Where
 * a release matters they take its description; with a constant one, compilers fold it away.
 */
#ifndef MEMMAPSIM_PAGE_H
#define MEMMAPSIM_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <memmapsim/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MMS_PAGE_SHIFT 12
#define MMS_PAGE_SIZE  (UINT64_C(1) << MMS_PAGE_SHIFT)
/** log2(sizeof(struct page)) */
#define MMS_STRUCT_PAGE_SHIFT 6
/** struct pages in one page of the memmap */
#define MMS_PAGES_PER_VMEMMAP_PAGE (MMS_PAGE_SIZE >> MMS_STRUCT_PAGE_SHIFT)

/** @name Where struct page.flags holds what (NODES_SHIFT 10, NR_CPUS 8192, SPARSEMEM_VMEMMAP) */
/** @{ */
#define MMS_NODES_SHIFT       54
#define MMS_NODES_WIDTH       10
#define MMS_ZONES_SHIFT       51
#define MMS_ZONES_WIDTH       3
#define MMS_LAST_CPUPID_SHIFT 30
#define MMS_LAST_CPUPID_WIDTH 21
#define MMS_LRU_GEN_SHIFT     27
#define MMS_LRU_GEN_WIDTH     3
#define MMS_LRU_REFS_SHIFT    25
#define MMS_LRU_REFS_WIDTH    2
/** @} */

/** The pointer that prep_compound_tail() leaves in a tail's mapping. */
#define MMS_TAIL_MAPPING UINT64_C(0xdead000000000400)

struct mms_dev_pagemap;

struct mms_list_head {
	struct mms_list_head *next, *prev;
};

/**
 * struct page. A word of it means different things for different pages and releases, so members
 * overlap; the names are the kernel's. Written as one object of 64 bytes, aligned to 64.
 */
struct mms_page {
	uint64_t flags;
	union {
		struct {
			union {
				struct mms_list_head lru;
				struct {
					union {
						uint64_t compound_head; /**< tails, to v7.0 */
						uint64_t compound_info; /**< tails, from v7.1 */
						const struct mms_dev_pagemap *pgmap;
					};
					uint64_t zone_device_data;
				};
			};
			uint64_t mapping;
			union {
				uint64_t index;
				uint64_t share; /**< fsdax, from v6.12 */
			};
			uint64_t private_; /**< the kernel's "private", a C++ keyword */
		};
		uint64_t words[5]; /**< bytes 8 to 47, as compound metadata overlays them */
	};
	union {
		int32_t _mapcount;
		uint32_t page_type;
	};
	int32_t _refcount;
	uint64_t memcg_data;
}
#if defined(__GNUC__)
__attribute__((aligned(64), may_alias))
#endif
;

#ifdef __cplusplus
#define MMS_STATIC_ASSERT static_assert
#else
#define MMS_STATIC_ASSERT _Static_assert
#endif
MMS_STATIC_ASSERT(sizeof(struct mms_page) == 64, "struct page is 64 bytes");
MMS_STATIC_ASSERT(offsetof(struct mms_page, lru) == 8, "lru");
MMS_STATIC_ASSERT(offsetof(struct mms_page, compound_head) == 8, "compound_head");
MMS_STATIC_ASSERT(offsetof(struct mms_page, pgmap) == 8, "pgmap");
MMS_STATIC_ASSERT(offsetof(struct mms_page, zone_device_data) == 16, "zone_device_data");
MMS_STATIC_ASSERT(offsetof(struct mms_page, mapping) == 24, "mapping");
MMS_STATIC_ASSERT(offsetof(struct mms_page, index) == 32, "index");
MMS_STATIC_ASSERT(offsetof(struct mms_page, private_) == 40, "private");
MMS_STATIC_ASSERT(offsetof(struct mms_page, _mapcount) == 48, "_mapcount");
MMS_STATIC_ASSERT(offsetof(struct mms_page, _refcount) == 52, "_refcount");
MMS_STATIC_ASSERT(offsetof(struct mms_page, memcg_data) == 56, "memcg_data");

/**
 * A store or load that the compiler must do once, as written: the kernel's WRITE_ONCE(),
 * READ_ONCE().
 */
#define MMS_WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))
#define MMS_READ_ONCE(x)         (*(const volatile __typeof__(x) *)&(x))

/** @name Flags */
/** @{ */

/** page_to_nid(): the NUMA node. */
static inline unsigned int mms_page_to_nid(const struct mms_page *page)
{
	return (unsigned int)(page->flags >> MMS_NODES_SHIFT) & ((1u << MMS_NODES_WIDTH) - 1);
}

/** page_zonenum(): the zone, an enum mms_zone_type. */
static inline unsigned int mms_page_zonenum(const struct mms_page *page)
{
	return (unsigned int)(page->flags >> MMS_ZONES_SHIFT) & ((1u << MMS_ZONES_WIDTH) - 1);
}

/** page_cpupid_last(): all ones (0x1fffff) after init. */
static inline unsigned int mms_page_cpupid_last(const struct mms_page *page)
{
	return (unsigned int)(page->flags >> MMS_LAST_CPUPID_SHIFT) &
	       ((1u << MMS_LAST_CPUPID_WIDTH) - 1);
}

/**
 * __set_bit() on a page's flags: one read-modify-write instruction, as x86 kernels have it, and not
 * atomic.
 */
static inline void mms___set_bit(unsigned int bit, uint64_t *word)
{
#if defined(__x86_64__)
	__asm__ volatile("btsq %1, %0" : "+m"(*word) : "Jr"((uint64_t)bit) : "cc", "memory");
#else
	*(volatile uint64_t *)word |= UINT64_C(1) << bit;
#endif
}

/** PageReserved() */
static inline bool mms_PageReserved(const struct mms_kernel *kernel, const struct mms_page *page)
{
	return page->flags >> kernel->pg_reserved & 1;
}

/** __SetPageReserved(): not atomic. */
static inline void mms___SetPageReserved(const struct mms_kernel *kernel, struct mms_page *page)
{
	mms___set_bit(kernel->pg_reserved, &page->flags);
}

/** PageHead(): a compound's first page. */
static inline bool mms_PageHead(const struct mms_kernel *kernel, const struct mms_page *page)
{
	return page->flags >> kernel->pg_head & 1;
}

/** __SetPageHead(): not atomic. */
static inline void mms___SetPageHead(const struct mms_kernel *kernel, struct mms_page *page)
{
	mms___set_bit(kernel->pg_head, &page->flags);
}

/** set_page_links(): zone and node into flags; SPARSEMEM_VMEMMAP has no section bits. */
static inline void mms_set_page_links(struct mms_page *page, unsigned int zone, unsigned int nid)
{
	page->flags &= ~(((UINT64_C(1) << MMS_ZONES_WIDTH) - 1) << MMS_ZONES_SHIFT);
	page->flags |= (uint64_t)(zone & ((1u << MMS_ZONES_WIDTH) - 1)) << MMS_ZONES_SHIFT;
	page->flags &= ~(((UINT64_C(1) << MMS_NODES_WIDTH) - 1) << MMS_NODES_SHIFT);
	page->flags |= (uint64_t)(nid & ((1u << MMS_NODES_WIDTH) - 1)) << MMS_NODES_SHIFT;
}

/** page_cpupid_reset_last(): last_cpupid becomes all ones. */
static inline void mms_page_cpupid_reset_last(struct mms_page *page)
{
	page->flags |= ((UINT64_C(1) << MMS_LAST_CPUPID_WIDTH) - 1) << MMS_LAST_CPUPID_SHIFT;
}
/** @} */

/** @name Counts and lists */
/** @{ */

/** page_ref_count() */
static inline int mms_page_ref_count(const struct mms_page *page)
{
	return MMS_READ_ONCE(page->_refcount);
}

/** set_page_count() */
static inline void mms_set_page_count(struct mms_page *page, int count)
{
	MMS_WRITE_ONCE(page->_refcount, count);
}

/** page_mapcount_reset(): no mapping, and no type either, since page_type is the same word. */
static inline void mms_page_mapcount_reset(struct mms_page *page)
{
	MMS_WRITE_ONCE(page->_mapcount, -1);
}

/** INIT_LIST_HEAD() */
static inline void mms_init_list_head(struct mms_list_head *list)
{
	MMS_WRITE_ONCE(list->next, list);
	MMS_WRITE_ONCE(list->prev, list);
}
/** @} */

/** @name Compounds: 1 << order pages, order at least 1, of which the first is the head */
/** @{ */

/**
 * The mask from any struct page of an order-@p order compound to its head's address. The memmap of
 * such a compound has to be aligned to its own size for it.
 */
static inline uint64_t mms_compound_info_mask(unsigned int order)
{
	return ~UINT64_C(0) << (order + MMS_STRUCT_PAGE_SHIFT);
}

/** What a tail of the order-@p order compound at address @p head holds as link to it. */
static inline uint64_t mms_tail_link(const struct mms_kernel *kernel, uint64_t head,
                                     unsigned int order)
{
	if (kernel->tail_link == MMS_TAIL_LINK_MASK)
		return mms_compound_info_mask(order) | 1;
	return head | 1;
}

/** PageTail() */
static inline bool mms_PageTail(const struct mms_page *page)
{
	return MMS_READ_ONCE(page->compound_head) & 1;
}

/**
 * compound_head(): the head of a tail, @p page itself otherwise. The page must lie where its links
 * were made for.
 */
static inline struct mms_page *mms_compound_head(const struct mms_kernel *kernel,
                                                 struct mms_page *page)
{
	uint64_t link = MMS_READ_ONCE(page->compound_head);

	if (!(link & 1))
		return page;
	if (kernel->tail_link == MMS_TAIL_LINK_MASK)
		return (struct mms_page *)(uintptr_t)((uint64_t)(uintptr_t)page & link);
	return (struct mms_page *)(uintptr_t)(link - 1);
}

/** prep_compound_tail(): poison in mapping, link to the head, no private data. */
static inline void mms_prep_compound_tail(const struct mms_kernel *kernel, struct mms_page *page,
                                          const struct mms_page *head, unsigned int order)
{
	page->mapping = MMS_TAIL_MAPPING;
	MMS_WRITE_ONCE(page->compound_head,
	               mms_tail_link(kernel, (uint64_t)(uintptr_t)head, order));
	page->private_ = 0;
}

/** The part of prep_compound_head() that writes the compound's metadata into tail 1. */
static inline void mms_prep_compound_metadata(const struct mms_kernel *kernel,
                                              struct mms_page *head, unsigned int order)
{
	struct mms_page *tail_1 = head + 1;

	if (kernel->order_in_flags)
		tail_1->flags = (tail_1->flags & ~UINT64_C(0xff)) | order;
#if defined(__GNUC__)
#pragma GCC unroll 8
#endif
	for (unsigned int i = 0; i < MMS_MAX_METADATA_FIELDS; i++) {
		const struct mms_metadata_field *field = &kernel->metadata[i];
		unsigned char *at = (unsigned char *)tail_1 + field->offset;
		const uint64_t values[] = {
			/* in the order of enum mms_metadata_value */
			0, 1, ~UINT64_C(0), order, UINT64_C(1) << order,
		};
		uint64_t value = values[field->value];

		if (i >= kernel->nr_metadata)
			break;
		switch (field->size) { /* each a single store, as the kernel's members are typed */
		case 1:
			*(volatile uint8_t *)at = (uint8_t)value;
			break;
		case 2:
			*(volatile uint16_t *)at = (uint16_t)value;
			break;
		case 4:
			*(volatile uint32_t *)at = (uint32_t)value;
			break;
		default:
			*(volatile uint64_t *)at = value;
			break;
		}
	}
}

/**
 * prep_compound_head(): metadata into tail 1, and, where the release has it and the order is
 * greater than 1, an empty list into tail 2.
 */
static inline void mms_prep_compound_head(const struct mms_kernel *kernel, struct mms_page *head,
                                          unsigned int order)
{
	mms_prep_compound_metadata(kernel, head, order);
	if (kernel->deferred_list && order > 1)
		mms_init_list_head((struct mms_list_head *)&head[2].zone_device_data);
}

/** compound_order(): the order of the compound that @p head leads, 0 for a page that is no head. */
MMS_API unsigned int mms_compound_order(const struct mms_kernel *kernel,
                                        const struct mms_page *head);
/** @} */

#ifdef __cplusplus
}
#endif

#endif
