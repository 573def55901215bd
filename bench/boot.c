// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "boot.h"

#include <errno.h>
#include <stdlib.h>

#include "boot_devices.h"
#include "boot_result.h"
#include "error.h"
#include "random.h"

struct experiment {
	const struct mms_boot_config *config;
	struct mms_boot_result *result;
	struct mms_crews crews;
	struct mms_boot_devices devices;
	uint64_t random;      /* state: all randomness comes from here */
	uint64_t dirty_seed;  /* of this turn */
	uint64_t fault_seed;  /* likewise */
	uint64_t done, total; /* steps */
	size_t *order;        /* of turns in this round */
};

static void report_progress(const struct experiment *experiment, enum mms_boot_stage stage,
                            const char *name)
{
	const struct mms_boot_config *config = experiment->config;

	if (config->progress)
		config->progress(config->progress_context, experiment->done, experiment->total,
		                 stage, name);
}

/* Canaries that @row broke must not be held against the next way to bind. */
static int repair_devices(struct experiment *experiment, const struct mms_boot_row *row)
{
	if (row->verified || !row->failure.report.guards)
		return 0;
	mms_boot_devices_finish(&experiment->devices);
	return mms_boot_devices_init(&experiment->devices, experiment->config, &experiment->crews);
}

/* Boot, and hold what that left against the oracle; if not @compare, only what faults found. */
static bool boot(struct experiment *experiment, struct mms_boot_row *row, enum mms_boot_stage stage,
                 unsigned int turn, bool compare, struct mms_boot_outcome *outcome)
{
	struct mms_failure failure = {.stage = stage, .turn = turn};

	if (compare)
		mms_boot_devices_dirty(&experiment->devices, experiment->dirty_seed);
	mms_boot_devices_boot(&experiment->devices, row->initializer, &row->way,
	                      &experiment->fault_seed, experiment->dirty_seed, outcome);
	failure.error = outcome->error;
	mms_boot_devices_check(&experiment->devices, compare, experiment->dirty_seed, &failure);
	row->verified = !failure.error && mms_report_ok(&failure.report);
	if (!row->verified)
		row->failure = failure;
	return row->verified;
}

static void warm_up(struct experiment *experiment, struct mms_boot_row *row, unsigned int turn)
{
	struct mms_boot_outcome outcome;

	boot(experiment, row, MMS_BOOT_WARM_UP, turn, true, &outcome);
}

static void boot_timed(struct experiment *experiment, struct mms_boot_row *row, unsigned int turn)
{
	bool compare = mms_verified_has(&experiment->result->verified, turn);
	struct mms_boot_outcome outcome;

	if (!boot(experiment, row, MMS_BOOT_TIMED, turn, compare, &outcome))
		return;
	for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++)
		mms_samples_add(&row->times[i], outcome.times[i]);
	mms_samples_add(&row->fault, outcome.longest_fault_ns);
	row->helped += outcome.helped;
	row->waited += outcome.waited;
}

/* Let all rows that didn't fail take their turn, @rounds times, always in another order. */
static int take_turns(struct experiment *experiment, enum mms_boot_stage stage, unsigned int rounds,
                      void (*take)(struct experiment *experiment, struct mms_boot_row *row,
                                   unsigned int turn))
{
	struct mms_boot_result *result = experiment->result;

	for (unsigned int round = 1; round <= rounds; round++) {
		mms_random_order(&experiment->random, experiment->order, result->nr_rows);
		for (size_t i = 0; i < result->nr_rows; i++) {
			struct mms_boot_row *row = &result->rows[experiment->order[i]];
			int error;

			/* Drawn in any case, so that a failure changes nothing for the others. */
			experiment->dirty_seed = mms_random(&experiment->random);
			experiment->fault_seed = mms_random(&experiment->random);
			report_progress(experiment, stage, row->initializer->name);
			if (row->verified) {
				take(experiment, row, round);
				error = repair_devices(experiment, row);
				if (error)
					return error;
			}
			experiment->done++;
		}
	}
	return 0;
}

static int run(struct experiment *experiment)
{
	const struct mms_boot_config *config = experiment->config;
	struct mms_boot_result *result = experiment->result;
	int error;

	mms_usage_begin(&result->usage);
	mms_verified_choose(&result->verified, config->boots, &experiment->random);
	error = mms_boot_devices_init(&experiment->devices, config, &experiment->crews);
	if (!error)
		error = take_turns(experiment, MMS_BOOT_WARM_UP, 1, warm_up);
	if (!error)
		error = take_turns(experiment, MMS_BOOT_TIMED, config->boots, boot_timed);
	mms_usage_end(&result->usage);
	if (!error)
		error = mms_boot_devices_info(&experiment->devices, &result->backing,
		                              &result->least_huge_bytes);
	if (!error)
		error = mms_boot_result_finish(result, config);
	if (!error)
		report_progress(experiment, MMS_BOOT_TIMED, NULL);
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
	struct experiment experiment = {.config = config, .random = config->seed};
	size_t rows = mms_boot_nr_rows(config);
	int error = check_config(config);

	if (!error)
		error = mms_crews_init(&config->crew, &experiment.crews);
	if (error)
		return error;
	experiment.total = rows * (1 + (uint64_t)config->boots);
	experiment.order = calloc(rows, sizeof(*experiment.order));
	experiment.result = mms_boot_result_create(config);
	if (experiment.order && experiment.result)
		error = run(&experiment);
	else
		error = mms_fail(ENOMEM, "out of memory for the samples of %zu ways to bind", rows);
	mms_crews_finish(&experiment.crews);
	free(experiment.order);
	if (error)
		mms_boot_free(experiment.result);
	else
		*result = experiment.result;
	return error;
}
