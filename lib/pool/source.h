/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Where a topology comes from. */
#ifndef LIB_POOL_SOURCE_H
#define LIB_POOL_SOURCE_H

#include <hwloc.h>

/* As mms_topology_create(), as far as hwloc's own topology. @topology is to be destroyed. */
int mms_topology_load(const char *description, const char *cpus, hwloc_topology_t *topology);

#endif
