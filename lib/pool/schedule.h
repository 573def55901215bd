/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How workers go through a schedule; the same for those that are only thought of. */
#ifndef LIB_POOL_SCHEDULE_H
#define LIB_POOL_SCHEDULE_H

#include <memmapsim/pool.h>

/*
 * The queues that a worker looks into, by @turn from 0: its own, the one for all, and, if workers
 * help others, those that follow its own in the circle, so that not all helpers meet in the same
 * one.
 * @worker NULL stands for all workers together.
 * @return false after the last
 */
static inline bool mms_schedule_queue(const struct mms_schedule *schedule,
                                      const struct mms_worker *worker, unsigned int turn,
                                      unsigned int *queue)
{
	unsigned int for_all = schedule->nr_queues - 1;

	if (!worker) {
		*queue = turn;
		return turn <= for_all;
	}
	if (turn == 0)
		*queue = worker->queue;
	else if (turn == 1)
		*queue = for_all;
	else
		*queue = (worker->queue + turn - 1) % for_all;
	return turn <= 1 || (schedule->split == MMS_SPLIT_CHUNKS && turn <= for_all);
}

/*
 * How many chunks to take at once, of a queue that has those from @next on: guided self-scheduling
 * (Polychronopoulos and Kuck, 1987). Each call of an initializer ends with a drain, which for a
 * chunk of 2 MiB is felt; so calls are long while much is left, and short at last, so that all
 * workers are done at the same time: all of the schedule, since those of other nodes may help.
 * Shares are long enough.
 * @return 0 if there are none
 */
static inline size_t mms_schedule_batch(const struct mms_schedule *schedule, unsigned int queue,
                                        size_t next)
{
	const size_t longest =
		32; /* other tasks, and whoever waits for an error, want their turn */
	const struct mms_queue *from = &schedule->queues[queue];
	const struct mms_chunk *chunks = schedule->chunks;
	size_t nr;

	if (next >= from->end)
		return 0;
	nr = schedule->split == MMS_SPLIT_CHUNKS ? (from->end - next) / (2 * schedule->nr_workers)
	                                         : 1;
	if (nr > longest)
		nr = longest;
	while (nr > 1 && chunks[next + nr - 1].job != chunks[next].job)
		nr /= 2;
	return nr ? nr : 1;
}

/* @nr chunks of the same job, from @first on, as a job of their own. */
static inline struct mms_job mms_chunks_job(const struct mms_schedule *schedule, size_t first,
                                            size_t nr)
{
	const struct mms_chunk *chunks = &schedule->chunks[first];
	struct mms_job job = schedule->jobs[chunks->job].job;

	job.start_pfn = chunks->start_pfn;
	job.end_pfn = chunks[nr - 1].end_pfn;
	return job;
}

#endif
