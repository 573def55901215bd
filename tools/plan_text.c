// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A schedule as tables. */
#include <inttypes.h>
#include <stdlib.h>

#include "command.h"
#include "options.h"
#include "plan.h"

#define MIB (UINT64_C(1) << 20)

/* What somebody takes, or what lies somewhere. */
struct load {
	size_t chunks;
	size_t helping; /* of these, other nodes' */
	uint64_t pages;
};

static void add(struct load *load, const struct mms_chunk *chunk, bool helping)
{
	load->chunks++;
	load->helping += helping;
	load->pages += chunk->nr_pages;
}

static double mib(uint64_t pages)
{
	return (double)(pages << MMS_STRUCT_PAGE_SHIFT) / (double)MIB;
}

static bool is_helping(const struct plan *plan, size_t chunk)
{
	const struct mms_schedule *schedule = plan->schedule;
	const struct mms_worker *worker = &schedule->workers[plan->takers[chunk]];

	return schedule->queues[worker->queue].first > chunk ||
	       schedule->queues[worker->queue].end <= chunk;
}

static void print_head(const struct plan *plan, FILE *stream)
{
	const struct mms_schedule *schedule = plan->schedule;
	unsigned int cores;

	mms_topology_cores(plan->topology, MMS_NODE_ANY, &cores);
	print_fact(stream, "machine", "%s: NUMA nodes: %zu, cores: %u", plan->machine,
	           mms_topology_node_count(plan->topology), cores);
	if (plan->nr_namespaces > 1)
		print_fact(stream, "namespaces", "%zu like this, one after the other",
		           plan->nr_namespaces);
	print_fact(stream, "threads", "%u", schedule->nr_workers);
	print_fact(stream, "split", "%s", mms_split_names[schedule->split]);
}

/* What lies on each node, and what its workers take if all are equally fast. */
static void print_nodes(const struct plan *plan, const struct load *by_worker, FILE *stream)
{
	const struct mms_schedule *schedule = plan->schedule;

	fputs("\n  node  cores  threads  chunks there       pages  struct pages  chunks taken"
	      "  of others\n",
	      stream);
	for (size_t i = 0; i < mms_topology_node_count(plan->topology); i++) {
		const struct mms_node *node = mms_topology_node_at(plan->topology, i);
		struct load lies = {0}, taken = {0};
		unsigned int threads = 0;

		for (size_t chunk = 0; chunk < schedule->nr_chunks; chunk++)
			if (schedule->jobs[schedule->chunks[chunk].job].node == node->number)
				add(&lies, &schedule->chunks[chunk], false);
		for (unsigned int worker = 0; worker < schedule->nr_workers; worker++) {
			if (schedule->workers[worker].node != node->number)
				continue;
			threads++;
			taken.chunks += by_worker[worker].chunks;
			taken.helping += by_worker[worker].helping;
		}
		fprintf(stream, "  %4d  %5u  %7u  %12zu  %10" PRIu64 "  %8.1f MiB  %12zu  %9zu\n",
		        node->number, node->nr_cores, threads, lies.chunks, lies.pages,
		        mib(lies.pages), taken.chunks, taken.helping);
	}
}

/* Pfns that a worker takes one after the other without a gap. */
struct stretch {
	unsigned int job;
	uint64_t start_pfn, end_pfn;
};

/* The next stretch of @worker, from chunk number *@chunk on, which moves behind it. */
static bool next_stretch(const struct plan *plan, unsigned int worker, size_t *chunk,
                         struct stretch *stretch)
{
	const struct mms_schedule *schedule = plan->schedule;
	const struct mms_chunk *chunks = schedule->chunks;
	size_t at = *chunk;

	while (at < schedule->nr_chunks && plan->takers[at] != worker)
		at++;
	if (at == schedule->nr_chunks)
		return false;
	*stretch = (struct stretch){chunks[at].job, chunks[at].start_pfn, chunks[at].end_pfn};
	while (++at < schedule->nr_chunks && plan->takers[at] == worker &&
	       chunks[at].job == stretch->job)
		stretch->end_pfn = chunks[at].end_pfn;
	*chunk = at;
	return true;
}

static void print_worker(const struct plan *plan, unsigned int index, const struct load *load,
                         bool all_ranges, FILE *stream)
{
	const struct mms_worker *worker = &plan->schedule->workers[index];
	struct stretch stretch;
	size_t chunk = 0, nr = 0;

	fprintf(stream, "  %6u  %4d  %5u  %6zu  %6zu  %10" PRIu64 "  %8.1f MiB", index,
	        worker->node, worker->core, load->chunks, load->helping, load->pages,
	        mib(load->pages));
	for (; next_stretch(plan, index, &chunk, &stretch); nr++)
		if (all_ranges || nr == 0)
			fprintf(stream, "%s%*s%#" PRIx64 "-%#" PRIx64, nr ? "\n" : "", nr ? 65 : 2,
			        "", stretch.start_pfn, stretch.end_pfn - 1);
	if (nr > 1 && !all_ranges)
		fprintf(stream, " and %zu more", nr - 1);
	fputc('\n', stream);
}

static void print_workers(const struct plan *plan, const struct load *by_worker, bool all_ranges,
                          FILE *stream)
{
	const struct mms_schedule *schedule = plan->schedule;

	fputs("\n  thread  node    CPU  chunks  others       pages  struct pages  pfns\n", stream);
	for (unsigned int queue = 0; queue + 1 < schedule->nr_queues; queue++)
		for (unsigned int i = 0; i < schedule->nr_workers; i++)
			if (schedule->workers[i].queue == queue)
				print_worker(plan, i, &by_worker[i], all_ranges, stream);
}

/* From the fewest to the most pages, by node with workers or by worker. */
static void print_balance(const struct plan *plan, const struct load *by_worker, FILE *stream)
{
	const struct mms_schedule *schedule = plan->schedule;
	uint64_t least = UINT64_MAX, most = 0, node_least = UINT64_MAX, node_most = 0, largest = 1;

	for (size_t i = 0; i < schedule->nr_chunks; i++)
		if (schedule->chunks[i].nr_pages > largest)
			largest = schedule->chunks[i].nr_pages;
	for (unsigned int queue = 0; queue + 1 < schedule->nr_queues; queue++) {
		uint64_t pages = 0;

		for (unsigned int i = 0; i < schedule->nr_workers; i++) {
			if (schedule->workers[i].queue != queue)
				continue;
			pages += by_worker[i].pages;
			least = by_worker[i].pages < least ? by_worker[i].pages : least;
			most = by_worker[i].pages > most ? by_worker[i].pages : most;
		}
		node_least = pages < node_least ? pages : node_least;
		node_most = pages > node_most ? pages : node_most;
	}
	fputc('\n', stream);
	print_fact(stream, "balance",
	           "nodes take %" PRIu64 " to %" PRIu64
	           " pages (%.2f chunks apart), threads %" PRIu64 " to %" PRIu64 " (%.2f)",
	           node_least, node_most, (double)(node_most - node_least) / (double)largest, least,
	           most, (double)(most - least) / (double)largest);
	print_fact(stream, "",
	           "if all threads take the same time for a page; those that are done earlier%s",
	           schedule->split == MMS_SPLIT_CHUNKS ? " take more" : " don't help");
}

int plan_print(const struct plan *plan, bool all_ranges, FILE *stream)
{
	const struct mms_schedule *schedule = plan->schedule;
	struct load *by_worker = calloc(schedule->nr_workers, sizeof(*by_worker));

	if (!by_worker)
		return command_fail(STATUS_RESOURCE, "out of memory");
	for (size_t i = 0; i < schedule->nr_chunks; i++)
		add(&by_worker[plan->takers[i]], &schedule->chunks[i], is_helping(plan, i));
	print_head(plan, stream);
	print_nodes(plan, by_worker, stream);
	print_workers(plan, by_worker, all_ranges, stream);
	print_balance(plan, by_worker, stream);
	free(by_worker);
	return STATUS_OK;
}
