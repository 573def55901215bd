// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Workers, and how they turn to tasks. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "pool/pool.h"
#include "pool/task.h"
#include "pool/topology.h"

struct worker {
	struct mms_pool *pool;
	const struct mms_worker *place;
	pthread_t thread;
};

struct mms_pool {
	struct mms_schedule *crew; /* without jobs, for the workers that one with jobs has */
	unsigned int nr_started;
	pthread_mutex_t lock;
	pthread_cond_t came; /* a task, or the end */
	pthread_cond_t
		left; /* a worker, the last one in a task of which nothing is left to begin */
	struct mms_task *tasks;
	bool ending;
	/* How many are in the list. On a line of its own: workers look at it after each step. */
	_Alignas(64) atomic_uint nr_tasks;
	struct worker *workers;
};

/* The place of @task in the list, or of the NULL at its end. */
static struct mms_task **find(struct mms_pool *pool, const struct mms_task *task)
{
	struct mms_task **link = &pool->tasks;

	while (*link && *link != task)
		link = &(*link)->next;
	return link;
}

static void append(struct mms_pool *pool, struct mms_task *task)
{
	task->next = NULL;
	*find(pool, NULL) = task;
}

static void remove_task(struct mms_pool *pool, struct mms_task *task)
{
	struct mms_task **link = find(pool, task);

	if (!*link)
		return;
	*link = task->next;
	atomic_fetch_sub_explicit(&pool->nr_tasks, 1, memory_order_relaxed);
}

static bool is_over(const struct mms_task *task)
{
	return !task->inside && !task->has_work(task, NULL);
}

/*
 * The first task that has something for this worker. It goes to the end of the list, so that all
 * get their turn; those that nothing is left of go from it.
 */
static struct mms_task *next_task(struct mms_pool *pool, const struct mms_worker *worker)
{
	struct mms_task *task, *next;

	for (task = pool->tasks; task; task = next) {
		next = task->next;
		if (task->has_work(task, worker)) {
			*find(pool, task) = next;
			append(pool, task);
			return task;
		}
		if (!task->has_work(task, NULL)) {
			remove_task(pool, task);
			if (!task->inside)
				pthread_cond_broadcast(&pool->left);
		}
	}
	return NULL;
}

static void *work(void *argument)
{
	const struct worker *worker = argument;
	struct mms_pool *pool = worker->pool;

	pthread_mutex_lock(&pool->lock);
	while (true) {
		struct mms_task *task = next_task(pool, worker->place);

		if (!task && pool->ending)
			break;
		if (!task) {
			pthread_cond_wait(&pool->came, &pool->lock);
			continue;
		}
		task->inside++;
		pthread_mutex_unlock(&pool->lock);
		while (task->step(task, worker->place) &&
		       atomic_load_explicit(&pool->nr_tasks, memory_order_relaxed) == 1)
			;
		pthread_mutex_lock(&pool->lock);
		task->inside--;
		if (is_over(task))
			pthread_cond_broadcast(&pool->left);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

void mms_pool_start(struct mms_pool *pool, struct mms_task *task)
{
	pthread_mutex_lock(&pool->lock);
	task->inside = 0;
	append(pool, task);
	atomic_fetch_add_explicit(&pool->nr_tasks, 1, memory_order_relaxed);
	pthread_cond_broadcast(&pool->came);
	pthread_mutex_unlock(&pool->lock);
}

void mms_pool_wait(struct mms_pool *pool, struct mms_task *task)
{
	pthread_mutex_lock(&pool->lock);
	while (!is_over(task))
		pthread_cond_wait(&pool->left, &pool->lock);
	remove_task(pool, task);
	pthread_mutex_unlock(&pool->lock);
}

/* The CPUs that a worker may run on. */
static void binding_of(const struct mms_topology *topology, enum mms_bind bind,
                       const struct mms_core *core, hwloc_cpuset_t cpus)
{
	hwloc_bitmap_copy(cpus, core->cpus);
	for (unsigned int i = 0; i < topology->nr_cores && bind == MMS_BIND_NODE; i++)
		if (topology->cores[i].node == core->node)
			hwloc_bitmap_or(cpus, cpus, topology->cores[i].cpus);
}

static int bind_worker(const struct mms_topology *topology, const struct mms_pool_options *options,
                       const struct mms_core *core, const struct worker *worker)
{
	static const struct sched_param none = {0};
	hwloc_cpuset_t cpus;
	char list[64];
	int err = 0;

	if (!options->sched_other)
		err = pthread_setschedparam(worker->thread, SCHED_BATCH, &none);
	if (err)
		return mms_fail(err, "a thread can't be put under SCHED_BATCH: %s", strerror(err));
	if (options->bind == MMS_BIND_NONE)
		return 0;
	cpus = hwloc_bitmap_alloc();
	if (!cpus)
		return mms_fail(ENOMEM, "no memory for a set of CPUs");
	binding_of(topology, options->bind, core, cpus);
	if (hwloc_set_thread_cpubind(topology->hwloc, worker->thread, cpus, 0)) {
		err = errno;
		hwloc_bitmap_list_snprintf(list, sizeof(list), cpus);
		err = mms_fail(err, "a thread can't be bound to CPUs %s: %s", list, strerror(err));
	}
	hwloc_bitmap_free(cpus);
	return err;
}

/*
 * What may come from outside is for the program's own threads; a handler that ran in a worker would
 * find no place that it knows. What a worker brings upon itself it gets.
 */
static void block_signals(sigset_t *old)
{
	static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
	sigset_t blocked;

	sigfillset(&blocked);
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		sigdelset(&blocked, own[i]);
	pthread_sigmask(SIG_BLOCK, &blocked, old);
}

static int start_worker(struct mms_pool *pool, unsigned int index)
{
	struct worker *worker = &pool->workers[index];
	sigset_t signals;
	char name[16];
	int err;

	*worker = (struct worker){.pool = pool, .place = &pool->crew->workers[index]};
	block_signals(&signals);
	err = pthread_create(&worker->thread, NULL, work, worker);
	pthread_sigmask(SIG_SETMASK, &signals, NULL);
	if (err == EAGAIN)
		return mms_fail(EAGAIN,
		                "thread %u of %u can't be started: the system or this user (ulimit "
		                "-u) has no more; take fewer threads",
		                index + 1, pool->crew->nr_workers);
	if (err)
		return mms_fail(err, "thread %u of %u can't be started: %s", index + 1,
		                pool->crew->nr_workers, strerror(err));
	pool->nr_started++;
	snprintf(name, sizeof(name), "mms-%u", index);
	pthread_setname_np(worker->thread, name);
	return 0;
}

static int start_all(struct mms_pool *pool, const struct mms_topology *topology,
                     const struct mms_pool_options *options)
{
	const struct mms_core **cores = calloc(topology->nr_cores, sizeof(*cores));
	int nr_cores, err = 0;

	if (!cores || !pool->workers) {
		free(cores);
		return mms_fail(ENOMEM, "no memory for workers");
	}
	nr_cores = mms_topology_select_cores(topology, options, cores);
	for (unsigned int i = 0; i < pool->crew->nr_workers && !err; i++) {
		err = start_worker(pool, i);
		if (!err)
			err = bind_worker(topology, options, cores[i % (unsigned int)nr_cores],
			                  &pool->workers[i]);
	}
	free(cores);
	return err;
}

static int check_binding(const struct mms_topology *topology, enum mms_bind bind)
{
	if (bind != MMS_BIND_NONE && bind != MMS_BIND_CORE && bind != MMS_BIND_NODE)
		return mms_fail(EINVAL, "%d is no way to bind threads", (int)bind);
	if (bind != MMS_BIND_NONE && !hwloc_topology_is_thissystem(topology->hwloc))
		return mms_fail(EINVAL, "threads can't be bound to the cores of a topology that "
		                        "isn't this machine's; bind none");
	return 0;
}

int mms_pool_create(const struct mms_topology *topology, const struct mms_pool_options *options,
                    struct mms_pool **pool)
{
	struct mms_schedule *crew;
	struct mms_pool *made;
	int err = check_binding(topology, options->bind);

	if (err)
		return err;
	err = mms_schedule_create(topology, options, NULL, 0, MMS_SPLIT_CHUNKS, &crew);
	if (err)
		return err;
	made = aligned_alloc(_Alignof(struct mms_pool), sizeof(*made));
	if (!made) {
		mms_schedule_destroy(crew);
		return mms_fail(ENOMEM, "no memory for a pool");
	}
	*made = (struct mms_pool){
		.crew = crew,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.came = PTHREAD_COND_INITIALIZER,
		.left = PTHREAD_COND_INITIALIZER,
		.workers = calloc(crew->nr_workers, sizeof(*made->workers)),
	};
	err = start_all(made, topology, options);
	if (err)
		mms_pool_destroy(made);
	else
		*pool = made;
	return err;
}

void mms_pool_destroy(struct mms_pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->ending = true;
	pthread_cond_broadcast(&pool->came);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned int i = 0; i < pool->nr_started; i++)
		pthread_join(pool->workers[i].thread, NULL);
	pthread_cond_destroy(&pool->left);
	pthread_cond_destroy(&pool->came);
	pthread_mutex_destroy(&pool->lock);
	free(pool->workers);
	mms_schedule_destroy(pool->crew);
	free(pool);
}

unsigned int mms_pool_threads(const struct mms_pool *pool)
{
	return pool->crew->nr_workers;
}

const struct mms_worker *mms_pool_workers(const struct mms_pool *pool)
{
	return pool->crew->workers;
}

bool mms_pool_fits(const struct mms_pool *pool, const struct mms_schedule *schedule)
{
	const struct mms_schedule *crew = pool->crew;

	return crew->nr_workers == schedule->nr_workers && crew->nr_queues == schedule->nr_queues &&
	       memcmp(crew->workers, schedule->workers,
	              crew->nr_workers * sizeof(*crew->workers)) == 0;
}
