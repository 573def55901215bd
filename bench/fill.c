// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "fill.h"

#include <memmapsim/cpu.h>

/* Like the block of the initializer that copies from one: it has to stay in the cache. */
#define BLOCK_BYTES (256 * 1024)

static void fill_stosb(void *to, uint64_t bytes)
{
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(0x5a) : "memory");
}

static void fill_movsb(void *to, uint64_t bytes)
{
	static const unsigned char block[BLOCK_BYTES] __attribute__((aligned(4096))) = {
		[0 ... BLOCK_BYTES - 1] = 0x5a,
	};

	while (bytes) {
		const unsigned char *from = block;
		uint64_t count = bytes < BLOCK_BYTES ? bytes : BLOCK_BYTES;

		bytes -= count;
		__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
	}
}

static void fill_movnti(void *to, uint64_t bytes)
{
	uint64_t *at = to, *end = (uint64_t *)((char *)to + bytes);
	uint64_t value = UINT64_C(0x5a5a5a5a5a5a5a5a);

	for (; at < end; at += 8) {
#pragma GCC unroll 8
		for (unsigned int i = 0; i < 8; i++)
			__asm__ volatile("movnti %1, %0" : "=m"(at[i]) : "r"(value));
	}
	__asm__ volatile("sfence" : : : "memory");
}

static void fill_temporal(void *to, uint64_t bytes)
{
	unsigned int features = mms_cpu_features();

	if (features & MMS_CPU_AVX512F)
		mms_fill_temporal_avx512(to, bytes);
	else if (features & MMS_CPU_AVX2)
		mms_fill_temporal_avx2(to, bytes);
	else
		mms_fill_temporal_sse2(to, bytes);
}

/* All struct pages of the job that exist and get initialized, in as few pieces as they lie in. */
static int fill_job(const struct mms_job *job, mms_fill_fn *fill)
{
	const struct mms_geometry *geometry = job->geometry;
	uint64_t step = mms_pgmap_vmemmap_nr(&geometry->pgmap);

	if (!geometry->dedup) {
		fill(mms_job_page(job, job->start_pfn), (job->end_pfn - job->start_pfn)
		                                                << MMS_STRUCT_PAGE_SHIFT);
		return 0;
	}
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += step)
		fill(mms_job_page(job, pfn), mms_geometry_compound_nr_pages(geometry, pfn)
		                                     << MMS_STRUCT_PAGE_SHIFT);
	return 0;
}

#define FILL(id)                                                                                   \
	static int job_##id(const struct mms_job *job)                                             \
	{                                                                                          \
		return fill_job(job, fill_##id);                                                   \
	}
#define fill_avx2   mms_fill_avx2
#define fill_avx512 mms_fill_avx512
FILL(stosb)
FILL(movsb)
FILL(movnti)
FILL(avx2)
FILL(avx512)
FILL(temporal)

static const struct mms_initializer fills[] = {
	{
		.name = "fill-stosb",
		.description = "rep stosb",
		.cuttable = true,
		.init = job_stosb,
	},
	{
		.name = "fill-movsb",
		.description = "rep movsb from a cached block of 256 KiB",
		.cuttable = true,
		.init = job_movsb,
	},
	{
		.name = "fill-movnti",
		.description = "8-byte non-temporal stores",
		.cuttable = true,
		.init = job_movnti,
	},
	{
		.name = "fill-avx2",
		.description = "32-byte non-temporal stores",
		.cpu = MMS_CPU_AVX2,
		.cuttable = true,
		.init = job_avx2,
	},
	{
		.name = "fill-avx512",
		.description = "64-byte non-temporal stores",
		.cpu = MMS_CPU_AVX512F,
		.cuttable = true,
		.init = job_avx512,
	},
	{
		.name = "fill-temporal",
		.description = "the widest plain stores",
		.cuttable = true,
		.init = job_temporal,
	},
};

static int job_nothing(const struct mms_job *job)
{
	(void)job;
	return 0;
}

const struct mms_initializer *mms_fill_at(size_t index)
{
	unsigned int features = mms_cpu_features();

	for (size_t i = 0; i < sizeof(fills) / sizeof(*fills); i++)
		if (!(fills[i].cpu & ~features) && index-- == 0)
			return &fills[i];
	return NULL;
}

const struct mms_initializer *mms_fill_nothing(void)
{
	static const struct mms_initializer nothing = {
		.name = "empty",
		.description = "does nothing",
		.cuttable = true,
		.init = job_nothing,
	};

	return &nothing;
}
