// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "view.h"

#define RESULTS "results[]"
#define WAY     .label = "{by}[ {policy}][ ×{threads}]", .group = "name"

static const struct fact facts[] = {
	{"devices", "{config.namespaces} of {derived.namespace}"},
	{"background", "stages: {config.async}"},
	{"verified", "{ok|yes}the pages that fault; every struct page after boots "
                     "{verified_rounds|list} of {derived.rounds}"},
	{"verified", "{!ok}{derived.wrong} of {derived.rows} ways to bind are wrong, see below"},
	{"published",
         "{published.sockets} sockets of persistent memory, all up: {published.before_s} "
         "s before, {published.after_s} s after the series of 2018"},
	{0},
};

static const struct column columns[] = {
	COLUMN("bind", "by policy", LABEL),
	COLUMN("threads", "threads", COUNT),
	EXPLAINED_COLUMN("bound", "bound.median_ns", TIME, "until all binds have returned: median"),
	EXPLAINED_COLUMN("usable", "usable.median_ns", TIME,
                         "until each device's first fault was served: median"),
	EXPLAINED_COLUMN("done", "done.median_ns", TIME,
                         "until all struct pages were initialized: median"),
	EXPLAINED_COLUMN("/ direct", "usable_ratio_to_direct", THREE_DECIMALS,
                         "usable, by that of the caller alone, paired by rounds"),
	COLUMN("95 % interval", "usable_ratio_to_direct_interval", INTERVAL),
	EXPLAINED_COLUMN("longest fault", "longest_first_fault.median_ns", TIME,
                         "the longest first fault of a boot: median"),
	COLUMN("helped", "first_faults_helped", COUNT),
	COLUMN("waited", "first_faults_waited", COUNT),
	{0},
};

static const struct section sections[] = {
	{
		.title = "How soon all devices are up",
		.lead = "One thread binds all devices, one after the other, and then faults on each. "
			"From dark to light: all binds have returned; each device's first fault was "
			"served; all struct pages are initialized. ×2 means by two threads.",
		.plots =
			{
				{
					.kind = PLOT_MILESTONES,
					.title =
						"Medians of {derived.rounds} boots: bound, usable, done",
					.rows = {RESULTS},
					WAY,
					.milestones = {"bound", "usable", "done"},
				},
				{
					.kind = PLOT_RANGES,
					.title = "Until each device was usable",
					.rows = {RESULTS},
					WAY,
					.summary = "usable",
				},
				{
					.kind = PLOT_INTERVALS,
					.title =
						"Usable, by what the caller alone needs, with 95 % intervals",
					.rows = {RESULTS},
					WAY,
					.y = "usable_ratio_to_direct",
					.interval = "usable_ratio_to_direct_interval",
					.x_title = "below 1 is sooner than by the caller alone",
				},
			},
		.table =
			{
				.title =
					"Boots of {config.namespaces} devices, {derived.rounds} of each way",
				.rows = {RESULTS},
				.group = "name",
				.columns = columns,
				.notes =
					{
						"bound: all binds have returned; usable: each device's first fault was "
						"served; done: all struct pages are initialized; each since the first "
						"bind began. / direct: usable, paired by rounds.",
					},
			},
	},
	{0},
};

static const struct column cover_columns[] = {
	COLUMN("", "by policy", LABEL),
	COLUMN("threads", "threads", COUNT),
	COLUMN("bound", "bound.median_ns", TIME),
	COLUMN("usable", "usable.median_ns", TIME),
	COLUMN("done", "done.median_ns", TIME),
	COLUMN("usable / direct", "usable_ratio_to_direct_interval", INTERVAL),
	{0},
};

static const struct cover cover = {
	.set_up =
		{
			"Tested with memmapsim, which binds {config.namespaces} look-alikes of devices in user "
			"space, on memory in {backing.obtained} pages: {derived.namespace} each, by the rules "
			"of {kernel.name}; {derived.rounds} boots in each way, taking turns.",
			"One thread binds all devices, one after the other, and then faults on each, as boots "
			"mount file systems when all devices have settled.",
		},
	.figures = {{
		.title = "Medians of {derived.rounds} boots",
		.rows = {RESULTS},
		.group = "name",
		.columns = cover_columns,
	}},
	.after =
		{
			"bound: all binds have returned; usable: each device's first fault was served; done: "
			"all struct pages are initialized. usable / direct is the 95 % interval of the paired "
			"ratio to the caller alone.",
		},
};

const struct view view_boot = {
	.experiment = "boot",
	.title = "{config.namespaces} devices of {derived.namespace}, {kernel.name}: a boot",
	.facts = facts,
	.sections = sections,
	.cover = &cover,
	.picture =
		{
			.kind = PLOT_MILESTONES,
			.title =
				"{config.namespaces} devices of {derived.namespace}: bound, usable, done",
			.rows = {RESULTS},
			WAY,
			.milestones = {"bound", "usable", "done"},
		},
};
