/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Time in which the hypervisor let somebody else run, though there was work to do here. */
#ifndef BENCH_STEAL_H
#define BENCH_STEAL_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/*
 * Of all CPUs together since boot, in ns (to the tick, mostly 10 ms), as /proc/stat has it. @root
 * stands before that path; "" for this machine.
 * @return whether it could be read
 */
bool mms_steal_read(const char *root, uint64_t *ns);

/* What was stolen from all CPUs together while something was run. */
struct mms_steal {
	bool known;
	uint64_t ns;
	uint64_t run_ns; /* how long that was */
};

void mms_steal_begin(struct mms_steal *steal);
void mms_steal_end(struct mms_steal *steal);

/* What was stolen, as a number; null if it isn't known. A new reference. */
json_t *mms_steal_json(const struct mms_steal *steal);

#endif
