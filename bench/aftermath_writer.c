// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Who goes back to the head and tail 1 of a compound after its init, as prep_compound_head() does,
 * and later faults. The init is done compound by compound, and each drains what it streamed, so
 * that all differs only in when somebody comes back to it.
 */
#include <string.h>

#include "aftermath_bench.h"
#include "footprint.h"

/* Whole compounds only, where a geometry without any ends in between. */
static void borrow_range(struct mms_aftermath_bench *bench, unsigned int i)
{
	struct mms_job *job = &bench->compound_jobs[i];

	job->start_pfn =
		(job->start_pfn + MMS_PAGEBLOCK_NR_PAGES - 1) & ~(MMS_PAGEBLOCK_NR_PAGES - 1);
	job->end_pfn &= ~(MMS_PAGEBLOCK_NR_PAGES - 1);
	if (job->end_pfn < job->start_pfn)
		job->end_pfn = job->start_pfn;
}

void mms_aftermath_find_compounds(struct mms_aftermath_bench *bench)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(bench->map);

	memcpy(bench->compound_jobs, bench->jobs, sizeof(bench->jobs));
	bench->borrowed = !geometry->pgmap.vmemmap_shift;
	if (!bench->borrowed)
		return;
	bench->compounds = *geometry;
	bench->compounds.pgmap.type = MMS_MEMORY_DEVICE_GENERIC;
	bench->compounds.pgmap.vmemmap_shift = MMS_PAGEBLOCK_ORDER;
	for (unsigned int i = 0; i < bench->nr_jobs; i++) {
		bench->compound_jobs[i].geometry = &bench->compounds;
		borrow_range(bench, i);
	}
}

/*
 * What prep_compound_head() writes: again, so that nothing changes. One release never comes to
 * write it into compounds without a tail 2.
 */
static void go_back(const struct mms_job *job, uint64_t head_pfn)
{
	const struct mms_kernel *kernel = job->geometry->kernel;
	unsigned int order = job->geometry->pgmap.vmemmap_shift;
	struct mms_page *head = mms_job_page(job, head_pfn);

	mms___SetPageHead(kernel, head);
	if (order > 1 || kernel->prep_head != MMS_PREP_HEAD_AFTER_TAIL_2)
		mms_prep_compound_metadata(kernel, head, order);
}

static void go_back_to_all(const struct mms_job *job)
{
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn;
	     pfn += mms_pgmap_vmemmap_nr(&job->geometry->pgmap))
		go_back(job, pfn);
}

static int write_range(const struct mms_job *job, const struct mms_initializer *initializer,
                       enum mms_aftermath_back back)
{
	uint64_t pages = mms_geometry_job_unit(job->geometry);
	struct mms_job part;

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += pages) {
		int error = mms_job_cut(job, pfn, pfn + pages, &part);

		if (!error && initializer)
			error = mms_init_range(initializer, &part);
		if (error)
			return error;
		if (back == MMS_AFTERMATH_BACK_EACH)
			go_back_to_all(&part);
	}
	return 0;
}

static int write_all(const struct mms_aftermath_bench *bench,
                     const struct mms_initializer *initializer, enum mms_aftermath_back back)
{
	int error = 0;

	for (unsigned int i = 0; i < bench->nr_jobs && !error; i++)
		error = write_range(&bench->compound_jobs[i], initializer, back);
	if (back == MMS_AFTERMATH_BACK_AT_END)
		for (unsigned int i = 0; i < bench->nr_jobs && !error; i++)
			go_back_to_all(&bench->compound_jobs[i]);
	return error;
}

static uint64_t nr_compounds(const struct mms_aftermath_bench *bench)
{
	uint64_t pages = 0;

	for (unsigned int i = 0; i < bench->nr_jobs; i++)
		pages += bench->compound_jobs[i].end_pfn - bench->compound_jobs[i].start_pfn;
	return pages / mms_pgmap_vmemmap_nr(&bench->compound_jobs[0].geometry->pgmap);
}

static void add_steps(const struct mms_aftermath_bench *bench, struct mms_aftermath_result *result)
{
	static const char *const names[] = {
		[MMS_AFTERMATH_BACK_NEVER] = "init alone",
		[MMS_AFTERMATH_BACK_AT_END] = "init, then back to all",
		[MMS_AFTERMATH_BACK_EACH] = "init, back after each",
	};
	struct mms_aftermath_step step = {
		.part = MMS_AFTERMATH_WRITER,
		.unit = "compound",
		.units = nr_compounds(bench),
	};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(*names) && step.units; i++) {
		step.back = (enum mms_aftermath_back)i;
		mms_aftermath_add(result, step, "%s", names[i]);
	}
}

int mms_aftermath_check_writer(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row,
                               struct mms_report *report)
{
	const struct mms_geometry *geometry = bench->compound_jobs[0].geometry;
	struct mms_oracle oracle = {
		.geometry = geometry,
		.vmemmap = bench->jobs[0].vmemmap,
		.pgmap = (uint64_t)(uintptr_t)&geometry->pgmap,
	};
	int error = write_all(bench, row->initializer, MMS_AFTERMATH_BACK_EACH);

	bench->author = row;
	*report = (struct mms_report){0};
	if (!error && !bench->borrowed)
		mms_verify_memmap(bench->map, &bench->config->seed, report);
	for (unsigned int i = 0; i < bench->nr_jobs && bench->borrowed && !error; i++) {
		const struct mms_job *job = &bench->compound_jobs[i];

		if (!report->mismatches)
			mms_verify_image(&oracle, mms_job_page(job, job->start_pfn), job->start_pfn,
			                 job->end_pfn - job->start_pfn, report);
	}
	return error;
}

/* Without an init, the writer finds compounds that were made before, and the caches empty. */
static int make_compounds(struct mms_aftermath_bench *bench)
{
	int error = 0;

	if (bench->borrowed)
		error = write_all(bench, bench->naive, MMS_AFTERMATH_BACK_NEVER);
	mms_footprint_flush(bench->map, bench->flush_bytes);
	return error;
}

static int take(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row,
                const struct mms_aftermath_step *step, struct mms_measure *measures)
{
	int error = row->initializer ? 0 : make_compounds(bench);

	if (error)
		return error;
	if (row->initializer)
		bench->author = row;
	mms_stopwatch_start(&bench->watch);
	error = write_all(bench, row->initializer, step->back);
	measures[0] = mms_stopwatch_stop(&bench->watch);
	if (!error && bench->borrowed)
		error = mms_aftermath_restore(bench);
	return error;
}

const struct mms_aftermath_ops mms_aftermath_writer = {.add_steps = add_steps, .take = take};
