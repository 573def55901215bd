// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "peers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBPMEM
#include <libpmem.h>
#endif

#include "init/plan.h"

/* Copy @bytes; what is non-temporal in it need not be drained. */
typedef void copy_fn(void *to, const void *from, size_t bytes);

/* 32 KiB of struct pages: the memmap of a 2 MiB compound. */
#define BLOCK_PAGES 512

static void copy_run(const struct mms_run *run, copy_fn *copy, struct mms_page *block,
                     uint64_t block_pages)
{
	struct mms_page *to = run->to;

	for (unsigned int i = 0; i < run->nr_prefix; i++)
		copy(to++, &run->prefix[i], sizeof(*to));
	if (memcmp(block, run->image, sizeof(*block)) != 0)
		for (uint64_t i = 0; i < block_pages; i++)
			block[i] = *run->image;
	for (uint64_t left = run->count, nr_pages; left; left -= nr_pages, to += nr_pages) {
		nr_pages = left < block_pages ? left : block_pages;
		copy(to, block, nr_pages * sizeof(*to));
	}
}

/* Write the job's plan by @copy, @block_pages pages at a time. */
static int copy_plan(const struct mms_job *job, copy_fn *copy, uint64_t block_pages)
{
	struct mms_page *block = aligned_alloc(MMS_PAGE_SIZE, BLOCK_PAGES * sizeof(*block));
	struct mms_plan plan;
	struct mms_run run;

	if (!block)
		return -ENOMEM;
	memset(block, 0, sizeof(*block)); /* no page that a plan has */
	mms_plan_begin(&plan, job);
	while (mms_plan_next(&plan, &run))
		copy_run(&run, copy, block, block_pages);
	__asm__ volatile("sfence" : : : "memory");
	mms_plan_end(&plan);
	free(block);
	return 0;
}

static void copy_memcpy(void *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
}

static int memcpy_page(const struct mms_job *job)
{
	return copy_plan(job, copy_memcpy, 1);
}

static int memcpy_block(const struct mms_job *job)
{
	return copy_plan(job, copy_memcpy, BLOCK_PAGES);
}

#ifdef HAVE_LIBPMEM
static void copy_pmem(void *to, const void *from, size_t bytes)
{
	pmem_memcpy(to, from, bytes, PMEM_F_MEM_NONTEMPORAL | PMEM_F_MEM_NODRAIN);
}

static int pmem_page(const struct mms_job *job)
{
	return copy_plan(job, copy_pmem, 1);
}

static int pmem_block(const struct mms_job *job)
{
	return copy_plan(job, copy_pmem, BLOCK_PAGES);
}
#endif

static const struct mms_initializer peers[] = {
	{
		.name = "peer-memcpy-page",
		.description = "memcpy() per page",
		.cuttable = true,
		.init = memcpy_page,
	},
	{
		.name = "peer-memcpy-32k",
		.description = "memcpy() per 32 KiB",
		.cuttable = true,
		.init = memcpy_block,
	},
#ifdef HAVE_LIBPMEM
	{
		.name = "peer-pmem-page",
		.description = "pmem_memcpy(NONTEMPORAL) per page",
		.cuttable = true,
		.init = pmem_page,
	},
	{
		.name = "peer-pmem-32k",
		.description = "pmem_memcpy(NONTEMPORAL) per 32 KiB",
		.cuttable = true,
		.init = pmem_block,
	},
#endif
};

const struct mms_initializer *mms_peer_at(size_t index)
{
	return index < sizeof(peers) / sizeof(*peers) ? &peers[index] : NULL;
}
