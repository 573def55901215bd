// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Cutting jobs, and dealing the parts out to nodes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "pool/schedule.h"
#include "pool/topology.h"

/* A schedule in the making, and what is known only then. */
struct dealing {
	struct mms_schedule made;
	const struct mms_topology *topology;
	struct mms_worker *workers;
	struct mms_queue *queues;
	struct mms_placed_job *jobs;
	struct mms_chunk *chunks;
	const struct mms_core **cores;
	unsigned int *queue_of_node; /* by index; of those that have one */
	unsigned int *queue_of_job;
	bool *has_queue; /* by index of the node */
};

/* [start, end) in parts: part i is [border(i), border(i + 1)), perhaps empty. */
struct cuts {
	uint64_t start, end;
	uint64_t unit; /* borders between parts are multiples of this */
	uint64_t nr;
	enum mms_split split;
};

/* Compounds and pageblocks stay whole, and for chunks so do sections. */
static struct cuts cuts_of(const struct mms_job *job, enum mms_split split, unsigned int nr_workers)
{
	struct cuts cuts = {
		.start = job->start_pfn,
		.end = job->end_pfn,
		.unit = mms_geometry_job_unit(job->geometry),
		.nr = nr_workers,
		.split = split,
	};

	if (split == MMS_SPLIT_CHUNKS && cuts.unit < MMS_PAGES_PER_SECTION)
		cuts.unit = MMS_PAGES_PER_SECTION;
	if (split == MMS_SPLIT_CHUNKS)
		cuts.nr = (cuts.end + cuts.unit - 1) / cuts.unit - cuts.start / cuts.unit;
	return cuts;
}

static uint64_t border(const struct cuts *cuts, uint64_t index)
{
	uint64_t pfn;

	if (index == 0)
		return cuts->start;
	if (index == cuts->nr)
		return cuts->end;
	if (cuts->split == MMS_SPLIT_CHUNKS)
		return (cuts->start / cuts->unit + index) * cuts->unit;
	pfn = cuts->start + (cuts->end - cuts->start) * index / cuts->nr;
	pfn -= pfn % cuts->unit;
	return pfn > cuts->start ? pfn : cuts->start;
}

/* How many pages of [start, end) get initialized. */
static uint64_t count_pages(const struct mms_geometry *geometry, uint64_t start, uint64_t end)
{
	uint64_t nr = 0;

	if (!geometry->dedup)
		return end - start;
	for (uint64_t pfn = start; pfn < end; pfn += mms_pgmap_vmemmap_nr(&geometry->pgmap))
		nr += mms_geometry_compound_nr_pages(geometry, pfn);
	return nr;
}

static int no_memory(void)
{
	return mms_fail(ENOMEM, "no memory for a schedule");
}

/* Workers, and a queue for each node that has some. */
static int place_workers(struct dealing *dealing, const struct mms_pool_options *options)
{
	const struct mms_topology *topology = dealing->topology;
	struct mms_schedule *made = &dealing->made;
	int nr_cores;

	dealing->cores = calloc(topology->nr_cores, sizeof(*dealing->cores));
	dealing->has_queue = calloc(topology->nr_nodes, sizeof(*dealing->has_queue));
	dealing->queue_of_node = calloc(topology->nr_nodes, sizeof(*dealing->queue_of_node));
	dealing->queues = calloc(topology->nr_nodes + 1, sizeof(*dealing->queues));
	if (!dealing->cores || !dealing->has_queue || !dealing->queue_of_node || !dealing->queues)
		return no_memory();
	nr_cores = mms_topology_select_cores(topology, options, dealing->cores);
	if (nr_cores < 0)
		return nr_cores;
	dealing->workers = calloc(options->threads, sizeof(*dealing->workers));
	if (!dealing->workers)
		return no_memory();

	made->nr_workers = options->threads;
	for (unsigned int i = 0; i < made->nr_workers; i++)
		dealing->has_queue[dealing->cores[i % (unsigned int)nr_cores]->node] = true;
	for (unsigned int i = 0; i < topology->nr_nodes; i++) {
		if (!dealing->has_queue[i])
			continue;
		dealing->queue_of_node[i] = made->nr_queues;
		dealing->queues[made->nr_queues++].node = topology->nodes[i].number;
	}
	dealing->queues[made->nr_queues++] =
		(struct mms_queue){MMS_NODE_ANY, made->nr_workers, 0, 0};
	for (unsigned int i = 0; i < made->nr_workers; i++) {
		const struct mms_core *core = dealing->cores[i % (unsigned int)nr_cores];

		dealing->workers[i] = (struct mms_worker){
			.index = i,
			.core = core->number,
			.node = topology->nodes[core->node].number,
			.queue = dealing->queue_of_node[core->node],
		};
		dealing->queues[dealing->workers[i].queue].nr_workers++;
	}
	return 0;
}

/* Each job's queue: of its node, or of the nearest that has workers. */
static int place_jobs(struct dealing *dealing, const struct mms_placed_job *jobs)
{
	struct mms_schedule *made = &dealing->made;

	dealing->jobs = calloc(made->nr_jobs ? made->nr_jobs : 1, sizeof(*dealing->jobs));
	dealing->queue_of_job =
		calloc(made->nr_jobs ? made->nr_jobs : 1, sizeof(*dealing->queue_of_job));
	if (!dealing->jobs || !dealing->queue_of_job)
		return no_memory();
	for (unsigned int i = 0; i < made->nr_jobs; i++) {
		int node;

		dealing->jobs[i] = jobs[i];
		dealing->queue_of_job[i] = made->nr_queues - 1;
		if (jobs[i].node == MMS_NODE_ANY)
			continue;
		node = mms_topology_find_node(dealing->topology, jobs[i].node);
		if (node < 0)
			return node;
		node = (int)mms_topology_nearest(dealing->topology, (unsigned int)node,
		                                 dealing->has_queue);
		dealing->queue_of_job[i] = dealing->queue_of_node[node];
	}
	return 0;
}

/* Write the chunks of a job, or only count them if there is no room yet. */
static void cut_job(struct dealing *dealing, unsigned int job, unsigned int nr_workers)
{
	const struct mms_job *whole = &dealing->jobs[job].job;
	struct mms_schedule *made = &dealing->made;
	struct cuts cuts = cuts_of(whole, made->split, nr_workers);

	for (uint64_t i = 0; i < cuts.nr; i++) {
		uint64_t start = border(&cuts, i), end = border(&cuts, i + 1);

		if (start == end)
			continue;
		if (dealing->chunks)
			dealing->chunks[made->nr_chunks] = (struct mms_chunk){
				.job = job,
				.start_pfn = start,
				.end_pfn = end,
				.nr_pages = count_pages(whole->geometry, start, end),
			};
		made->nr_chunks++;
	}
}

static void cut_jobs(struct dealing *dealing)
{
	struct mms_schedule *made = &dealing->made;

	made->nr_chunks = 0;
	for (unsigned int i = 0; i < made->nr_queues; i++) {
		dealing->queues[i].first = made->nr_chunks;
		for (unsigned int job = 0; job < made->nr_jobs; job++)
			if (dealing->queue_of_job[job] == i)
				cut_job(dealing, job, dealing->queues[i].nr_workers);
		dealing->queues[i].end = made->nr_chunks;
	}
}

static int deal(struct dealing *dealing, const struct mms_pool_options *options,
                const struct mms_placed_job *jobs)
{
	int err = place_workers(dealing, options);

	if (!err)
		err = place_jobs(dealing, jobs);
	if (err)
		return err;
	cut_jobs(dealing);
	dealing->chunks = calloc(dealing->made.nr_chunks ? dealing->made.nr_chunks : 1,
	                         sizeof(*dealing->chunks));
	if (!dealing->chunks)
		return no_memory();
	cut_jobs(dealing);
	return 0;
}

int mms_schedule_create(const struct mms_topology *topology, const struct mms_pool_options *options,
                        const struct mms_placed_job *jobs, unsigned int nr_jobs,
                        enum mms_split split, struct mms_schedule **schedule)
{
	struct dealing dealing = {
		.made = {.split = split, .nr_jobs = nr_jobs},
		.topology = topology,
	};
	struct mms_schedule *made;
	int err;

	if (split != MMS_SPLIT_CHUNKS && split != MMS_SPLIT_SHARES)
		return mms_fail(EINVAL, "%d is no way to split jobs", (int)split);
	made = malloc(sizeof(*made));
	err = made ? deal(&dealing, options, jobs) : no_memory();
	free(dealing.cores);
	free(dealing.has_queue);
	free(dealing.queue_of_node);
	free(dealing.queue_of_job);
	dealing.made.workers = dealing.workers;
	dealing.made.queues = dealing.queues;
	dealing.made.jobs = dealing.jobs;
	dealing.made.chunks = dealing.chunks;
	if (made)
		*made = dealing.made;
	if (err)
		mms_schedule_destroy(made);
	else
		*schedule = made;
	return err;
}

void mms_schedule_destroy(struct mms_schedule *schedule)
{
	if (!schedule)
		return;
	free((void *)schedule->workers);
	free((void *)schedule->queues);
	free((void *)schedule->jobs);
	free((void *)schedule->chunks);
	free(schedule);
}
