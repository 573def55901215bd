/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The experiment of the 2018 series, for one namespace: how soon it is usable. It is bound again
 * and again on the same, resident memory, by the caller alone, by a pool, and in the background
 * with each policy, and what is timed is: until the bind returned, what a fault right after that
 * has to wait, and until all is done. A bind here is all that one does to the memmap: resetting
 * pageblock types, initializing altmap pages and device pages. Those who wait initialize the altmap
 * pages themselves, which the caller does alone, as a kernel would; how long that took is also told
 * apart. In the background they are part of the work, see enum mms_async.
 *
 * Besides these quiet binds, in which nobody but that one fault disturbs the pool, there are some
 * with a stream of faults, one after the other until all is done.
 *
 * All ways to bind take turns in an order that the seed decides. Each is held against the oracle
 * before it is timed, in some of the timed rounds, and after each stream. The page of every fault
 * is dirtied before the bind and held against the oracle.
 */
#ifndef BENCH_USABLE_H
#define BENCH_USABLE_H

#include "crew.h"
#include "curve.h"
#include "failure.h"
#include "latency.h"
#include "statistics.h"
#include "turns.h"
#include "usage.h"
#include "verified_rounds.h"
#include "way.h"

struct mms_usable_config {
	const struct mms_geometry *geometry;
	struct mms_memmap_options memmap;
	const struct mms_initializer *const *initializers; /* that can be cut */
	size_t nr_initializers;
	unsigned int gates;          /* enum mms_gate, or'ed */
	struct mms_crew_config crew; /* at least one */
	const enum mms_wait *waits;  /* policies, all different, at least one */
	size_t nr_waits;
	enum mms_async async;
	unsigned int binds; /* quiet ones of each way to bind, at least 1 */
	/*
	 * Not 0: end the quiet binds as soon as each ratio of the background to the pool has an
	 * interval narrower than this share of it. There are no more than @binds.
	 */
	double precision;
	unsigned int streams;   /* binds of each with a stream of faults */
	bool sequential_faults; /* from the first page on; otherwise at random */
	uint64_t seed;          /* of the order of turns, the faults, and the dirt */
	struct mms_progress progress;
};

/* A stream's faults, of all streams of a row. */
struct mms_usable_stream {
	struct mms_samples done;           /* until all was done */
	struct mms_latency ready, waiting; /* faults that found all ready, and those that didn't */
	uint64_t helped, waited;           /* of the latter; some did both */
	struct mms_curve curve;            /* of the last stream */
};

/* A way to bind, and what came out. */
struct mms_usable_row {
	const struct mms_initializer *initializer; /* that was asked for */
	const struct mms_initializer *ran;         /* that the gates made of it */
	struct mms_way way;
	bool verified;
	struct mms_failure failure; /* valid if not verified; there are no samples then */
	uint64_t nr_chunks;         /* that the work is cut into; 1 by the caller */
	double chunk_ns;            /* what one takes: the caller's own time, by their number */
	/* From when the bind began until it returned and until all was done. */
	struct mms_samples returns, done;
	struct mms_samples fault;          /* what the first fault took, from the bind's return */
	uint64_t helped, waited;           /* how many of these did so */
	struct mms_ratio done_to_parallel; /* paired with the pool's, of as many threads */
	struct mms_usable_stream stream;   /* in the background */
};

struct mms_usable_result {
	struct mms_memmap_info backing; /* read back after the last bind */
	struct mms_samples
		altmap; /* what of binds that wait is theirs; no samples without altmap */
	struct mms_verified_rounds verified;
	struct mms_usage usage;
	bool ok; /* all rows are verified */
	/* By initializer: by the caller, and for each number of threads by pool and background. */
	size_t nr_rows, rows_per_initializer;
	struct mms_usable_row *rows;
	uint64_t *storage; /* of all samples */
};

/*
 * Run the experiment. Needs memory for one memmap and little more, and keeps no state.
 *
 * @result: to be given to mms_usable_free(); what @config points to must outlive it
 * @return 0, also if initializers failed; -EINVAL: a config that makes no sense, or an initializer
 *         that takes whole ranges only; -EOPNOTSUPP: a CPU feature is missing; or what
 *         mms_memmap_create(), mms_topology_create(), mms_pool_create() or mms_background_start()
 *         returns. mms_last_error() has the sentence.
 */
int mms_usable_run(const struct mms_usable_config *config, struct mms_usable_result **result);

/* NULL is fine. */
void mms_usable_free(struct mms_usable_result *result);

/* A sentence on why @row is not verified, into @text. */
void mms_usable_describe_failure(const struct mms_usable_row *row, char *text, size_t size);

#endif
