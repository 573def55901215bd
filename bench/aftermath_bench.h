/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the parts of the aftermath experiment share; for the experiment itself. */
#ifndef BENCH_AFTERMATH_BENCH_H
#define BENCH_AFTERMATH_BENCH_H

#include "aftermath.h"
#include "places.h"
#include "stopwatch.h"

struct mms_bystander;

/* Where turns are taken. */
struct mms_aftermath_bench {
	const struct mms_aftermath_config *config;
	struct mms_aftermath_result *result;
	struct mms_topology *topology;
	struct mms_places places;
	struct mms_stopwatch watch;
	const struct mms_initializer *naive; /* for what isn't timed */

	/* With faults the memmap is a device's, which stays bound all the time. */
	struct mms_devices *devices;
	struct mms_device *device;
	struct mms_memmap *map;
	unsigned int nr_jobs;
	struct mms_job jobs[MMS_MAX_RANGES];

	/* The writer's jobs are for compounds; of the same memory, though they need not be its. */
	bool borrowed; /* the geometry has none, so this one stands in */
	struct mms_geometry compounds;
	struct mms_job compound_jobs[MMS_MAX_RANGES];

	struct mms_aftermath_row *author; /* who wrote struct pages last; NULL: nobody but us */
	uint64_t *never_written;          /* pfns of pages that no code writes */
	uint64_t nr_never_written;

	struct mms_bystander *bystander;
	uint64_t expected_sums[MMS_AFTERMATH_MAX_STEPS]; /* that a reader finds, by step */
	size_t flush_bytes;                              /* to flush before the next init */
	uint64_t init_ns;                                /* what an init takes, about */
};

/*
 * A part: which steps it has here, and how one is taken. @take begins when all that comes before an
 * init is done; it has to call mms_aftermath_init(), or what stands for it, and then to time. It
 * fills in @measures, of the step and of those that follow it, and puts struct pages right again.
 * @return 0; or what the init or something after it returned, a negative errno
 */
struct mms_aftermath_ops {
	void (*add_steps)(const struct mms_aftermath_bench *bench,
	                  struct mms_aftermath_result *result);
	int (*take)(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row,
	            const struct mms_aftermath_step *step, struct mms_measure *measures);
};
#define MMS_AFTERMATH_MAX_MEASURES 2

extern const struct mms_aftermath_ops mms_aftermath_read, mms_aftermath_fault;
extern const struct mms_aftermath_ops mms_aftermath_bystander, mms_aftermath_writer;

bool mms_aftermath_takes_part(const struct mms_aftermath_config *config,
                              enum mms_aftermath_part part);

/*
 * Memory that is resident and right, of a device that is bound if there are faults. Before that it
 * was dirtied all over.
 */
int mms_aftermath_open_map(struct mms_aftermath_bench *bench);

/* Fine also if there is none. */
void mms_aftermath_close_map(struct mms_aftermath_bench *bench);

/* All that comes before an init, and before none as well: so caches are the same then. */
void mms_aftermath_begin(struct mms_aftermath_bench *bench, const struct mms_aftermath_row *row);

/* Add a step, with its name as by printf(). */
__attribute__((format(printf, 3, 4))) void mms_aftermath_add(struct mms_aftermath_result *result,
                                                             struct mms_aftermath_step step,
                                                             const char *format, ...);

/* Initialize all ranges as @row does; without an initializer, nothing. */
int mms_aftermath_init(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row);

/* Make all struct pages what the geometry says, by the naive path, whatever they were. */
int mms_aftermath_restore(struct mms_aftermath_bench *bench);

/* Which pages mms_aftermath_strayed() has to look at. @return 0 or -ENOMEM */
int mms_aftermath_find_never_written(struct mms_aftermath_bench *bench);

/* Whether something was written that no init may write: around the array, or in pages of it. */
bool mms_aftermath_strayed(const struct mms_aftermath_bench *bench);

/* Those whose struct pages are the last @bytes that an init writes; half of all at most. */
struct mms_pfn_range mms_aftermath_last_pfns(const struct mms_aftermath_bench *bench,
                                             uint64_t bytes);

/* What readers add up, from struct pages that are known to be right. */
void mms_aftermath_expect_sums(struct mms_aftermath_bench *bench);

/* Let @row initialize compounds on dirty memory, with a writer that goes back, and compare. */
int mms_aftermath_check_writer(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row,
                               struct mms_report *report);

/* The compounds that the writer works on; in @bench, once it has a memmap. */
void mms_aftermath_find_compounds(struct mms_aftermath_bench *bench);

/*
 * Working sets, and a thread on the other core, if there is one.
 * @bystander: to be given to mms_bystander_destroy()
 */
int mms_bystander_create(const struct mms_aftermath_bench *bench, struct mms_bystander **bystander);

/* NULL is fine. */
void mms_bystander_destroy(struct mms_bystander *bystander);

#endif
