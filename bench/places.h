/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The core that an experiment runs on, another one beside it, and the caches of the first. */
#ifndef BENCH_PLACES_H
#define BENCH_PLACES_H

#include <hwloc.h>

#include <memmapsim/pool.h>

struct mms_place {
	unsigned int cpu; /* the first of the core, as the system counts */
	hwloc_const_cpuset_t cpus;
};

struct mms_places {
	struct mms_place here;
	bool has_other; /* false: the machine, or what of it may be used, has one core only */
	struct mms_place other;
	bool share_last_level; /* here and the other one */
	/*
	 * Second level, and the last one: L3 where there is one. 0: the system doesn't say, as in
	 * some virtual machines.
	 */
	uint64_t l2_bytes, last_level_bytes;
};

/*
 * Choose from @topology, into which this points: its first core, and the next one that shares the
 * last level with it, or else the next one at all.
 */
void mms_places_choose(const struct mms_topology *topology, struct mms_places *places);

/*
 * Let the calling thread run on @cpus of this machine only.
 * @before: if not NULL, where it could run before; to be given to hwloc_bitmap_free()
 * @return 0, or a negative errno
 */
int mms_place_bind(const struct mms_topology *topology, hwloc_const_cpuset_t cpus,
                   hwloc_cpuset_t *before);

#endif
