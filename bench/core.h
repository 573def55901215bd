/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How much of its core a thread gets. A virtual CPU is mostly one of a core's two hardware threads;
 * when a neighbor runs on the other one, code that keeps the core busy, as naive does, becomes up
 * to 1.6 times slower, while streams that wait for memory don't. No counter of a virtual machine
 * shows that, and it is no stolen time. What shows it: independent additions per cycle, which the
 * neighbor's take slots from, while the cycle itself, known from a chain of multiplications that
 * wait for each other, stays as it is.
 */
#ifndef BENCH_CORE_H
#define BENCH_CORE_H

#include <stddef.h>

/*
 * Additions per cycle that this thread gets now, of as many as the core has units for (4, say).
 * Takes about 0.1 ms and touches no memory.
 */
double mms_core_adds_per_cycle(void);

/* What many such probes in a run say. */
struct mms_core_summary {
	/*
	 * Adds per cycle, the 95th percentile: when a chain was interrupted each time that it was
	 * tried, the cycle seems too long, and a few probes have more than any core does. 0: there
	 * were no probes
	 */
	double best;
	double median;
	double shared; /* part of the probes, 0 to 1, below 90 % of the best */
};

/* Of @count @probes. @scratch has room for as many. */
struct mms_core_summary mms_core_summarize(const double *probes, size_t count, double *scratch);

#endif
