// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Running a schedule: the task of doing each chunk once. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"
#include "pool/pool.h"
#include "pool/schedule.h"
#include "pool/task.h"

/* The first chunk of a queue that nobody has taken; two lines, since CPUs fetch them in pairs. */
struct counter {
	_Alignas(128) atomic_size_t next;
};

struct run {
	struct mms_task task;
	int (*each)(void *context, const struct mms_job *job);
	void *context;
	const struct mms_schedule *schedule;
	atomic_int error;   /* the first one, or 0 */
	char sentence[512]; /* that goes with it; whoever set it writes */
	struct counter counters[];
};

static bool has_work(const struct mms_task *task, const struct mms_worker *worker)
{
	const struct run *run = (const struct run *)task;
	unsigned int queue;

	if (atomic_load_explicit(&run->error, memory_order_relaxed))
		return false;
	for (unsigned int turn = 0; mms_schedule_queue(run->schedule, worker, turn, &queue); turn++)
		if (atomic_load_explicit(&run->counters[queue].next, memory_order_relaxed) <
		    run->schedule->queues[queue].end)
			return true;
	return false;
}

/* Take chunks. @return how many; from @first on */
static size_t take(struct run *run, const struct mms_worker *worker, size_t *first)
{
	unsigned int queue;

	for (unsigned int turn = 0; mms_schedule_queue(run->schedule, worker, turn, &queue);
	     turn++) {
		atomic_size_t *next = &run->counters[queue].next;
		size_t nr;

		*first = atomic_load_explicit(next, memory_order_relaxed);
		do {
			nr = mms_schedule_batch(run->schedule, queue, *first);
		} while (nr && !atomic_compare_exchange_weak_explicit(next, first, *first + nr,
		                                                      memory_order_relaxed,
		                                                      memory_order_relaxed));
		if (nr)
			return nr;
	}
	return 0;
}

static bool step(struct mms_task *task, const struct mms_worker *worker)
{
	struct run *run = (struct run *)task;
	struct mms_job job;
	size_t first, nr;
	int err, none = 0;

	if (atomic_load_explicit(&run->error, memory_order_relaxed))
		return false;
	nr = take(run, worker, &first);
	if (!nr)
		return false;
	job = mms_chunks_job(run->schedule, first, nr);
	err = run->each(run->context, &job);
	if (err && atomic_compare_exchange_strong(&run->error, &none, err))
		snprintf(run->sentence, sizeof(run->sentence), "%s", mms_last_error());
	return true;
}

int mms_pool_check(const struct mms_pool *pool, const struct mms_initializer *initializer,
                   const struct mms_schedule *schedule)
{
	if (!mms_pool_fits(pool, schedule))
		return mms_fail(EINVAL,
		                "the schedule is for other workers than the pool's %u; "
		                "make it with the pool's topology, threads and node",
		                mms_pool_threads(pool));
	for (unsigned int i = 0; i < schedule->nr_jobs; i++) {
		const struct mms_initializer *effective =
			mms_initializer_effective(initializer, schedule->jobs[i].job.gates);

		if (!effective->cuttable)
			return mms_fail(EINVAL,
			                "%s takes whole ranges only, so a pool can't share out its "
			                "work; call it directly",
			                effective->name);
	}
	return 0;
}

int mms_pool_each(struct mms_pool *pool, const struct mms_schedule *schedule,
                  int (*each)(void *context, const struct mms_job *job), void *context)
{
	struct run *run = aligned_alloc(
		_Alignof(struct run), sizeof(*run) + schedule->nr_queues * sizeof(*run->counters));
	int err;

	if (!run)
		return mms_fail(ENOMEM, "no memory to keep account of chunks");
	*run = (struct run){
		.task = {.has_work = has_work, .step = step},
		.each = each,
		.context = context,
		.schedule = schedule,
	};
	for (unsigned int i = 0; i < schedule->nr_queues; i++)
		atomic_init(&run->counters[i].next, schedule->queues[i].first);
	mms_pool_start(pool, &run->task);
	mms_pool_wait(pool, &run->task);
	err = atomic_load(&run->error);
	if (err)
		mms_fail(-err, "%s", run->sentence);
	free(run);
	return err;
}

static int init_range(void *context, const struct mms_job *job)
{
	return mms_init_range(context, job);
}

int mms_pool_run(struct mms_pool *pool, const struct mms_initializer *initializer,
                 const struct mms_schedule *schedule)
{
	int err = mms_pool_check(pool, initializer, schedule);

	return err ? err : mms_pool_each(pool, schedule, init_range, (void *)initializer);
}
