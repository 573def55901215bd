// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "view.h"

#define RESULTS "results[]"
#define WAY     .label = "{by}[ {policy}][ ×{threads}]", .group = "name"

static const struct fact facts[] = {
	{"background", "stages: {config.async}; faults at {config.faults} pages"},
	{"verified", "{ok|yes}the page of each fault; every struct page after binds "
                     "{verified_rounds|list} of {derived.rounds}[ and each of "
                     "{config.streams} streams]"},
	{"verified", "{!ok}{derived.wrong} of {derived.rows} ways to bind are wrong, see below"},
	{0},
};

static const struct column bind_columns[] = {
	COLUMN("bind", "by policy", LABEL),
	COLUMN("threads", "threads", COUNT),
	EXPLAINED_COLUMN("returns", "returns.median_ns", TIME, "until the bind returned: median"),
	COLUMN("p99", "returns.p99_ns", TIME),
	EXPLAINED_COLUMN("first fault", "first_fault.median_ns", TIME,
                         "until a fault right after that was served: median"),
	COLUMN("p99", "first_fault.p99_ns", TIME),
	COLUMN("max", "first_fault.max_ns", TIME),
	EXPLAINED_COLUMN("all done", "done.median_ns", TIME, "until all pages were ready: median"),
	EXPLAINED_COLUMN("/ pool", "done_ratio_to_pool", THREE_DECIMALS,
                         "all done, by the pool with as many threads, paired by rounds"),
	COLUMN("95 % interval", "done_ratio_to_pool_interval", INTERVAL),
	EXPLAINED_COLUMN("a chunk", "chunk_ns", TIME,
                         "the direct call's time by the number of chunks"),
	{0},
};

static const struct column stream_columns[] = {
	COLUMN("bind", "by policy", LABEL),
	COLUMN("threads", "threads", COUNT),
	COLUMN("all done", "stream.done.median_ns", TIME),
	COLUMN("found ready", "stream.ready.count", COUNT),
	COLUMN("p50", "stream.ready.p50_ns", TIME),
	COLUMN("helped", "stream.helped", COUNT),
	COLUMN("waited", "stream.waited", COUNT),
	COLUMN("p50", "stream.waiting.p50_ns", TIME),
	COLUMN("p99", "stream.waiting.p99_ns", TIME),
	COLUMN("max", "stream.waiting.max_ns", TIME),
	{0},
};

static const struct section sections[] = {
	{
		.title = "How soon it is usable",
		.lead = "A bind in the background returns at once; a fault right after it waits for "
			"its page, or initializes it itself. Times are spread over orders of "
			"magnitude, so axes are logarithmic. ×2 means by two threads.",
		.plots =
			{
				{
					.kind = PLOT_RANGES,
					.title = "First fault, right after the bind returned",
					.rows = {RESULTS},
					WAY,
					.summary = "first_fault",
				},
				{
					.kind = PLOT_RANGES,
					.title = "Until the bind returned",
					.rows = {RESULTS},
					WAY,
					.summary = "returns",
				},
				{
					.kind = PLOT_BARS,
					.title = "Until all struct pages were ready",
					.rows = {RESULTS},
					WAY,
					.summary = "done",
				},
			},
		.table =
			{
				.title = "Binds on resident memory, {derived.rounds} of each",
				.rows = {RESULTS},
				.group = "name",
				.columns = bind_columns,
				.unit = &microseconds,
				.notes =
					{
						"first fault: right after the bind returned. / pool: all done, "
						"by the pool with as many threads, paired by rounds. a chunk: the "
						"direct call's time by the number of chunks.",
					},
			},
	},
	{
		.title = "Under a stream of faults",
		.lead = "One thread faults again and again while the rest is being initialized; the "
			"last stream of each way is drawn.",
		.plots =
			{
				{
					.kind = PLOT_CURVES,
					.title = "Pages that are ready, as a share of all",
					.rows = {RESULTS},
					WAY,
					.points = "stream.curve",
					.x = "ns",
					.y = "pages",
					.x_title = "ms since the bind began",
					.y_title = "share of pages",
					.x_unit = 1e6,
				},
				{
					.kind = PLOT_CURVES,
					.title = "Faults that were served",
					.rows = {RESULTS},
					WAY,
					.points = "stream.curve",
					.x = "ns",
					.y = "faults",
					.x_title = "ms since the bind began",
					.y_title = "faults",
					.x_unit = 1e6,
					.y_unit = 1,
				},
			},
		.table =
			{
				.title = "With a stream of faults until all is done",
				.rows = {RESULTS},
				.group = "name",
				.columns = stream_columns,
				.unit = &microseconds,
				.notes =
					{
						"A stream is one thread that faults again and again until all is "
						"done; a fault that waits with item waits for a whole share.",
					},
			},
	},
	{0},
};

static const struct column cover_columns[] = {
	COLUMN("", "by policy", LABEL),
	COLUMN("threads", "threads", COUNT),
	COLUMN("returns", "returns.median_ns", TIME),
	COLUMN("first fault", "first_fault.median_ns", TIME),
	COLUMN("its p99", "first_fault.p99_ns", TIME),
	COLUMN("all done", "done.median_ns", TIME),
	{0},
};

static const struct cover cover = {
	.set_up =
		{
			"Tested with memmapsim, which binds a namespace in user space, on memory in "
			"{backing.obtained} pages: {derived.namespace}, {derived.geometry.nr_initialised} pages, by "
			"the rules of {kernel.name}; {derived.rounds} binds in each way, taking turns.",
			"A bind in the background returns while threads initialize the struct pages. A fault "
			"right after that needs its page: with item it waits for the whole share that holds "
			"it, with help it also works on what is left, with chunk it initializes the chunk of "
			"its page itself.",
		},
	.figures = {{
		.title = "Medians of {derived.rounds} binds",
		.rows = {RESULTS},
		.group = "name",
		.columns = cover_columns,
		.unit = &microseconds,
	}},
};

const struct view view_background = {
	.experiment = "background",
	.title = "{derived.namespace}, {kernel.name}: initialized in the background",
	.facts = facts,
	.sections = sections,
	.cover = &cover,
};
