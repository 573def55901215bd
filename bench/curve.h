/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How far an initialization in the background is, watched by a thread that mostly sleeps. */
#ifndef BENCH_CURVE_H
#define BENCH_CURVE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include <memmapsim/background.h>

#define MMS_CURVE_POINTS 128

struct mms_curve_point {
	uint64_t ns;     /* since the bind began */
	uint64_t pages;  /* ready */
	uint64_t faults; /* served */
};

struct mms_curve {
	size_t count;
	struct mms_curve_point points[MMS_CURVE_POINTS];
};

struct mms_curve_watch {
	const struct mms_background *background;
	const _Atomic(uint64_t) *faults; /* served, counted by the one who has them */
	uint64_t start_ns;               /* when the bind began */
	uint64_t interval_ns; /* between points at first; twice that whenever there are too many */
	struct mms_curve *curve;
	atomic_bool over; /* this and what follows is the watch's own; false at first */
	pthread_t thread;
};

/* Begin to add points to the curve. @return 0, or -EAGAIN: no thread can be started */
int mms_curve_watch_begin(struct mms_curve_watch *watch);

/* End it, with a last point for @end_ns, when all pages were ready. */
void mms_curve_watch_end(struct mms_curve_watch *watch, uint64_t end_ns);

#endif
