// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A schedule as tables. */
#include <inttypes.h>

#include "command.h"
#include "plan.h"

#define MIB (UINT64_C(1) << 20)

static double mib(uint64_t pages)
{
	return (double)(pages << MMS_STRUCT_PAGE_SHIFT) / (double)MIB;
}

static void print_head(const struct plan *plan, FILE *stream)
{
	const struct mms_schedule *schedule = plan->schedule;
	unsigned int cores;

	mms_topology_cores(plan->topology, MMS_NODE_ANY, &cores);
	print_fact(stream, "machine", "%s: NUMA nodes: %zu, cores: %u", plan->machine,
	           mms_topology_node_count(plan->topology), cores);
	if (plan->request->nr_namespaces > 1)
		print_fact(stream, "namespaces", "%zu like this, one after the other",
		           plan->request->nr_namespaces);
	print_fact(stream, "threads", "%u", schedule->nr_workers);
	print_fact(stream, "split", "%s", mms_split_names[schedule->split]);
}

/* What lies on each node, and what its workers take if all are equally fast. */
static void print_nodes(const struct plan *plan, FILE *stream)
{
	fputs("\n  node  cores  threads  chunks there       pages  struct pages  chunks taken"
	      "  of others\n",
	      stream);
	for (size_t i = 0; i < mms_topology_node_count(plan->topology); i++) {
		const struct mms_node *node = mms_topology_node_at(plan->topology, i);
		const struct plan_node *load = &plan->nodes[i];

		fprintf(stream, "  %4d  %5u  %7u  %12zu  %10" PRIu64 "  %8.1f MiB  %12zu  %9zu\n",
		        node->number, node->nr_cores, load->threads, load->lies.chunks,
		        load->lies.pages, mib(load->lies.pages), load->taken.chunks,
		        load->taken.helping);
	}
}

static void print_worker(const struct plan *plan, unsigned int index, FILE *stream)
{
	const struct mms_worker *worker = &plan->schedule->workers[index];
	const struct plan_load *load = &plan->workers[index];
	bool all_ranges = plan->request->all_ranges;
	struct plan_stretch stretch;
	size_t chunk = 0, nr = 0;

	fprintf(stream, "  %6u  %4d  %5u  %6zu  %6zu  %10" PRIu64 "  %8.1f MiB", index,
	        worker->node, worker->core, load->chunks, load->helping, load->pages,
	        mib(load->pages));
	for (; plan_next_stretch(plan, index, &chunk, &stretch); nr++)
		if (all_ranges || nr == 0)
			fprintf(stream, "%s%*s%#" PRIx64 "-%#" PRIx64, nr ? "\n" : "", nr ? 65 : 2,
			        "", stretch.start_pfn, stretch.end_pfn - 1);
	if (nr > 1 && !all_ranges)
		fprintf(stream, " and %zu more", nr - 1);
	fputc('\n', stream);
}

static void print_workers(const struct plan *plan, FILE *stream)
{
	const struct mms_schedule *schedule = plan->schedule;

	fputs("\n  thread  node    CPU  chunks  others       pages  struct pages  pfns\n", stream);
	for (unsigned int queue = 0; queue + 1 < schedule->nr_queues; queue++)
		for (unsigned int i = 0; i < schedule->nr_workers; i++)
			if (schedule->workers[i].queue == queue)
				print_worker(plan, i, stream);
}

static void print_balance(const struct plan *plan, FILE *stream)
{
	const struct plan_spread *nodes = &plan->among_nodes, *workers = &plan->among_workers;

	fputc('\n', stream);
	print_fact(stream, "balance",
	           "nodes take %" PRIu64 " to %" PRIu64 " pages, %.2f chunks apart", nodes->least,
	           nodes->most, nodes->chunks_apart);
	print_fact(stream, "", "threads take %" PRIu64 " to %" PRIu64 " pages, %.2f chunks apart,",
	           workers->least, workers->most, workers->chunks_apart);
	print_fact(stream, "",
	           "if all threads take the same time for a page; those that are done earlier%s",
	           plan->schedule->split == MMS_SPLIT_CHUNKS ? " take more" : " don't help");
}

void plan_print(const struct plan *plan, FILE *stream)
{
	print_head(plan, stream);
	print_nodes(plan, stream);
	print_workers(plan, stream);
	print_balance(plan, stream);
}
