// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "boot.h"

#include <errno.h>
#include <stdlib.h>

#include "boot_devices.h"
#include "boot_result.h"
#include "rounds.h"
#include "error.h"

struct experiment {
	const struct mms_boot_config *config;
	struct mms_boot_result *result;
	struct mms_crews crews;
	struct mms_boot_devices devices;
	struct mms_steps steps;
	struct mms_turns turns;
};

/* Canaries that a row broke must not be held against the next way to bind. */
static int repair_devices(void *context, size_t who)
{
	struct experiment *experiment = context;

	if (!experiment->result->rows[who].failure.report.guards)
		return 0;
	mms_boot_devices_finish(&experiment->devices);
	return mms_boot_devices_init(&experiment->devices, experiment->config, &experiment->crews);
}

/* Boot, and hold what that left against the oracle; if not @compare, only what faults found. */
static bool boot(struct experiment *experiment, struct mms_boot_row *row, bool compare,
                 struct mms_boot_outcome *outcome)
{
	struct mms_turns *turns = &experiment->turns;
	uint64_t dirty_seed = turns->seeds[MMS_SEED_DIRT];
	struct mms_failure failure = {.stage = turns->stage->name, .turn = turns->round};

	if (compare)
		mms_boot_devices_dirty(&experiment->devices, dirty_seed);
	mms_boot_devices_boot(&experiment->devices, row->initializer, &row->way,
	                      &turns->seeds[MMS_SEED_FAULTS], dirty_seed, outcome);
	failure.error = outcome->error;
	mms_boot_devices_check(&experiment->devices, compare, dirty_seed, &failure);
	row->verified = !failure.error && mms_report_ok(&failure.report);
	if (!row->verified)
		row->failure = failure;
	return row->verified;
}

static int take_warm_up(void *context, size_t who)
{
	struct experiment *experiment = context;
	struct mms_boot_outcome outcome;

	boot(experiment, &experiment->result->rows[who], true, &outcome);
	return 0;
}

static int take_timed(void *context, size_t who)
{
	struct experiment *experiment = context;
	struct mms_boot_row *row = &experiment->result->rows[who];
	bool compare = mms_verified_has(&experiment->result->verified, experiment->turns.round);
	struct mms_boot_outcome outcome;

	if (!boot(experiment, row, compare, &outcome))
		return 0;
	for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++)
		mms_samples_add(&row->times[i], outcome.times[i]);
	for (size_t i = 0; i < experiment->config->nr_devices; i++)
		row->faults_ns[row->fault.count * experiment->config->nr_devices + i] =
			experiment->devices.faults[i].ns;
	mms_samples_add(&row->fault, outcome.longest_fault_ns);
	row->helped += outcome.helped;
	row->waited += outcome.waited;
	return 0;
}

static bool is_precise(const void *context, double *scratch)
{
	const struct experiment *experiment = context;

	return mms_boot_is_precise(experiment->result, experiment->config, scratch);
}

static const struct mms_stage warm_up = {.name = "warm-up", .take = take_warm_up};
static const struct mms_stage timed = {
	.name = "boot", .take = take_timed, .is_precise = is_precise};

static int run(struct experiment *experiment)
{
	const struct mms_boot_config *config = experiment->config;
	struct mms_boot_result *result = experiment->result;
	struct mms_turns *turns = &experiment->turns;
	int error;

	mms_rounds_choose(&result->verified, config->boots, config->precision, &turns->random);
	for (size_t i = 0; i < result->nr_rows; i++)
		mms_turns_add(turns, result->rows[i].initializer->name, &result->rows[i].verified);
	mms_usage_begin(&result->usage);
	error = mms_boot_devices_init(&experiment->devices, config, &experiment->crews);
	if (!error)
		error = mms_turns_rounds(turns, &warm_up, 1);
	if (!error)
		error = mms_turns_until_precise(turns, &timed, config->boots, config->precision,
		                                &result->verified);
	mms_usage_end(&result->usage);
	if (!error)
		error = mms_boot_devices_info(&experiment->devices, &result->backing,
		                              &result->least_huge_bytes);
	if (!error)
		error = mms_boot_result_finish(result, config);
	if (!error)
		mms_turns_tell(turns, timed.name, NULL);
	mms_boot_devices_finish(&experiment->devices);
	return error;
}

static int check_config(const struct mms_boot_config *config)
{
	const struct mms_ways ways = {&config->crew, config->waits, config->nr_waits};

	if (!config->nr_devices || !config->boots)
		return mms_fail(EINVAL,
		                "%u boots with %zu devices are asked for; at least one of each is "
		                "needed",
		                config->boots, config->nr_devices);
	if ((unsigned int)config->async >= MMS_NR_ASYNCS)
		return mms_fail(EINVAL, "%d is no stage to be late with", (int)config->async);
	return mms_ways_check(&ways, config->initializers, config->nr_initializers, config->gates);
}

int mms_boot_run(const struct mms_boot_config *config, struct mms_boot_result **result)
{
	size_t rows = mms_boot_nr_rows(config);
	struct experiment experiment = {
		.config = config,
		.steps.total = rows * (1 + (uint64_t)config->boots),
		.turns =
			{
				.experiment = &experiment,
				.progress = &config->progress,
				.steps = &experiment.steps,
				.random = config->seed,
				.nr_seeds = 2,
				.repair = repair_devices,
			},
	};
	int error = check_config(config);

	if (!error)
		error = mms_crews_init(&config->crew, &experiment.crews);
	if (error)
		return error;
	experiment.result = mms_boot_result_create(config);
	if (!experiment.result)
		error = mms_fail(ENOMEM, "out of memory for the samples of %zu ways to bind", rows);
	if (!error)
		error = mms_turns_init(&experiment.turns, rows);
	if (!error)
		error = run(&experiment);
	mms_turns_finish(&experiment.turns);
	mms_crews_finish(&experiment.crews);
	if (error)
		mms_boot_free(experiment.result);
	else
		*result = experiment.result;
	return error;
}
