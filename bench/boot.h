/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The headline of the 2018 series: how soon all persistent memory of a machine is up. A boot here
 * binds a number of devices, look-alikes of nd_pmem or dax_pmem, one after the other by one thread;
 * then it mounts them, in the same order, and each mount is followed by a first fault at a
 * random page. That is what boots do: file systems are mounted when the devices have settled. What
 * is timed, from the first bind's beginning, is: until all binds have returned, until each device's
 * first fault was served, and until all struct pages are initialized.
 *
 * All ways to bind take turns in an order that the seed decides, on the same devices, whose memory
 * is resident: their memmaps lie in the devices, so a boot finds what the one before it left. Each
 * way is held against the oracle before it is timed and in some of the timed rounds. The pages that
 * fault are dirtied before each boot and held against the oracle.
 */
#ifndef BENCH_BOOT_H
#define BENCH_BOOT_H

#include "failure.h"
#include "statistics.h"
#include "turns.h"
#include "usage.h"
#include "verified_rounds.h"
#include "way.h"

struct mms_boot_config {
	const struct mms_geometry *geometries; /* of the devices, in the order of their binds */
	size_t nr_devices;                     /* at least 1 */
	struct mms_memmap_options memmap;
	const struct mms_initializer *const *initializers; /* that can be cut */
	size_t nr_initializers;
	unsigned int gates;          /* enum mms_gate, or'ed */
	struct mms_crew_config crew; /* at least one */
	const enum mms_wait *waits;  /* policies, all different, at least one */
	size_t nr_waits;
	enum mms_async async;
	unsigned int boots; /* of each way, at least 1 */
	/*
	 * Not 0: end the boots as soon as the ratio of each way, until all is usable, has an
	 * interval narrower than this share of it. There are no more than @boots.
	 */
	double precision;
	uint64_t seed; /* of the order of turns, the faults, and the dirt */
	struct mms_progress progress;
};

/* What is timed, each from the beginning of the first bind. */
enum mms_boot_time {
	MMS_BOOT_BOUND,  /* all binds have returned */
	MMS_BOOT_USABLE, /* each device's first fault was served */
	MMS_BOOT_DONE,   /* all struct pages are initialized */
};
#define MMS_NR_BOOT_TIMES 3

/* A way to bind all devices, and what came out. */
struct mms_boot_row {
	const struct mms_initializer *initializer; /* that was asked for */
	const struct mms_initializer *ran;         /* that the gates made of it */
	struct mms_way way;
	bool verified;
	struct mms_failure failure; /* valid if not verified; there are no samples then */
	struct mms_samples times[MMS_NR_BOOT_TIMES];
	struct mms_ratio ratios[MMS_NR_BOOT_TIMES]; /* paired with the caller's own */
	struct mms_samples fault;                   /* the longest first fault of each boot */
	uint64_t *faults_ns;                        /* first faults of all devices, boot by boot */
	uint64_t helped, waited;                    /* first faults, of all boots, that did so */
};

struct mms_boot_result {
	struct mms_memmap_info backing; /* of all devices together, read back after the last boot */
	uint64_t least_huge_bytes;      /* that any of them had */
	struct mms_verified_rounds verified;
	struct mms_usage usage; /* while timed boots were run */
	bool ok;                /* all rows are verified */
	/* By initializer, in the order of its ways. */
	size_t nr_rows, rows_per_initializer;
	struct mms_boot_row *rows;
	uint64_t *storage; /* of all samples */
};

/*
 * Run the experiment. Needs memory for the memmaps of all devices, which is asked for before any is
 * taken, and keeps no state.
 *
 * @result: to be given to mms_boot_free(); what @config points to must outlive it
 * @return 0, also if initializers failed; -EINVAL: a config that makes no sense, or an initializer
 *         that takes whole ranges only; -EOPNOTSUPP: a CPU feature is missing; -ENOMEM: not all
 *         devices fit; or what mms_device_create(), mms_topology_create(), mms_pool_create() or
 *         mms_schedule_create() returns. mms_last_error() has the sentence.
 */
int mms_boot_run(const struct mms_boot_config *config, struct mms_boot_result **result);

/* NULL is fine. */
void mms_boot_free(struct mms_boot_result *result);

/* A sentence on why @row is not verified, into @text. */
void mms_boot_describe_failure(const struct mms_boot_row *row, char *text, size_t size);

/* Struct pages of all devices, altmap pages among them. */
uint64_t mms_boot_pages(const struct mms_boot_config *config);

#endif
