// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a mail says of rebinds. */
#include "view.h"

static const struct column columns[] = {
	COLUMN("", "name", LABEL),
	COLUMN("first bind", "first_bind.mean_ns", TIME),
	COLUMN("", "derived.first_bind_change", CHANGE),
	COLUMN("rebind", "rebind.mean_ns", TIME),
	COLUMN("", "derived.rebind_change", CHANGE),
	COLUMN("min - max", "rebind", RANGE),
	{0},
};

static const struct column thread_columns[] = {
	COLUMN("", "name", LABEL),
	COLUMN("threads", "../threads", COUNT),
	COLUMN("rebind", "rebind.median_ns", TIME),
	COLUMN("speed-up", "speed_up", TWO_DECIMALS),
	COLUMN("95 %", "speed_up_interval", INTERVAL),
	COLUMN("efficiency", "efficiency", PERCENT),
	{0},
};

const struct cover cover_rebind = {
	.set_up =
		{
			"Tested with memmapsim, which initializes the struct pages of a namespace in user "
			"space, on memory in {backing.obtained} pages: {derived.namespace}, "
			"{derived.geometry.nr_initialised} pages, by the rules of {kernel.name}.",
			"Each way was bound {config.first_binds} times on fresh memory and "
			"{derived.rounds} times on the same memory, taking turns with the others in "
			"random order. Only the equivalent of memmap_init_zone_device() is timed.",
			"In the same rounds a pool shared out the work as well, threads: "
			"{config.crew.threads|list} (--split {config.crew.split} --bind "
			"{config.crew.bind}[ --node {config.crew.node}][ --cpus {config.crew.cpus}]).",
		},
	.figures =
		{
			{
				.title = "First binding, and average of {derived.rounds} rebinds",
				.rows = {"results[]"},
				.columns = columns,
			},
			{
				.title = "By a pool's threads, medians of {derived.rounds} rebinds",
				.rows = {"threads[].results[]", "threads[].limits[]"},
				.columns = thread_columns,
				.by_label = true,
			},
		},
	.after =
		{
			"First bindings contain page faults of user space, so only rebinds compare with "
			"those of a kernel.",
			"[By rounds, {derived.best.name} takes {derived.best.ratio_to_naive} of naive's time "
			"(95 % interval {derived.best.interval}).] [Writing as many bytes without any "
			"struct-page logic takes {derived.limit_ms} ms here.]",
			"{config.crew.threads|yes}Speed-ups are to one thread of the pool, by rounds. "
			"Efficiency is the time of the fastest fill on as many threads by its own.",
		},
};
