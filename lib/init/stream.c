// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Our own initializers: a plan written by a store. */
#include <errno.h>
#include <stdlib.h>

#include <memmapsim/cpu.h>

#include "error.h"
#include "init/builtin.h"
#include "init/store.h"

/*
 * Plan and store meet here. One drain for all: no line is written twice and none read back, so
 * nothing has to be ordered before the pageblocks are marked and the caller looks.
 */
static int write_plan(const struct mms_job *job, mms_store_fn *store, struct mms_block *block)
{
	struct mms_plan plan;
	struct mms_run run;

	mms_plan_begin(&plan, job);
	while (mms_plan_next(&plan, &run))
		store(&run, block);
	__asm__ volatile("sfence" : : : "memory");
	mms_plan_end(&plan);
	return 0;
}

/* The same for free pages of normal memory. Those who free them read them, so it is drained. */
static int write_free_pages(const struct mms_job *job, mms_store_fn *store)
{
	struct mms_page image;
	struct mms_run run;

	mms_plan_free_pages(job, &image, &run);
	store(&run, NULL);
	__asm__ volatile("sfence" : : : "memory");
	return 0;
}

int mms_stream_movnti(const struct mms_job *job)
{
	return write_plan(job, mms_store_movnti, NULL);
}

int mms_stream_movnti_normal(const struct mms_job *job)
{
	return write_free_pages(job, mms_store_movnti);
}

int mms_stream_erms(const struct mms_job *job)
{
	struct mms_block *block = aligned_alloc(_Alignof(struct mms_block), sizeof(*block));
	int err;

	if (!block)
		return mms_fail(ENOMEM, "no memory for the block that stream-erms copies from");
	block->nr_pages = 0;
	err = write_plan(job, mms_store_erms, block);
	free(block);
	return err;
}

int mms_stream_erms_normal(const struct mms_job *job)
{
	return write_free_pages(job, mms_store_erms);
}

int mms_stream_avx2(const struct mms_job *job)
{
	return write_plan(job, mms_store_stream_avx2, NULL);
}

int mms_stream_avx2_normal(const struct mms_job *job)
{
	return write_free_pages(job, mms_store_stream_avx2);
}

int mms_stream_avx512(const struct mms_job *job)
{
	return write_plan(job, mms_store_stream_avx512, NULL);
}

int mms_stream_avx512_normal(const struct mms_job *job)
{
	return write_free_pages(job, mms_store_stream_avx512);
}

static mms_store_fn *widest_temporal(void)
{
	unsigned int features = mms_cpu_features();

	if (features & MMS_CPU_AVX512F)
		return mms_store_temporal_avx512;
	if (features & MMS_CPU_AVX2)
		return mms_store_temporal_avx2;
	return mms_store_temporal_sse2;
}

int mms_stream_temporal(const struct mms_job *job)
{
	return write_plan(job, widest_temporal(), NULL);
}

int mms_stream_temporal_normal(const struct mms_job *job)
{
	return write_free_pages(job, widest_temporal());
}
