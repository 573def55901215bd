/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Time in which the hypervisor let somebody else run, though there was work to do here. */
#ifndef BENCH_STEAL_H
#define BENCH_STEAL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Of all CPUs together since boot, in ns (to the tick, mostly 10 ms), as /proc/stat has it. @root
 * stands before that path; "" for this machine.
 * @return whether it could be read
 */
bool mms_steal_read(const char *root, uint64_t *ns);

#endif
