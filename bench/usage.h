/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a run used of the machine, and what the machine took from it. */
#ifndef BENCH_USAGE_H
#define BENCH_USAGE_H

#include <stdint.h>

#include "steal.h"

/* Of this process with all its threads. */
struct mms_usage {
	uint64_t user_ns, system_ns;
	uint64_t minor_faults, major_faults;
	uint64_t voluntary_switches, involuntary_switches;
	struct mms_steal steal; /* and how long the run was */
};

/* Take down how things are now … */
void mms_usage_begin(struct mms_usage *usage);

/* … and make that what has come since. */
void mms_usage_end(struct mms_usage *usage);

#endif
