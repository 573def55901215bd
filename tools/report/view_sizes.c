// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Rebinds of several sizes. */
#include "view.h"

static const struct fact size_facts[] = {
	{"namespace", "{derived.sizes|list} of {derived.kind}"},
	{"verified",
         "{ok|yes}every struct page: [{derived.first_binds|yes}after each first bind, and "
         "]rebinds {verified_rounds|list} of dirty memory"},
	{"verified", "{!ok}{derived.wrong} of {derived.rows} are wrong, see below"},
	{0},
};

static const struct column size_columns[] = {
	COLUMN("initializer", "name", LABEL),
	COLUMN("namespace", "../derived.size_bytes", SIZE),
	COLUMN("struct pages, MiB", "../derived.geometry.bytes_written", MIB),
	COLUMN("ns/page", "ns_per_page", THREE_DECIMALS),
	COLUMN("median", "rebind.median_ns", TIME),
	COLUMN("p95", "rebind.p95_ns", TIME),
	COLUMN("GB/s", "gb_per_s", TWO_DECIMALS),
	COLUMN("/ naive", "ratio_to_naive", THREE_DECIMALS),
	COLUMN("95 % interval", "ratio_to_naive_interval", INTERVAL),
	OPTIONAL_COLUMN("/ largest", "cost_ratio_to_largest", THREE_DECIMALS,
                        "cost per page by that of the largest size, paired by rounds"),
	OPTIONAL_COLUMN("95 % interval", "cost_ratio_to_largest_interval", INTERVAL, NULL),
	{0},
};

static const struct column first_bind_columns[] = {
	COLUMN("initializer", "name", LABEL),
	COLUMN("namespace", "../derived.size_bytes", SIZE),
	COLUMN("struct pages, MiB", "../derived.geometry.bytes_written", MIB),
	COLUMN("median", "first_bind.median_ns", TIME),
	COLUMN("min", "first_bind.min_ns", TIME),
	COLUMN("max", "first_bind.max_ns", TIME),
	{0},
};

static const struct section size_sections[] = {
	{
		.title = "Cost per page by size",
		.lead = "Where struct pages fit into caches, what is measured is the cache.",
		.plots = {{
			.kind = PLOT_LINES,
			.title = "Median rebind per page, by what is written",
			.rows = {"runs[].results[]", "runs[].limits[]"},
			.label = "{name}",
			.x = "../derived.geometry.bytes_written",
			.y = "ns_per_page",
			.x_title = "MiB of struct pages (logarithmic)",
			.y_title = "ns per page",
			.x_unit = 1 << 20,
			.logarithmic_x = true,
		}},
		.table =
			{
				.title = "Cost per page against size",
				.rows = {"runs[].results[]", "runs[].limits[]"},
				.columns = size_columns,
				.notes =
					{"{derived.below_limit} is more than 3 % faster than the fastest "
                                         "fill: a fill is missing."},
				.by_label = true,
			},
	},
	{
		.title = "First binds by size",
		.plots = {{
			.kind = PLOT_LINES,
			.title = "Median first bind, by what is written",
			.rows = {"runs[].results[]"},
			.label = "{name}",
			.x = "../derived.geometry.bytes_written",
			.y = "first_bind.median_ns",
			.x_title = "MiB of struct pages (logarithmic)",
			.y_title = "ms",
			.x_unit = 1 << 20,
			.y_unit = 1e6,
			.logarithmic_x = true,
		}},
		.table =
			{
				.title = "First binds: on a fresh mapping each",
				.rows = {"runs[].results[]"},
				.needs = "first_bind.median_ns",
				.columns = first_bind_columns,
				.by_label = true,
			},
	},
	{0},
};

static const struct column size_cover_columns[] = {
	COLUMN("", "name", LABEL),
	COLUMN("namespace", "../derived.size_bytes", SIZE),
	COLUMN("rebind", "rebind.mean_ns", TIME),
	COLUMN("", "derived.rebind_change", CHANGE),
	COLUMN("ns/page", "ns_per_page", THREE_DECIMALS),
	COLUMN("/ naive, 95 %", "ratio_to_naive_interval", INTERVAL),
	{0},
};

static const struct cover size_cover = {
	.set_up =
		{
			"Tested with memmapsim, which initializes the struct pages of namespaces in user "
			"space: {derived.sizes|list} of {derived.kind}, by the rules of {kernel.name}. All "
			"sizes took turns in the same rounds, {derived.rounds} rebinds of each. Only the "
			"equivalent of memmap_init_zone_device() is timed.",
		},
	.figures = {{
		.title = "Average of {derived.rounds} rebinds, and cost per page",
		.rows = {"runs[].results[]"},
		.columns = size_cover_columns,
		.by_label = true,
	}},
	.after =
		{
			"ns/page goes by the median. / naive is the 95 % interval of the median of the "
			"rounds' ratios to naive.",
		},
};

const struct view view_rebind_sizes = {
	.experiment = "rebind-sizes",
	.title = "{derived.sizes|list} of {derived.kind}, {kernel.name}: cost per page by size",
	.facts = size_facts,
	.sections = size_sections,
	.cover = &size_cover,
};
