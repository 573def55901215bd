// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "background/background.h"
#include "error.h"
#include "memmap/layout.h"

/* From Linux 5.14, and so not in the headers of every libc. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/*
 * Faults pages in as writing to them would, but leaves what is there alone, so that it may be done
 * next to a chunk that is being initialized and for memory that is there already.
 */
static int populate_pages(const struct mms_job *job, uint64_t start_pfn, uint64_t end_pfn)
{
	uintptr_t start = (uintptr_t)mms_job_page(job, start_pfn) & ~(MMS_PAGE_SIZE - 1);
	uintptr_t end = (uintptr_t)mms_job_page(job, end_pfn) + MMS_PAGE_SIZE - 1;

	end &= ~(MMS_PAGE_SIZE - 1);
	while (madvise((void *)start, end - start, MADV_POPULATE_WRITE)) {
		if (errno == EINTR || errno == EAGAIN)
			continue;
		if (errno == EINVAL)
			return mms_fail(EOPNOTSUPP, "populating memory takes Linux 5.14 or later");
		return mms_fail(errno,
		                "there is no memory for the struct pages of pfns 0x%" PRIx64
		                " to 0x%" PRIx64 ": %s",
		                start_pfn, end_pfn, strerror(errno));
	}
	return 0;
}

int mms_populate(const struct mms_job *job)
{
	struct mms_pfn_range extent = {job->start_pfn, job->start_pfn};

	while (mms_layout_next_extent(job->geometry, &extent) && extent.start < job->end_pfn) {
		uint64_t end = extent.end < job->end_pfn ? extent.end : job->end_pfn;
		int err = populate_pages(job, extent.start, end);

		if (err)
			return err;
	}
	return 0;
}
