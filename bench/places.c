// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "places.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "pool/topology.h"

/* The cache of data at or above level @least that @cpus have; NULL: not known. */
static hwloc_obj_t cache_of(const struct mms_topology *topology, hwloc_const_cpuset_t cpus,
                            unsigned int least, bool last)
{
	hwloc_obj_t found = NULL;

	for (hwloc_obj_t object = hwloc_get_obj_covering_cpuset(topology->hwloc, cpus); object;
	     object = object->parent) {
		if (!hwloc_obj_type_is_dcache(object->type) || object->attr->cache.depth < least)
			continue;
		found = object;
		if (!last)
			break;
	}
	return found;
}

static uint64_t size_of(hwloc_obj_t cache)
{
	return cache ? cache->attr->cache.size : 0;
}

static struct mms_place place_of(const struct mms_core *core)
{
	return (struct mms_place){.cpu = core->number, .cpus = core->cpus};
}

void mms_places_choose(const struct mms_topology *topology, struct mms_places *places)
{
	const struct mms_core *here = &topology->cores[0];
	hwloc_obj_t last = cache_of(topology, here->cpus, 2, true);

	*places = (struct mms_places){
		.here = place_of(here),
		.l2_bytes = size_of(cache_of(topology, here->cpus, 2, false)),
		.last_level_bytes = size_of(last),
	};
	for (unsigned int i = 1; i < topology->nr_cores && !places->share_last_level; i++) {
		const struct mms_core *core = &topology->cores[i];
		bool share = last && hwloc_bitmap_isincluded(core->cpus, last->cpuset);

		if (places->has_other && !share)
			continue;
		places->has_other = true;
		places->other = place_of(core);
		places->share_last_level = share;
	}
}

int mms_place_bind(const struct mms_topology *topology, hwloc_const_cpuset_t cpus,
                   hwloc_cpuset_t *before)
{
	hwloc_cpuset_t old = hwloc_bitmap_alloc();
	int err = 0;

	if (!old)
		return mms_fail(ENOMEM, "out of memory for a set of CPUs");
	if (hwloc_get_cpubind(topology->hwloc, old, HWLOC_CPUBIND_THREAD) ||
	    hwloc_set_cpubind(topology->hwloc, cpus, HWLOC_CPUBIND_THREAD))
		err = mms_fail(errno, "the thread can't be bound to a core: %s", strerror(errno));
	if (!err && before)
		*before = old;
	else
		hwloc_bitmap_free(old);
	return err;
}
