// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Nodes and cores, as hwloc finds them: on this machine, in a description, in a recording. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "pool/source.h"
#include "pool/topology.h"

/* The most threads that a pool has; more than any machine has cores. */
#define MAX_THREADS 16384

/*
 * The node that a core belongs to. Several are local to it where fast memory or memory without CPUs
 * hangs on the same package: then the one that is local to the fewest others.
 */
static unsigned int home_of(const struct mms_topology *topology, hwloc_const_cpuset_t cpus)
{
	unsigned int home = 0;
	int fewest = INT_MAX;

	for (unsigned int i = 0; i < topology->nr_nodes; i++) {
		hwloc_const_cpuset_t local = topology->node_objects[i]->cpuset;
		int weight = hwloc_bitmap_weight(local);

		if (hwloc_bitmap_intersects(cpus, local) && weight < fewest) {
			home = i;
			fewest = weight;
		}
	}
	return home;
}

static int by_number(const void *a, const void *b)
{
	hwloc_obj_t first = *(const hwloc_obj_t *)a, second = *(const hwloc_obj_t *)b;

	return (first->os_index > second->os_index) - (first->os_index < second->os_index);
}

static void find_nodes(struct mms_topology *topology)
{
	for (unsigned int i = 0; i < topology->nr_nodes; i++)
		topology->node_objects[i] =
			hwloc_get_obj_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, i);
	qsort(topology->node_objects, topology->nr_nodes, sizeof(*topology->node_objects),
	      by_number);
	for (unsigned int i = 0; i < topology->nr_nodes; i++)
		topology->nodes[i].number = (int)topology->node_objects[i]->os_index;
}

/* Cores, or CPUs where nobody knows which of them make up a core. */
static int core_depth(const struct mms_topology *topology)
{
	int depth = hwloc_get_type_depth(topology->hwloc, HWLOC_OBJ_CORE);

	return depth >= 0 ? depth : hwloc_get_type_depth(topology->hwloc, HWLOC_OBJ_PU);
}

/* How many cores before this one in its node's list; orders them across the nodes. */
struct ranked_core {
	struct mms_core core;
	unsigned int rank;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked_core *first = a, *second = b;

	if (first->rank != second->rank)
		return first->rank < second->rank ? -1 : 1;
	return first->core.node < second->core.node ? -1 : 1;
}

static int find_cores(struct mms_topology *topology)
{
	struct ranked_core *ranked = calloc(topology->nr_cores, sizeof(*ranked));
	int depth = core_depth(topology);

	if (!ranked)
		return -ENOMEM;
	for (unsigned int i = 0; i < topology->nr_cores; i++) {
		hwloc_obj_t object = hwloc_get_obj_by_depth(topology->hwloc, depth, i);
		unsigned int node = home_of(topology, object->cpuset);

		ranked[i].rank = topology->nodes[node].nr_cores++;
		ranked[i].core = (struct mms_core){
			.number = (unsigned int)hwloc_bitmap_first(object->cpuset),
			.node = node,
			.cpus = object->cpuset,
		};
	}
	qsort(ranked, topology->nr_cores, sizeof(*ranked), by_rank);
	for (unsigned int i = 0; i < topology->nr_cores; i++)
		topology->cores[i] = ranked[i].core;
	free(ranked);
	return 0;
}

static int find_nearest(struct mms_topology *topology)
{
	bool *has_cores = calloc(topology->nr_nodes, sizeof(*has_cores));

	if (!has_cores)
		return -ENOMEM;
	for (unsigned int i = 0; i < topology->nr_nodes; i++)
		has_cores[i] = topology->nodes[i].nr_cores > 0;
	for (unsigned int i = 0; i < topology->nr_nodes; i++)
		topology->nodes[i].nearest =
			topology->nodes[mms_topology_nearest(topology, i, has_cores)].number;
	free(has_cores);
	return 0;
}

static int describe(struct mms_topology *topology)
{
	int nodes = hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE);
	int err;

	topology->nr_nodes = (unsigned int)nodes;
	topology->nr_cores = hwloc_get_nbobjs_by_depth(topology->hwloc, core_depth(topology));
	topology->nodes = calloc(topology->nr_nodes, sizeof(*topology->nodes));
	topology->node_objects = calloc(topology->nr_nodes, sizeof(*topology->node_objects));
	topology->cores = calloc(topology->nr_cores, sizeof(*topology->cores));
	if (!topology->nodes || !topology->node_objects || !topology->cores)
		return -ENOMEM;
	find_nodes(topology);
	err = find_cores(topology);
	return err ? err : find_nearest(topology);
}

int mms_topology_create(const char *description, const char *cpus, struct mms_topology **topology)
{
	struct mms_topology *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return mms_fail(ENOMEM, "no memory to describe a topology");
	err = mms_topology_load(description, cpus, &made->hwloc);
	if (!err && describe(made))
		err = mms_fail(ENOMEM, "no memory to describe nodes and cores");
	if (err) {
		mms_topology_destroy(made);
		return err;
	}
	*topology = made;
	return 0;
}

void mms_topology_destroy(struct mms_topology *topology)
{
	if (!topology)
		return;
	free(topology->nodes);
	free(topology->node_objects);
	free(topology->cores);
	if (topology->hwloc)
		hwloc_topology_destroy(topology->hwloc);
	free(topology);
}

size_t mms_topology_node_count(const struct mms_topology *topology)
{
	return topology->nr_nodes;
}

const struct mms_node *mms_topology_node_at(const struct mms_topology *topology, size_t index)
{
	return index < topology->nr_nodes ? &topology->nodes[index] : NULL;
}

int mms_topology_find_node(const struct mms_topology *topology, int number)
{
	char all[128] = "";
	size_t length = 0;

	for (unsigned int i = 0; i < topology->nr_nodes; i++)
		if (topology->nodes[i].number == number)
			return (int)i;
	for (unsigned int i = 0; i < topology->nr_nodes && length < sizeof(all); i++)
		length += (size_t)snprintf(all + length, sizeof(all) - length, "%s%d",
		                           i ? ", " : "", topology->nodes[i].number);
	return mms_fail(EINVAL, "there is no NUMA node %d; there %s %s%s", number,
	                topology->nr_nodes == 1 ? "is" : "are", all,
	                length < sizeof(all) ? "" : "…");
}

/* Of reads by CPUs of node @from; what no one knows is 0. */
static uint64_t latency(hwloc_obj_t from, hwloc_obj_t to, struct hwloc_distances_s *distances)
{
	hwloc_uint64_t there, back;

	if (!distances || hwloc_distances_obj_pair_values(distances, from, to, &there, &back))
		return 0;
	return there;
}

unsigned int mms_topology_nearest(const struct mms_topology *topology, unsigned int index,
                                  const bool *candidates)
{
	hwloc_obj_t to = topology->node_objects[index];
	struct hwloc_distances_s *distances = NULL;
	unsigned int nr = 1, nearest = UINT_MAX;
	bool nearest_is_local = false;
	uint64_t least = 0;

	if (candidates[index])
		return index;
	if (hwloc_distances_get_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, &nr, &distances,
	                                HWLOC_DISTANCES_KIND_MEANS_LATENCY, 0) ||
	    !nr)
		distances = NULL;
	for (unsigned int i = 0; i < topology->nr_nodes; i++) {
		hwloc_obj_t from = topology->node_objects[i];
		bool local = hwloc_bitmap_intersects(from->cpuset, to->cpuset);
		uint64_t value = latency(from, to, distances);

		if (!candidates[i])
			continue;
		if (nearest == UINT_MAX || local > nearest_is_local ||
		    (local == nearest_is_local && value < least)) {
			nearest = i;
			nearest_is_local = local;
			least = value;
		}
	}
	if (distances)
		hwloc_distances_release(topology->hwloc, distances);
	return nearest;
}

int mms_topology_cores(const struct mms_topology *topology, int node, unsigned int *cores)
{
	int index;

	if (node == MMS_NODE_ANY) {
		*cores = topology->nr_cores;
		return 0;
	}
	index = mms_topology_find_node(topology, node);
	if (index < 0)
		return index;
	index = mms_topology_find_node(topology, topology->nodes[index].nearest);
	*cores = topology->nodes[index].nr_cores;
	return 0;
}

int mms_topology_select_cores(const struct mms_topology *topology,
                              const struct mms_pool_options *options, const struct mms_core **cores)
{
	int index = -1, nr = 0;

	if (!options->threads || options->threads > MAX_THREADS)
		return mms_fail(EINVAL, "a pool of %u threads is not supported; give 1 to %d",
		                options->threads, MAX_THREADS);
	if (options->node != MMS_NODE_ANY) {
		index = mms_topology_find_node(topology, options->node);
		if (index < 0)
			return index;
		index = mms_topology_find_node(topology, topology->nodes[index].nearest);
	}
	for (unsigned int i = 0; i < topology->nr_cores; i++)
		if (index < 0 || topology->cores[i].node == (unsigned int)index)
			cores[nr++] = &topology->cores[i];
	return nr;
}
