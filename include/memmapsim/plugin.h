/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file plugin.h
 * Initializers in shared objects: what a plug-in exports, what it sees of a job, and how it is
 * loaded.
 *
 * The first part is all that a plug-in needs; it is compiled against this header and linked with
 * nothing. It is an interface of its own, apart from the library's structures, which may change:
 * members are only ever added, at the end, and whatever else changes it raises MMS_PLUGIN_ABI.
 *
 *     static int fast(const struct mms_plugin_job *job) { ... }
 *     MMS_PLUGINS({.name = "fast", .description = "an idea", .init = fast});
 */
#ifndef MEMMAPSIM_PLUGIN_H
#define MEMMAPSIM_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#include <memmapsim/cpu.h>
#include <memmapsim/page.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the interface; a plug-in is loaded only where it is the same. */
#define MMS_PLUGIN_ABI 1

/** A range of a pgmap: physical addresses in bytes, end inclusive. */
struct mms_plugin_range {
	uint64_t start, end;
};

/** struct vmem_altmap, in pages. */
struct mms_plugin_altmap {
	uint64_t base_pfn, end_pfn, reserve, free, align, alloc;
};
#define MMS_PLUGIN_MAX_RANGES 16

/**
 * The pgmap as it lies in memory, at the address that pages have to hold. Code that brings a struct
 * dev_pagemap of its own can lay that out like this.
 */
struct mms_plugin_pgmap {
	struct mms_plugin_altmap altmap; /**< valid if bit 0 of flags is set, PGMAP_ALTMAP_VALID */
	uint32_t type;                   /**< enum mms_memory_type */
	uint32_t flags;
	uint32_t vmemmap_shift; /**< order of the compounds; 0: none */
	uint32_t nr_range;
	struct mms_plugin_range ranges[MMS_PLUGIN_MAX_RANGES];
};
MMS_STATIC_ASSERT(offsetof(struct mms_plugin_pgmap, type) == 48, "type");
MMS_STATIC_ASSERT(offsetof(struct mms_plugin_pgmap, flags) == 52, "flags");
MMS_STATIC_ASSERT(offsetof(struct mms_plugin_pgmap, vmemmap_shift) == 56, "vmemmap_shift");
MMS_STATIC_ASSERT(offsetof(struct mms_plugin_pgmap, nr_range) == 60, "nr_range");
MMS_STATIC_ASSERT(offsetof(struct mms_plugin_pgmap, ranges) == 64, "ranges");
MMS_STATIC_ASSERT(sizeof(struct mms_plugin_pgmap) == 320, "struct mms_plugin_pgmap");

/**
 * What of a kernel an initializer has to know, for pages of the job's pgmap. struct mms_kernel has
 * the same in more detail.
 */
struct mms_plugin_rules {
	uint32_t size; /**< of this structure, as the program that loaded the plug-in knows it */
	const char *kernel;     /**< "v7.2" */
	uint8_t pg_head;        /**< bit number in flags */
	uint8_t pg_reserved;    /**< bit number in flags */
	uint8_t refcount;       /**< of single pages and heads, 0 or 1; that of tails is 0 */
	uint8_t pgmap_by_folio; /**< pgmap is stored through page_folio() */
	uint8_t tail_link;      /**< enum mms_tail_link */
	uint8_t prep_head;      /**< enum mms_prep_head */
	uint8_t order_in_flags; /**< tail 1 holds the order in the low byte of flags */
	uint8_t deferred_list;  /**< prep_compound_head() makes tail 2 an empty list (order > 1) */
	uint8_t pageblock_policy; /**< enum mms_pageblock_policy */
	uint8_t dedup;            /**< tails beyond the first 128 pages are shared mappings */
	uint8_t nr_metadata;
	const struct mms_metadata_field *metadata; /**< of tail 1 */
};

/**
 * Initialize the struct pages of these pfns, on memory with any contents, and touch no other. Valid
 * during the call.
 */
struct mms_plugin_job {
	uint32_t size;  /**< of this structure, as the program that loaded the plug-in knows it */
	uint32_t gates; /**< enum mms_gate, or'ed: those that the plug-in doesn't give way to */
	uint64_t start_pfn, end_pfn; /**< [start, end), device pages of one range */
	uint64_t vmemmap;            /**< address of pfn 0's struct page; a page has 64 bytes */
	const struct mms_plugin_pgmap *pgmap; /**< what pages point to */
	const struct mms_plugin_rules *rules;
	uint32_t nid;  /**< NUMA node that goes into flags */
	uint32_t zone; /**< enum mms_zone_type that goes into flags */

	/** compound_nr_pages(): how many struct pages of the compound at @p head_pfn there are to
	 * initialize. */
	uint64_t (*compound_nr_pages)(const struct mms_plugin_job *job, uint64_t head_pfn);
	/** early_section(): whether @p pfn lies in a section that also holds System RAM. */
	int (*early_section)(const struct mms_plugin_job *job, uint64_t pfn);
	/**
	 * set_pageblock_migratetype(), enum mms_migratetype: device pages become movable, 1. For
	 * MMS_PAGEBLOCK_PER_PAGE each pageblock-aligned pfn that is initialized has to be marked;
	 * for MMS_PAGEBLOCK_RANGE none, unless the plug-in has MMS_PLUGIN_MARKS_PAGEBLOCKS.
	 */
	void (*set_pageblock_migratetype)(const struct mms_plugin_job *job, uint64_t pfn,
	                                  unsigned int migratetype);

	/** @name The kernel's own steps, one by one, for what an idea doesn't change */
	/** @{ */
	/** A single page, or a head with PG_head set. Marks the pageblock if pages do it. */
	void (*init_page)(const struct mms_plugin_job *job, uint64_t pfn);
	/** A tail of the compound at @p head_pfn, linked to it. Marks the pageblock if pages do it.
	 */
	void (*init_tail)(const struct mms_plugin_job *job, uint64_t head_pfn, uint64_t pfn);
	/** The compound's metadata in tail 1, and tail 2's list where one stays: after all tails.
	 */
	void (*finish_compound)(const struct mms_plugin_job *job, uint64_t head_pfn);
	/** @} */

	const void *host; /**< not for plug-ins */
};

/** The struct page of a pfn of the job. */
static inline struct mms_page *mms_plugin_page(const struct mms_plugin_job *job, uint64_t pfn)
{
	return (struct mms_page *)(uintptr_t)(job->vmemmap + (pfn << MMS_STRUCT_PAGE_SHIFT));
}

/** What the tails of the compound at @p head_pfn hold as link to it. */
static inline uint64_t mms_plugin_tail_link(const struct mms_plugin_job *job, uint64_t head_pfn)
{
	if (job->rules->tail_link == MMS_TAIL_LINK_MASK)
		return mms_compound_info_mask(job->pgmap->vmemmap_shift) | 1;
	return (uint64_t)(uintptr_t)mms_plugin_page(job, head_pfn) | 1;
}

/** What a plug-in is. */
enum mms_plugin_flag {
	MMS_PLUGIN_KERNEL_USABLE = 1, /**< a kernel can run it without saving FPU state */
	MMS_PLUGIN_CUTTABLE = 2,      /**< its job may be a part of a range */
	/** It marks all pageblocks of its job itself, as memmap_init_zone_device() does. */
	MMS_PLUGIN_MARKS_PAGEBLOCKS = 4,
};

/** An initializer. Members that aren't named are 0. */
struct mms_plugin {
	const char *name;        /**< up to 32 letters, digits, and . _ + - within */
	const char *description; /**< one line; NULL: none */
	uint32_t cpu;            /**< enum mms_cpu, or'ed: what it can't run without */
	uint32_t gates;          /**< enum mms_gate, or'ed: under these "naive" runs instead */
	uint32_t flags;          /**< enum mms_plugin_flag, or'ed */
	uint32_t reserved;       /**< 0 */
	/**
	 * Do a job. Non-temporal stores are drained on return. With MMS_PLUGIN_CUTTABLE, many
	 * threads may run it at once, on disjoint jobs.
	 * @return 0 or negative errno
	 */
	int (*init)(const struct mms_plugin_job *job);
	/**
	 * As a module's init and exit: called once per process, before its first job, and after its
	 * last if the process gets that far. Neither is timed, so what a kernel would have to do
	 * for each bind belongs into init(). NULL: nothing to do.
	 * @return 0 or negative errno; teardown() is then not called
	 */
	int (*setup)(void);
	void (*teardown)(void);
};

/** What a plug-in exports, by the name mms_plugin_list. */
struct mms_plugin_list {
	uint32_t abi;  /**< MMS_PLUGIN_ABI */
	uint32_t size; /**< of struct mms_plugin, as the plug-in knows it */
	uint64_t count;
	const struct mms_plugin *plugins;
};
extern MMS_API const struct mms_plugin_list mms_plugin_list;

/** Export one or several: MMS_PLUGINS({.name = ...}, {.name = ...}); */
#define MMS_PLUGINS(...)                                                                           \
	static const struct mms_plugin mms_plugins_here[] = {__VA_ARGS__};                         \
	const struct mms_plugin_list mms_plugin_list = {                                           \
		MMS_PLUGIN_ABI, sizeof(struct mms_plugin),                                         \
		sizeof(mms_plugins_here) / sizeof(*mms_plugins_here), mms_plugins_here}

extern MMS_API const char mms_plugin_kernel_text[];

/**
 * Say, in at most one place, which kernel's pages these initializers make:
 * MMS_PLUGIN_KERNEL("v7.2"), or a description as text. memmapsim(1) then goes by it where no other
 * is asked for.
 */
#define MMS_PLUGIN_KERNEL(text) const char mms_plugin_kernel_text[] = text

/** @name Loading */
/** @{ */

struct mms_initializer;
struct mms_plugin_file;

/**
 * Load a shared object with plug-ins into this process, where its constructors run, and check what
 * it says of itself. Whoever doesn't trust it does this in a process that can be spared.
 *
 * @param path  as for dlopen(); without a "/" it is searched for where libraries are
 * @param file  to be given to mms_plugin_close()
 * @return 0; -ENOENT, -EACCES, …: it can't be read; -ENOEXEC: it can't be loaded; -EPROTO: it is
 *         for another version of the interface; -EINVAL: it has no list of plug-ins, or one that
 *         makes no sense; -EEXIST: one is called as a built-in initializer is, or as another
 */
MMS_API int mms_plugin_open(const char *path, struct mms_plugin_file **file);

/** Call teardown() of those that were set up, and unload it; NULL is fine. */
MMS_API void mms_plugin_close(struct mms_plugin_file *file);

/** @return how many initializers it has; at least one. */
MMS_API size_t mms_plugin_count(const struct mms_plugin_file *file);

/** @return initializer @p index, valid until the file is closed; NULL past the last. */
MMS_API const struct mms_initializer *mms_plugin_at(const struct mms_plugin_file *file,
                                                    size_t index);

/**
 * Call setup() of initializer @p index (below mms_plugin_count()), unless that was done already. To
 * be done before its first job.
 * @return 0; -EOPNOTSUPP: the CPU lacks a feature; else what setup() returned
 */
MMS_API int mms_plugin_setup(struct mms_plugin_file *file, size_t index);

/**
 * The kernel whose pages they make, if the file says so with MMS_PLUGIN_KERNEL(): the name of a
 * built-in description, or text for mms_kernel_parse().
 * @return NULL: it doesn't say; valid until the file is closed
 */
MMS_API const char *mms_plugin_kernel(const struct mms_plugin_file *file);
/** @} */

#ifdef __cplusplus
}
#endif

#endif
