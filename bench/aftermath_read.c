// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Who walks the struct pages right after the init, looking at flags and _refcount of each. */
#include <errno.h>

#include "aftermath_bench.h"
#include "error.h"
#include "permutation.h"

struct mms_pfn_range mms_aftermath_last_pfns(const struct mms_aftermath_bench *bench,
                                             uint64_t bytes)
{
	const struct mms_job *job = &bench->jobs[bench->nr_jobs - 1];
	uint64_t wanted = bytes >> MMS_STRUCT_PAGE_SHIFT;
	uint64_t half = (job->end_pfn - job->start_pfn + 1) / 2;

	return (struct mms_pfn_range){job->end_pfn - (wanted < half ? wanted : half), job->end_pfn};
}

static inline uint64_t look(const struct mms_page *page)
{
	return MMS_READ_ONCE(page->flags) + (uint32_t)MMS_READ_ONCE(page->_refcount);
}

/* Where the struct page of @pfn is read. Only shared tails have to be looked for. */
static inline const struct mms_page *find(const struct mms_aftermath_bench *bench, bool shared,
                                          uint64_t pfn)
{
	return shared ? mms_memmap_page(bench->map, pfn) : mms_job_page(&bench->jobs[0], pfn);
}

static inline __attribute__((always_inline)) uint64_t
walk(const struct mms_aftermath_bench *bench, bool shared, bool random, struct mms_pfn_range pfns)
{
	uint64_t count = pfns.end - pfns.start, sum = 0;
	struct mms_permutation permutation = mms_permutation(count, bench->config->seed);

	for (uint64_t i = 0; i < count; i++) {
		uint64_t offset = random ? mms_permute(&permutation, i) : i;

		sum += look(find(bench, shared, pfns.start + offset));
	}
	return sum;
}

/* One loop for each, so that none asks in it. */
static uint64_t read_pfns(const struct mms_aftermath_bench *bench, bool random,
                          struct mms_pfn_range pfns)
{
	if (bench->config->geometry->dedup)
		return random ? walk(bench, true, true, pfns) : walk(bench, true, false, pfns);
	return random ? walk(bench, false, true, pfns) : walk(bench, false, false, pfns);
}

/* Reading in order comes to the same. */
static uint64_t read_step(const struct mms_aftermath_bench *bench,
                          const struct mms_aftermath_step *step, bool random)
{
	uint64_t sum = 0;

	if (step->bytes)
		return read_pfns(bench, random, mms_aftermath_last_pfns(bench, step->bytes));
	for (unsigned int i = 0; i < bench->nr_jobs; i++) {
		const struct mms_job *job = &bench->jobs[i];

		sum += read_pfns(bench, random,
		                 (struct mms_pfn_range){job->start_pfn, job->end_pfn});
	}
	return sum;
}

void mms_aftermath_expect_sums(struct mms_aftermath_bench *bench)
{
	const struct mms_aftermath_result *result = bench->result;

	for (size_t i = 0; i < result->nr_steps; i++)
		if (result->steps[i].part == MMS_AFTERMATH_READ)
			bench->expected_sums[i] = read_step(bench, &result->steps[i], false);
}

static void add_region(const struct mms_aftermath_bench *bench, struct mms_aftermath_result *result,
                       const char *name, uint64_t bytes)
{
	struct mms_aftermath_step step = {
		.part = MMS_AFTERMATH_READ,
		.unit = "page",
		.bytes = bytes,
	};

	if (bytes) {
		struct mms_pfn_range last = mms_aftermath_last_pfns(bench, bytes);

		step.units = last.end - last.start;
	} else {
		for (unsigned int i = 0; i < bench->nr_jobs; i++)
			step.units += bench->jobs[i].end_pfn - bench->jobs[i].start_pfn;
	}
	mms_aftermath_add(result, step, "%s, in order", name);
	step.random = true;
	mms_aftermath_add(result, step, "%s, at random", name);
}

/* Half a cache: that much may well be left of what was written last. */
static void add_steps(const struct mms_aftermath_bench *bench, struct mms_aftermath_result *result)
{
	add_region(bench, result, "last L2/2", result->l2_bytes / 2);
	add_region(bench, result, "last LLC/2", result->last_level_bytes / 2);
	add_region(bench, result, "all", 0);
}

static int take(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row,
                const struct mms_aftermath_step *step, struct mms_measure *measures)
{
	int error = mms_aftermath_init(bench, row);
	uint64_t sum;

	if (error)
		return error;
	mms_stopwatch_start(&bench->watch);
	sum = read_step(bench, step, step->random);
	measures[0] = mms_stopwatch_stop(&bench->watch);
	if (step->random && !step->bytes)
		bench->flush_bytes = SIZE_MAX; /* now lines from anywhere are in the caches */
	if (sum != bench->expected_sums[step - bench->result->steps])
		return mms_fail(EUCLEAN, "a reader found struct pages that aren't as they were");
	return 0;
}

const struct mms_aftermath_ops mms_aftermath_read = {.add_steps = add_steps, .take = take};
