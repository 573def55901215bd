/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Crews: pools of this machine's threads, one for each number of threads that an experiment
 * compares. All are there from the beginning to the end, and sleep while it is not their turn.
 */
#ifndef BENCH_CREW_H
#define BENCH_CREW_H

#include <memmapsim/memmapsim.h>

/* By enum mms_wait, mms_async, mms_split and mms_bind. */
extern const char *const mms_wait_names[MMS_NR_WAITS];
extern const char *const mms_async_names[MMS_NR_ASYNCS];
#define MMS_NR_SPLITS 2
#define MMS_NR_BINDS  3
extern const char *const mms_split_names[MMS_NR_SPLITS];
extern const char *const mms_bind_names[MMS_NR_BINDS];

/* How many threads, and where. */
struct mms_crew_config {
	const unsigned int *threads; /* of each crew */
	size_t nr_threads;           /* 0: no crews */
	enum mms_split split;
	enum mms_bind bind;
	int node;         /* only its cores; and its memory is what they work on; or MMS_NODE_ANY */
	const char *cpus; /* only these, "0-3,8"; NULL: all that this process may use */
};

struct mms_crew {
	struct mms_pool_options options;
	struct mms_pool *pool;
};

struct mms_crews {
	struct mms_topology *topology;
	enum mms_split split;
	size_t count;
	struct mms_crew *items;
};

/*
 * Start all threads.
 * @param crews  to be given to mms_crews_finish()
 * @return 0; -EINVAL: two crews with as many threads; or what mms_topology_create() or
 *         mms_pool_create() returned
 */
int mms_crews_init(const struct mms_crew_config *config, struct mms_crews *crews);

/* The crew of so many threads; NULL if there is none. */
const struct mms_crew *mms_crews_find(const struct mms_crews *crews, unsigned int threads);

/* End all threads. Crews that are all 0 are fine. */
void mms_crews_finish(struct mms_crews *crews);

/*
 * Deal @nr_jobs jobs out to the workers of @crew.
 * @param schedule  to be given to mms_schedule_destroy(), before the jobs' memmap goes
 */
int mms_crew_schedule(const struct mms_crews *crews, const struct mms_crew *crew,
                      const struct mms_job *jobs, unsigned int nr_jobs,
                      struct mms_schedule **schedule);

#endif
