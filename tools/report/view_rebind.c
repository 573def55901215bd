// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "view.h"

#define RESULTS    "results[]"
#define NAME_LABEL .label = "{name}"

static const struct fact facts[] = {
	{"verified", "{ok|yes}every struct page: [{derived.first_binds|yes}after each first bind, "
                     "and ]rebinds {verified_rounds|list} of dirty memory"},
	{"verified", "{!ok}{derived.wrong} of {derived.rows} initializers are wrong, see below"},
	{0},
};

static const struct column first_bind_columns[] = {
	COLUMN("initializer", "name", LABEL),
	COLUMN("median", "first_bind.median_ns", TIME),
	COLUMN("min", "first_bind.min_ns", TIME),
	COLUMN("max", "first_bind.max_ns", TIME),
	{0},
};

static const struct column rebind_columns[] = {
	COLUMN("initializer", "name", LABEL),
	COLUMN("min", "rebind.min_ns", TIME),
	COLUMN("median", "rebind.median_ns", TIME),
	COLUMN("mean", "rebind.mean_ns", TIME),
	EXPLAINED_COLUMN("p95", "rebind.p95_ns", TIME, "95 of 100 rebinds took less"),
	EXPLAINED_COLUMN("ns/page", "ns_per_page", THREE_DECIMALS,
                         "the median by the pages that the kernel reports"),
	EXPLAINED_COLUMN("GB/s", "gb_per_s", TWO_DECIMALS,
                         "bytes of struct pages written, by the median"),
	EXPLAINED_COLUMN("/ naive", "ratio_to_naive", THREE_DECIMALS,
                         "median of the rounds' ratios to naive: below 1 is faster"),
	EXPLAINED_COLUMN("95 % interval", "ratio_to_naive_interval", INTERVAL,
                         "where the true median of that ratio lies, in 95 of 100 such runs"),
	EXPLAINED_COLUMN("/ limit", "ratio_to_fill_limit", THREE_DECIMALS,
                         "median of the rounds' ratios to the fastest fill"),
	OPTIONAL_COLUMN(
		"published", "published_ratio", THREE_DECIMALS,
		"the same ratio of means as the series' authors measured it, on other hardware"),
	OPTIONAL_COLUMN("series", "published.series", TEXT, NULL),
	{0},
};

/* What results of older versions don't have. */
static const struct column spread_columns[] = {
	COLUMN("initializer", "name", LABEL),
	OPTIONAL_COLUMN("q1", "rebind.q1_ns", TIME, "a quarter took less"),
	OPTIONAL_COLUMN("q3", "rebind.q3_ns", TIME, "three quarters took less"),
	OPTIONAL_COLUMN("95 % of median", "rebind.median_interval_ns", TIME_INTERVAL,
                        "where the true median lies, by a bootstrap over rounds"),
	OPTIONAL_COLUMN("std. dev.", "rebind.standard_deviation_ns", TIME, NULL),
	OPTIONAL_COLUMN("MAD", "rebind.mad_ns", TIME, "median absolute deviation from the median"),
	OPTIONAL_COLUMN("outliers", "rebind.outliers", COUNT, "counted, never dropped"),
	OPTIONAL_COLUMN("drifts", "rebind.drift.found", YES,
                        "whether they change as the run goes on"),
	OPTIONAL_COLUMN("two heaps", "rebind.modes.found", YES,
                        "whether there are two states, so that the median is one by chance"),
	{0},
};

static const struct column core_columns[] = {
	COLUMN("initializer", "name", LABEL),
	EXPLAINED_COLUMN("median", "derived.core.median", TWO_DECIMALS,
                         "additions per cycle around its rebinds"),
	COLUMN("min", "derived.core.min", TWO_DECIMALS),
	COLUMN("max", "derived.core.max", TWO_DECIMALS),
	EXPLAINED_COLUMN("rounds", "derived.core.rounds", COUNT, "that have a value"),
	{0},
};

static const struct column ratio_columns[] = {
	COLUMN("initializer", "name", LABEL),
	EXPLAINED_COLUMN("/ naive", "ratio_to_naive", THREE_DECIMALS,
                         "median of the rounds' ratios to naive: below 1 is faster"),
	COLUMN("95 % interval", "ratio_to_naive_interval", INTERVAL),
	OPTIONAL_COLUMN("published", "published_ratio", THREE_DECIMALS, NULL),
	{0},
};

static const struct column step_columns[] = {
	COLUMN("step", "step", LABEL),
	COLUMN("initializer", "initializer", TEXT),
	COLUMN("to", "base", TEXT),
	EXPLAINED_COLUMN("ratio", "ratio", THREE_DECIMALS, "median of the rounds' ratios"),
	COLUMN("95 % interval", "ratio_interval", INTERVAL),
	OPTIONAL_COLUMN("published", "published_ratio", THREE_DECIMALS, NULL),
	{0},
};

static const struct column thread_columns[] = {
	COLUMN("initializer", "name", LABEL),
	COLUMN("threads", "../threads", COUNT),
	COLUMN("median", "rebind.median_ns", TIME),
	COLUMN("p95", "rebind.p95_ns", TIME),
	COLUMN("GB/s", "gb_per_s", TWO_DECIMALS),
	EXPLAINED_COLUMN("speed-up", "speed_up", TWO_DECIMALS,
                         "times as fast as on one thread of the pool"),
	COLUMN("95 % interval", "speed_up_interval", INTERVAL),
	EXPLAINED_COLUMN("efficiency", "efficiency", PERCENT,
                         "the fill limit's time with as many threads, by its own"),
	EXPLAINED_COLUMN("pool / direct", "ratio_to_direct", THREE_DECIMALS,
                         "to a direct call, without a pool"),
	{0},
};

static const struct column dispatch_columns[] = {
	COLUMN("threads", "threads", COUNT),
	COLUMN("median", "dispatch.median_ns", TIME),
	COLUMN("min", "dispatch.min_ns", TIME),
	COLUMN("chunks", "chunks", COUNT),
	COLUMN("ns per chunk", "dispatch_ns_per_chunk", TWO_DECIMALS),
	COLUMN("cutting them", "schedule.median_ns", TIME),
	{0},
};

static const struct column phase_columns[] = {
	COLUMN("phase", "@", LABEL),
	COLUMN("median", "median_ns", TIME),
	COLUMN("min", "min_ns", TIME),
	COLUMN("max", "max_ns", TIME),
	{0},
};

static const struct section sections[] = {
	{
		.title = "Rebinds",
		.lead = "Initializing the same memory again, as a map=dev namespace is bound "
			"again. Initializers took turns; each dot is one rebind.[ The dashed line is "
			"what writing as many bytes takes here ({fill_limit}).]",
		.plots =
			{
				{
					.kind = PLOT_BARS,
					.title = "Median rebind, and every rebind",
					.rows = {RESULTS},
					NAME_LABEL,
					.summary = "rebind",
					.limit_rows = {"fills[]"},
				},
				{
					.kind = PLOT_ROUNDS,
					.title =
						"Rebinds in the order of time: drift and disturbances",
					.rows = {RESULTS},
					NAME_LABEL,
					.summary = "rebind",
					.limit_rows = {"fills[]"},
				},
				{
					.kind = PLOT_SPREAD,
					.title =
						"Spread: each rebind by the median of its initializer",
					.rows = {RESULTS, "fills[]"},
					NAME_LABEL,
					.summary = "rebind",
				},
			},
		.table =
			{
				.title =
					"Rebinds: all on the same memory, {derived.rounds} per initializer",
				.rows = {RESULTS, "fills[]"},
				.columns = rebind_columns,
				.notes =
					{
						"ns/page and GB/s go by the median; / naive and / limit are medians "
						"of the rounds' ratios.",
						"fills write the same bytes without any struct-page logic; the "
						"fastest, {fill_limit}, is the limit.",
						"{derived.below_limit} is more than 3 % faster than the fastest fill: "
						"a fill is missing.",
						"published: mean rebind of {derived.published_base} with that "
						"version of the series by that without, measured on other "
						"hardware than this (an Ice Lake VM).",
					},
			},
	},
	{
		.title = "Spread of the rebinds",
		.lead = "How far single rebinds are from each other, and whether one median can stand "
			"for them: not if they drift, or fall into two heaps.",
		.table =
			{
				.title = "Spread of the rebinds",
				.rows = {RESULTS, "fills[]"},
				.columns = spread_columns,
			},
	},
	{
		.title = "The core",
		.lead = "How many independent additions per cycle the core did around each rebind. "
			"Where a line falls, a neighbor was on the core's other hardware thread, and "
			"what computes took longer.",
		.plots = {{
			.kind = PLOT_CURVES,
			.title = "Additions per cycle around each rebind",
			.rows = {RESULTS},
			NAME_LABEL,
			.points = "adds_per_cycle",
			.x_title = "round",
			.y_title = "additions per cycle",
			.y_unit = 1,
		}},
		.table =
			{
				.title = "Additions per cycle around the rebinds",
				.rows = {RESULTS},
				.needs = "derived.core",
				.columns = core_columns,
			},
		.page_only = true,
	},
	{
		.title = "Ratios to naive",
		.lead = "Paired by rounds: what disturbs a round weighs on both and cancels out. "
			"Diamonds are what was published, measured on other hardware.",
		.plots = {{
			.kind = PLOT_INTERVALS,
			.title = "Rebind by naive's rebind of the same round, with 95 % intervals",
			.rows = {RESULTS},
			NAME_LABEL,
			.y = "ratio_to_naive",
			.interval = "ratio_to_naive_interval",
			.published = "published_ratio",
			.x_title = "below 1 is faster than naive",
		}},
		.table =
			{
				.title = "Rebind by naive's rebind of the same round",
				.rows = {RESULTS},
				.needs = "ratio_to_naive",
				.columns = ratio_columns,
			},
		.page_only = true,
	},
	{
		.title = "Steps of the series",
		.lead = "What each step brings to the one before it.",
		.plots = {{
			.kind = PLOT_INTERVALS,
			.title = "Each step to the one before it, with 95 % intervals",
			.rows = {"steps[]"},
			.label = "{step}",
			.color = "initializer",
			.y = "ratio",
			.interval = "ratio_interval",
			.published = "published_ratio",
			.x_title = "below 1 is faster than the step before",
		}},
		.table =
			{
				.title = "Steps: each to the one before it, paired by rounds",
				.rows = {"steps[]"},
				.columns = step_columns,
			},
	},
	{
		.title = "First binds",
		.lead = "On memory that was never touched: a different experiment. Here they contain "
			"page faults and zeroing, which a kernel's first bind has not.",
		.plots = {{
			.kind = PLOT_BARS,
			.title = "Median first bind, and every first bind",
			.rows = {RESULTS},
			NAME_LABEL,
			.summary = "first_bind",
		}},
		.table =
			{
				.title =
					"First binds: on a fresh mapping each, {config.first_binds} per "
					"initializer",
				.rows = {RESULTS},
				.columns = first_bind_columns,
				.notes =
					{
						"A first touch in userspace contains page faults and zeroing, which "
						"a kernel's first bind has not.",
						"{config.cold|yes}What the hypervisor adds for memory that it never "
						"gave out is in it too, if nothing on this machine has used the "
						"memory before.",
						"{!config.cold}Memory that was used before is not untouched for the "
						"hypervisor; so all of it was touched once before these, which took "
						"{machine_first_touch_ns|ms} ms (machine first touch).",
					},
			},
	},
	{
		.title = "Threads",
		.lead = "A pool's threads share the work, in the same rounds.",
		.plots =
			{
				{
					.kind = PLOT_LINES,
					.title = "Median rebind by threads",
					.rows = {"threads[].results[]", "threads[].limits[]"},
					NAME_LABEL,
					.x = "../threads",
					.y = "rebind.median_ns",
					.x_title = "threads",
					.y_title = "ms",
					.y_unit = 1e6,
				},
			},
		.table =
			{
				.title = "Threads: rebinds by a pool, in the same rounds",
				.rows = {"threads[].results[]", "threads[].limits[]"},
				.columns = thread_columns,
				.by_label = true,
				.notes =
					{
						"speed-up: to one thread of the pool, paired by rounds.",
						"efficiency: time of the fastest fill on as many threads, the limit, "
						"by its own.",
					},
			},
	},
	{
		.title = "Dispatch",
		.lead = "What sharing out work costs in itself.",
		.table =
			{
				.title =
					"Dispatch: a pool's runs of an initializer that does nothing",
				.rows = {"threads[]"},
				.columns = dispatch_columns,
				.unit = &microseconds,
			},
	},
	{
		.title = "Other phases",
		.lead = "What happens around a bind, and is in none of the times above.",
		.table =
			{
				.title = "Phases that are in none of these times",
				.rows = {"phases{}"},
				.columns = phase_columns,
				.unit = &milliseconds,
			},
	},
	{0},
};

const struct view view_rebind = {
	.experiment = "rebind",
	.title = "{derived.namespace}, {kernel.name}: first binds and rebinds",
	.summary =
		"[The fastest rebinds are those of {derived.best.name}, with "
		"{derived.best.ratio_to_naive} of naive's time (95 % interval "
		"{derived.best.interval}).][ Writing as many bytes takes {derived.limit_ms} ms here, "
		"the fill limit.]",
	.facts = facts,
	.sections = sections,
	.cover = &cover_rebind,
	.picture =
		{
			.kind = PLOT_BARS,
			.title = "{derived.namespace}, {kernel.name}: median rebind",
			.rows = {RESULTS},
			NAME_LABEL,
			.summary = "rebind",
			.limit_rows = {"fills[]"},
		},
};
