// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <memmapsim/page.h>

#include "error.h"
#include "memmap/limits.h"
#include "memmap/sysfile.h"

#define MIB (UINT64_C(1) << 20)

uint64_t mms_mib_up(uint64_t bytes)
{
	return bytes / MIB + (bytes % MIB != 0);
}

int mms_check_memory(const char *root, uint64_t needed)
{
	struct mms_limit limit = {UINT64_MAX, ""};
	uint64_t available_kib;

	if (mms_sysfile_field(root, "/proc", "meminfo", "MemAvailable:", &available_kib)) {
		limit.bytes = available_kib * 1024;
		snprintf(limit.origin, sizeof(limit.origin), "MemAvailable in /proc/meminfo");
	}
	mms_cgroup_limit(root, &limit);
	if (needed <= limit.bytes)
		return 0;
	return mms_fail(ENOMEM,
	                "the memmap needs %" PRIu64 " MiB of memory and there are %" PRIu64
	                " MiB (%s); free some or take a smaller namespace",
	                mms_mib_up(needed), limit.bytes / MIB, limit.origin);
}

int mms_check_address_space(const char *root, uint64_t needed)
{
	uint64_t mapped_pages = 0, left = 0;
	struct rlimit limit;

	if (getrlimit(RLIMIT_AS, &limit) || limit.rlim_cur == RLIM_INFINITY)
		return 0;
	mms_sysfile_number(root, "/proc/self", "statm", &mapped_pages);
	if (mapped_pages << MMS_PAGE_SHIFT < limit.rlim_cur)
		left = limit.rlim_cur - (mapped_pages << MMS_PAGE_SHIFT);
	if (needed <= left)
		return 0;
	return mms_fail(ENOMEM,
	                "the memmap needs %" PRIu64 " MiB of address space and there are %" PRIu64
	                " MiB (RLIMIT_AS less what is mapped); raise it with ulimit -v",
	                mms_mib_up(needed), left / MIB);
}

int mms_check_hugepages(const char *root, uint64_t page_size, uint64_t needed)
{
	uint64_t needed_pages = needed / page_size, free_pages, reserved = 0, total = 0, available;
	char directory[64];

	snprintf(directory, sizeof(directory), "/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB",
	         page_size / 1024);
	if (!mms_sysfile_number(root, directory, "free_hugepages", &free_pages))
		return mms_fail(ENOMEM,
		                "the memmap needs %" PRIu64 " hugepages of %" PRIu64
		                " MiB, which this machine hasn't got (there is no %s); take "
		                "another backing",
		                needed_pages, page_size / MIB, directory);
	/* A reserved page is free until its owner touches it. */
	mms_sysfile_number(root, directory, "resv_hugepages", &reserved);
	mms_sysfile_number(root, directory, "nr_hugepages", &total);
	available = free_pages > reserved ? free_pages - reserved : 0;
	if (needed_pages <= available)
		return 0;
	return mms_fail(ENOMEM,
	                "the memmap needs %" PRIu64 " hugepages of %" PRIu64 " MiB and %" PRIu64
	                " are free; get them with: echo %" PRIu64 " | sudo tee %s/nr_hugepages",
	                needed_pages, page_size / MIB, available, total + needed_pages - available,
	                directory);
}

int mms_check_thp(const char *root)
{
	static const char directory[] = "/sys/kernel/mm/transparent_hugepage";
	FILE *file = mms_sysfile_open(root, directory, "enabled");
	char line[64] = "";

	if (!file)
		return mms_fail(ENOMEM,
		                "this kernel has no transparent huge pages (there is no "
		                "%s/enabled); take another backing",
		                directory);
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	if (strstr(line, "[never]"))
		return mms_fail(ENOMEM,
		                "transparent huge pages are switched off; switch them on with: "
		                "echo madvise | sudo tee %s/enabled",
		                directory);
	return 0;
}
