/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the files of the background layer share.
 *
 * All that happens to a chunk is in its state, a byte that bits are only ever added to. Whoever
 * adds MMS_CHUNK_TAKEN first, a worker, a waiter, or one who takes it to give it up, is the only
 * one to finish it. A waiter that has to sleep adds MMS_CHUNK_WAITED under the lock, so that
 * whoever finishes the chunk learns from the state's old value that someone is to be woken, and
 * takes the lock only then.
 */
#ifndef LIB_BACKGROUND_BACKGROUND_H
#define LIB_BACKGROUND_BACKGROUND_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include <memmapsim/background.h>

#include "pool/task.h"

enum mms_chunk_state {
	MMS_CHUNK_TAKEN = 1,
	MMS_CHUNK_DONE = 2,   /* its pages are initialized */
	MMS_CHUNK_FAILED = 4, /* they aren't and never will be */
	MMS_CHUNK_WAITED = 8,
};
#define MMS_CHUNK_FINISHED (MMS_CHUNK_DONE | MMS_CHUNK_FAILED)

/* Chunks [first, end). */
struct mms_chunks {
	size_t first, end;
};

/* What an enum mms_wait stands for. */
struct mms_policy {
	/* Pfns per chunk of a memmap of @total pfns for @workers, before rounding. */
	uint64_t (*chunk_pfns)(uint64_t total, unsigned int workers);
	bool shares; /* as many items as workers; otherwise one, and chunks begin at multiples */
	bool waiters_help;
	bool waiters_want_items; /* whole ones */
};

/* How a memmap falls into chunks: piece by piece, in the order of pfns, numbered through. */
struct mms_cut {
	const struct mms_policy *policy;
	uint64_t chunk_pfns, total_pfns;
	size_t nr_chunks;
	size_t altmap_chunks;  /* of these, the first ones; 0 if altmap pages aren't cut */
	unsigned int nr_items; /* of device pages; altmap_chunks are one more, the last */
	unsigned int nr_pieces;
	struct mms_cut_piece {
		struct mms_job job; /* the altmap pages, or all device pages of a range */
		uint64_t origin;    /* chunks are counted from here, at or below the job's start */
		size_t first_chunk;
	} pieces[1 + MMS_MAX_RANGES];
};

/* Cut @map for a number of @workers. Refuses a policy that isn't one. */
int mms_cut_memmap(struct mms_memmap *map, const struct mms_background_options *options,
                   unsigned int workers, struct mms_cut *cut);

/* The chunks that pfns [start, end) touch. */
struct mms_chunks mms_cut_chunks(const struct mms_cut *cut, uint64_t start_pfn, uint64_t end_pfn);

/* The job that is chunk @index. */
void mms_cut_job(const struct mms_cut *cut, size_t index, struct mms_job *job);

/*
 * The chunks of item @index, up to nr_items, which has the altmap's. They are contiguous, and about
 * equally many for each other.
 */
struct mms_chunks mms_cut_item(const struct mms_cut *cut, unsigned int index);

/* @chunks and all others of the items that they are in. */
struct mms_chunks mms_cut_whole_items(const struct mms_cut *cut, struct mms_chunks chunks);

/* Have memory behind the struct pages of @job that exist, whose contents stay as they are. */
int mms_populate(const struct mms_job *job);

/* Where the workers are in an item. On a cache line of its own, since its worker writes it. */
struct mms_item {
	_Alignas(64) atomic_size_t next; /* chunk, maybe taken by a waiter already */
	size_t end;
};

struct mms_background {
	/* What everyone reads; written once. */
	_Alignas(64) atomic_bool complete; /* all chunks are done */
	enum mms_async async;
	int node; /* of the workers that take part; or MMS_NODE_ANY */
	struct mms_pool *pool;
	const struct mms_initializer *initializer;
	struct mms_item *items;   /* the cut's, and the altmap's */
	unsigned int *item_of;    /* by worker: its item's index + 1, or 0 before it has one */
	_Atomic(uint8_t) *states; /* enum mms_chunk_state, or'ed */
	struct mms_cut cut;

	/* What every chunk writes. */
	_Alignas(64) struct mms_task task;
	atomic_uint items_given;
	atomic_size_t pending;    /* not taken yet */
	atomic_size_t unfinished; /* neither done nor failed */
	_Atomic(uint64_t) done_pages;
	_Atomic(uint64_t) chunks_by[2]; /* enum mms_taker */
	_Atomic(uint64_t) syncs_helped, syncs_waited;

	pthread_mutex_t lock;
	pthread_cond_t finished; /* a chunk with MMS_CHUNK_WAITED, or the last one */
	/*
	 * The first; 0: none. Set under the lock before any chunk fails, so whoever has seen a
	 * failed chunk may read it without.
	 */
	int error;
	char sentence[512];
};

enum mms_taker {
	MMS_BY_WORKER,
	MMS_BY_WAITER,
};

/* Take chunk @index. False if it was taken already. */
bool mms_chunk_take(struct mms_background *background, size_t index);

/* Initialize a taken chunk and finish it. On failure give up all that is pending. */
void mms_chunk_run(struct mms_background *background, size_t index, enum mms_taker taker);

/* Let everything that is pending fail with @error, if none came before it. */
void mms_background_give_up(struct mms_background *background, int error, const char *sentence);

#endif
