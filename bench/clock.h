/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdint.h>
#include <time.h>

/* The clock of all measurements, in ns: no adjustment of the time makes it faster or slower. */
static inline uint64_t mms_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC_RAW, &time);
	return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

#endif
