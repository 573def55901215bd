// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "steal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "json_values.h"
#include "machine_files.h"

bool mms_steal_read(const char *root, uint64_t *ns)
{
	uint64_t tick = UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK), ticks;
	char line[512];

	/* After user, nice, system, idle, iowait, irq and softirq. */
	if (!read_line(root, "/proc/stat", line, sizeof(line)) || strncmp(line, "cpu ", 4) != 0 ||
	    sscanf(line + 4, "%*u %*u %*u %*u %*u %*u %*u %" SCNu64, &ticks) != 1)
		return false;
	*ns = ticks * tick;
	return true;
}

void mms_steal_begin(struct mms_steal *steal)
{
	*steal = (struct mms_steal){0};
	steal->known = mms_steal_read("", &steal->ns);
	steal->run_ns = mms_now();
}

void mms_steal_end(struct mms_steal *steal)
{
	uint64_t after = 0;

	steal->run_ns = mms_now() - steal->run_ns;
	steal->known = mms_steal_read("", &after) && steal->known;
	steal->ns = after - steal->ns;
}

json_t *mms_steal_json(const struct mms_steal *steal)
{
	return steal->known ? mms_json_number(steal->ns) : json_null();
}
