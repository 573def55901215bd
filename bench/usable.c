// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "usable.h"

#include <errno.h>
#include <stdlib.h>

#include "bind.h"
#include "error.h"
#include "footprint.h"
#include "random.h"
#include "usable_bind.h"
#include "usable_result.h"

struct experiment {
	const struct mms_usable_config *config;
	struct mms_usable_result *result;
	struct mms_usable_bench bench;
	struct mms_fault_stream faults;
	uint64_t random;      /* state: all randomness comes from here */
	uint64_t dirty_seed;  /* of this turn */
	uint64_t done, total; /* steps */
	size_t *order;        /* of turns in this round */
};

static void report_progress(const struct experiment *experiment, enum mms_usable_stage stage,
                            const char *name)
{
	const struct mms_usable_config *config = experiment->config;

	if (config->progress)
		config->progress(config->progress_context, experiment->done, experiment->total,
		                 stage, name);
}

/* Hold what a bind left against the oracle; if not @compare, only look for damage around it. */
static void judge(struct experiment *experiment, struct mms_usable_row *row,
                  enum mms_usable_stage stage, unsigned int turn,
                  const struct mms_usable_outcome *outcome, bool compare)
{
	struct mms_failure failure = {
		.stage = stage,
		.turn = turn,
		.error = outcome->init_error,
	};

	if (outcome->init_error) {
		failure.report.guards = mms_memmap_check(experiment->bench.map);
	} else if (outcome->fault_checked && outcome->fault_report.mismatches) {
		failure.fault = true;
		failure.report = outcome->fault_report;
		failure.report.guards = mms_memmap_check(experiment->bench.map);
	} else if (compare) {
		mms_verify_memmap(experiment->bench.map, &experiment->dirty_seed, &failure.report);
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

/* Canaries that @row broke must not be held against the next initializer. */
static int repair_map(struct experiment *experiment, const struct mms_usable_row *row)
{
	if (row->verified || !row->failure.report.guards)
		return 0;
	mms_memmap_destroy(experiment->bench.map);
	experiment->bench.map = NULL;
	return create_map(experiment);
}

static int warm_up(struct experiment *experiment, struct mms_usable_row *row, unsigned int turn)
{
	struct mms_usable_outcome outcome;
	int error;

	mms_memmap_dirty(experiment->bench.map, experiment->dirty_seed);
	error = mms_usable_bind(&experiment->bench, row, mms_fault_stream_next(&experiment->faults),
	                        experiment->dirty_seed, &outcome);
	if (error)
		return error;
	judge(experiment, row, MMS_USABLE_WARM_UP, turn, &outcome, true);
	return 0;
}

static int bind(struct experiment *experiment, struct mms_usable_row *row, unsigned int turn)
{
	struct mms_usable_result *result = experiment->result;
	bool compare = mms_verified_has(&result->verified, turn);
	struct mms_usable_outcome outcome;
	int error;

	if (compare)
		mms_memmap_dirty(experiment->bench.map, experiment->dirty_seed);
	error = mms_usable_bind(&experiment->bench, row, mms_fault_stream_next(&experiment->faults),
	                        experiment->dirty_seed, &outcome);
	if (error)
		return error;
	judge(experiment, row, MMS_USABLE_BIND, turn, &outcome, compare);
	if (!row->verified)
		return 0;
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

static int stream(struct experiment *experiment, struct mms_usable_row *row, unsigned int turn)
{
	struct mms_usable_outcome outcome;
	int error;

	mms_memmap_dirty(experiment->bench.map, experiment->dirty_seed);
	error = mms_usable_bind_stream(&experiment->bench, row, &experiment->faults, &outcome);
	if (error)
		return error;
	judge(experiment, row, MMS_USABLE_STREAM, turn, &outcome, true);
	if (row->verified)
		mms_samples_add(&row->stream.done, outcome.done_ns);
	return 0;
}

/* Let all rows that have a part in this stage take their turn, @rounds times. */
static int take_turns(struct experiment *experiment, enum mms_usable_stage stage,
                      unsigned int rounds,
                      int (*take)(struct experiment *experiment, struct mms_usable_row *row,
                                  unsigned int turn))
{
	struct mms_usable_result *result = experiment->result;

	for (unsigned int round = 1; round <= rounds; round++) {
		mms_random_order(&experiment->random, experiment->order, result->nr_rows);
		for (size_t i = 0; i < result->nr_rows; i++) {
			struct mms_usable_row *row = &result->rows[experiment->order[i]];
			int error = 0;

			if (stage == MMS_USABLE_STREAM && row->way.by != MMS_BIND_BY_BACKGROUND)
				continue;
			/* Drawn in any case, so that a failure changes nothing for the others. */
			experiment->dirty_seed = mms_random(&experiment->random);
			mms_fault_stream_init(&experiment->faults, experiment->config->geometry,
			                      experiment->config->sequential_faults,
			                      mms_random(&experiment->random));
			report_progress(experiment, stage, row->initializer->name);
			if (row->verified)
				error = take(experiment, row, round);
			if (!error)
				error = repair_map(experiment, row);
			if (error)
				return error;
			experiment->done++;
		}
	}
	return 0;
}

static int run(struct experiment *experiment)
{
	const struct mms_usable_config *config = experiment->config;
	struct mms_usable_result *result = experiment->result;
	int error;

	mms_verified_choose(&result->verified, config->binds, &experiment->random);
	mms_usage_begin(&result->usage);
	error = create_map(experiment);
	if (!error)
		error = take_turns(experiment, MMS_USABLE_WARM_UP, 1, warm_up);
	if (!error)
		error = take_turns(experiment, MMS_USABLE_BIND, config->binds, bind);
	if (!error)
		error = take_turns(experiment, MMS_USABLE_STREAM, config->streams, stream);
	mms_usage_end(&result->usage);
	if (!error)
		error = mms_memmap_info(experiment->bench.map, &result->backing);
	if (!error)
		error = mms_usable_result_finish(result, config);
	if (!error)
		report_progress(experiment, MMS_USABLE_STREAM, NULL);
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
		.random = config->seed,
		.total = rows * (1 + (uint64_t)config->binds) + background * config->streams,
	};
	int error = check_config(config);

	if (!error)
		error = mms_crews_init(&config->crew, &experiment.bench.crews);
	if (error)
		return error;
	experiment.order = calloc(rows, sizeof(*experiment.order));
	experiment.result = mms_usable_result_create(config);
	if (experiment.order && experiment.result)
		error = run(&experiment);
	else
		error = mms_fail(ENOMEM, "out of memory for the samples of %zu ways to bind",
		                 (size_t)rows);
	mms_crews_finish(&experiment.bench.crews);
	free(experiment.order);
	if (error)
		mms_usable_free(experiment.result);
	else
		*result = experiment.result;
	return error;
}
