// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "view.h"

#define STEPS "results[].steps[]"

static const struct fact facts[] = {
	{"places", "CPU {places.cpu}[; the other core is CPU {places.other_cpu}]; L2 "
                   "{places.l2_bytes|size}, last level (LLC) {places.last_level_bytes|size}[; "
                   "{!places.caches_known}assumed, since the machine doesn't say]"},
	{"misses", "not counted: {places.misses_not_counted}"},
	{"verified", "{ok|yes}every struct page, before all rounds and before rounds "
                     "{verified_rounds|list} of {derived.rounds} again"},
	{"verified", "{!ok}{derived.wrong} of {derived.rows} rows are wrong, see below"},
	{0},
};

static const struct column step_columns[] = {
	COLUMN("what", "step", LABEL),
	EXPLAINED_COLUMN("after", "../name", TEXT,
                         "what initialized the struct pages right before"),
	COLUMN("each", "unit", TEXT),
	EXPLAINED_COLUMN("ns each", "ns_per_unit", TWO_DECIMALS, "median of the rounds"),
	EXPLAINED_COLUMN("/ none", "ratio_to_none", THREE_DECIMALS,
                         "to the same without an init, paired by rounds"),
	COLUMN("95 % interval", "ratio_to_none_interval", INTERVAL),
	OPTIONAL_COLUMN("back, ns", "back_ns_per_unit", TWO_DECIMALS,
                        "what going back adds to the init"),
	OPTIONAL_COLUMN("each / end", "ratio_to_back_to_all", THREE_DECIMALS,
                        "back after each compound by back to all in the end"),
	OPTIONAL_COLUMN("95 % interval", "ratio_to_back_to_all_interval", INTERVAL, NULL),
	OPTIONAL_COLUMN("misses", "misses_per_unit", TWO_DECIMALS, "cache misses of each"),
	{0},
};

static const struct column init_columns[] = {
	COLUMN("initializer", "name", LABEL),     COLUMN("min", "init.min_ns", TIME),
	COLUMN("median", "init.median_ns", TIME), COLUMN("p95", "init.p95_ns", TIME),
	COLUMN("max", "init.max_ns", TIME),       {0},
};

static const struct section sections[] = {
	{
		.title = "What comes after an init",
		.lead = "Right after each init one thing is timed, and also without an init, which is "
			"none. What stays in the caches helps who uses it next, and harms who had "
			"something else there. Above 1 it is slower than without an init.",
		.plots = {{
			.kind = PLOT_INTERVALS,
			.title = "Time by that without an init, with 95 % intervals",
			.rows = {STEPS},
			.label = "{step}, {../name}",
			.color = "../name",
			.order = "step",
			.group = "part",
			.y = "ratio_to_none",
			.interval = "ratio_to_none_interval",
			.x_title = "above 1 is slower than without an init",
		}},
		.table =
			{
				.title = "What comes after an init, {derived.rounds} rounds",
				.rows = {STEPS},
				.group = "part",
				.columns = step_columns,
				.by_label = true,
				.notes =
					{
						"Medians. / none: to the same without an init, paired by rounds. L2/2, "
						"LLC/2: half of these caches; last: of the struct pages that were "
						"written last. back: what going back adds to the init.",
						"{places.borrowed_compounds|yes}These struct pages have no compounds, "
						"so the writer takes them for compounds of 2 MiB.",
					},
			},
	},
	{
		.title = "The inits themselves",
		.lead = "On resident memory, right before what is timed above.",
		.plots = {{
			.kind = PLOT_BARS,
			.title = "Median init, and every init",
			.rows = {"results[]"},
			.label = "{name}",
			.summary = "init",
		}},
		.table =
			{
				.title = "Inits",
				.rows = {"results[]"},
				.columns = init_columns,
			},
	},
	{0},
};

static const struct column cover_columns[] = {
	COLUMN("", "step", LABEL),
	COLUMN("after", "../name", TEXT),
	COLUMN("ns each", "ns_per_unit", TWO_DECIMALS),
	COLUMN("/ none", "ratio_to_none_interval", INTERVAL),
	{0},
};

static const struct cover cover = {
	.set_up =
		{
			"Tested with memmapsim, which initializes the struct pages of a namespace in user "
			"space, on memory in {backing.obtained} pages: {derived.namespace}, by the rules of "
			"{kernel.name}. Right after each init one thing is timed, {derived.rounds} times, and "
			"also without an init (none); all take turns in random order.",
		},
	.figures = {{
		.title = "What comes after an init",
		.rows = {STEPS},
		.group = "part",
		.columns = cover_columns,
		.by_label = true,
	}},
	.after =
		{
			"/ none is the 95 % interval of the paired ratio to the same without an init; above 1 is "
			"slower.",
		},
};

const struct view view_aftermath = {
	.experiment = "aftermath",
	.title = "{derived.namespace}, {kernel.name}: what comes after an init",
	.facts = facts,
	.sections = sections,
	.cover = &cover,
};
