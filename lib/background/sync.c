// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Waiting for pfns, or for all of them. */
#include <errno.h>
#include <time.h>

#include "background/background.h"
#include "error.h"

#define NSEC_PER_SEC UINT64_C(1000000000)

static int tell_error(const struct mms_background *background)
{
	return mms_fail(-background->error, "%s", background->sentence);
}

/* True if it had to sleep. */
static bool wait_for_chunk(struct mms_background *background, size_t index)
{
	_Atomic(uint8_t) *state = &background->states[index];

	if (atomic_load(state) & MMS_CHUNK_FINISHED)
		return false;
	pthread_mutex_lock(&background->lock);
	while (!(atomic_fetch_or(state, MMS_CHUNK_WAITED) & MMS_CHUNK_FINISHED))
		pthread_cond_wait(&background->finished, &background->lock);
	pthread_mutex_unlock(&background->lock);
	return true;
}

/* All that is pending is taken before anything is waited for, so that others get on meanwhile. */
static unsigned int finish_chunks(struct mms_background *background, struct mms_chunks chunks)
{
	const struct mms_policy *policy = background->cut.policy;
	unsigned int done = 0;

	if (policy->waiters_help)
		for (size_t i = chunks.first; i < chunks.end; i++)
			if (mms_chunk_take(background, i)) {
				mms_chunk_run(background, i, MMS_BY_WAITER);
				done |= MMS_SYNC_HELPED;
			}
	if (policy->waiters_want_items)
		chunks = mms_cut_whole_items(&background->cut, chunks);
	for (size_t i = chunks.first; i < chunks.end; i++)
		if (wait_for_chunk(background, i))
			done |= MMS_SYNC_WAITED;
	if (done & MMS_SYNC_HELPED)
		atomic_fetch_add(&background->syncs_helped, 1);
	if (done & MMS_SYNC_WAITED)
		atomic_fetch_add(&background->syncs_waited, 1);
	return done;
}

static __attribute__((noinline)) int sync_chunks(struct mms_background *background,
                                                 uint64_t start_pfn, uint64_t end_pfn,
                                                 unsigned int *done)
{
	struct mms_chunks chunks = mms_cut_chunks(&background->cut, start_pfn, end_pfn);
	unsigned int had_to = finish_chunks(background, chunks);

	if (done)
		*done = had_to;
	for (size_t i = chunks.first; i < chunks.end; i++)
		if (atomic_load(&background->states[i]) & MMS_CHUNK_FAILED)
			return tell_error(background);
	return 0;
}

int mms_background_sync(struct mms_background *background, uint64_t start_pfn, uint64_t end_pfn,
                        unsigned int *done)
{
	if (!atomic_load_explicit(&background->complete, memory_order_acquire))
		return sync_chunks(background, start_pfn, end_pfn, done);
	if (done)
		*done = 0;
	return 0;
}

static struct timespec deadline_after(uint64_t timeout_ns)
{
	struct timespec deadline;

	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += (time_t)(timeout_ns / NSEC_PER_SEC);
	deadline.tv_nsec += (long)(timeout_ns % NSEC_PER_SEC);
	if (deadline.tv_nsec >= (long)NSEC_PER_SEC) {
		deadline.tv_sec++;
		deadline.tv_nsec -= (long)NSEC_PER_SEC;
	}
	return deadline;
}

/* 0 once all chunks are finished, or ETIMEDOUT. */
static int wait_for_all(struct mms_background *background, uint64_t timeout_ns)
{
	struct timespec deadline;
	int err = 0;

	if (!mms_background_active(background))
		return 0;
	if (timeout_ns != MMS_FOREVER)
		deadline = deadline_after(timeout_ns);
	pthread_mutex_lock(&background->lock);
	while (mms_background_active(background) && !err)
		err = timeout_ns == MMS_FOREVER
		              ? pthread_cond_wait(&background->finished, &background->lock)
		              : pthread_cond_timedwait(&background->finished, &background->lock,
		                                       &deadline);
	if (!mms_background_active(background))
		err = 0;
	pthread_mutex_unlock(&background->lock);
	return err;
}

void mms_background_cancel(struct mms_background *background)
{
	mms_background_give_up(background, -ECANCELED,
	                       "initialization was canceled before it got to these pfns");
	wait_for_all(background, MMS_FOREVER);
}

bool mms_background_active(const struct mms_background *background)
{
	return atomic_load(&background->unfinished);
}

int mms_background_wait(struct mms_background *background, uint64_t timeout_ns)
{
	size_t left =
		wait_for_all(background, timeout_ns) ? atomic_load(&background->unfinished) : 0;

	if (left)
		return mms_fail(
			ETIMEDOUT, "%zu of %zu chunks are not initialized yet, after %.3f s", left,
			background->cut.nr_chunks, (double)timeout_ns / (double)NSEC_PER_SEC);
	return background->error ? tell_error(background) : 0;
}
