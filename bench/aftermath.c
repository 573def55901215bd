// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "aftermath.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "aftermath_bench.h"
#include "aftermath_result.h"
#include "error.h"
#include "footprint.h"
#include "init/init.h"
#include "rounds.h"

static const struct mms_aftermath_ops *const parts[MMS_NR_AFTERMATH_PARTS] = {
	[MMS_AFTERMATH_READ] = &mms_aftermath_read,
	[MMS_AFTERMATH_FAULT] = &mms_aftermath_fault,
	[MMS_AFTERMATH_BYSTANDER] = &mms_aftermath_bystander,
	[MMS_AFTERMATH_WRITER] = &mms_aftermath_writer,
};

struct experiment {
	const struct mms_aftermath_config *config;
	struct mms_aftermath_result *result;
	struct mms_aftermath_bench bench;
	struct mms_steps steps;
	struct mms_turns turns; /* of each row, one for each step */
};

/*
 * @row is wrong: keep why, and leave nothing of it to the others. If something returned @error,
 * what the struct pages look like may say more.
 */
static int fail_row(struct experiment *experiment, struct mms_aftermath_row *row, const char *stage,
                    unsigned int turn, int error, const struct mms_report *report)
{
	struct mms_aftermath_bench *bench = &experiment->bench;
	struct mms_failure failure = {.stage = stage, .turn = turn, .error = error};

	if (report)
		failure.report = *report;
	else if (error == -EUCLEAN)
		mms_verify_memmap(bench->map, &experiment->config->seed, &failure.report);
	if (!mms_report_ok(&failure.report))
		failure.error = 0;
	failure.report.guards = mms_memmap_check(bench->map);
	row->verified = false;
	row->failure = failure;
	if (failure.report.guards) {
		mms_aftermath_close_map(
			bench); /* broken canaries must not be held against the next one */
		return mms_aftermath_open_map(bench);
	}
	mms_memmap_dirty(bench->map, experiment->config->seed); /* for pages that none writes */
	return mms_aftermath_restore(bench);
}

/* Whose doing it is that @row found wrong: without an init, it found what another one left. */
static struct mms_aftermath_row *author_for(const struct experiment *experiment,
                                            struct mms_aftermath_row *row)
{
	struct mms_aftermath_row *last = experiment->bench.author;

	return row->initializer || !last ? row : last;
}

/* Hold all that @row makes against the oracle. Of the row without an init, all that others left. */
static int check_row(struct experiment *experiment, struct mms_aftermath_row *row,
                     unsigned int turn)
{
	struct mms_aftermath_bench *bench = &experiment->bench;
	bool writes = mms_aftermath_takes_part(experiment->config, MMS_AFTERMATH_WRITER) &&
	              row->ran && row->ran->cuttable;
	struct mms_report report = {0};
	struct mms_aftermath_row *author;
	int error = 0;

	if (writes) {
		mms_memmap_dirty(bench->map, experiment->config->seed);
		mms_aftermath_begin(bench, row);
		error = mms_aftermath_check_writer(bench, row, &report);
	}
	if (!error && mms_report_ok(&report)) {
		if (row->initializer)
			mms_memmap_dirty(bench->map, experiment->config->seed);
		mms_aftermath_begin(bench, row);
		error = mms_aftermath_init(bench, row);
		if (!error)
			mms_verify_memmap(bench->map, &experiment->config->seed, &report);
	}
	bench->flush_bytes = SIZE_MAX;
	if (!error && mms_report_ok(&report))
		return 0;
	author = author_for(experiment, row);
	error = fail_row(experiment, author, "check", turn, error, &report);
	return error || author == row ? error : check_row(experiment, row, turn);
}

static int check_rows(struct experiment *experiment, unsigned int turn)
{
	struct mms_aftermath_result *result = experiment->result;
	int error = 0;

	for (size_t i = 0; i < result->nr_rows && !error; i++) {
		struct mms_aftermath_row *row = &result->rows[i];

		mms_turns_tell(&experiment->turns, "check", mms_aftermath_name(row));
		experiment->steps.done++;
		if (row->verified)
			error = check_row(experiment, row, turn);
	}
	return error;
}

static void add_measure(struct mms_aftermath_cell *cell, const struct mms_measure *measure)
{
	mms_samples_add(&cell->time, measure->ns);
	if (measure->counted)
		mms_samples_add(&cell->misses, measure->misses);
}

/* An init that is timed alone has no counterpart without one, and some can't be cut. */
static bool can_take(const struct mms_aftermath_row *row, const struct mms_aftermath_step *step)
{
	if (step->part != MMS_AFTERMATH_WRITER)
		return true;
	return row->initializer ? row->ran->cuttable : step->back != MMS_AFTERMATH_BACK_NEVER;
}

/*
 * Whole inits, which nobody disturbed: not those beside which a bystander worked, and none that was
 * done part by part.
 */
static bool has_init(const struct mms_aftermath_row *row, const struct mms_aftermath_step *step)
{
	return row->initializer && step->part != MMS_AFTERMATH_WRITER &&
	       step->where != MMS_AFTERMATH_OTHER_CORE_DURING;
}

/* Step @first for @row, and those that follow it. */
static int take_step(struct experiment *experiment, struct mms_aftermath_row *row, size_t first)
{
	struct mms_aftermath_result *result = experiment->result;
	struct mms_aftermath_bench *bench = &experiment->bench;
	const struct mms_aftermath_step *step = &result->steps[first];
	struct mms_measure measures[MMS_AFTERMATH_MAX_MEASURES] = {0};
	double adds_per_cycle = mms_core_adds_per_cycle();
	struct mms_aftermath_row *author;
	int error;

	mms_aftermath_begin(bench, row);
	error = parts[step->part]->take(bench, row, step, measures);
	/* Now it is known whose doing that is. */
	if (!error && mms_aftermath_strayed(bench))
		error = -EUCLEAN;
	if (error) {
		author = author_for(experiment, row);
		error = fail_row(experiment, author, experiment->turns.stage->name,
		                 experiment->turns.round, error, NULL);
		return error || author == row ? error : take_step(experiment, row, first);
	}
	result->probes[result->nr_probes++] = adds_per_cycle;
	if (has_init(row, step))
		mms_samples_add(&row->init, bench->init_ns);
	for (size_t i = 0; i < MMS_AFTERMATH_MAX_MEASURES && first + i < result->nr_steps; i++)
		if (!i || step[i].follows)
			add_measure(&row->cells[first + i], &measures[i]);
	return 0;
}

/* Turns are numbered by row, and then by step. */
static bool has_turn(const void *context, size_t who)
{
	const struct experiment *experiment = context;

	return !experiment->result->steps[who % experiment->result->nr_steps].follows;
}

static int take_turn(void *context, size_t who)
{
	struct experiment *experiment = context;
	struct mms_aftermath_result *result = experiment->result;
	struct mms_aftermath_row *row = &result->rows[who / result->nr_steps];
	size_t step = who % result->nr_steps;

	return can_take(row, &result->steps[step]) ? take_step(experiment, row, step) : 0;
}

static int begin_round(void *context, unsigned int round)
{
	struct experiment *experiment = context;

	return mms_verified_has(&experiment->result->verified, round)
	               ? check_rows(experiment, round)
	               : 0;
}

static bool is_precise(const void *context, double *scratch)
{
	const struct experiment *experiment = context;

	return mms_aftermath_is_precise(experiment->result, experiment->config, scratch);
}

static const struct mms_stage stage = {
	.name = "round",
	.has_part = has_turn,
	.take = take_turn,
	.begin_round = begin_round,
	.is_precise = is_precise,
};

static int run_rounds(struct experiment *experiment)
{
	struct mms_aftermath_result *result = experiment->result;
	const struct mms_aftermath_config *config = experiment->config;
	int error = check_rows(experiment, 0);

	if (!error)
		error = mms_turns_until_precise(&experiment->turns, &stage, config->rounds,
		                                config->precision, &result->verified);
	mms_usage_end(&result->usage);
	if (!error)
		error = mms_memmap_info(experiment->bench.map, &result->backing);
	if (!error)
		error = mms_aftermath_result_finish(result, config);
	if (!error)
		mms_turns_tell(&experiment->turns, stage.name, NULL);
	return error;
}

static int make_turns(struct experiment *experiment)
{
	const struct mms_aftermath_result *result = experiment->result;
	int error = mms_turns_init(&experiment->turns, result->nr_rows * result->nr_steps);

	for (size_t i = 0; i < result->nr_rows && !error; i++)
		for (size_t j = 0; j < result->nr_steps; j++)
			mms_turns_add(&experiment->turns, mms_aftermath_name(&result->rows[i]),
			              &result->rows[i].verified);
	return error;
}

/* What the machine and the geometry make of the parts that were asked for. */
static int plan(struct experiment *experiment)
{
	const struct mms_aftermath_config *config = experiment->config;
	struct mms_aftermath_result *result = experiment->result;
	struct mms_aftermath_bench *bench = &experiment->bench;
	size_t turns = 0;
	int error;

	mms_aftermath_describe_machine(bench);
	result->array_bytes = mms_footprint_pages(config->geometry) << MMS_STRUCT_PAGE_SHIFT;
	for (unsigned int i = 0; i < MMS_NR_AFTERMATH_PARTS; i++)
		if (mms_aftermath_takes_part(config, (enum mms_aftermath_part)i))
			parts[i]->add_steps(bench, result);
	for (size_t i = 0; i < result->nr_steps; i++)
		turns += !result->steps[i].follows;
	if (!turns)
		return mms_fail(EINVAL, "this namespace is too small for any of these parts");
	error = mms_aftermath_result_add_rows(result, config);
	if (error)
		return error;
	mms_rounds_choose(&result->verified, config->rounds, config->precision,
	                  &experiment->turns.random);
	experiment->steps.total =
		result->nr_rows * (turns * config->rounds + 1 + result->verified.count);
	error = make_turns(experiment);
	if (!error)
		error = mms_aftermath_find_never_written(bench);
	if (error)
		return error;
	mms_aftermath_expect_sums(bench);
	if (mms_aftermath_takes_part(config, MMS_AFTERMATH_BYSTANDER))
		error = mms_bystander_create(bench, &bench->bystander);
	return error;
}

/* On the core that it is bound to by now. */
static int run(struct experiment *experiment)
{
	struct mms_aftermath_bench *bench = &experiment->bench;
	int error;

	mms_usage_begin(&experiment->result->usage);
	error = mms_devices_create(&bench->devices);
	if (error)
		return error;
	if (mms_stopwatch_init(&bench->watch))
		snprintf(bench->result->miss_reason, sizeof(bench->result->miss_reason), "%s",
		         mms_last_error());
	error = mms_aftermath_open_map(bench);
	if (!error)
		error = plan(experiment);
	if (!error)
		error = run_rounds(experiment);
	mms_bystander_destroy(bench->bystander);
	mms_aftermath_close_map(bench);
	mms_devices_destroy(bench->devices);
	mms_stopwatch_finish(&bench->watch);
	free(bench->never_written);
	mms_turns_finish(&experiment->turns);
	return error;
}

static int run_bound(struct experiment *experiment)
{
	struct mms_aftermath_bench *bench = &experiment->bench;
	hwloc_cpuset_t before;
	int error = mms_topology_create(NULL, NULL, &bench->topology);

	if (error)
		return error;
	mms_places_choose(bench->topology, &bench->places);
	error = mms_place_bind(bench->topology, bench->places.here.cpus, &before);
	if (!error) {
		error = run(experiment);
		mms_place_bind(bench->topology, before, NULL);
		hwloc_bitmap_free(before);
	}
	mms_topology_destroy(bench->topology);
	return error;
}

static int check_config(const struct mms_aftermath_config *config)
{
	int error = 0;

	if (!config->nr_initializers || !config->rounds)
		return mms_fail(EINVAL,
		                "%zu initializers and %u rounds are asked for; at least one of "
		                "each is needed",
		                config->nr_initializers, config->rounds);
	if (!config->parts || config->parts & ~MMS_AFTERMATH_ALL)
		return mms_fail(EINVAL,
		                "parts 0x%x are asked for; there are 0x%x, and at least "
		                "one is needed",
		                config->parts, MMS_AFTERMATH_ALL);
	for (size_t i = 0; i < config->nr_initializers && !error; i++)
		error = mms_initializer_check_cpu(
			mms_initializer_effective(config->initializers[i], config->gates));
	return error;
}

int mms_aftermath_run(const struct mms_aftermath_config *config,
                      struct mms_aftermath_result **result)
{
	struct experiment experiment = {
		.config = config,
		.bench.config = config,
		.bench.watch.counter = -1,
		.turns =
			{
				.experiment = &experiment,
				.progress = &config->progress,
				.steps = &experiment.steps,
				.random = config->seed,
			},
	};
	int error = check_config(config);

	if (!error)
		error = mms_initializer_find("naive", &experiment.bench.naive);
	if (error)
		return error;
	experiment.result = calloc(1, sizeof(*experiment.result));
	if (!experiment.result)
		return mms_fail(ENOMEM, "out of memory for a result");
	experiment.bench.result = experiment.result;
	error = run_bound(&experiment);
	if (error)
		mms_aftermath_free(experiment.result);
	else
		*result = experiment.result;
	return error;
}
