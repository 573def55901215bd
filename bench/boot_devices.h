/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The devices of a boot, and a boot of theirs, timed. For the experiment itself. */
#ifndef BENCH_BOOT_DEVICES_H
#define BENCH_BOOT_DEVICES_H

#include "boot.h"
#include "faults.h"

struct mms_boot_devices {
	const struct mms_boot_config *config;
	const struct mms_crews *crews;
	size_t flush_bytes; /* of each, before a boot */
	struct mms_devices *machine;
	struct mms_device **items; /* config->nr_devices of them, or fewer while they are made */
	struct mms_fault *faults;  /* the first of each in the last boot */
	struct mms_schedule **schedules; /* for each crew, of each device */
};

/* What came of a boot. */
struct mms_boot_outcome {
	uint64_t times[MMS_NR_BOOT_TIMES];
	uint64_t longest_fault_ns;
	uint64_t helped, waited; /* first faults that did so */
	int error;               /* of a bind, a mount, a fault, or of work in the background */
};

/* Make them all, unbound and resident. @return 0, or an error; then too they must be finished */
int mms_boot_devices_init(struct mms_boot_devices *devices, const struct mms_boot_config *config,
                          const struct mms_crews *crews);

void mms_boot_devices_finish(struct mms_boot_devices *devices);

/*
 * Boot as @way says, with first faults at pages that @random decides, which are dirtied with
 * @dirty_seed before. On return all devices are unbound.
 */
void mms_boot_devices_boot(struct mms_boot_devices *devices,
                           const struct mms_initializer *initializer, const struct mms_way *way,
                           uint64_t *random, uint64_t dirty_seed, struct mms_boot_outcome *outcome);

/* Dirty all memory. */
void mms_boot_devices_dirty(struct mms_boot_devices *devices, uint64_t dirty_seed);

/*
 * Look for what the last boot left wrong: what faults found, then, if @compare, all struct pages
 * and pageblocks, and in any case damage around them.
 */
void mms_boot_devices_check(const struct mms_boot_devices *devices, bool compare,
                            uint64_t dirty_seed, struct mms_failure *failure);

/* What memory all of them have together. */
int mms_boot_devices_info(const struct mms_boot_devices *devices, struct mms_memmap_info *all,
                          uint64_t *least_huge_bytes);

#endif
