// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Initializing and freeing in turns: the loops of deferred_init_memmap(), by one thread or many. */
#include <errno.h>
#include <inttypes.h>

#include "buddy/buddy.h"
#include "buddy/free.h"
#include "error.h"
#include "pool/pool.h"

void mms_free_range(struct mms_buddy *buddy, const struct mms_job *job)
{
	mms_free_pages_fn *free_pages = mms_free_pages_of(job->geometry->kernel);
	struct mms_job part = *job;

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn = part.end_pfn) {
		struct mms_pfn_range pages =
			mms_zone_next_free(job->geometry->zone, pfn, job->end_pfn);

		part.start_pfn = pages.start;
		part.end_pfn = pages.end;
		free_pages(buddy, &part);
	}
}

static int check_options(const struct mms_deferred_options *options)
{
	if (options->chunk_pages % MMS_MAX_ORDER_NR_PAGES)
		return mms_fail(EINVAL,
		                "a chunk of %" PRIu64 " pages is no whole number of largest free "
		                "blocks; give a multiple of %" PRIu64,
		                options->chunk_pages, MMS_MAX_ORDER_NR_PAGES);
	return 0;
}

static uint64_t now(const struct mms_deferred_options *options)
{
	return options->clock ? options->clock() : 0;
}

/* @at: when the chunk before this one was done; becomes when this one is */
static int init_chunk(struct mms_buddy *buddy, const struct mms_initializer *initializer,
                      const struct mms_job *chunk, const struct mms_deferred_options *options,
                      struct mms_deferred_times *times, uint64_t *at)
{
	uint64_t start = *at, middle;
	int err = mms_init_range(initializer, chunk);

	if (err)
		return err;
	middle = now(options);
	mms_free_range(buddy, chunk);
	*at = now(options);
	times->init += middle - start;
	times->free += *at - middle;
	return 0;
}

static int init_chunks(struct mms_buddy *buddy, const struct mms_initializer *initializer,
                       const struct mms_job *job, const struct mms_deferred_options *options,
                       struct mms_deferred_times *times)
{
	uint64_t size = options->chunk_pages, at = now(options);
	struct mms_job chunk = *job;
	int err = 0;

	if (!size)
		return init_chunk(buddy, initializer, job, options, times, &at);
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn && !err; pfn = chunk.end_pfn) {
		chunk.start_pfn = pfn;
		chunk.end_pfn = pfn - pfn % size + size;
		if (chunk.end_pfn > job->end_pfn)
			chunk.end_pfn = job->end_pfn;
		err = init_chunk(buddy, initializer, &chunk, options, times, &at);
	}
	return err;
}

int mms_deferred_init(struct mms_buddy *buddy, const struct mms_initializer *initializer,
                      const struct mms_job *job, const struct mms_deferred_options *options,
                      struct mms_deferred_times *times)
{
	struct mms_deferred_times own = {0};
	int err = check_options(options);

	if (!err)
		err = init_chunks(buddy, initializer, job, options, &own);
	if (times) {
		times->init += own.init;
		times->free += own.free;
	}
	return err;
}

/* What workers need of mms_pool_deferred_init(). */
struct deferred {
	struct mms_buddy *buddy;
	const struct mms_initializer *initializer;
	const struct mms_deferred_options *options;
	struct mms_deferred_times times; /* added to by all */
};

static int init_taken(void *context, const struct mms_job *job)
{
	struct deferred *deferred = context;
	struct mms_deferred_times own = {0};
	int err = init_chunks(deferred->buddy, deferred->initializer, job, deferred->options, &own);

	__atomic_fetch_add(&deferred->times.init, own.init, __ATOMIC_RELAXED);
	__atomic_fetch_add(&deferred->times.free, own.free, __ATOMIC_RELAXED);
	return err;
}

int mms_pool_deferred_init(struct mms_pool *pool, struct mms_buddy *buddy,
                           const struct mms_initializer *initializer,
                           const struct mms_schedule *schedule,
                           const struct mms_deferred_options *options,
                           struct mms_deferred_times *times)
{
	struct deferred deferred = {buddy, initializer, options, {0}};
	int err = check_options(options);

	if (!err)
		err = mms_pool_check(pool, initializer, schedule);
	if (!err)
		err = mms_pool_each(pool, schedule, init_taken, &deferred);
	if (times) {
		times->init += deferred.times.init;
		times->free += deferred.times.free;
	}
	return err;
}
