// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "bind.h"
#include "clock.h"
#include "error.h"
#include "footprint.h"
#include "init/init.h"
#include "random.h"
#include "read.h"
#include "rebind_result.h"

struct experiment {
	const struct mms_rebind_config *config;
	struct mms_rebind_result *result;
	struct mms_memmap_options memmap; /* once known, the same for all mappings */
	struct mms_memmap *map;           /* in use */
	struct mms_crews crews;
	size_t flush_bytes;
	uint64_t random;      /* state: all randomness comes from here */
	uint64_t dirty_seed;  /* of this turn */
	uint64_t done, total; /* steps */
	size_t turns;         /* in a round, and their order in this one */
	size_t *order;
};

static void report_progress(struct experiment *experiment, enum mms_rebind_stage stage,
                            const char *name)
{
	const struct mms_rebind_config *config = experiment->config;

	if (config->progress)
		config->progress(config->progress_context, experiment->done, experiment->total,
		                 stage, name);
}

static int create_map(struct experiment *experiment, uint64_t *ns)
{
	uint64_t start = mms_now();
	struct mms_memmap_info info;
	int error = mms_memmap_create(experiment->config->geometry, &experiment->memmap,
	                              &experiment->map);

	if (error)
		return error;
	*ns = mms_now() - start;
	if (experiment->memmap.backing != MMS_BACKING_AUTO)
		return 0;
	/* Mappings of different kinds could not be compared: what auto chose now stays chosen. */
	error = mms_memmap_info(experiment->map, &info);
	if (!error)
		experiment->memmap.backing = info.backing;
	return error;
}

static uint64_t destroy_map(struct experiment *experiment)
{
	uint64_t start = mms_now();

	mms_memmap_destroy(experiment->map);
	experiment->map = NULL;
	return mms_now() - start;
}

static int read_back(struct experiment *experiment)
{
	struct mms_rebind_result *result = experiment->result;
	int error = mms_memmap_info(experiment->map, &result->backing);

	if (!error && result->backing.huge_bytes < result->least_huge_bytes)
		result->least_huge_bytes = result->backing.huge_bytes;
	return error;
}

static int bind(struct experiment *experiment, const struct mms_rebind_row *row, bool flush,
                struct mms_bind_result *bound)
{
	const struct mms_binder binder = {
		.initializer = row->initializer,
		.plain = row->fill,
		.gates = experiment->config->gates,
		.crews = &experiment->crews,
		.crew = mms_crews_find(&experiment->crews, row->threads),
		.flush_bytes = flush ? experiment->flush_bytes : 0,
	};

	return mms_bind(experiment->map, &binder, bound);
}

/*
 * How long verifying took, and, in the same state of the machine, the fastest of plain reads: what
 * it could have taken at best.
 */
static void measure_verifying(struct experiment *experiment, uint64_t verify_ns)
{
	uint64_t fastest = UINT64_MAX;
	mms_read_fn *read;
	const char *name;

	for (size_t i = 0; (read = mms_read_at(i, &name)); i++) {
		uint64_t start = mms_now(), ns;

		mms_read_memmap(experiment->map, read);
		ns = mms_now() - start;
		if (ns < fastest)
			fastest = ns;
	}
	mms_samples_add(&experiment->result->verify, verify_ns);
	mms_samples_add(&experiment->result->read, fastest);
}

/* Hold what a bind left against the oracle; if not @compare, only look for damage around it. */
static void judge(struct experiment *experiment, struct mms_rebind_row *row,
                  enum mms_rebind_stage stage, unsigned int turn, int error, bool compare,
                  const uint64_t *dirty_seed)
{
	struct mms_report report = {0};
	uint64_t start = mms_now();

	if (compare && !error)
		mms_verify_memmap(experiment->map, dirty_seed, &report);
	else
		report.guards = mms_memmap_check(experiment->map);
	if (compare && !error && stage == MMS_REBIND_REBIND)
		measure_verifying(experiment, mms_now() - start);
	if (!error && mms_report_ok(&report))
		return;
	row->verified = false;
	row->failure = (struct mms_failure){
		.stage = stage,
		.turn = turn,
		.error = error,
		.report = report,
	};
}

/* Canaries that @row broke must not be held against the next initializer. */
static int repair_map(struct experiment *experiment, const struct mms_rebind_row *row)
{
	uint64_t ns;
	int error;

	if (row->verified || !row->failure.report.guards)
		return 0;
	destroy_map(experiment);
	error = create_map(experiment, &ns);
	if (!error)
		mms_memmap_dirty(experiment->map, experiment->dirty_seed);
	return error;
}

static int warm_up(struct experiment *experiment, struct mms_rebind_row *row, unsigned int turn)
{
	struct mms_bind_result bound;
	int error;

	mms_memmap_dirty(experiment->map, experiment->dirty_seed);
	error = bind(experiment, row, false, &bound);
	if (error)
		return error;
	judge(experiment, row, MMS_REBIND_WARM_UP, turn, bound.init_error, true,
	      &experiment->dirty_seed);
	return repair_map(experiment, row);
}

static int first_bind(struct experiment *experiment, struct mms_rebind_row *row, unsigned int turn)
{
	struct mms_rebind_result *result = experiment->result;
	struct mms_bind_result bound;
	uint64_t mapping;
	int error = create_map(experiment, &mapping);

	if (error)
		return error;
	error = bind(experiment, row, false, &bound);
	if (error)
		return error;
	judge(experiment, row, MMS_REBIND_FIRST_BIND, turn, bound.init_error, true, NULL);
	if (row->verified) {
		error = read_back(experiment);
		if (error)
			return error;
		mms_samples_add(&result->mapping, mapping);
		if (mms_pgmap_altmap(&experiment->config->geometry->pgmap))
			mms_samples_add(&result->altmap_first_bind, bound.altmap_ns);
		mms_samples_add(&row->first_bind, bound.init_ns);
		mms_samples_add(&result->teardown, destroy_map(experiment));
	} else {
		destroy_map(experiment);
	}
	return 0;
}

static int rebind(struct experiment *experiment, struct mms_rebind_row *row, unsigned int turn)
{
	struct mms_rebind_result *result = experiment->result;
	struct mms_rebind_crew *crew = mms_rebind_crew_of(result, row);
	bool compare = !row->fill && mms_verified_has(&result->verified, turn);
	struct mms_bind_result bound;
	int error;

	/* Else one that does nothing would find the work done. */
	if (compare)
		mms_memmap_dirty(experiment->map, experiment->dirty_seed);
	error = bind(experiment, row, true, &bound);
	if (error)
		return error;
	judge(experiment, row, MMS_REBIND_REBIND, turn, bound.init_error, compare,
	      &experiment->dirty_seed);
	if (!row->verified)
		return repair_map(experiment, row);
	if (!row->fill && mms_pgmap_altmap(&experiment->config->geometry->pgmap))
		mms_samples_add(&result->altmap_rebind, bound.altmap_ns);
	if (crew) {
		crew->nr_chunks = bound.nr_chunks;
		mms_samples_add(&crew->schedule, bound.schedule_ns);
	}
	mms_samples_add(&row->rebind, bound.init_ns);
	return 0;
}

/* There is nothing to check of fills; and a crew's first binds would be another experiment. */
static bool has_part(const struct mms_rebind_row *row, enum mms_rebind_stage stage)
{
	return stage == MMS_REBIND_REBIND ||
	       (!row->fill && (stage == MMS_REBIND_WARM_UP || !row->threads));
}

/* Let all initializers that didn't fail take their turn, @rounds times, always in another order. */
static int take_turns(struct experiment *experiment, enum mms_rebind_stage stage,
                      unsigned int rounds,
                      int (*take)(struct experiment *experiment, struct mms_rebind_row *row,
                                  unsigned int turn))
{
	struct mms_rebind_result *result = experiment->result;

	for (unsigned int round = 1; round <= rounds; round++) {
		mms_random_order(&experiment->random, experiment->order, experiment->turns);
		for (size_t i = 0; i < experiment->turns; i++) {
			struct mms_rebind_row *row = &result->rows[experiment->order[i]];
			int error = 0;

			if (!has_part(row, stage))
				continue;
			/* Drawn in any case, so that a failure changes nothing for the others. */
			experiment->dirty_seed = mms_random(&experiment->random);
			report_progress(experiment, stage, row->initializer->name);
			if (row->verified)
				error = take(experiment, row, round);
			if (error)
				return error;
			experiment->done++;
		}
	}
	return 0;
}

/*
 * Memory that this machine never touched costs its hypervisor far more than any other, once. Let
 * nobody in particular pay for it. The warm-up follows on the same mapping.
 */
static int touch_machine(struct experiment *experiment)
{
	uint64_t start, ns;
	int error;

	report_progress(experiment, MMS_REBIND_TOUCH, NULL);
	error = create_map(experiment, &ns);
	if (error)
		return error;
	start = mms_now();
	mms_footprint_touch(experiment->map);
	experiment->result->machine_first_touch_ns = mms_now() - start;
	experiment->done++;
	error = take_turns(experiment, MMS_REBIND_WARM_UP, 1, warm_up);
	destroy_map(experiment);
	return error;
}

static int bind_again_and_again(struct experiment *experiment)
{
	const struct mms_rebind_config *config = experiment->config;
	uint64_t ns;
	int error = create_map(experiment, &ns);

	if (!error && config->cold)
		error = take_turns(experiment, MMS_REBIND_WARM_UP, 1, warm_up);
	if (!error)
		error = take_turns(experiment, MMS_REBIND_REBIND, config->rebinds, rebind);
	if (!error)
		error = read_back(experiment);
	return error;
}

static int run(struct experiment *experiment)
{
	const struct mms_rebind_config *config = experiment->config;
	int error = 0;

	mms_verified_choose(&experiment->result->verified, config->rebinds, &experiment->random);
	if (!config->cold)
		error = touch_machine(experiment);
	if (!error)
		error = take_turns(experiment, MMS_REBIND_FIRST_BIND, config->first_binds,
		                   first_bind);
	if (!error)
		error = bind_again_and_again(experiment);
	if (!error)
		error = mms_rebind_result_finish(experiment->result, config);
	if (!error)
		report_progress(experiment, MMS_REBIND_REBIND, NULL);
	destroy_map(experiment);
	return error;
}

static int check_config(const struct mms_rebind_config *config)
{
	if (!config->nr_initializers)
		return mms_fail(EINVAL,
		                "no initializer is named; an experiment needs at least one");
	if (!config->first_binds || !config->rebinds)
		return mms_fail(EINVAL,
		                "%u first binds and %u rebinds are asked for; at least one of each "
		                "is needed",
		                config->first_binds, config->rebinds);
	if (config->cold && (config->nr_initializers != 1 || config->first_binds != 1))
		return mms_fail(EINVAL,
		                "memory is cold for a single first bind, but %u first binds of "
		                "each of %zu initializers are asked for; take one initializer and "
		                "one first bind",
		                config->first_binds, config->nr_initializers);
	for (size_t i = 0; i < config->nr_initializers; i++) {
		int error = mms_initializer_check_cpu(
			mms_initializer_effective(config->initializers[i], config->gates));

		if (error)
			return error;
	}
	return 0;
}

int mms_rebind_run(const struct mms_rebind_config *config, struct mms_rebind_result **result)
{
	uint64_t initializers = config->nr_initializers;
	size_t turns = mms_rebind_nr_turns(config);
	struct experiment experiment = {
		.config = config,
		.memmap = config->memmap,
		.flush_bytes = mms_footprint_cached(),
		.random = config->seed,
		.total = !config->cold + initializers * (1 + (uint64_t)config->first_binds) +
	                 mms_rebind_nr_pooled(config) + turns * (uint64_t)config->rebinds,
		.turns = turns,
	};
	int error = check_config(config);

	if (!error)
		error = mms_crews_init(&config->crew, &experiment.crews);
	if (error)
		return error;
	experiment.order = calloc(turns, sizeof(*experiment.order));
	experiment.result = mms_rebind_result_create(config);
	if (experiment.order && experiment.result)
		error = run(&experiment);
	else
		error = mms_fail(ENOMEM, "out of memory for %" PRIu64 " initializers' samples",
		                 initializers);
	mms_crews_finish(&experiment.crews);
	free(experiment.order);
	if (error)
		mms_rebind_free(experiment.result);
	else
		*result = experiment.result;
	return error;
}
