// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Making a plan, and counting what it comes to. */
#include "plan.h"

#include <stdlib.h>

#include "command.h"
#include "output.h"

/* Node of the memmap of namespace number @index. */
static int node_of(const struct plan *plan, size_t index)
{
	const struct plan_request *request = plan->request;
	const struct mms_topology *topology = plan->topology;

	if (request->nr_nodes)
		return request->nodes[index % request->nr_nodes];
	return mms_topology_node_at(topology, index % mms_topology_node_count(topology))->number;
}

/* A job for each range of each namespace; their memory isn't there. */
static unsigned int make_jobs(const struct plan *plan, struct mms_placed_job *jobs)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < plan->request->nr_namespaces; i++) {
		const struct mms_geometry *geometry = &plan->request->geometries[i];

		for (unsigned int j = 0; j < geometry->pgmap.nr_range; j++) {
			struct mms_pfn_range pfns = mms_geometry_device_pfns(geometry, j);

			jobs[nr++] = (struct mms_placed_job){
				.job =
					{
						.geometry = geometry,
						.start_pfn = pfns.start,
						.end_pfn = pfns.end,
					},
				.node = node_of(plan, i),
			};
		}
	}
	return nr;
}

static int make_schedule(struct plan *plan, struct mms_placed_job *jobs)
{
	const struct plan_request *request = plan->request;
	unsigned int cores;
	int error = mms_topology_create(request->topology, request->cpus, &plan->topology);

	if (error)
		return error;
	plan->pool.threads = request->threads;
	plan->pool.node = request->nr_nodes == 1 ? request->nodes[0] : MMS_NODE_ANY;
	if (!plan->pool.threads)
		error = mms_topology_cores(plan->topology, plan->pool.node, &plan->pool.threads);
	/* Also those that no namespace happens to lie on. */
	for (size_t i = 0; i < request->nr_nodes && !error; i++)
		error = mms_topology_cores(plan->topology, request->nodes[i], &cores);
	if (error)
		return error;
	return mms_schedule_create(plan->topology, &plan->pool, jobs, make_jobs(plan, jobs),
	                           request->split, &plan->schedule);
}

static bool is_helping(const struct plan *plan, size_t chunk)
{
	const struct mms_schedule *schedule = plan->schedule;
	const struct mms_worker *worker = &schedule->workers[plan->takers[chunk]];

	return schedule->queues[worker->queue].first > chunk ||
	       schedule->queues[worker->queue].end <= chunk;
}

static struct plan_node *node_numbered(const struct plan *plan, int number)
{
	size_t i = 0;

	while (mms_topology_node_at(plan->topology, i)->number != number)
		i++;
	return &plan->nodes[i];
}

static void add(struct plan_load *load, uint64_t pages, bool helping)
{
	load->chunks++;
	load->helping += helping;
	load->pages += pages;
}

static void count_loads(struct plan *plan)
{
	const struct mms_schedule *schedule = plan->schedule;

	for (size_t i = 0; i < schedule->nr_chunks; i++) {
		const struct mms_chunk *chunk = &schedule->chunks[i];
		const struct mms_worker *worker = &schedule->workers[plan->takers[i]];
		bool helping = is_helping(plan, i);

		add(&node_numbered(plan, schedule->jobs[chunk->job].node)->lies, chunk->nr_pages,
		    false);
		add(&node_numbered(plan, worker->node)->taken, chunk->nr_pages, helping);
		add(&plan->workers[plan->takers[i]], chunk->nr_pages, helping);
	}
	for (unsigned int i = 0; i < schedule->nr_workers; i++)
		node_numbered(plan, schedule->workers[i].node)->threads++;
}

static void widen(struct plan_spread *spread, uint64_t pages)
{
	spread->least = pages < spread->least ? pages : spread->least;
	spread->most = pages > spread->most ? pages : spread->most;
}

static void count_spreads(struct plan *plan)
{
	const struct mms_schedule *schedule = plan->schedule;
	struct plan_spread workers = {.least = UINT64_MAX}, nodes = {.least = UINT64_MAX};
	uint64_t largest = 1;

	for (size_t i = 0; i < schedule->nr_chunks; i++)
		if (schedule->chunks[i].nr_pages > largest)
			largest = schedule->chunks[i].nr_pages;
	for (unsigned int i = 0; i < schedule->nr_workers; i++)
		widen(&workers, plan->workers[i].pages);
	for (size_t i = 0; i < mms_topology_node_count(plan->topology); i++)
		if (plan->nodes[i].threads)
			widen(&nodes, plan->nodes[i].taken.pages);
	workers.chunks_apart = (double)(workers.most - workers.least) / (double)largest;
	nodes.chunks_apart = (double)(nodes.most - nodes.least) / (double)largest;
	plan->among_workers = workers;
	plan->among_nodes = nodes;
}

static int make(struct plan *plan)
{
	const struct plan_request *request = plan->request;
	size_t ranges = request->nr_namespaces * request->geometries->pgmap.nr_range;
	struct mms_placed_job *jobs = calloc(ranges, sizeof(*jobs));
	int error;

	if (!jobs)
		return command_fail(STATUS_RESOURCE, "out of memory");
	error = make_schedule(plan, jobs);
	free(jobs);
	if (error)
		return command_fail_library(error);
	plan->takers = calloc(plan->schedule->nr_chunks, sizeof(*plan->takers));
	plan->workers = calloc(plan->schedule->nr_workers, sizeof(*plan->workers));
	plan->nodes = calloc(mms_topology_node_count(plan->topology), sizeof(*plan->nodes));
	if (!plan->takers || !plan->workers || !plan->nodes)
		return command_fail(STATUS_RESOURCE, "out of memory");
	error = mms_schedule_expect(plan->schedule, plan->takers);
	if (error)
		return command_fail_library(error);
	count_loads(plan);
	count_spreads(plan);
	return STATUS_OK;
}

bool plan_next_stretch(const struct plan *plan, unsigned int worker, size_t *chunk,
                       struct plan_stretch *stretch)
{
	const struct mms_schedule *schedule = plan->schedule;
	const struct mms_chunk *chunks = schedule->chunks;
	size_t at = *chunk;

	while (at < schedule->nr_chunks && plan->takers[at] != worker)
		at++;
	if (at == schedule->nr_chunks)
		return false;
	*stretch = (struct plan_stretch){chunks[at].job, chunks[at].start_pfn, chunks[at].end_pfn};
	while (++at < schedule->nr_chunks && plan->takers[at] == worker &&
	       chunks[at].job == stretch->job)
		stretch->end_pfn = chunks[at].end_pfn;
	*chunk = at;
	return true;
}

static int write_json(const struct plan *plan, struct output *output)
{
	json_t *json = plan_json(plan);
	int status = json ? output_write_json(output, json)
	                  : command_fail(STATUS_RESOURCE, "out of memory");

	json_decref(json);
	return status;
}

int plan_show(const struct plan_request *request)
{
	struct plan plan = {
		.machine = request->topology ? request->topology : "this machine",
		.request = request,
	};
	struct output output;
	int status = output_open(&output, request->json_path);

	if (status)
		return status;
	status = make(&plan);
	if (status == STATUS_OK) {
		geometry_options_print(request->geometry_options, request->geometries, stdout);
		plan_print(&plan, stdout);
		status = write_json(&plan, &output);
	}
	output_discard(&output);
	free(plan.nodes);
	free(plan.workers);
	free(plan.takers);
	mms_schedule_destroy(plan.schedule);
	mms_topology_destroy(plan.topology);
	return status;
}
