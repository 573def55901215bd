// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "view.h"

#define RESULTS "results[]"

static const struct fact facts[] = {
	{"zone",
         "{zone.type}, {derived.zone_bytes|size} of free memory at pfn {zone.start_pfn|hex}, "
         "node {zone.node}; its struct pages take {struct_page_bytes|MiB} MiB"},
	{"verified",
         "{ok|yes}every page, free list and count: after each first touch, and in rounds "
         "{verified_rounds|list} of {derived.rounds}"},
	{"verified", "{!ok}{derived.wrong} of {derived.rows} rows are wrong, see below"},
	{0},
};

static const struct column first_touch_columns[] = {
	COLUMN("initializer", "name", LABEL),
	COLUMN("init", "first_touch.init.median_ns", TIME),
	COLUMN("free", "first_touch.free.median_ns", TIME),
	COLUMN("total", "first_touch.total.median_ns", TIME),
	COLUMN("min - max", "first_touch.total", RANGE),
	{0},
};

static const struct column steady_columns[] = {
	COLUMN("initializer", "name", LABEL),
	EXPLAINED_COLUMN("init, ns/page", "derived.init_ns_per_page", THREE_DECIMALS,
                         "initialization by the zone's free pages"),
	EXPLAINED_COLUMN("free, ns/page", "derived.free_ns_per_page", THREE_DECIMALS,
                         "freeing to the buddy allocator by the zone's free pages"),
	COLUMN("total", "steady.total.median_ns", TIME),
	COLUMN("p95", "steady.total.p95_ns", TIME),
	EXPLAINED_COLUMN("init / naive", "to_naive.init", THREE_DECIMALS,
                         "paired by rounds, of turns with the same chunks"),
	COLUMN("free / naive", "to_naive.free", THREE_DECIMALS),
	COLUMN("total / naive", "to_naive.total", THREE_DECIMALS),
	COLUMN("95 % interval", "to_naive.total_interval", INTERVAL),
	{0},
};

static const struct column step_columns[] = {
	COLUMN("initializer", "name", LABEL),
	COLUMN("init", "to_template.init", THREE_DECIMALS),
	COLUMN("free", "to_template.free", THREE_DECIMALS),
	COLUMN("total", "to_template.total", THREE_DECIMALS),
	COLUMN("95 % interval", "to_template.total_interval", INTERVAL),
	{0},
};

static const struct column traffic_columns[] = {
	COLUMN("initializer", "name", LABEL),
	EXPLAINED_COLUMN("instr.", "derived.init_instructions", TWO_DECIMALS,
                         "instructions per page of initialization"),
	EXPLAINED_COLUMN("written", "derived.init_written", TWO_DECIMALS,
                         "bytes to struct pages, per page of initialization"),
	EXPLAINED_COLUMN("streamed", "derived.init_streamed", TWO_DECIMALS,
                         "of these by non-temporal stores"),
	EXPLAINED_COLUMN("read", "derived.init_read", TWO_DECIMALS, "bytes from struct pages"),
	EXPLAINED_COLUMN("free: instr.", "derived.free_instructions", TWO_DECIMALS,
                         "the same of freeing"),
	COLUMN("written", "derived.free_written", TWO_DECIMALS),
	COLUMN("read", "derived.free_read", TWO_DECIMALS),
	EXPLAINED_COLUMN("lines again", "derived.rewritten", TWO_DECIMALS,
                         "lines to which a store came back after another was written"),
	COLUMN("missing drains", "init_and_free.missing_drains", COUNT),
	{0},
};

static const struct section sections[] = {
	{
		.title = "Steady state",
		.lead = "The same memory again and again. Kernels initialize a chunk and free it at once, "
			"so what an initializer gains, freeing may lose again. Dark: initialization; "
			"light: with freeing.",
		.plots =
			{
				{
					.kind = PLOT_MILESTONES,
					.title = "Medians: initialization, and with freeing",
					.rows = {RESULTS},
					.label = "{name}",
					.group = "derived.group",
					.milestones = {"steady.init", "steady.total"},
				},
				{
					.kind = PLOT_SPREAD,
					.title =
						"Spread: each total by the median of its initializer",
					.rows = {RESULTS},
					.label = "{name}",
					.group = "derived.group",
					.summary = "steady.total",
				},
				{
					.kind = PLOT_INTERVALS,
					.title =
						"Total by naive's of the same round, with 95 % intervals",
					.rows = {RESULTS},
					.label = "{name}",
					.group = "derived.group",
					.y = "to_naive.total",
					.interval = "to_naive.total_interval",
					.x_title = "below 1 is faster than naive",
				},
			},
		.table =
			{
				.title = "Steady state, {derived.rounds} rounds",
				.rows = {RESULTS},
				.group = "derived.group",
				.columns = steady_columns,
				.notes =
					{
						"Ratios are paired by rounds, of turns with the same chunks. The total "
						"also has the loop and the clock around both. Kernels initialize this "
						"memory once, at first touch; in steady state the same is done again "
						"and again on memory that is there.",
					},
			},
	},
	{
		.title = "By the template",
		.lead = "What streaming brings, or costs, on top of a template.",
		.plots = {{
			.kind = PLOT_INTERVALS,
			.title = "Total by template's of the same round, with 95 % intervals",
			.rows = {RESULTS},
			.label = "{name}",
			.group = "derived.group",
			.y = "to_template.total",
			.interval = "to_template.total_interval",
			.x_title = "below 1 is faster than template",
		}},
		.table =
			{
				.title = "By the template, paired by rounds",
				.rows = {RESULTS},
				.needs = "to_template.total",
				.group = "derived.group",
				.columns = step_columns,
			},
	},
	{
		.title = "First touch",
		.lead = "On memory that was never touched: a different experiment. It contains page faults "
			"and zeroing of user space.",
		.plots = {{
			.kind = PLOT_BARS,
			.title = "Median first touch, and every first touch",
			.rows = {RESULTS},
			.label = "{name}",
			.summary = "first_touch.total",
		}},
		.table =
			{
				.title =
					"First touch: each on a fresh mapping, {config.first_touches} of each",
				.rows = {RESULTS},
				.needs = "first_touch.total.median_ns",
				.columns = first_touch_columns,
			},
	},
	{
		.title = "Why",
		.lead = "What initializing and freeing a page reads and writes, followed one instruction at "
			"a time.",
		.table =
			{
				.title = "Traffic per page, traced",
				.rows = {"traffic[]"},
				.columns = traffic_columns,
				.notes =
					{
						"written, read: bytes to and from struct pages, wherever they are, mostly "
						"in a cache. lines again: of 64 bytes, to which a store came back after "
						"another was written.",
					},
			},
	},
	{0},
};

static const struct column cover_columns[] = {
	COLUMN("", "name", LABEL),
	COLUMN("init", "steady.init.mean_ns", TIME),
	COLUMN("free", "steady.free.mean_ns", TIME),
	COLUMN("total", "steady.total.mean_ns", TIME),
	COLUMN("", "derived.total_change", CHANGE),
	COLUMN("total / naive, 95 %", "to_naive.total_interval", INTERVAL),
	{0},
};

static const struct cover cover = {
	.set_up =
		{
			"Tested with memmapsim, which initializes the struct pages of normal memory in user space "
			"and frees them to a buddy allocator, on memory in {backing.obtained} pages: "
			"{derived.zone_bytes|size}, by the rules of {kernel.name}; {derived.rounds} rounds on the "
			"same memory, all taking turns in random order.",
		},
	.figures = {{
		.title = "Average of {derived.rounds} rounds",
		.rows = {RESULTS},
		.group = "derived.group",
		.columns = cover_columns,
	}},
	.after =
		{
			"total / naive is the 95 % interval of the paired ratio, of turns with the same chunks. "
			"Kernels do this once, on memory that was never touched.",
		},
};

const struct view view_normal = {
	.experiment = "normal",
	.title = "{derived.zone_bytes|size} of normal memory, {kernel.name}: initialized and freed",
	.facts = facts,
	.sections = sections,
	.cover = &cover,
	.picture =
		{
			.kind = PLOT_MILESTONES,
			.title =
				"{derived.zone_bytes|size} of normal memory, {kernel.name}: init, and with free",
			.rows = {RESULTS},
			.label = "{name}",
			.group = "derived.group",
			.milestones = {"steady.init", "steady.total"},
		},
};
