// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "curve.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "error.h"

#define NSEC_PER_SEC UINT64_C(1000000000)

/* Leave every other point. */
static void thin_out(struct mms_curve *curve)
{
	for (size_t i = 1; 2 * i < curve->count; i++)
		curve->points[i] = curve->points[2 * i];
	curve->count = (curve->count + 1) / 2;
}

static void add_point(struct mms_curve_watch *watch, uint64_t now)
{
	struct mms_curve *curve = watch->curve;
	struct mms_background_progress progress;

	if (curve->count == MMS_CURVE_POINTS) {
		thin_out(curve);
		watch->interval_ns *= 2;
	}
	mms_background_progress(watch->background, &progress);
	curve->points[curve->count++] = (struct mms_curve_point){
		.ns = now - watch->start_ns,
		.pages = progress.pages,
		.faults = atomic_load_explicit(watch->faults, memory_order_relaxed),
	};
}

static void *watch_until_over(void *argument)
{
	struct mms_curve_watch *watch = argument;

	while (!atomic_load(&watch->over)) {
		struct timespec pause = {
			.tv_sec = (time_t)(watch->interval_ns / NSEC_PER_SEC),
			.tv_nsec = (long)(watch->interval_ns % NSEC_PER_SEC),
		};

		add_point(watch, mms_now());
		nanosleep(&pause, NULL);
	}
	return NULL;
}

int mms_curve_watch_begin(struct mms_curve_watch *watch)
{
	int err;

	watch->curve->count = 0;
	err = pthread_create(&watch->thread, NULL, watch_until_over, watch);
	if (err)
		return mms_fail(err, "a thread to watch the background can't be started: %s",
		                strerror(err));
	return 0;
}

void mms_curve_watch_end(struct mms_curve_watch *watch, uint64_t end_ns)
{
	atomic_store(&watch->over, true);
	pthread_join(watch->thread, NULL);
	/* Points after the end would only repeat it. */
	while (watch->curve->count &&
	       watch->curve->points[watch->curve->count - 1].ns >= end_ns - watch->start_ns)
		watch->curve->count--;
	add_point(watch, end_ns);
}
