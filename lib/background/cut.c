// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How a memmap is cut into chunks, by policy, and which chunks pfns are in. Arithmetic only. */
#include <errno.h>

#include "background/background.h"
#include "error.h"
#include "init/init.h"

/* Sub-ranges per namespace in the second version of the 2018 series. */
#define SUB_RANGES 1024

static uint64_t divide_up(uint64_t dividend, uint64_t divisor)
{
	return (dividend + divisor - 1) / divisor;
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return divide_up(value, unit) * unit;
}

/*
 * Only waiters see items as a whole. For workers they are cut into equal parts of at most a
 * section, between which they turn to other devices, as the threads of 2018 did by being scheduled.
 */
static uint64_t part_of_share(uint64_t total, unsigned int workers)
{
	uint64_t share = divide_up(total, workers);

	return divide_up(share, divide_up(share, MMS_PAGES_PER_SECTION));
}

static uint64_t sub_range(uint64_t total, unsigned int workers)
{
	(void)workers;
	return divide_up(total, SUB_RANGES);
}

static uint64_t section(uint64_t total, unsigned int workers)
{
	(void)total;
	(void)workers;
	return MMS_PAGES_PER_SECTION;
}

static const struct mms_policy policies[MMS_NR_WAITS] = {
	[MMS_WAIT_ITEM] =
		{
			.chunk_pfns = part_of_share,
			.shares = true,
			.waiters_want_items = true,
		},
	[MMS_WAIT_HELP] =
		{
			.chunk_pfns = sub_range,
			.shares = true,
			.waiters_help = true,
		},
	[MMS_WAIT_CHUNK] =
		{
			.chunk_pfns = section,
			.waiters_help = true,
		},
};

static void add_piece(struct mms_cut *cut, const struct mms_job *job, uint64_t unit)
{
	struct mms_cut_piece *piece = &cut->pieces[cut->nr_pieces++];
	uint64_t origin_unit = cut->policy->shares ? unit : cut->chunk_pfns;

	piece->job = *job;
	piece->origin = job->start_pfn / origin_unit * origin_unit;
	piece->first_chunk = cut->nr_chunks;
	cut->nr_chunks += divide_up(job->end_pfn - piece->origin, cut->chunk_pfns);
	cut->total_pfns += job->end_pfn - job->start_pfn;
}

static uint64_t count_device_pfns(const struct mms_geometry *geometry)
{
	uint64_t total = 0;

	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		struct mms_pfn_range pfns = mms_geometry_device_pfns(geometry, i);

		total += pfns.end - pfns.start;
	}
	return total;
}

int mms_cut_memmap(struct mms_memmap *map, const struct mms_background_options *options,
                   unsigned int workers, struct mms_cut *cut)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(map);
	uint64_t unit = mms_geometry_job_unit(geometry);
	uint64_t device_pfns = count_device_pfns(geometry);
	struct mms_cut made = {0};
	struct mms_job job;

	if ((unsigned int)options->wait >= MMS_NR_WAITS)
		return mms_fail(EINVAL, "%d is no way to wait", (int)options->wait);
	if (geometry->zone)
		return mms_fail(EINVAL, "normal memory has no background to wait for; "
		                        "mms_pool_deferred_init() initializes it");
	made.policy = &policies[options->wait];
	made.chunk_pfns = round_up(made.policy->chunk_pfns(device_pfns, workers), unit);
	made.nr_items = made.policy->shares ? workers : 1;
	if (options->async == MMS_ASYNC_ALL && mms_altmap_job_create(map, &job))
		add_piece(&made, &job, unit);
	made.altmap_chunks = made.nr_chunks;
	for (unsigned int i = 0; i < geometry->pgmap.nr_range; i++) {
		int err = mms_job_create(map, i, &job);

		if (err)
			return err;
		job.gates = options->gates;
		add_piece(&made, &job, unit);
	}
	*cut = made;
	return 0;
}

struct mms_chunks mms_cut_chunks(const struct mms_cut *cut, uint64_t start_pfn, uint64_t end_pfn)
{
	struct mms_chunks chunks = {0, 0};

	for (unsigned int i = 0; i < cut->nr_pieces; i++) {
		const struct mms_cut_piece *piece = &cut->pieces[i];
		uint64_t start = start_pfn, end = end_pfn;

		if (start < piece->job.start_pfn)
			start = piece->job.start_pfn;
		if (end > piece->job.end_pfn)
			end = piece->job.end_pfn;
		if (start >= end)
			continue;
		if (!chunks.end)
			chunks.first =
				piece->first_chunk + (start - piece->origin) / cut->chunk_pfns;
		chunks.end = piece->first_chunk + (end - 1 - piece->origin) / cut->chunk_pfns + 1;
	}
	return chunks;
}

void mms_cut_job(const struct mms_cut *cut, size_t index, struct mms_job *job)
{
	const struct mms_cut_piece *piece = &cut->pieces[cut->nr_pieces - 1];
	uint64_t start, end;

	while (index < piece->first_chunk)
		piece--;
	start = piece->origin + (index - piece->first_chunk) * cut->chunk_pfns;
	end = start + cut->chunk_pfns;
	*job = piece->job;
	if (start > job->start_pfn)
		job->start_pfn = start;
	if (end < job->end_pfn)
		job->end_pfn = end;
}

struct mms_chunks mms_cut_item(const struct mms_cut *cut, unsigned int index)
{
	size_t altmap = cut->altmap_chunks, device = cut->nr_chunks - altmap;

	if (index == cut->nr_items)
		return (struct mms_chunks){0, altmap};
	return (struct mms_chunks){
		.first = altmap + index * device / cut->nr_items,
		.end = altmap + (index + 1) * device / cut->nr_items,
	};
}

/* The item of a chunk: the last one that doesn't begin after it. */
static unsigned int item_of(const struct mms_cut *cut, size_t chunk)
{
	size_t altmap = cut->altmap_chunks, device = cut->nr_chunks - altmap;

	if (chunk < altmap)
		return cut->nr_items;
	return (unsigned int)(((chunk - altmap + 1) * cut->nr_items - 1) / device);
}

struct mms_chunks mms_cut_whole_items(const struct mms_cut *cut, struct mms_chunks chunks)
{
	if (chunks.first == chunks.end)
		return chunks;
	return (struct mms_chunks){
		.first = mms_cut_item(cut, item_of(cut, chunks.first)).first,
		.end = mms_cut_item(cut, item_of(cut, chunks.end - 1)).end,
	};
}
