/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What of this machine matters for measured figures, as data to be kept beside them. */
#ifndef BENCH_ENVIRONMENT_H
#define BENCH_ENVIRONMENT_H

#include <jansson.h>

/*
 * Look at the machine. Every key is always there; what can't be found out is null.
 *
 *	cpu:      vendor, model, family, model_number, stepping, microcode, features[] (those that
 *initializers ask for), packages, cores_online, threads_online, threads_allowed (by affinity), smt
 *("on", "off", "notsupported", …), caches[]{level, type, size_bytes, shared_by_threads} as the
 *first CPU has them, governor, frequency_driver, turbo memory:   total_bytes, available_bytes,
 *numa_nodes, numa_balancing, thp, thp_defrag, thp_size_bytes, hugepages_2m{total, free},
 *hugepages_1g{total, free} system:   kernel, kernel_build, command_line, mitigations{vulnerability:
 *what is done}, hypervisor ("none" on bare metal), clocksource, load_average[3] (1, 5 and 15
 *minutes) build:    version, revision (of git; null in tests and tarballs), compiler, flags
 *	warnings: sentences about what of this makes figures worse or less steady
 *
 * @root: where /proc and /sys are looked for; "" for this machine, a directory with copies in
 *tests. What the CPU itself and system calls say is of this machine in any case.
 *
 * @return a new reference, or NULL: out of memory
 */
json_t *environment_collect(const char *root);

#endif
