/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Pools, memmaps as a bind finds them, and an initializer that tests can stop, fail and watch. */
#ifndef TESTS_BACKGROUND_SUPPORT_H
#define TESTS_BACKGROUND_SUPPORT_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <memmapsim/memmapsim.h>

#include "random_geometry.h"

#define DIRTY_SEED UINT64_C(20180716)

extern const char *const wait_names[MMS_NR_WAITS];

/* A pool of @threads bound to nothing. */
struct mms_pool *make_pool(unsigned int threads);

/*
 * An fsdax geometry of @sections sections with a device page for each pfn, 2 MiB struct pages per
 * section.
 */
void make_geometry(unsigned int sections, struct mms_geometry *geometry);

/* What a group of tests may share: so many workers, bound to nothing, and a geometry. */
extern struct mms_pool *two_workers;
extern struct mms_geometry eight_sections;
int start_two_workers(void **state);
int end_two_workers(void **state); /* lets go of what a failed test left held, too */

/* A dirty memmap, ready for a background: pageblocks reset. */
struct mms_memmap *make_memmap(const struct mms_geometry *geometry);

/* Make it ready once more. */
void dirty_memmap(struct mms_memmap *map);

struct mms_background *start(struct mms_pool *pool, const struct mms_initializer *initializer,
                             struct mms_memmap *map, enum mms_wait wait);

/* First pfn of chunk @index. */
uint64_t chunk_pfn(const struct mms_background *background, size_t index);

/* mms_background_sync() of one pfn of a chunk. */
int sync_chunk(struct mms_background *background, size_t index, unsigned int *done);

/* Whether the struct page of @pfn and its pageblock are as the oracle declares them. */
bool pfn_is_right(const struct mms_memmap *map, uint64_t pfn);

/* Fail unless all of @map is. */
void assert_memmap_right(const struct mms_memmap *map);

/* A thread that calls mms_background_sync() for pfns [start, end). */
struct sleeper {
	struct mms_background *background;
	uint64_t start, end;
	pthread_t thread;
	int err; /* what it returned */
	unsigned int done;
	char sentence[64]; /* of the error */
	atomic_bool returned;
};

/* Start the thread, and return when it sleeps because of the chunk that has @pfn. */
void put_to_sleep(struct sleeper *sleeper, uint64_t pfn);

/* Return when the thread has ended. */
void await_sleeper(struct sleeper *sleeper);

/*
 * Does what "naive" does, but holds jobs of some pfns before they begin, for as long as a test
 * likes, and lets one fail.
 */
extern const struct mms_initializer held_initializer;

/* From now on hold jobs that have any of pfns [start, end) in the memmap at @vmemmap, and no
 * others. */
void held_hold(uintptr_t vmemmap, uint64_t start_pfn, uint64_t end_pfn);

/* Sleep until @count jobs are being held. */
void held_await(unsigned int count);

/* Let them go on, and hold none. */
void held_release(void);

/* The job that has @pfn fails; with 0 as @error none does. */
void held_fail(uint64_t pfn, int error);

#endif
