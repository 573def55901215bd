// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What memmapsim verify found: no times, but what times are worth. */
#include "view.h"

static const struct fact facts[] = {
	{"rounds", "{rounds}, with seed {seed}"},
	{"verified", "{ok|yes}all that was compared"},
	{"verified", "{!ok}not all that was compared, see below"},
	{0},
};

static const struct column capture_columns[] = {
	COLUMN("capture", "file", LABEL),
	COLUMN("release", "release", TEXT),
	COLUMN("rules", "kernel.name", TEXT),
	EXPLAINED_COLUMN("holds", "holds", YES,
                         "whether the capture is what the rules say, and initializers leave"),
	EXPLAINED_COLUMN("intact", "sha256_holds", YES, "whether the file is as it was taken"),
	COLUMN("pages", "pages.pages", COUNT),
	COLUMN("wrong", "pages.pages_wrong", COUNT),
	{0},
};

static const struct column difference_columns[] = {
	COLUMN("capture", "../file", LABEL),
	COLUMN("fact", "fact", TEXT),
	COLUMN("computed", "computed", TEXT),
	COLUMN("captured", "captured", TEXT),
	{0},
};

static const struct column initializer_columns[] = {
	COLUMN("initializer", "name", LABEL),
	OPTIONAL_COLUMN("capture", "../file", TEXT, NULL),
	COLUMN("rules", "../kernel.name", TEXT),
	COLUMN("memory", "../geometry.type", TEXT),
	COLUMN("order", "../geometry.vmemmap_shift", COUNT),
	COLUMN("verified", "verified", YES),
	COLUMN("pages", "report.pages", COUNT),
	COLUMN("wrong", "report.pages_wrong", COUNT),
	COLUMN("pageblocks", "report.pageblocks", COUNT),
	COLUMN("wrong", "report.pageblocks_wrong", COUNT),
	{0},
};

static const struct column store_columns[] = {
	COLUMN("initializer", "name", LABEL),
	COLUMN("rules", "../kernel.name", TEXT),
	COLUMN("memory", "../geometry.type", TEXT),
	COLUMN("order", "../geometry.vmemmap_shift", COUNT),
	COLUMN("pages", "../geometry.nr_initialised", COUNT),
	EXPLAINED_COLUMN("drained", "drained", YES,
                         "whether every non-temporal store was drained where it must be"),
	COLUMN("instructions", "instructions", COUNT),
	COLUMN("stores", "stores", COUNT),
	COLUMN("bytes written", "bytes_written", COUNT),
	COLUMN("of them streamed", "bytes_nontemporal", COUNT),
	COLUMN("bytes read", "bytes_read", COUNT),
	EXPLAINED_COLUMN("drains", "drains", COUNT, "instructions that found something to drain"),
	EXPLAINED_COLUMN("rewritten", "lines_rewritten", COUNT,
                         "struct pages that were written again after another was"),
	{0},
};

static const struct section sections[] = {
	{
		.title = "Captures of running kernels",
		.lead = "Memmaps that were read from running kernels, held against the rules.",
		.table =
			{
				.title = "Captures",
				.rows = {"captures[]"},
				.columns = capture_columns,
			},
	},
	{
		.title = "Where rules and kernels differ",
		.table =
			{
				.title = "Differences",
				.rows = {"captures[].differences[]"},
				.columns = difference_columns,
			},
	},
	{
		.title = "Initializers",
		.lead = "Every struct page that each leaves, held against the oracle.",
		.table =
			{
				.title = "Initializers",
				.rows = {"captures[].initializers[]",
                                         "geometries[].initializers[]"},
				.columns = initializer_columns,
				.by_label = true,
			},
	},
	{
		.title = "Stores",
		.lead = "Each initializer was followed one instruction at a time.",
		.table =
			{
				.title = "Stores",
				.rows = {"stores[].initializers[]"},
				.columns = store_columns,
				.by_label = true,
			},
	},
	{0},
};

const struct view view_verify = {
	.experiment = "verify",
	.title = "What was held against the oracle",
	.facts = facts,
	.sections = sections,
};
