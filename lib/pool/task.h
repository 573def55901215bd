/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Work for the workers of a pool, of whatever kind: mms_pool_run() is one, the background another.
 *
 * A task is done in steps, so that workers can turn from one task to the next: no task waits for
 * another one's end, at most for a step of it. What is left to do, who may take it and what came of
 * it is the task's own affair. One whose chunks are for others, too (threads that fault, say),
 * keeps a state per chunk, pending, under way or done, and takes chunks by compare-and-swap; the
 * pool needn't know.
 */
#ifndef LIB_POOL_TASK_H
#define LIB_POOL_TASK_H

#include <memmapsim/pool.h>

struct mms_task {
	/*
	 * Whether @worker (NULL: any worker) would find anything to begin. Called with the pool's
	 * lock held, so it must be short and take no lock. Once it is false, it must stay so.
	 */
	bool (*has_work)(const struct mms_task *task, const struct mms_worker *worker);
	/* Do a piece of it, by any number of workers at once. False if there was nothing to begin.
	 */
	bool (*step)(struct mms_task *task, const struct mms_worker *worker);

	/* The pool's own, under its lock; zero before mms_pool_start(). */
	struct mms_task *next;
	unsigned int inside; /* workers in step() */
};

/* Hand @task to the workers, and wake them. It must stay where it is until mms_pool_wait(). */
void mms_pool_start(struct mms_pool *pool, struct mms_task *task);

/*
 * Sleep until no worker is in @task and none will be, because nothing is left to begin: finished,
 * or has_work() was made to say so, to cancel it. What workers wrote is then visible. Without this
 * a task must not be freed.
 */
void mms_pool_wait(struct mms_pool *pool, struct mms_task *task);

#endif
