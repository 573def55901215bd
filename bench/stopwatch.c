// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "stopwatch.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/perf_event.h>

#include "clock.h"
#include "error.h"

int mms_stopwatch_init(struct mms_stopwatch *watch)
{
	struct perf_event_attr event = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(event),
		.config = PERF_COUNT_HW_CACHE_MISSES,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
		.disabled = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	watch->counter = (int)syscall(SYS_perf_event_open, &event, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (watch->counter >= 0)
		return 0;
	if (errno == ENOENT || errno == EOPNOTSUPP || errno == ENODEV)
		return mms_fail(EOPNOTSUPP, "this machine has no counter for them");
	return mms_fail(errno, "perf_event_open() gave \"%s\"", strerror(errno));
}

void mms_stopwatch_finish(struct mms_stopwatch *watch)
{
	if (watch->counter >= 0)
		close(watch->counter);
	watch->counter = -1;
}

void mms_stopwatch_start(struct mms_stopwatch *watch)
{
	if (watch->counter >= 0) {
		ioctl(watch->counter, PERF_EVENT_IOC_RESET, 0);
		ioctl(watch->counter, PERF_EVENT_IOC_ENABLE, 0);
	}
	watch->start_ns = mms_now();
}

struct mms_measure mms_stopwatch_stop(struct mms_stopwatch *watch)
{
	struct mms_measure measure = {.ns = mms_now() - watch->start_ns};
	struct {
		uint64_t value, enabled_ns, running_ns;
	} count;

	if (watch->counter < 0)
		return measure;
	ioctl(watch->counter, PERF_EVENT_IOC_DISABLE, 0);
	/* The times go on from start to start, so a counter that others had meanwhile shows. */
	if (read(watch->counter, &count, sizeof(count)) == (ssize_t)sizeof(count) &&
	    count.running_ns && count.running_ns == count.enabled_ns) {
		measure.counted = true;
		measure.misses = count.value;
	}
	return measure;
}
