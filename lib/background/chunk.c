// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What becomes of a chunk: taken, initialized or given up, finished. */
#include <stdio.h>

#include "background/background.h"
#include "init/init.h"

bool mms_chunk_take(struct mms_background *background, size_t index)
{
	_Atomic(uint8_t) *state = &background->states[index];

	/* A look first: waiters come by often, and needn't fight for the line. */
	if (atomic_load_explicit(state, memory_order_relaxed) & MMS_CHUNK_TAKEN)
		return false;
	if (atomic_fetch_or(state, MMS_CHUNK_TAKEN) & MMS_CHUNK_TAKEN)
		return false;
	atomic_fetch_sub(&background->pending, 1);
	return true;
}

/* Who has the lock when something finishes is about to sleep, and must be asleep to be woken. */
static void wake(struct mms_background *background)
{
	pthread_mutex_lock(&background->lock);
	pthread_mutex_unlock(&background->lock);
	pthread_cond_broadcast(&background->finished);
}

/*
 * Publish a chunk. The release in the first line is for plain stores; non-temporal ones were
 * drained by the initializer, see background.h. Those who sleep are woken at the very end: they may
 * well run in this thread's stead.
 */
static void finish(struct mms_background *background, size_t index, enum mms_chunk_state how)
{
	bool waited = atomic_fetch_or(&background->states[index], how) & MMS_CHUNK_WAITED;
	bool last = atomic_fetch_sub(&background->unfinished, 1) == 1;

	if (last && !background->error)
		atomic_store_explicit(&background->complete, true, memory_order_release);
	if (last || waited)
		wake(background);
}

/* The first error stays. */
static void fail(struct mms_background *background, size_t index, int error, const char *sentence)
{
	pthread_mutex_lock(&background->lock);
	if (!background->error) {
		background->error = error;
		snprintf(background->sentence, sizeof(background->sentence), "%s", sentence);
	}
	pthread_mutex_unlock(&background->lock);
	finish(background, index, MMS_CHUNK_FAILED);
}

void mms_background_give_up(struct mms_background *background, int error, const char *sentence)
{
	for (size_t i = 0; i < background->cut.nr_chunks; i++)
		if (mms_chunk_take(background, i))
			fail(background, i, error, sentence);
}

static int initialize(const struct mms_background *background, size_t index,
                      const struct mms_job *job)
{
	int err = background->async == MMS_ASYNC_ALL ? mms_populate(job) : 0;

	if (err)
		return err;
	if (index >= background->cut.altmap_chunks)
		return mms_init_range(background->initializer, job);
	mms_init_altmap_job(job);
	return 0;
}

void mms_chunk_run(struct mms_background *background, size_t index, enum mms_taker taker)
{
	struct mms_job job;
	int err;

	mms_cut_job(&background->cut, index, &job);
	err = initialize(background, index, &job);
	if (err) {
		fail(background, index, err, mms_last_error());
		mms_background_give_up(background, err, mms_last_error());
		return;
	}
	atomic_fetch_add(&background->done_pages, job.end_pfn - job.start_pfn);
	atomic_fetch_add(&background->chunks_by[taker], 1);
	finish(background, index, MMS_CHUNK_DONE);
}
