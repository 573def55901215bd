// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "background/background.h"
#include "error.h"
#include "init/init.h"
#include "pool/pool.h"

static struct mms_background *background_of(struct mms_task *task)
{
	return (void *)((char *)task - offsetof(struct mms_background, task));
}

static bool has_work(const struct mms_task *task, const struct mms_worker *worker)
{
	const struct mms_background *background =
		(const void *)((const char *)task - offsetof(struct mms_background, task));

	if (worker && background->node != MMS_NODE_ANY && worker->node != background->node)
		return false;
	return atomic_load(&background->pending);
}

/* Items go to workers in the order in which those come. */
static unsigned int item_of(struct mms_background *background, const struct mms_worker *worker)
{
	unsigned int *item = &background->item_of[worker->index];

	if (!*item)
		*item = 1 +
		        atomic_fetch_add(&background->items_given, 1) % background->cut.nr_items;
	return *item - 1;
}

/* Take the next pending chunk of an item. */
static bool take_next(struct mms_background *background, struct mms_item *item, size_t *index)
{
	while (atomic_load_explicit(&item->next, memory_order_relaxed) < item->end) {
		*index = atomic_fetch_add_explicit(&item->next, 1, memory_order_relaxed);
		if (*index < item->end && mms_chunk_take(background, *index))
			return true;
	}
	return false;
}

/*
 * A worker does a chunk of its own item or, when there is none left, of the next one that has. The
 * altmap's come last, since nobody waits for those. After each, as with the kernel's
 * cond_resched(), whoever else is to run on this CPU does: a fault that lost it to this worker
 * would otherwise have to wait for the scheduler's next tick, which is fifty chunks away.
 */
static bool step(struct mms_task *task, const struct mms_worker *worker)
{
	struct mms_background *background = background_of(task);
	unsigned int nr_items = background->cut.nr_items;
	unsigned int own = item_of(background, worker);
	size_t index;

	for (unsigned int i = 0; i <= nr_items; i++) {
		unsigned int item = i < nr_items ? (own + i) % nr_items : nr_items;

		if (take_next(background, &background->items[item], &index)) {
			mms_chunk_run(background, index, MMS_BY_WORKER);
			sched_yield();
			return true;
		}
	}
	return false;
}

static int check(const struct mms_initializer *initializer,
                 const struct mms_background_options *options)
{
	const struct mms_initializer *effective =
		mms_initializer_effective(initializer, options->gates);

	if ((unsigned int)options->async >= MMS_NR_ASYNCS)
		return mms_fail(EINVAL, "%d is no stage to be late with", (int)options->async);
	if (!effective->cuttable)
		return mms_fail(EINVAL,
		                "%s takes whole ranges only, and so can't work in the background",
		                effective->name);
	if (!effective->init)
		return mms_fail(EOPNOTSUPP, "%s is not for device pages", effective->name);
	return mms_initializer_check_cpu(effective);
}

/* How many workers of @pool take part, and in @node, whether it is only those there. */
static unsigned int workers_for(const struct mms_pool *pool, int *node)
{
	const struct mms_worker *workers = mms_pool_workers(pool);
	unsigned int nr = mms_pool_threads(pool), there = 0;

	for (unsigned int i = 0; i < nr; i++)
		there += workers[i].node == *node;
	if (there)
		return there;
	*node = MMS_NODE_ANY;
	return nr;
}

/* In one piece: the background, its items, the workers' items, and the states, all 0. */
static struct mms_background *allocate(const struct mms_cut *cut, unsigned int nr_workers)
{
	size_t items = sizeof(struct mms_background);
	size_t item_of = items + (cut->nr_items + 1) * sizeof(struct mms_item);
	size_t states = item_of + nr_workers * sizeof(unsigned int);
	size_t alignment = _Alignof(struct mms_background);
	size_t size = (states + cut->nr_chunks + alignment - 1) / alignment * alignment;
	struct mms_background *background = aligned_alloc(alignment, size);

	if (!background)
		return NULL;
	memset(background, 0, size);
	background->items = (void *)((char *)background + items);
	background->item_of = (void *)((char *)background + item_of);
	background->states = (void *)((char *)background + states);
	return background;
}

static void prepare(struct mms_background *background)
{
	const struct mms_cut *cut = &background->cut;
	pthread_condattr_t attributes;

	for (unsigned int i = 0; i <= cut->nr_items; i++) {
		struct mms_chunks chunks = mms_cut_item(cut, i);

		atomic_init(&background->items[i].next, chunks.first);
		background->items[i].end = chunks.end;
	}
	atomic_init(&background->pending, cut->nr_chunks);
	atomic_init(&background->unfinished, cut->nr_chunks);
	background->task.has_work = has_work;
	background->task.step = step;

	pthread_mutex_init(&background->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&background->finished, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* What MMS_ASYNC_PAGES doesn't leave to the background: memory, and the altmap's pages. */
static int do_early_stages(struct mms_memmap *map, const struct mms_cut *cut)
{
	struct mms_job altmap;
	int err = 0;

	if (mms_altmap_job_create(map, &altmap)) {
		err = mms_populate(&altmap);
		if (!err)
			mms_init_altmap_job(&altmap);
	}
	for (unsigned int i = 0; i < cut->nr_pieces && !err; i++)
		err = mms_populate(&cut->pieces[i].job);
	return err;
}

int mms_background_start(struct mms_pool *pool, const struct mms_initializer *initializer,
                         struct mms_memmap *map, const struct mms_background_options *options,
                         struct mms_background **out)
{
	struct mms_background *background;
	struct mms_cut cut;
	int node = options->node;
	unsigned int nr_workers = workers_for(pool, &node);
	int err = check(initializer, options);

	if (!err)
		err = mms_cut_memmap(map, options, nr_workers, &cut);
	if (!err && options->async == MMS_ASYNC_PAGES)
		err = do_early_stages(map, &cut);
	if (err)
		return err;
	background = allocate(&cut, mms_pool_threads(pool));
	if (!background)
		return mms_fail(ENOMEM, "no memory to keep track of %zu chunks", cut.nr_chunks);
	background->cut = cut;
	background->pool = pool;
	background->initializer = initializer;
	background->async = options->async;
	background->node = node;
	prepare(background);
	mms_pool_start(pool, &background->task);
	*out = background;
	return 0;
}

void mms_background_destroy(struct mms_background *background)
{
	if (!background)
		return;
	mms_background_cancel(background);
	mms_pool_wait(background->pool, &background->task);
	pthread_cond_destroy(&background->finished);
	pthread_mutex_destroy(&background->lock);
	free(background);
}

void mms_background_progress(const struct mms_background *background,
                             struct mms_background_progress *progress)
{
	*progress = (struct mms_background_progress){
		.pages = atomic_load(&background->done_pages),
		.total_pages = background->cut.total_pfns,
		.chunks_by_workers = atomic_load(&background->chunks_by[MMS_BY_WORKER]),
		.chunks_by_waiters = atomic_load(&background->chunks_by[MMS_BY_WAITER]),
		.total_chunks = background->cut.nr_chunks,
		.syncs_helped = atomic_load(&background->syncs_helped),
		.syncs_waited = atomic_load(&background->syncs_waited),
	};
}
