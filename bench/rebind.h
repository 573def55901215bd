/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The experiment of the 2026 series: how long it takes to initialize a namespace's struct pages, on
 * memory that was never touched (first bind), and again and again on the same memory (rebind). The
 * two never share a number. What is timed is mms_init_range() over all ranges, no more; or, where
 * threads are compared, mms_pool_run() over the same ranges, in the same rounds.
 *
 * Initializers take turns in an order that the seed decides, and are held against the oracle before
 * anything of theirs is timed and in some of the timed turns. One that is wrong is not timed
 * further; the others go on.
 */
#ifndef BENCH_REBIND_H
#define BENCH_REBIND_H

#include <memmapsim/memmapsim.h>

#include "core.h"
#include "crew.h"
#include "failure.h"
#include "statistics.h"
#include "turns.h"
#include "usage.h"
#include "verified_rounds.h"

struct mms_rebind_config {
	const struct mms_geometry *geometry;
	struct mms_memmap_options memmap;
	const struct mms_initializer *const *initializers;
	size_t nr_initializers;
	bool fills;         /* let plain fills take part in the rebinds: the machine's limit */
	unsigned int gates; /* enum mms_gate, or'ed */
	unsigned int first_binds; /* per initializer */
	unsigned int rebinds;     /* per initializer, at least 1 */
	/*
	 * Not 0: end the rebinds as soon as each initializer's ratio to naive, or to the first one,
	 * has an interval narrower than this share of it; of a single initializer, its median; and
	 * with threads, each speed-up. There are no more than @rebinds.
	 */
	double precision;
	/* Crews take part in the rebinds, with each initializer that can be cut, and each fill. */
	struct mms_crew_config crew;
	/*
	 * The first bind finds memory that may be untouched for the hypervisor as well, as nothing
	 * touched it before here. That is so only once: for one initializer, and one first bind.
	 */
	bool cold;
	uint64_t seed; /* of the order of turns, and of the dirt */
	struct mms_progress progress;
};

/* What came out for an initializer, or for a fill. */
struct mms_rebind_row {
	const struct mms_initializer *initializer; /* that was asked for */
	const struct mms_initializer *ran;         /* that the gates made of it */
	bool fill;                                 /* leaves no memmap: nothing to verify */
	unsigned int threads;                      /* of a crew; 0: called directly */
	bool verified;
	struct mms_failure failure; /* valid if not verified; there are no samples then */
	struct mms_samples first_bind, rebind;
	/* For each rebind, how much of the core there was: the less of before and after. See
	 * core.h. NULL with threads, whose cores are others. */
	double *adds_per_cycle;
	double ns_per_page;              /* median rebind by pages that the kernel reports */
	double gb_per_s;                 /* bytes of struct pages written, by the median rebind */
	struct mms_ratio ratio_to_naive; /* none without naive */
	struct mms_ratio ratio_to_limit; /* none without fills; with as many threads */
	/* Of its cost per page to that in the largest of several experiments run together. */
	struct mms_ratio ratio_to_largest;
	/* Only of a crew's rows; each is none if what it compares with isn't there. */
	struct mms_ratio speed_up;   /* how many times as fast as its own run on one thread */
	struct mms_ratio efficiency; /* the limit's time with as many threads by its own */
	struct mms_ratio ratio_to_direct;
};

/* What came out for a number of threads. */
struct mms_rebind_crew {
	unsigned int threads;
	size_t nr_chunks;            /* that the work was cut into */
	struct mms_samples schedule; /* how long that took, for all rows; in no other time */
	size_t nr_rows;
	/* The rows called directly once more, but for initializers that take whole ranges only. */
	struct mms_rebind_row *rows;
	const struct mms_rebind_row *limit; /* the fastest fill, or NULL */
	/* The last row: an initializer that does nothing. What that takes, the dispatch does. */
	const struct mms_rebind_row *empty;
	double dispatch_ns_per_chunk;
};

/* What a step of the series brings: the paired ratio of an initializer to the one before it. */
struct mms_rebind_step {
	const char *name; /* "MOVNTI", …; static storage */
	const struct mms_rebind_row *row, *base;
	struct mms_ratio ratio;
};
#define MMS_REBIND_MAX_STEPS 5

struct mms_rebind_result {
	/* Struct pages that the timed function writes: without shared tails. */
	uint64_t pages_written, bytes_written;
	struct mms_memmap_info backing;       /* of the rebinds, read back after the last one */
	uint64_t least_huge_bytes;            /* that any mapping got */
	uint64_t machine_first_touch_ns;      /* 0 if cold */
	struct mms_samples mapping, teardown; /* of the first binds */
	struct mms_samples altmap_first_bind; /* no samples without altmap */
	struct mms_samples altmap_rebind;
	struct mms_samples verify; /* of whole arrays, in the verified rounds … */
	struct mms_samples read; /* … and, right after each, the fastest plain read of the same */
	struct mms_verified_rounds verified; /* that ended with a comparison */
	struct mms_usage usage;              /* of all experiments that were run together */
	bool ok;                             /* all rows are verified */
	size_t nr_rows;                      /* called directly */
	/* In the order of the config's initializers; then the fills; then the crews' rows. */
	struct mms_rebind_row *rows;
	size_t nr_crews;
	struct mms_rebind_crew *crews;      /* in the order of the config's */
	const struct mms_rebind_row *limit; /* the fastest fill, or NULL */
	unsigned int nr_steps;
	struct mms_rebind_step steps[MMS_REBIND_MAX_STEPS];
	struct mms_core_summary core; /* of all rebinds that were called directly */
	uint64_t *storage;            /* of all samples */
	double *probes;               /* of all adds_per_cycle */
};

/* How many rows there are, with those of crews. */
static inline size_t mms_rebind_all_rows(const struct mms_rebind_result *result)
{
	size_t nr = result->nr_rows;

	for (size_t i = 0; i < result->nr_crews; i++)
		nr += result->crews[i].nr_rows;
	return nr;
}

/*
 * Run the experiment. Needs memory for one memmap and little more, and keeps no state: it may run
 * anywhere, in a child process as well.
 *
 * @result: to be given to mms_rebind_free(); what @config points to must outlive it
 * @return 0, also if initializers failed; -EINVAL: a config that makes no sense; -EOPNOTSUPP: a CPU
 *         feature is missing; or what mms_memmap_create(), mms_topology_create() or
 *         mms_pool_create() returns. mms_last_error() has the sentence.
 */
int mms_rebind_run(const struct mms_rebind_config *config, struct mms_rebind_result **result);

/*
 * Run @count experiments that differ in their geometries and memory only, their rebinds in the same
 * rounds: what of this machine changes while they run then weighs on all of them. First binds come
 * before, one experiment after the other. Needs memory for all memmaps at once, see
 * mms_memmaps_fit().
 *
 * @results: of each; untouched on failure
 * @return as mms_rebind_run(); -EINVAL also if they differ in anything else
 */
int mms_rebind_run_all(const struct mms_rebind_config *configs, size_t count,
                       struct mms_rebind_result **results);

/* NULL is fine. */
void mms_rebind_free(struct mms_rebind_result *result);

/* A sentence on why @row is not verified, into @text. */
void mms_rebind_describe_failure(const struct mms_rebind_row *row, char *text, size_t size);

#endif
