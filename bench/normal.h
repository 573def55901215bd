/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Normal memory, as deferred init goes through it: pages are initialized and, a chunk at a time,
 * freed to the buddy allocator, which reads and writes at once what was just written. So what an
 * initializer gains, freeing may lose again; both are timed, apart and together, in chunks of the
 * size that kernels take and of others, on memory that was never touched and again and again on the
 * same memory. The two never share a number.
 *
 * All rows take turns in an order that the seed decides. Each is held against the oracle, after
 * initialization and after freeing, before it is timed, and after freeing in some of the timed
 * rounds. A store tracer tells beside that what initializing and freeing a page reads and writes.
 */
#ifndef BENCH_NORMAL_H
#define BENCH_NORMAL_H

#include <memmapsim/memmapsim.h>

#include "crew.h"
#include "failure.h"
#include "statistics.h"
#include "turns.h"
#include "usage.h"
#include "verified_rounds.h"

struct mms_normal_config {
	const struct mms_geometry *geometry; /* of a zone */
	struct mms_memmap_options memmap;
	const struct mms_initializer *const *initializers; /* for normal memory */
	size_t nr_initializers;
	unsigned int gates; /* enum mms_gate, or'ed */
	/* Pages that are initialized before they are freed: multiples of a largest free block, or 0
	 * for all of the zone. The first is for first touches and for crews, too. */
	const uint64_t *chunks;
	size_t nr_chunks;
	struct mms_crew_config crew; /* initializers that can be cut are also run by these */
	unsigned int first_touches;  /* per initializer */
	unsigned int rounds;         /* of each row, at least 1 */
	/*
	 * Not 0: end the rounds as soon as each total's ratio to naive's, or to the first one's,
	 * has an interval narrower than this share of it; of a single initializer, each total.
	 * There are no more than @rounds.
	 */
	double precision;
	bool trace;    /* have the store tracer look at each initializer */
	uint64_t seed; /* of the order of turns, and of the dirt */
	struct mms_progress progress;
};

/* Times of turns. In those of crews only the total is known: workers do both at once. */
struct mms_normal_times {
	struct mms_samples init, free, total;
};

/* Paired, by rounds, with another row's. */
struct mms_normal_ratios {
	struct mms_ratio init, free, total;
};

/* An initializer, a size of chunks and a number of threads, and what came out. */
struct mms_normal_row {
	const struct mms_initializer *initializer; /* that was asked for */
	const struct mms_initializer *ran;         /* that the gates made of it */
	uint64_t chunk_pages;                      /* 0: all of the zone */
	unsigned int threads;                      /* of a crew; 0: called directly */
	bool verified;
	struct mms_failure failure;   /* valid if not verified; there are no samples then */
	struct mms_free_report freed; /* if it failed after freeing */
	struct mms_normal_times first_touch, steady;
	/* In steady state, with the same chunks and threads; none without "naive", "template". */
	struct mms_normal_ratios to_naive, to_template;
};

/* What the store tracer saw of an initializer, and of freeing after it, for so many pages. */
struct mms_normal_traffic {
	const struct mms_initializer *initializer;
	uint64_t pages;
	struct mms_store_report init; /* of initialization alone */
	struct mms_store_report both; /* of initialization, then freeing */
};

struct mms_normal_result {
	uint64_t pages, bytes;          /* free pages, and their struct pages */
	struct mms_memmap_info backing; /* of steady state, read back after the last turn */
	uint64_t least_huge_bytes;      /* that any mapping got */
	uint64_t machine_first_touch_ns;
	struct mms_samples mapping; /* of first touches */
	struct mms_verified_rounds verified;
	struct mms_usage usage;
	bool ok; /* all rows are verified, and no drain is missing */
	/* By initializer: directly, by size of chunk; then by number of threads. */
	size_t nr_rows, rows_per_initializer;
	struct mms_normal_row *rows;
	size_t nr_traffic; /* 0 without trace, or if this process may not trace */
	struct mms_normal_traffic *traffic;
	char untraced[256]; /* why there is none though it was asked for; or empty */
	uint64_t *storage;  /* of all samples */
};

/*
 * Run the experiment. Needs memory for one memmap and little more, and keeps no state.
 *
 * @result: to be given to mms_normal_free(); what @config points to must outlive it
 * @return 0, also if initializers failed; -EINVAL: a config that makes no sense; -EOPNOTSUPP: a CPU
 *         feature is missing, or an initializer is not for normal memory; or what
 *         mms_memmap_create(), mms_topology_create() or mms_pool_create() returns.
 *         mms_last_error() has the sentence.
 */
int mms_normal_run(const struct mms_normal_config *config, struct mms_normal_result **result);

/* NULL is fine. */
void mms_normal_free(struct mms_normal_result *result);

/* A sentence on why @row is not verified, into @text. */
void mms_normal_describe_failure(const struct mms_normal_row *row, char *text, size_t size);

#endif
