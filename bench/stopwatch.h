/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How long something takes, and how many cache misses of user space it has, where that is counted.
 */
#ifndef BENCH_STOPWATCH_H
#define BENCH_STOPWATCH_H

#include <stdbool.h>
#include <stdint.h>

struct mms_stopwatch {
	int counter; /* file descriptor of the perf event; -1: misses aren't counted */
	uint64_t start_ns;
};

struct mms_measure {
	uint64_t ns;
	bool counted; /* misses mean something */
	uint64_t misses;
};

/*
 * For the calling thread alone, by the event that perf calls cache-misses, which needs no
 * privileges. What it counts is the processor's matter: mostly misses of the last level, on some of
 * the second.
 * @watch: to be given to mms_stopwatch_finish(); fine also if misses can't be counted
 * @return 0; or why misses can't be counted, a negative errno, with a sentence
 */
int mms_stopwatch_init(struct mms_stopwatch *watch);
void mms_stopwatch_finish(struct mms_stopwatch *watch);

void mms_stopwatch_start(struct mms_stopwatch *watch);
struct mms_measure mms_stopwatch_stop(struct mms_stopwatch *watch);

#endif
