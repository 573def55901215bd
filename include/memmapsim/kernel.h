/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file kernel.h
 * A kernel release as data: every rule by which releases differ in what a device page looks like.
 *
 * Code asks the description, never the version. Adding a release is adding one description (to
 * lib/page/descriptions.h); an own one is read from text, which says what differs from a built-in,
 * or is a copy of a built-in with some members changed. It works everywhere a built-in does, only
 * slower, because loops are compiled for the built-in ones.
 */
#ifndef MEMMAPSIM_KERNEL_H
#define MEMMAPSIM_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <memmapsim/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum zone_type on x86-64 in a distribution configuration. */
enum mms_zone_type {
	MMS_ZONE_DMA = 0,
	MMS_ZONE_DMA32 = 1,
	MMS_ZONE_NORMAL = 2,
	MMS_ZONE_MOVABLE = 3,
	MMS_ZONE_DEVICE = 4,
};

/** enum memory_type: what a dev_pagemap's pages are for. */
enum mms_memory_type {
	MMS_MEMORY_DEVICE_PRIVATE = 1,
	MMS_MEMORY_DEVICE_COHERENT = 2,
	MMS_MEMORY_DEVICE_FS_DAX = 3,
	MMS_MEMORY_DEVICE_GENERIC = 4,
	MMS_MEMORY_DEVICE_PCI_P2PDMA = 5,
};
#define MMS_NR_MEMORY_TYPES 6

/** How a tail page refers to its head (compound_head, from v7.1 compound_info). */
enum mms_tail_link {
	MMS_TAIL_LINK_HEAD, /**< address of the head, bit 0 set */
	MMS_TAIL_LINK_MASK, /**< mask that leads from any tail's address to the head, bit 0 set */
};

/** When memmap_init_compound() calls prep_compound_head(). */
enum mms_prep_head {
	MMS_PREP_HEAD_AFTER_TAIL_2, /**< so never for a compound that has no tail 2 */
	MMS_PREP_HEAD_AFTER_TAIL_1, /**< so the init of tail 2 wipes what was written there */
	MMS_PREP_HEAD_AFTER_LAST_TAIL,
};

/** Who marks pageblocks of device pages as movable. */
enum mms_pageblock_policy {
	MMS_PAGEBLOCK_PER_PAGE, /**< each pageblock-aligned page's init, so no shared tail */
	MMS_PAGEBLOCK_RANGE,    /**< one walk over the whole range after its last page */
};

/** What of a kernel makes a template fall back to per-page init, as the 2026 series has it. */
enum mms_gate {
	MMS_GATE_PAGE_REF_SET = 1, /**< the tracepoint page_ref_set is on: counts are set singly */
	MMS_GATE_SANITIZER = 2, /**< a sanitizer build: every store must be seen by the compiler */
};

/** What prep_compound_head() gives a metadata field of tail page 1. */
enum mms_metadata_value {
	MMS_METADATA_ZERO,
	MMS_METADATA_ONE,
	MMS_METADATA_MINUS_ONE, /**< all bytes 0xff */
	MMS_METADATA_ORDER,
	MMS_METADATA_NR_PAGES,
};

/** One metadata field of a compound. */
struct mms_metadata_field {
	const char *name; /**< the kernel's name of the member */
	uint8_t offset;   /**< in tail page 1, in bytes */
	uint8_t size;     /**< in bytes */
	uint8_t value;    /**< enum mms_metadata_value */
};
#define MMS_MAX_METADATA_FIELDS 8

/** A member of a kernel structure; nested names are joined by dots. */
struct mms_member {
	const char *name;
	uint16_t offset; /**< bytes */
	uint16_t size;   /**< bytes */
};

/** A kernel structure as this release lays it out: the members that initialization deals with. */
struct mms_struct {
	const char *name; /**< without "struct" */
	uint16_t size;    /**< bytes; 0: not compared */
	uint16_t nr_members;
	const struct mms_member *members;
};
#define MMS_MAX_STRUCTS 6

/** One kernel release's rules: plain constant data, with members in their order of use. */
struct mms_kernel {
	const char *name;         /**< "v7.2" */
	const char *summary;      /**< what sets it apart, in a few words */
	const char *derived_from; /**< NULL, or without captures: the description it follows */
	const char *btf;          /**< release whose BTF its layout was checked against, or NULL */
	unsigned int nr_captures; /**< captures of this release in tests/data */

	const char *const *pageflags; /**< names without PG_, by bit number */
	uint8_t nr_pageflags;
	uint8_t pg_head;     /**< bit number */
	uint8_t pg_reserved; /**< bit number */
	uint8_t pg_hwpoison; /**< bit number */

	uint8_t refcount[MMS_NR_MEMORY_TYPES]; /**< after init, 0 or 1, by enum mms_memory_type */
	bool pgmap_by_folio; /**< pgmap is stored through page_folio(), which reads the tail link */
	/**
	 * To v6.3. __init_single_page() and prep_compound_tail() are in another C file than the
	 * loop, so that it calls them for each page.
	 */
	bool init_apart;

	uint8_t tail_link;   /**< enum mms_tail_link */
	uint8_t prep_head;   /**< enum mms_prep_head */
	bool order_in_flags; /**< tail 1 holds the order in the low byte of flags */
	bool deferred_list;  /**< prep_compound_head() makes tail 2 an empty list (order > 1) */
	uint8_t nr_metadata;
	struct mms_metadata_field metadata[MMS_MAX_METADATA_FIELDS];

	uint8_t pageblock_policy; /**< enum mms_pageblock_policy */
	uint8_t pageblock_bits;   /**< bits per pageblock in the usemap: 4 or 8 */
	/**
	 * In an early section (one that also holds System RAM) no struct page is shared. true: all
	 * pages of a compound are initialized there; false: only as many as if they were shared, so
	 * the further tails keep what boot left.
	 */
	bool early_section_whole;
	bool fsdev; /**< has fsdev namespaces */

	/**
	 * From v6.15. Boot marks a pageblock as movable when it initializes its first page, in
	 * normal memory, as reserved. Before, it stays unmovable.
	 */
	bool reserved_movable;
	/**
	 * Normal memory that is initialized in the background is freed at once in whole, aligned
	 * blocks of this order, MAX_PAGE_ORDER (10) or a pageblock's (9), and page by page
	 * elsewhere.
	 */
	uint8_t deferred_order;
	uint32_t buddy_type; /**< page_type of a free block's first page */
	uint32_t buddy_mask; /**< the bits of page_type that tell such a page from others */
	bool buddy_bit; /**< the mark is a bit that is cleared; otherwise a value that is stored */

	/**
	 * From v6.15. Mappings of device pages are counted, by reference and mapcount; a large
	 * fsdax entry is made a compound; and a shared page has no mapping, but a count in share.
	 * Before, nothing is counted; each page of a large entry has mapping and index; and a
	 * shared one has mapping 1, and the count in index or share.
	 */
	bool dax_folios;
	/** A shared fsdax page keeps its mapping, 1, when the last file that shares it leaves. */
	bool dax_share_stays;
	/** An fsdax page of 4 KiB that leaves its file loses its index, too, as larger ones do. */
	bool dax_index_cleared;

	uint8_t nr_structs;
	const struct mms_struct *structs[MMS_MAX_STRUCTS];
};

/** @return how many descriptions are built in; they are ordered from oldest to newest. */
MMS_API size_t mms_kernel_count(void);

/** @return built-in description @p index, or NULL past the last. Static storage. */
MMS_API const struct mms_kernel *mms_kernel_at(size_t index);

/** @return the description used where none is asked for: the newest. Never NULL. */
MMS_API const struct mms_kernel *mms_kernel_default(void);

/**
 * Find a built-in description.
 * @param name     such as "v7.2"
 * @param kernel   where the description goes (static storage)
 * @return 0, or -ENOENT: no such name; mms_last_error() names the nearest one
 */
MMS_API int mms_kernel_find(const char *name, const struct mms_kernel **kernel);

/** Whether @p kernel is one of the built-in descriptions, not only like one. */
MMS_API bool mms_kernel_builtin(const struct mms_kernel *kernel);

/** Types of a real kernel, as BTF tells them, for texts that take places from there (btf = FILE).
 */
struct mms_kernel_types {
	/** Read @p file. @return 0, or a negative errno, which mms_kernel_parse() returns */
	int (*open)(void *context, const char *file);
	/** The size in bytes of the structure that is most like @p like; 0: there is none. */
	unsigned int (*size)(void *context, const struct mms_struct *like);
	/**
	 * The place of a member of that structure, "lru.next" for one of a member.
	 * @return false: it isn't there, or not at whole bytes
	 */
	bool (*member)(void *context, const struct mms_struct *like, const char *name,
	               struct mms_member *found);
	/** The name of page flag @p bit, without PG_, until the next call; NULL past the last. */
	const char *(*flag)(void *context, unsigned int bit);
	void *context; /**< passed to all */
};

/**
 * Make a description of what a text says: which built-in it is based on, and what differs, one rule
 * a line. memmapsim-kernel(5) describes it.
 * @param text    @p size bytes; not needed any more afterwards
 * @param origin  what to call the text in messages: the path of a file, whose last part is also the
 *                description's name unless it gives itself one
 * @param types   reads what "btf = FILE" names, while this runs; NULL: such a line is an error
 * @param kernel  where the description goes; it belongs to the caller, for mms_kernel_destroy()
 * @return 0; -EINVAL: something is wrong with the text, mms_last_error() says in which line and
 *         what; -ENOMEM; what types->open() returned
 */
MMS_API int mms_kernel_parse(const char *text, size_t size, const char *origin,
                             const struct mms_kernel_types *types, struct mms_kernel **kernel);

/**
 * All rules of a description as a text that mms_kernel_parse() makes the same description of.
 * @param text  where a string goes that the caller has to free()
 * @return 0 or -ENOMEM
 */
MMS_API int mms_kernel_text(const struct mms_kernel *kernel, char **text);

/** Free what mms_kernel_parse() made; NULL is fine. No geometry may refer to it any more. */
MMS_API void mms_kernel_destroy(struct mms_kernel *kernel);

#ifdef __cplusplus
}
#endif

#endif
