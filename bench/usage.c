// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "usage.h"

#include <sys/resource.h>

static uint64_t nanoseconds(const struct timeval *time)
{
	return (uint64_t)time->tv_sec * 1000000000 + (uint64_t)time->tv_usec * 1000;
}

static void read_usage(struct mms_usage *usage)
{
	struct rusage self = {0};

	getrusage(RUSAGE_SELF, &self);
	usage->user_ns = nanoseconds(&self.ru_utime);
	usage->system_ns = nanoseconds(&self.ru_stime);
	usage->minor_faults = (uint64_t)self.ru_minflt;
	usage->major_faults = (uint64_t)self.ru_majflt;
	usage->voluntary_switches = (uint64_t)self.ru_nvcsw;
	usage->involuntary_switches = (uint64_t)self.ru_nivcsw;
}

void mms_usage_begin(struct mms_usage *usage)
{
	read_usage(usage);
	mms_steal_begin(&usage->steal);
}

void mms_usage_end(struct mms_usage *usage)
{
	struct mms_usage now;

	mms_steal_end(&usage->steal);
	read_usage(&now);
	usage->user_ns = now.user_ns - usage->user_ns;
	usage->system_ns = now.system_ns - usage->system_ns;
	usage->minor_faults = now.minor_faults - usage->minor_faults;
	usage->major_faults = now.major_faults - usage->major_faults;
	usage->voluntary_switches = now.voluntary_switches - usage->voluntary_switches;
	usage->involuntary_switches = now.involuntary_switches - usage->involuntary_switches;
}
