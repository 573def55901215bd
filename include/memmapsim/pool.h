/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file pool.h
 * Many threads on one job: where cores and memory are, who is to take what, and the workers.
 *
 * Three things, each of which can be had without the next. A topology says which NUMA nodes and
 * cores there are, on this machine or on one that is only described. A schedule says which pfns are
 * for the workers of which node; it is plain data, for which no thread is started and no struct
 * page touched. A pool has the workers. They live from mms_pool_create(), the only function of the
 * library that starts threads, to mms_pool_destroy(), and sleep while there is nothing to do.
 *
 * Nodes go by the numbers that the system gives them, as in /sys/devices/system/node.
 */
#ifndef MEMMAPSIM_POOL_H
#define MEMMAPSIM_POOL_H

#include <memmapsim/init.h>

#ifdef __cplusplus
extern "C" {
#endif

/** No node in particular. */
#define MMS_NODE_ANY (-1)

/** @name Topology. Nothing changes one once it is made, so any number of threads may use it. */
/** @{ */
struct mms_topology;

/** A NUMA node. A core belongs to one of them only: of those that it is local to, the smallest. */
struct mms_node {
	int number;
	unsigned int nr_cores; /**< 0: memory only; its work is for the cores of @p nearest */
	int nearest;           /**< the node itself if it has cores, else the nearest that has */
};

/**
 * Find out about a machine.
 * @param description  NULL: this one, as far as this process may run on it; "numa:8 core:28 pu:1",
 *                     as hwloc(7) describes synthetic topologies; or, with a "/" or ".xml" in it,
 *                     a file that "lstopo FILE.xml" wrote
 * @param cpus         NULL: all; "0-3,8": only these CPUs, each of which must be there
 * @param topology     to be given to mms_topology_destroy()
 * @return 0; -EINVAL: not understood; -ENOMEM; or what opening the file gave
 */
MMS_API int mms_topology_create(const char *description, const char *cpus,
                                struct mms_topology **topology);

/** NULL is fine. Pools and schedules made with it may live on. */
MMS_API void mms_topology_destroy(struct mms_topology *topology);

/** @return how many nodes there are, at least 1. */
MMS_API size_t mms_topology_node_count(const struct mms_topology *topology);

/** @return node @p index, by ascending number, or NULL past the last. Owned by the topology. */
MMS_API const struct mms_node *mms_topology_node_at(const struct mms_topology *topology,
                                                    size_t index);

/**
 * The cores that do the work of @p node (MMS_NODE_ANY: all cores): how many threads are the
 * default.
 * @return 0; -EINVAL: no such node
 */
MMS_API int mms_topology_cores(const struct mms_topology *topology, int node, unsigned int *cores);
/** @} */

/** What threads may run on. */
enum mms_bind {
	MMS_BIND_NONE, /**< as the system likes; then a worker's node is no more than a wish */
	MMS_BIND_CORE, /**< the worker's core */
	MMS_BIND_NODE, /**< the cores of the worker's node */
};

/** The workers of a pool. */
struct mms_pool_options {
	/**
	 * At least 1. Worker i is on the i-th core, counted across the nodes: first a core of each
	 * node, then the second of each, and so on, and then from the first again.
	 */
	unsigned int threads;
	int node; /**< only cores that do the work of this node; or MMS_NODE_ANY */
	enum mms_bind bind;
	bool sched_other; /**< not under SCHED_BATCH, which disturbs the rest of the machine less */
};

/** @name Schedule */
/** @{ */

/** How jobs are cut. */
enum mms_split {
	/**
	 * Whole sections, or compounds if those are larger; taken in order, own node's first, and
	 * then where there are any left. Several at once while there are many, one by one at the
	 * end.
	 */
	MMS_SPLIT_CHUNKS,
	/**
	 * As in the 2018 series: each job in as many equal parts as its node has workers, and no
	 * worker helps another node's.
	 */
	MMS_SPLIT_SHARES,
};

/** A job, and where the struct pages that it writes lie. */
struct mms_placed_job {
	struct mms_job job; /**< vmemmap and pageblocks may be missing where nothing is run */
	int node;           /**< MMS_NODE_ANY: unknown, or several; the work is for all */
};

/** A worker's place. */
struct mms_worker {
	unsigned int index;
	unsigned int core; /**< number of the core's first CPU */
	int node;
	unsigned int queue; /**< its own: of the schedule's queues */
};

/** What is taken as a whole: a part of a job, cut as mms_job_cut() allows. */
struct mms_chunk {
	unsigned int job;
	uint64_t start_pfn, end_pfn; /**< [start, end) */
	uint64_t nr_pages;           /**< of these, how many get initialized */
};

/** Chunks [first, end), in the order in which they are taken. */
struct mms_queue {
	int node; /**< whose workers take from it; MMS_NODE_ANY, the last queue: everyone's */
	unsigned int nr_workers; /**< of that node */
	size_t first, end;
};

/** Who is to take what. For reading only. */
struct mms_schedule {
	enum mms_split split;
	unsigned int nr_workers, nr_queues, nr_jobs;
	size_t nr_chunks;
	const struct mms_worker *workers;
	const struct mms_queue *queues; /**< one for each node with workers, and one for all */
	const struct mms_placed_job *jobs;
	const struct mms_chunk *chunks; /**< by queue, then by job, then by pfn */
};

/**
 * Cut jobs and deal them out, to the workers that a pool with these options has. A job of a node
 * without workers is for the nearest that has some.
 *
 * @param jobs      copied, but for what they point to, which must outlive the schedule
 * @param schedule  to be given to mms_schedule_destroy()
 * @return 0; -EINVAL: no threads, no such node, no such split, or more than 16384 threads; -ENOMEM
 */
MMS_API int mms_schedule_create(const struct mms_topology *topology,
                                const struct mms_pool_options *options,
                                const struct mms_placed_job *jobs, unsigned int nr_jobs,
                                enum mms_split split, struct mms_schedule **schedule);

/** NULL is fine. */
MMS_API void mms_schedule_destroy(struct mms_schedule *schedule);

/**
 * Which worker takes which chunk if all of them take the same time for a page: what a schedule
 * comes to on a quiet machine.
 * @param takers  one worker's index for each chunk
 * @return 0, or -ENOMEM
 */
MMS_API int mms_schedule_expect(const struct mms_schedule *schedule, unsigned int *takers);
/** @} */

/** @name Pool */
/** @{ */
struct mms_pool;

/**
 * Start the workers.
 * @param options  with another topology than this machine's, MMS_BIND_NONE is the only binding
 * @param pool     to be given to mms_pool_destroy()
 * @return 0; -EINVAL: as mms_schedule_create(), or a binding that can't be; -ENOMEM; -EAGAIN: the
 *         system has no more threads for this user; else what starting or binding gave. No thread
 *         is left behind then.
 */
MMS_API int mms_pool_create(const struct mms_topology *topology,
                            const struct mms_pool_options *options, struct mms_pool **pool);

/** End the workers; NULL is fine. Nothing may be running. */
MMS_API void mms_pool_destroy(struct mms_pool *pool);

/** @return how many workers there are. */
MMS_API unsigned int mms_pool_threads(const struct mms_pool *pool);

/**
 * Do with all workers what mms_init_range() does for each job alone, and return when all is done,
 * with every store visible to the caller. Any number of threads may run schedules on one pool at
 * the same time; the workers then turn from one to the other.
 *
 * @param schedule  made with the pool's topology, threads and node; may be run again and again
 * @return 0; -EINVAL: the schedule is for other workers, or the initializer (or what a job's gates
 *         make of it) takes whole ranges only: then nothing was touched; else the first error of a
 *         chunk, with its sentence: after it no chunk was begun, so which ones are initialized is
 *         not known
 */
MMS_API int mms_pool_run(struct mms_pool *pool, const struct mms_initializer *initializer,
                         const struct mms_schedule *schedule);
/** @} */

#ifdef __cplusplus
}
#endif

#endif
