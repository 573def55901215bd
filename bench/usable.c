// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "usable.h"

#include <errno.h>
#include <stdlib.h>

#include "bind.h"
#include "error.h"
#include "footprint.h"
#include "usable_bind.h"
#include "usable_result.h"
#include "rounds.h"

struct experiment {
	const struct mms_usable_config *config;
	struct mms_usable_result *result;
	struct mms_usable_bench bench;
	struct mms_fault_stream faults; /* of this turn */
	struct mms_steps steps;
	struct mms_turns turns;
};

/* Hold what a bind left against the oracle; if not @compare, only look for damage around it. */
static void judge(struct experiment *experiment, struct mms_usable_row *row,
                  const struct mms_usable_outcome *outcome, bool compare)
{
	struct mms_failure failure = {
		.stage = experiment->turns.stage->name,
		.turn = experiment->turns.round,
		.error = outcome->init_error,
	};

	if (outcome->init_error) {
		failure.report.guards = mms_memmap_check(experiment->bench.map);
	} else if (outcome->fault_checked && outcome->fault_report.mismatches) {
		failure.fault = true;
		failure.report = outcome->fault_report;
		failure.report.guards = mms_memmap_check(experiment->bench.map);
	} else if (compare) {
		mms_verify_memmap(experiment->bench.map, &experiment->turns.seeds[MMS_SEED_DIRT],
		                  &failure.report);
	} else {
		failure.report.guards = mms_memmap_check(experiment->bench.map);
	}
	row->verified = !failure.error && mms_report_ok(&failure.report);
	if (!row->verified)
		row->failure = failure;
}

static int create_map(struct experiment *experiment)
{
	const struct mms_usable_config *config = experiment->config;
	int error = mms_memmap_create(config->geometry, &config->memmap, &experiment->bench.map);

	if (!error)
		mms_footprint_touch(experiment->bench.map);
	return error;
}

/* Canaries that a row broke must not be held against the next initializer. */
static int repair_map(void *context, size_t who)
{
	struct experiment *experiment = context;

	if (!experiment->result->rows[who].failure.report.guards)
		return 0;
	mms_memmap_destroy(experiment->bench.map);
	experiment->bench.map = NULL;
	return create_map(experiment);
}

/* The faults of this turn. */
static struct mms_fault_stream *begin_faults(struct experiment *experiment)
{
	mms_fault_stream_init(&experiment->faults, experiment->config->geometry,
	                      experiment->config->sequential_faults,
	                      experiment->turns.seeds[MMS_SEED_FAULTS]);
	return &experiment->faults;
}

/* One quiet bind, held against the oracle if @compare. */
static int bind_once(struct experiment *experiment, struct mms_usable_row *row, bool compare,
                     struct mms_usable_outcome *outcome)
{
	uint64_t fault_pfn = mms_fault_stream_next(begin_faults(experiment));
	int error;

	if (compare)
		mms_memmap_dirty(experiment->bench.map, experiment->turns.seeds[MMS_SEED_DIRT]);
	error = mms_usable_bind(&experiment->bench, row, fault_pfn,
	                        experiment->turns.seeds[MMS_SEED_DIRT], outcome);
	if (!error)
		judge(experiment, row, outcome, compare);
	return error;
}

static int take_warm_up(void *context, size_t who)
{
	struct experiment *experiment = context;
	struct mms_usable_outcome outcome;

	return bind_once(experiment, &experiment->result->rows[who], true, &outcome);
}

static int take_bind(void *context, size_t who)
{
	struct experiment *experiment = context;
	struct mms_usable_result *result = experiment->result;
	struct mms_usable_row *row = &result->rows[who];
	struct mms_usable_outcome outcome;
	bool compare = mms_verified_has(&result->verified, experiment->turns.round);
	int error = bind_once(experiment, row, compare, &outcome);

	if (error || !row->verified)
		return error;
	if (row->way.by != MMS_BIND_BY_BACKGROUND &&
	    mms_pgmap_altmap(&experiment->config->geometry->pgmap))
		mms_samples_add(&result->altmap, outcome.altmap_ns);
	mms_samples_add(&row->returns, outcome.returns_ns);
	mms_samples_add(&row->done, outcome.done_ns);
	mms_samples_add(&row->fault, outcome.fault.ns);
	row->helped += !!(outcome.fault.waiting & MMS_SYNC_HELPED);
	row->waited += !!(outcome.fault.waiting & MMS_SYNC_WAITED);
	row->nr_chunks = outcome.nr_chunks;
	return 0;
}

static int take_stream(void *context, size_t who)
{
	struct experiment *experiment = context;
	struct mms_usable_row *row = &experiment->result->rows[who];
	struct mms_usable_outcome outcome;
	int error;

	mms_memmap_dirty(experiment->bench.map, experiment->turns.seeds[MMS_SEED_DIRT]);
	error = mms_usable_bind_stream(&experiment->bench, row, begin_faults(experiment), &outcome);
	if (error)
		return error;
	judge(experiment, row, &outcome, true);
	if (row->verified)
		mms_samples_add(&row->stream.done, outcome.done_ns);
	return 0;
}

static bool has_stream(const void *context, size_t who)
{
	const struct experiment *experiment = context;

	return experiment->result->rows[who].way.by == MMS_BIND_BY_BACKGROUND;
}

static bool is_precise(const void *context, double *scratch)
{
	const struct experiment *experiment = context;

	return mms_usable_is_precise(experiment->result, experiment->config, scratch);
}

static const struct mms_stage warm_up = {.name = "warm-up", .take = take_warm_up};
static const struct mms_stage bind = {.name = "bind", .take = take_bind, .is_precise = is_precise};
static const struct mms_stage stream = {
	.name = "stream", .has_part = has_stream, .take = take_stream};

static int run(struct experiment *experiment)
{
	const struct mms_usable_config *config = experiment->config;
	struct mms_usable_result *result = experiment->result;
	struct mms_turns *turns = &experiment->turns;
	int error;

	mms_rounds_choose(&result->verified, config->binds, config->precision, &turns->random);
	mms_usage_begin(&result->usage);
	for (size_t i = 0; i < result->nr_rows; i++)
		mms_turns_add(turns, result->rows[i].initializer->name, &result->rows[i].verified);
	error = create_map(experiment);
	if (!error)
		error = mms_turns_rounds(turns, &warm_up, 1);
	if (!error)
		error = mms_turns_until_precise(turns, &bind, config->binds, config->precision,
		                                &result->verified);
	if (!error)
		error = mms_turns_rounds(turns, &stream, config->streams);
	mms_usage_end(&result->usage);
	if (!error)
		error = mms_memmap_info(experiment->bench.map, &result->backing);
	if (!error)
		error = mms_usable_result_finish(result, config);
	if (!error)
		mms_turns_tell(turns, stream.name, NULL);
	mms_memmap_destroy(experiment->bench.map);
	return error;
}

static int check_config(const struct mms_usable_config *config)
{
	const struct mms_ways ways = {&config->crew, config->waits, config->nr_waits};

	if (!config->binds)
		return mms_fail(EINVAL, "0 binds are asked for; at least one is needed");
	return mms_ways_check(&ways, config->initializers, config->nr_initializers, config->gates);
}

int mms_usable_run(const struct mms_usable_config *config, struct mms_usable_result **result)
{
	uint64_t rows = mms_usable_nr_rows(config);
	uint64_t background = config->nr_initializers * config->crew.nr_threads * config->nr_waits;
	struct experiment experiment = {
		.config = config,
		.bench.config = config,
		.bench.flush_bytes = mms_footprint_cached(),
		.steps.total = rows * (1 + (uint64_t)config->binds) + background * config->streams,
		.turns =
			{
				.experiment = &experiment,
				.progress = &config->progress,
				.steps = &experiment.steps,
				.random = config->seed,
				.nr_seeds = 2,
				.repair = repair_map,
			},
	};
	int error = check_config(config);

	if (!error)
		error = mms_crews_init(&config->crew, &experiment.bench.crews);
	if (error)
		return error;
	experiment.result = mms_usable_result_create(config);
	if (!experiment.result)
		error = mms_fail(ENOMEM, "out of memory for the samples of %zu ways to bind",
		                 (size_t)rows);
	if (!error)
		error = mms_turns_init(&experiment.turns, rows);
	if (!error)
		error = run(&experiment);
	mms_turns_finish(&experiment.turns);
	mms_crews_finish(&experiment.bench.crews);
	if (error)
		mms_usable_free(experiment.result);
	else
		*result = experiment.result;
	return error;
}
