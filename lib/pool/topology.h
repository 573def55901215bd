/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of the pool layer share of a topology. */
#ifndef LIB_POOL_TOPOLOGY_H
#define LIB_POOL_TOPOLOGY_H

#include <hwloc.h>

#include <memmapsim/pool.h>

struct mms_core {
	unsigned int number; /* the system's, of its first CPU */
	unsigned int node;   /* index of its only node */
	hwloc_const_cpuset_t cpus;
};

struct mms_topology {
	hwloc_topology_t hwloc;
	struct mms_node *nodes; /* by ascending number */
	hwloc_obj_t *node_objects;
	unsigned int nr_nodes;
	struct mms_core *cores; /* the first of each node, the second of each, … */
	unsigned int nr_cores;
};

/* Index of node @number; or -EINVAL, with a sentence, if there is none. */
int mms_topology_find_node(const struct mms_topology *topology, int number);

/*
 * Which of the nodes marked in @candidates (at least one) is nearest to node @index: itself, else
 * one that is local to the same CPUs, else any; among several the one with the least latency.
 */
unsigned int mms_topology_nearest(const struct mms_topology *topology, unsigned int index,
                                  const bool *candidates);

/*
 * The cores that workers with @options are on, in order; worker i is on the i-th, wrapping around.
 * Refuses options that don't fit the topology.
 * @cores: room for topology->nr_cores
 * @return how many, or -EINVAL
 */
int mms_topology_select_cores(const struct mms_topology *topology,
                              const struct mms_pool_options *options,
                              const struct mms_core **cores);

#endif
