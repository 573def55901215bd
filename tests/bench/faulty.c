// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "faulty.h"

#include <errno.h>
#include <stdatomic.h>

#include "support.h"

static atomic_uint good_calls;

static int naive(const struct mms_job *job)
{
	return find_initializer("naive")->init(job);
}

void faulty_begin(unsigned int calls)
{
	atomic_store(&good_calls, calls);
}

bool faulty_is_good_yet(void)
{
	if (atomic_load(&good_calls) == 0)
		return false;
	atomic_fetch_sub(&good_calls, 1);
	return true;
}

int faulty_nothing(const struct mms_job *job)
{
	(void)job;
	return 0;
}

int faulty_lazy(const struct mms_job *job)
{
	return faulty_is_good_yet() ? naive(job) : 0;
}

int faulty_borders(const struct mms_job *job)
{
	bool part = job->end_pfn < job->geometry->end_pfn;
	struct mms_job shorter = *job;

	shorter.end_pfn -= part;
	return naive(&shorter);
}

int faulty_last_part(const struct mms_job *job)
{
	if (job->end_pfn == job->geometry->end_pfn &&
	    job->start_pfn > mms_geometry_device_pfns(job->geometry, 0).start)
		return -EIO;
	return naive(job);
}

int faulty_scribble(const struct mms_job *job)
{
	int error = naive(job);

	/* One thread alone has the last part. */
	if (job->end_pfn == job->geometry->end_pfn)
		*(volatile unsigned char *)(mms_job_page(job, job->geometry->end_pfn)) = 1;
	return error;
}
