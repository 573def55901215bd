// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A schedule as JSON. docs/memmapsim-result.schema.json says what there is. */
#include "geometry_json.h"
#include "json_values.h"
#include "plan.h"
#include "result_json.h"

static json_t *bytes(uint64_t pages)
{
	return mms_json_number(pages << MMS_STRUCT_PAGE_SHIFT);
}

static json_t *node_json(const struct mms_node *node, const struct plan_node *load)
{
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "node", node->number, "cores",
	                 mms_json_number(node->nr_cores), "threads", mms_json_number(load->threads),
	                 "chunks_there", mms_json_number(load->lies.chunks), "pages_there",
	                 mms_json_number(load->lies.pages), "bytes_there", bytes(load->lies.pages),
	                 "chunks_taken", mms_json_number(load->taken.chunks), "chunks_of_others",
	                 mms_json_number(load->taken.helping));
}

/* Pfns, the end not included. */
static json_t *stretches_json(const struct plan *plan, unsigned int worker)
{
	json_t *list = json_array();
	struct plan_stretch stretch;
	size_t chunk = 0;

	while (plan_next_stretch(plan, worker, &chunk, &stretch))
		json_array_append_new(list, json_pack("[o, o]", mms_json_number(stretch.start_pfn),
		                                      mms_json_number(stretch.end_pfn)));
	return list;
}

static json_t *worker_json(const struct plan *plan, unsigned int index)
{
	const struct mms_worker *worker = &plan->schedule->workers[index];
	const struct plan_load *load = &plan->workers[index];

	return json_pack("{s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "thread", (int)index, "node",
	                 worker->node, "cpu", (int)worker->core, "chunks",
	                 mms_json_number(load->chunks), "chunks_of_others",
	                 mms_json_number(load->helping), "pages", mms_json_number(load->pages),
	                 "bytes", bytes(load->pages), "pfns", stretches_json(plan, index));
}

static json_t *spread_json(const struct plan_spread *spread)
{
	return json_pack("{s:o, s:o, s:f}", "least_pages", mms_json_number(spread->least),
	                 "most_pages", mms_json_number(spread->most), "chunks_apart",
	                 spread->chunks_apart);
}

json_t *plan_json(const struct plan *plan)
{
	const struct plan_request *request = plan->request;
	json_t *geometries = json_array(), *nodes = json_array(), *workers = json_array();
	unsigned int cores = 0;

	for (size_t i = 0; i < request->nr_namespaces; i++)
		json_array_append_new(geometries, mms_geometry_json(&request->geometries[i]));
	for (size_t i = 0; i < mms_topology_node_count(plan->topology); i++)
		json_array_append_new(
			nodes, node_json(mms_topology_node_at(plan->topology, i), &plan->nodes[i]));
	for (unsigned int i = 0; i < plan->schedule->nr_workers; i++)
		json_array_append_new(workers, worker_json(plan, i));
	mms_topology_cores(plan->topology, MMS_NODE_ANY, &cores);
	return json_pack("{s:i, s:s, s:s, s:i, s:i, s:o, s:o, s:s, s:o, s:o, s:{s:o, s:o}}",
	                 "schema_version", MMS_SCHEMA_VERSION, "command", "plan", "machine",
	                 plan->machine, "cores", (int)cores, "threads",
	                 (int)plan->schedule->nr_workers, "kernel",
	                 mms_kernel_json(request->geometries->kernel), "geometries", geometries,
	                 "split", mms_split_names[plan->schedule->split], "nodes", nodes, "workers",
	                 workers, "balance", "nodes", spread_json(&plan->among_nodes), "threads",
	                 spread_json(&plan->among_workers));
}
