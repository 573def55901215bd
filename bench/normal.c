// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "normal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "clock.h"
#include "error.h"
#include "footprint.h"
#include "init/init.h"
#include "normal_result.h"
#include "rounds.h"
#include "normal_turn.h"

struct experiment {
	const struct mms_normal_config *config;
	struct mms_normal_result *result;
	struct mms_normal_bench bench;
	struct mms_steps steps;
	struct mms_turns turns;
};

static int read_back(struct experiment *experiment)
{
	struct mms_normal_result *result = experiment->result;
	int error = mms_memmap_info(experiment->bench.map, &result->backing);

	if (!error && result->backing.huge_bytes < result->least_huge_bytes)
		result->least_huge_bytes = result->backing.huge_bytes;
	return error;
}

/* Hold what a turn left against the oracle; if not @compare, only look for damage around it. */
static void judge(struct experiment *experiment, struct mms_normal_row *row, int error,
                  bool compare)
{
	struct mms_free_report freed = {0};

	if (compare && !error)
		mms_verify_free(experiment->bench.map,
		                mms_buddy_free_areas(experiment->bench.buddy),
		                mms_buddy_managed_pages(experiment->bench.buddy), &freed);
	else
		freed.pages.guards = mms_memmap_check(experiment->bench.map);
	if (!error && mms_free_report_ok(&freed))
		return;
	row->verified = false;
	row->freed = freed;
	row->failure = (struct mms_failure){
		.stage = experiment->turns.stage->name,
		.turn = experiment->turns.round,
		.error = error,
		.report = freed.pages,
	};
}

/* Memory as steady state finds it: that it was never touched is nobody's affair there. */
static int map_and_touch(struct experiment *experiment)
{
	uint64_t ns;
	int error = mms_normal_map(&experiment->bench, &ns);

	if (!error)
		mms_footprint_touch(experiment->bench.map);
	return error;
}

/* Canaries that a row broke must not be held against the next. */
static int repair_map(void *context, size_t who)
{
	struct experiment *experiment = context;

	if (!experiment->bench.map || !experiment->result->rows[who].failure.report.guards)
		return 0;
	mms_normal_unmap(&experiment->bench);
	return map_and_touch(experiment);
}

/* What initialization leaves, before freeing changes it. */
static int check_init(struct experiment *experiment, struct mms_normal_row *row)
{
	struct mms_report report;
	int error, init_error;

	mms_memmap_dirty(experiment->bench.map, experiment->turns.seeds[MMS_SEED_DIRT]);
	error = mms_normal_init_only(&experiment->bench, row, &init_error);
	if (error)
		return error;
	mms_verify_memmap(experiment->bench.map, NULL, &report);
	if (!init_error && mms_report_ok(&report))
		return 0;
	row->verified = false;
	row->failure = (struct mms_failure){
		.stage = experiment->turns.stage->name,
		.turn = experiment->turns.round,
		.error = init_error,
		.report = report,
	};
	return 0;
}

static bool is_first_direct(const struct experiment *experiment, const struct mms_normal_row *row)
{
	return !row->threads && row->chunk_pages == experiment->config->chunks[0];
}

static int take_warm_up(void *context, size_t who)
{
	struct experiment *experiment = context;
	struct mms_normal_row *row = &experiment->result->rows[who];
	struct mms_normal_turn turn;
	int error = 0;

	if (is_first_direct(experiment, row))
		error = check_init(experiment, row);
	if (error || !row->verified)
		return error;
	mms_memmap_dirty(experiment->bench.map, experiment->turns.seeds[MMS_SEED_DIRT]);
	error = mms_normal_take_turn(&experiment->bench, row, false, &turn);
	if (!error)
		judge(experiment, row, turn.error, true);
	return error;
}

static int take_first_touch(void *context, size_t who)
{
	struct experiment *experiment = context;
	struct mms_normal_row *row = &experiment->result->rows[who];
	struct mms_normal_turn turn;
	uint64_t mapping;
	int error = mms_normal_map(&experiment->bench, &mapping);

	if (!error)
		error = mms_normal_take_turn(&experiment->bench, row, false, &turn);
	if (!error) {
		judge(experiment, row, turn.error, true);
		error = read_back(experiment);
	}
	if (!error && row->verified) {
		mms_samples_add(&experiment->result->mapping, mapping);
		mms_samples_add(&row->first_touch.init, turn.times.init);
		mms_samples_add(&row->first_touch.free, turn.times.free);
		mms_samples_add(&row->first_touch.total, turn.total_ns);
	}
	mms_normal_unmap(&experiment->bench);
	return error;
}

static int take_steady(void *context, size_t who)
{
	struct experiment *experiment = context;
	struct mms_normal_row *row = &experiment->result->rows[who];
	bool compare = mms_verified_has(&experiment->result->verified, experiment->turns.round);
	struct mms_normal_turn turn;
	int error;

	/* Else one that does nothing would find the work done. */
	if (compare)
		mms_memmap_dirty(experiment->bench.map, experiment->turns.seeds[MMS_SEED_DIRT]);
	error = mms_normal_take_turn(&experiment->bench, row, true, &turn);
	if (error)
		return error;
	judge(experiment, row, turn.error, compare);
	if (!row->verified)
		return 0;
	if (!row->threads) {
		mms_samples_add(&row->steady.init, turn.times.init);
		mms_samples_add(&row->steady.free, turn.times.free);
	}
	mms_samples_add(&row->steady.total, turn.total_ns);
	return 0;
}

static bool has_first_touch(const void *context, size_t who)
{
	const struct experiment *experiment = context;

	return is_first_direct(experiment, &experiment->result->rows[who]);
}

static bool is_precise(const void *context, double *scratch)
{
	const struct experiment *experiment = context;

	return mms_normal_is_precise(experiment->result, experiment->config, scratch);
}

static const struct mms_stage warm_up = {.name = "warm-up", .take = take_warm_up};
static const struct mms_stage first_touch = {
	.name = "first touch", .has_part = has_first_touch, .take = take_first_touch};
static const struct mms_stage steady = {
	.name = "round", .take = take_steady, .is_precise = is_precise};

/* Memory that this machine never touched costs its hypervisor, once; nobody shall pay for that. */
static int touch_machine(struct experiment *experiment)
{
	uint64_t start, ns;
	int error;

	mms_turns_tell(&experiment->turns, "touching all memory", NULL);
	error = mms_normal_map(&experiment->bench, &ns);
	if (error)
		return error;
	start = mms_now();
	mms_footprint_touch(experiment->bench.map);
	experiment->result->machine_first_touch_ns = mms_now() - start;
	experiment->steps.done++;
	error = mms_turns_rounds(&experiment->turns, &warm_up, 1);
	mms_normal_unmap(&experiment->bench);
	return error;
}

static void trace_next(void *context, const char *name)
{
	struct experiment *experiment = context;

	mms_turns_tell(&experiment->turns, "tracing", name);
	experiment->steps.done++;
}

static int run(struct experiment *experiment)
{
	const struct mms_normal_config *config = experiment->config;
	struct mms_normal_result *result = experiment->result;
	struct mms_turns *turns = &experiment->turns;
	int error = 0;

	mms_rounds_choose(&result->verified, config->rounds, config->precision, &turns->random);
	for (size_t i = 0; i < result->nr_rows; i++)
		mms_turns_add(turns, result->rows[i].initializer->name, &result->rows[i].verified);
	mms_usage_begin(&result->usage);
	if (config->trace)
		error = mms_normal_trace(config, result, trace_next, experiment);
	if (!error)
		error = touch_machine(experiment);
	if (!error)
		error = mms_turns_rounds(turns, &first_touch, config->first_touches);
	if (!error)
		error = map_and_touch(experiment);
	if (!error)
		error = mms_turns_until_precise(turns, &steady, config->rounds, config->precision,
		                                &result->verified);
	if (!error)
		error = read_back(experiment);
	mms_usage_end(&result->usage);
	if (!error)
		error = mms_normal_result_finish(result, config);
	if (!error)
		mms_turns_tell(turns, steady.name, NULL);
	mms_normal_unmap(&experiment->bench);
	return error;
}

static int check_initializer(const struct mms_normal_config *config,
                             const struct mms_initializer *initializer)
{
	const struct mms_initializer *effective =
		mms_initializer_effective(initializer, config->gates);

	if (!effective->init_normal)
		return mms_fail(EOPNOTSUPP, "%s is not for normal memory; leave it out",
		                effective->name);
	if (!effective->cuttable)
		return mms_fail(EINVAL,
		                "%s takes whole ranges only, and normal memory comes in "
		                "chunks",
		                effective->name);
	return mms_initializer_check_cpu(effective);
}

static int check_config(const struct mms_normal_config *config)
{
	if (!config->geometry->zone)
		return mms_fail(EINVAL, "device pages are no normal memory");
	if (!config->nr_initializers || !config->nr_chunks || !config->rounds)
		return mms_fail(EINVAL,
		                "%zu initializers, %zu sizes of chunks and %u rounds are asked "
		                "for; at least one of each is needed",
		                config->nr_initializers, config->nr_chunks, config->rounds);
	for (size_t i = 0; i < config->nr_chunks; i++)
		if (config->chunks[i] % MMS_MAX_ORDER_NR_PAGES)
			return mms_fail(EINVAL,
			                "chunks of %" PRIu64
			                " pages are no whole number of largest free blocks",
			                config->chunks[i]);
	for (size_t i = 1; i < config->nr_chunks; i++)
		for (size_t j = 0; j < i; j++)
			if (config->chunks[i] == config->chunks[j])
				return mms_fail(EINVAL,
				                "chunks of %" PRIu64 " pages are asked for "
				                "twice",
				                config->chunks[i]);
	for (size_t i = 0; i < config->nr_initializers; i++) {
		int error = check_initializer(config, config->initializers[i]);

		if (error)
			return error;
	}
	return 0;
}

int mms_normal_run(const struct mms_normal_config *config, struct mms_normal_result **result)
{
	size_t rows = mms_normal_nr_rows(config);
	struct experiment experiment = {
		.config = config,
		.bench = {.config = config,
	                  .memmap = config->memmap,
	                  .flush_bytes = mms_footprint_cached()},
		.steps.total =
			1 + rows * (1 + (uint64_t)config->rounds) +
			config->nr_initializers * (config->first_touches + (uint64_t)config->trace),
		.turns =
			{
				.experiment = &experiment,
				.progress = &config->progress,
				.steps = &experiment.steps,
				.random = config->seed,
				.nr_seeds = 1,
				.repair = repair_map,
			},
	};
	int error = check_config(config);

	if (!error)
		error = mms_crews_init(&config->crew, &experiment.bench.crews);
	if (error)
		return error;
	experiment.result = mms_normal_result_create(config);
	if (!experiment.result)
		error = mms_fail(ENOMEM, "out of memory for the samples of %zu rows", rows);
	if (!error)
		error = mms_turns_init(&experiment.turns, rows);
	if (!error)
		error = run(&experiment);
	mms_turns_finish(&experiment.turns);
	mms_crews_finish(&experiment.bench.crews);
	if (error)
		mms_normal_free(experiment.result);
	else
		*result = experiment.result;
	return error;
}
