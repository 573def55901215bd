/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the code that runs after a ZONE_DEVICE init pays for how it was done. Initializers take
 * turns on the same, resident memory, and right after each init one thing is timed:
 *
 * - a reader walks the struct pages, in order or at random;
 * - faults begin, on a device that has these struct pages;
 * - a bystander, whose working set was in the caches before the init, goes on, on the same core or
 *   on another one;
 * - a writer goes back to the head and tail 1 of compounds, to each when it is initialized or to
 * all in the end.
 *
 * All of them are timed without an init as well, on the same struct pages, with the caches as they
 * were before the inits: the row "none", which comes first. All turns, of each row and step, are
 * taken in one order that the seed decides anew for each round.
 *
 * What initializers leave is compared with the oracle before the first round and before up to three
 * rounds, on memory that was dirtied. The reader adds up what it reads, and faults refuse pages in
 * states that can't be, so that later rounds aren't trusted blindly. What they find wrong without
 * an init is blamed on the initializer that wrote it. What no init may write is looked at after
 * each turn. What faults and the writer change is put right before the next turn.
 */
#ifndef BENCH_AFTERMATH_H
#define BENCH_AFTERMATH_H

#include <memmapsim/memmapsim.h>

#include "core.h"
#include "failure.h"
#include "statistics.h"
#include "turns.h"
#include "usage.h"
#include "verified_rounds.h"

enum mms_aftermath_part {
	MMS_AFTERMATH_READ,
	MMS_AFTERMATH_FAULT,
	MMS_AFTERMATH_BYSTANDER,
	MMS_AFTERMATH_WRITER,
};
#define MMS_NR_AFTERMATH_PARTS 4
#define MMS_AFTERMATH_ALL      ((1u << MMS_NR_AFTERMATH_PARTS) - 1)

/* "read", "fault", "bystander", "writer". */
extern const char *const mms_aftermath_part_names[MMS_NR_AFTERMATH_PARTS];

struct mms_aftermath_config {
	const struct mms_geometry *geometry;
	struct mms_memmap_options memmap;
	const struct mms_initializer *const *initializers;
	size_t nr_initializers;
	unsigned int gates;  /* enum mms_gate, or'ed */
	unsigned int parts;  /* 1 << enum mms_aftermath_part, or'ed; at least one */
	unsigned int rounds; /* at least 1 */
	/*
	 * Not 0: end the rounds as soon as each step's ratio to none, and the writer's, has an
	 * interval narrower than this share of it. There are no more than @rounds.
	 */
	double precision;
	uint64_t seed; /* of the order of turns, what is random in them, and the dirt */
	struct mms_progress progress;
};

/* Where a bystander is and when it is timed. */
enum mms_aftermath_where {
	MMS_AFTERMATH_HERE,
	MMS_AFTERMATH_OTHER_CORE,        /* which does nothing during the init */
	MMS_AFTERMATH_OTHER_CORE_DURING, /* goes on meanwhile, and that is what is timed */
};

/* When the writer goes back. */
enum mms_aftermath_back {
	MMS_AFTERMATH_BACK_NEVER,
	MMS_AFTERMATH_BACK_AT_END,
	MMS_AFTERMATH_BACK_EACH,
};

/* One thing that is timed, for all rows alike. */
struct mms_aftermath_step {
	enum mms_aftermath_part part;
	char name[32];
	const char *unit; /* what it does many of: "page", "fault", "line", "compound" */
	uint64_t units;
	bool follows; /* timed right after the step before, in the same turn */
	/* Which of these says something is the part's matter. */
	bool random;
	unsigned int order; /* of faults */
	/*
	 * Of the bystander's working set; or of those struct pages, written last, that are read or
	 * that faults are among; 0: of all.
	 */
	uint64_t bytes;
	enum mms_aftermath_where where;
	enum mms_aftermath_back back;
};
#define MMS_AFTERMATH_MAX_STEPS 40

/* What came of a step for a row. */
struct mms_aftermath_cell {
	struct mms_samples time;   /* one for each round */
	struct mms_samples misses; /* "ns" is a count here; none if not all rounds were counted */
	double ns_per_unit;        /* median */
	struct mms_ratio to_none;  /* paired with the same step without an init */
	/* Of a writer that goes back: what that adds to the init, by medians; and each to all. */
	double back_ns_per_unit;
	struct mms_ratio to_back_at_end;
};

struct mms_aftermath_row {
	const struct mms_initializer *initializer; /* that was asked for; NULL: no init at all */
	const struct mms_initializer *ran;         /* that the gates made of it */
	bool verified;
	struct mms_failure failure;       /* valid if not verified; there are no samples then */
	struct mms_samples init;          /* whole inits beside which nobody worked, of all turns */
	struct mms_aftermath_cell *cells; /* one for each step */
};

struct mms_aftermath_result {
	struct mms_memmap_info backing; /* read back after the last turn */
	struct mms_verified_rounds verified;
	struct mms_usage usage;
	struct mms_core_summary core; /* looked at before each turn */
	bool ok;                      /* all rows are verified */

	unsigned int cpu; /* that inits ran on, and what follows them on the same core */
	bool has_other_cpu, shares_last_level;
	unsigned int other_cpu;              /* the bystander's other core */
	uint64_t l2_bytes, last_level_bytes; /* that steps go by */
	bool caches_known;                   /* false: those are assumed */
	char miss_reason[128];               /* why misses aren't counted; empty: they are */
	uint64_t array_bytes;                /* struct pages that inits write */
	bool borrowed_compounds; /* the writer's: these struct pages, taken for 2 MiB compounds */

	size_t nr_steps;
	struct mms_aftermath_step steps[MMS_AFTERMATH_MAX_STEPS];
	size_t nr_rows;
	struct mms_aftermath_row *rows;
	struct mms_aftermath_cell *cells; /* of all rows */
	uint64_t *storage;                /* of all samples */
	size_t nr_probes;
	double *probes; /* of the core */
};

/*
 * Run the experiment. The calling thread is bound to a core as long as that takes. Needs memory for
 * one memmap, four times the last-level cache, and little more, and keeps no state.
 *
 * @result: to be given to mms_aftermath_free(); what @config points to must outlive it
 * @return 0, also if initializers failed; -EINVAL: a config that makes no sense, or faults on a
 *         pgmap that no driver here has; -EOPNOTSUPP: a CPU feature is missing; or what
 *         mms_memmap_create(), mms_device_create() or mms_topology_create() returns.
 *         mms_last_error() has the sentence.
 */
int mms_aftermath_run(const struct mms_aftermath_config *config,
                      struct mms_aftermath_result **result);

/* NULL is fine. */
void mms_aftermath_free(struct mms_aftermath_result *result);

/* The initializer's name, or "none"; static storage. */
const char *mms_aftermath_name(const struct mms_aftermath_row *row);

/* A sentence on why @row is not verified, into @text. */
void mms_aftermath_describe_failure(const struct mms_aftermath_row *row, char *text, size_t size);

#endif
