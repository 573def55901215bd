/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file verify.h
 * The oracle, which declares what 64 bytes every struct page must hold, and comparing with it; and
 * the store tracer, which finds what comparing can't: non-temporal stores that nothing drains.
 *
 * The oracle shares no code with the initializers: it goes by offsets and values of the kernel
 * description. Arrays are compared at the addresses where they lie, captures at their kernel's.
 * Nothing here writes to what it looks at; all functions are thread-safe.
 */
#ifndef MEMMAPSIM_VERIFY_H
#define MEMMAPSIM_VERIFY_H

#include <memmapsim/memmap.h>

#ifdef __cplusplus
extern "C" {
#endif

/** All that the bytes of a struct page depend on. */
struct mms_oracle {
	const struct mms_geometry *geometry;
	uint64_t vmemmap; /**< address of pfn 0's struct page, where the pages were made */
	uint64_t pgmap;   /**< address of the dev_pagemap there */
};

/** The oracle for a memmap at its own addresses. */
MMS_API struct mms_oracle mms_oracle_of(const struct mms_memmap *map);

/**
 * Declare the struct page of @p pfn.
 * @param image  64 bytes; untouched for kinds that declare nothing
 * @return MMS_PAGE_OUTSIDE or MMS_PAGE_NEVER_WRITTEN: nothing is declared; else the page's kind
 */
MMS_API enum mms_page_kind mms_oracle_page(const struct mms_oracle *oracle, uint64_t pfn,
                                           void *image);

/** The migratetype that the pageblock of @p pfn must have after a bind. */
MMS_API unsigned int mms_oracle_pageblock(const struct mms_oracle *oracle, uint64_t pfn);

/** How a comparison went. */
struct mms_report {
	uint64_t compared;   /**< pages that were declared and compared */
	uint64_t mismatches; /**< of these, pages with a wrong byte */
	uint64_t first_pfn;  /**< the first of them; valid if mismatches > 0 */
	enum mms_page_kind first_kind;
	unsigned char expected[64], found[64]; /**< of first_pfn */
	uint64_t never_written; /**< pages that no code writes, compared with what was there */
	uint64_t touched;       /**< of these, pages that were written all the same */
	uint64_t first_touched; /**< the first of them */
	uint64_t pageblocks;    /**< compared */
	uint64_t pageblock_mismatches;
	uint64_t first_pageblock; /**< pfn of the first wrong one */
	unsigned int pageblock_expected, pageblock_found;
	int guards; /**< what mms_memmap_check() returned */
};

/** @return whether nothing was wrong. */
MMS_API bool mms_report_ok(const struct mms_report *report);

/** Words for what was wrong, one sentence, into @p text (at most @p size bytes with the 0). */
MMS_API void mms_report_describe(const struct mms_report *report, char *text, size_t size);

/**
 * Compare a whole memmap, after a bind, with the oracle: every struct page that exists, every
 * pageblock, canaries; and, if @p dirty_seed is not NULL, that pages which no code writes still
 * hold what mms_memmap_dirty() with that seed left. Runs of equal pages are compared at memory
 * speed.
 */
MMS_API void mms_verify_memmap(const struct mms_memmap *map, const uint64_t *dirty_seed,
                               struct mms_report *report);

/**
 * Compare @p count struct pages, a copy of those from @p start_pfn on, with the oracle. Pages of
 * which nothing is declared are passed over. Shared tails are looked at where they are read, as a
 * copy of the kernel's array has them. In the report, all that is about pages never written,
 * pageblocks and guards is 0.
 */
MMS_API void mms_verify_image(const struct mms_oracle *oracle, const void *pages,
                              uint64_t start_pfn, uint64_t count, struct mms_report *report);

/**
 * @name Normal memory
 *
 * mms_oracle_page() declares free pages of a zone as initialization leaves them, and all others of
 * its sections as boot does; mms_verify_memmap() holds them to that, and wants pageblocks that
 * nobody marked yet. This is for what freeing makes of them.
 */
/** @{ */

/** A free block. */
struct mms_free_block {
	uint64_t pfn; /**< of its first page */
	unsigned int order;
	unsigned int migratetype; /**< of the list it must be on */
};

/**
 * Declare the free block that @p pfn is in once all free pages of the zone are freed: the largest
 * one, aligned to itself, of which all pages are free.
 * @return false: @p pfn is no free page; as are all pages of devices
 */
MMS_API bool mms_oracle_free_block(const struct mms_oracle *oracle, uint64_t pfn,
                                   struct mms_free_block *block);

/**
 * Declare the struct page of @p pfn once all free pages are freed.
 * @param image  64 bytes. Bytes 8 to 23 of a free block's first page, whose lru is on a list, are 0
 * @return MMS_PAGE_FREE, MMS_PAGE_RESERVED; or MMS_PAGE_OUTSIDE: nothing is declared
 */
MMS_API enum mms_page_kind mms_oracle_freed_page(const struct mms_oracle *oracle, uint64_t pfn,
                                                 void *image);

/** What is wrong with free lists, or first. */
enum mms_free_fault {
	MMS_FREE_FAULT_NONE,
	MMS_FREE_FAULT_STRAY,   /**< an entry is no struct page of the memmap */
	MMS_FREE_FAULT_BLOCK,   /**< an entry is the first page of no such block */
	MMS_FREE_FAULT_LINK,    /**< an entry's prev doesn't lead back */
	MMS_FREE_FAULT_LIST,    /**< a list has more entries, or fewer, than there are blocks */
	MMS_FREE_FAULT_NR_FREE, /**< nr_free is not the number of blocks */
	MMS_FREE_FAULT_MANAGED, /**< managed pages are not the free pages */
};

/** How normal memory compared after it was freed. */
struct mms_free_report {
	struct mms_report pages;             /**< pages, pageblocks, guards */
	uint64_t blocks[MMS_NR_PAGE_ORDERS]; /**< that are declared, by order */
	enum mms_free_fault fault;           /**< the first one */
	unsigned int order, migratetype;     /**< of the list, or of nr_free */
	uint64_t expected, found;            /**< numbers; for an entry: 0, and its address */
};

/** @return whether nothing was wrong. */
MMS_API bool mms_free_report_ok(const struct mms_free_report *report);

/** Words for what was wrong, one sentence, into @p text (at most @p size bytes with the 0). */
MMS_API void mms_free_report_describe(const struct mms_free_report *report, char *text,
                                      size_t size);

/**
 * Compare the memmap of a zone, all of which is freed, with the oracle: every struct page,
 * every pageblock, canaries, and the free lists, which must lead through the first pages of exactly
 * the declared blocks, once, forwards and backwards; and the counts beside them. Links between
 * blocks may be in any order.
 * @param areas          MMS_NR_PAGE_ORDERS of them
 * @param managed_pages  the zone's
 */
MMS_API void mms_verify_free(const struct mms_memmap *map, const struct mms_free_area *areas,
                             uint64_t managed_pages, struct mms_free_report *report);
/** @} */

/** A field of a struct page in words. */
struct mms_decoded_field {
	const char *name; /**< kernel's name; static storage */
	uint8_t offset, size;
	char value[352]; /**< "0x1bfffe0000001000 (nid 1, zone DEVICE, last_cpupid 0x1fffff, …)" */
};
#define MMS_MAX_DECODED_FIELDS 20

/**
 * Decode 64 bytes as a page of @p kind at index @p tail in its compound (0: no tail). Every byte of
 * the page belongs to exactly one field.
 * @return how many fields were written, at most MMS_MAX_DECODED_FIELDS
 */
MMS_API size_t mms_page_decode(const struct mms_kernel *kernel, enum mms_page_kind kind,
                               uint64_t tail, const void *image, struct mms_decoded_field *fields);

/**
 * @name The store tracer
 *
 * Runs a function in a child process, decodes every instruction that it executes and follows the
 * stores to memory that is watched. Processors keep non-temporal stores in
 * write-combining buffers for as long as they like, and watching one never proves that it will not;
 * so the program is checked, by what the Intel and AMD manuals promise:
 *
 * - Non-temporal stores are pending until something drains them: MOVNTI, MOVNTQ, MOVNTDQ, MOVNTPS,
 *   MOVNTPD, MOVNTSS, MOVNTSD, MASKMOVQ, MASKMOVDQU, their VEX and EVEX forms, MOVDIRI, MOVDIR64B,
 *   CLZERO.
 * - These drain: SFENCE, MFENCE, any LOCK-prefixed instruction, XCHG with memory, and the
 *   serializing CPUID, SERIALIZE and IRET.
 * - These don't: LFENCE, plain stores, CLFLUSH, CLWB, RDTSCP, SYSCALL.
 * - All other accesses are ordinary, also those of REP MOVS and REP STOS: their stores may be
 *   reordered among themselves, but not with later ones.
 * - PREFETCH, CLFLUSH, CLWB, CLDEMOTE and NOP access nothing.
 *
 * What the system reads and writes in system calls is not seen.
 */
/** @{ */

/** What memory is watched for. */
enum mms_watch_kind {
	/** Written by run(): a line with undrained non-temporal stores may be neither read nor
	 * written in the ordinary way, and all must be drained on return. */
	MMS_WATCH_ARRAY,
	/** Tells others that the array is ready: no access at all while stores to it are pending,
	 * not even a locked one, which would drain them. */
	MMS_WATCH_PUBLISH,
};

/** Addresses [start, end) to watch. Those of an array are whole 64-byte lines. */
struct mms_watch {
	uintptr_t start, end;
	enum mms_watch_kind kind;
};

/** What happened before a non-temporal store was drained. */
enum mms_undrained {
	MMS_UNDRAINED_READ,    /**< an ordinary read from its line */
	MMS_UNDRAINED_WRITE,   /**< an ordinary write to its line */
	MMS_UNDRAINED_PUBLISH, /**< any access to memory that publishes */
	MMS_UNDRAINED_RETURN,  /**< run() returned */
};

/** An instruction: "movnti [rdi+0x08], rax (template.so+0x1234)"; addr2line knows the line. */
struct mms_traced_code {
	uintptr_t address;
	char text[120];
};

/** A drain that is missing. */
struct mms_store_finding {
	enum mms_undrained undrained;
	uintptr_t line;                /**< with the pending store; the oldest where any counts */
	struct mms_traced_code store;  /**< the last non-temporal store to that line */
	uint64_t pending;              /**< lines with undrained stores at that time */
	uintptr_t accessed;            /**< address that was read or written; 0 on return */
	struct mms_traced_code access; /**< what did it; empty on return */
	uint64_t instruction;          /**< how many instructions were executed before it */
};

/** What to trace. */
struct mms_trace {
	const struct mms_watch *watch;
	size_t nr_watch;
	unsigned int seconds; /**< give up after this time; 0: 60 */
	/** Called for each finding, in order, while the trace runs. NULL: don't. */
	void (*finding)(void *context, const struct mms_store_finding *finding);
	void *finding_context;
};

/** What was found, and what a loop costs. All of it is about the watched array, if not said. */
struct mms_store_report {
	int result;            /**< what run() returned */
	uint64_t instructions; /**< all that run() executed; a repeated one (REP) is one */
	uint64_t drains;       /**< of these, those that found something to drain */
	uint64_t stores;       /**< of these, those that wrote to the array */
	uint64_t bytes_written;
	uint64_t bytes_nontemporal; /**< of these, by non-temporal stores */
	uint64_t bytes_read;
	uint64_t lines_written; /**< lines of 64 bytes that were written at all */
	/** Of these, lines written in more than one visit: to which a store came back after another
	 * line was written in between. */
	uint64_t lines_rewritten;
	uint64_t findings;
	struct mms_store_finding first; /**< valid if findings > 0 */
};

/**
 * Trace the stores of @p run(@p context). It is run in a fork of this process with one thread and
 * signals blocked, so what it writes to private memory is lost; code that others may change
 * meanwhile, threads and processes of its own, and accesses by vector of addresses are beyond the
 * tracer. Each branch, and whatever else it takes to know addresses in advance, costs some
 * microseconds. The calling thread is bound to one CPU as long
 * as it takes, and gets SIGCHLD, which must not be ignored.
 *
 * @return 0: see @p report; -EINVAL: nothing to watch, or no whole lines; -EPERM: this process may
 *         not trace its child; -EFAULT: run() crashed; -ECHILD: it ended its process; -ETIMEDOUT;
 *         -EOPNOTSUPP: it did what can't be followed; -ENOMEM; else what fork() gave
 */
MMS_API int mms_trace_stores(int (*run)(void *context), void *context,
                             const struct mms_trace *trace, struct mms_store_report *report);

/** What to watch of a memmap that is being initialized: its array, and its pageblock types. */
MMS_API void mms_watch_memmap(const struct mms_memmap *map, struct mms_watch watch[2]);

/** The drains of the 2026 series, by what they come before or after. */
enum mms_drain {
	MMS_DRAIN_AFTER_HEAD,       /**< before a streamed head's compound is worked on */
	MMS_DRAIN_BEFORE_METADATA,  /**< before anything is written over a compound's tails */
	MMS_DRAIN_BEFORE_REUSE,     /**< before a single page is used again */
	MMS_DRAIN_BEFORE_PAGEBLOCK, /**< before pageblocks are marked */
	MMS_DRAIN_BEFORE_RETURN,
};
#define MMS_NR_DRAINS 5

/**
 * Which drain a finding misses, in an array of struct pages.
 * @param vmemmap  address of pfn 0's struct page
 */
MMS_API enum mms_drain mms_missing_drain(const struct mms_geometry *geometry, uintptr_t vmemmap,
                                         const struct mms_store_finding *finding);

/** @return "after the head", "before the metadata", …; NULL for no drain. Static storage. */
MMS_API const char *mms_drain_name(enum mms_drain drain);
/** @} */

#ifdef __cplusplus
}
#endif

#endif
