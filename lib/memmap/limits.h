/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What may still be taken, asked before anything is mapped: a memmap that doesn't fit would
 * otherwise be found out by the OOM killer or by SIGBUS, in the middle of a measurement.
 *
 * All return 0 or -ENOMEM with a sentence that has what is needed and what there is. @root as in
 * sysfile.h.
 */
#ifndef LIB_MEMMAP_LIMITS_H
#define LIB_MEMMAP_LIMITS_H

#include <stdint.h>

/* The tightest limit found so far. */
struct mms_limit {
	uint64_t bytes;   /* what it leaves */
	char origin[512]; /* where it comes from, for people */
};

/* MiB for a sentence: what is needed is rounded up, so that it never reads as if it were there. */
uint64_t mms_mib_up(uint64_t bytes);

/* Lower @limit to what the cgroups of this process and their ancestors leave (v2 and v1). */
void mms_cgroup_limit(const char *root, struct mms_limit *limit);

/* Memory in base pages, or in transparent huge pages: MemAvailable and the cgroups' limits. */
int mms_check_memory(const char *root, uint64_t needed);

/* Address space: RLIMIT_AS less what is mapped. */
int mms_check_address_space(const char *root, uint64_t needed);

/* Free and unreserved hugepages of @page_size bytes. */
int mms_check_hugepages(const char *root, uint64_t page_size, uint64_t needed);

/*
 * What NUMA node @node has of memory, or of hugepages of @hugepage_size bytes if that isn't 0;
 * -EINVAL if there is no such node.
 */
int mms_check_node(const char *root, unsigned int node, uint64_t hugepage_size, uint64_t needed);

/* Whether madvise() can get transparent huge pages at all. */
int mms_check_thp(const char *root);

#endif
