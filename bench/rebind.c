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

/* Steps of all experiments that are run together. */
struct steps {
	uint64_t done, total;
};

struct experiment {
	const struct mms_rebind_config *config;
	struct steps *steps;
	struct mms_rebind_result *result;
	struct mms_memmap_options memmap; /* once known, the same for all mappings */
	struct mms_memmap *map;           /* in use */
	struct mms_crews crews;
	size_t flush_bytes;
	uint64_t random;     /* state: all randomness comes from here */
	uint64_t dirty_seed; /* of this turn */
	size_t turns;        /* in a round, and their order in this one */
	size_t *order;
};

static void report_progress(const struct experiment *experiment, enum mms_rebind_stage stage,
                            const char *name)
{
	const struct mms_rebind_config *config = experiment->config;

	if (config->progress)
		config->progress(config->progress_context, experiment->steps->done,
		                 experiment->steps->total, stage, name);
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
	double before, after;
	int error;

	/* Else one that does nothing would find the work done. */
	if (compare)
		mms_memmap_dirty(experiment->map, experiment->dirty_seed);
	before = mms_core_adds_per_cycle();
	error = bind(experiment, row, true, &bound);
	if (error)
		return error;
	after = mms_core_adds_per_cycle();
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
	if (row->adds_per_cycle)
		row->adds_per_cycle[row->rebind.count] = before < after ? before : after;
	mms_samples_add(&row->rebind, bound.init_ns);
	return 0;
}

/* There is nothing to check of fills; and a crew's first binds would be another experiment. */
static bool has_part(const struct mms_rebind_row *row, enum mms_rebind_stage stage)
{
	return stage == MMS_REBIND_REBIND ||
	       (!row->fill && (stage == MMS_REBIND_WARM_UP || !row->threads));
}

/* How a row takes its turn, the @turn-th in its stage. */
typedef int take_turn_fn(struct experiment *experiment, struct mms_rebind_row *row,
                         unsigned int turn);

/* Let all initializers that didn't fail take their turn, always in another order. */
static int take_round(struct experiment *experiment, enum mms_rebind_stage stage,
                      unsigned int round, take_turn_fn *take)
{
	struct mms_rebind_result *result = experiment->result;

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
		experiment->steps->done++;
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
	experiment->steps->done++;
	error = take_round(experiment, MMS_REBIND_WARM_UP, 1, warm_up);
	destroy_map(experiment);
	return error;
}

static int first_binds(struct experiment *experiment)
{
	const struct mms_rebind_config *config = experiment->config;
	int error = 0;

	mms_verified_choose(&experiment->result->verified, config->rebinds, &experiment->random);
	if (!config->cold)
		error = touch_machine(experiment);
	for (unsigned int turn = 1; turn <= config->first_binds && !error; turn++)
		error = take_round(experiment, MMS_REBIND_FIRST_BIND, turn, first_bind);
	return error;
}

/* The mapping of all rebinds. */
static int begin_rebinds(struct experiment *experiment)
{
	uint64_t ns;
	int error = create_map(experiment, &ns);

	if (!error && experiment->config->cold)
		error = take_round(experiment, MMS_REBIND_WARM_UP, 1, warm_up);
	return error;
}

/* A round of each experiment, also in an order of their own. */
static int rebind_round(struct experiment *experiments, size_t count, size_t *order,
                        unsigned int round)
{
	mms_random_order(&experiments[0].random, order, count);
	for (size_t i = 0; i < count; i++) {
		struct experiment *experiment = &experiments[order[i]];
		int error = take_round(experiment, MMS_REBIND_REBIND, round, rebind);

		if (error)
			return error;
		/* Else the next experiment would have to write back what is left of this one. */
		if (count > 1)
			mms_footprint_flush(experiment->map, experiment->flush_bytes);
	}
	return 0;
}

static uint64_t pages_of(const struct experiment *experiment)
{
	return experiment->config->geometry->nr_initialised;
}

/* What needs the samples of all experiments. */
static int compare_sizes(struct experiment *experiments, size_t count)
{
	const struct experiment *largest = &experiments[0];
	int error = 0;

	for (size_t i = 1; i < count; i++)
		if (pages_of(&experiments[i]) > pages_of(largest))
			largest = &experiments[i];
	for (size_t i = 0; i < count && count > 1 && !error; i++)
		error = mms_rebind_compare_sizes(experiments[i].result, pages_of(&experiments[i]),
		                                 largest->result, pages_of(largest));
	return error;
}

static int run(struct experiment *experiments, size_t count, size_t *order)
{
	struct mms_usage usage;
	int error = 0;

	mms_usage_begin(&usage);
	for (size_t i = 0; i < count && !error; i++)
		error = first_binds(&experiments[i]);
	for (size_t i = 0; i < count && !error; i++)
		error = begin_rebinds(&experiments[i]);
	for (unsigned int round = 1; round <= experiments[0].config->rebinds && !error; round++)
		error = rebind_round(experiments, count, order, round);
	mms_usage_end(&usage);
	for (size_t i = 0; i < count && !error; i++) {
		experiments[i].result->usage = usage;
		error = read_back(&experiments[i]);
		if (!error)
			error = mms_rebind_result_finish(experiments[i].result,
			                                 experiments[i].config);
	}
	if (!error)
		error = compare_sizes(experiments, count);
	if (!error)
		report_progress(&experiments[0], MMS_REBIND_REBIND, NULL);
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

static int check_configs(const struct mms_rebind_config *configs, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		if (configs[i].rebinds != configs[0].rebinds)
			return mms_fail(EINVAL,
			                "experiments with %u and with %u rebinds can't take turns",
			                configs[0].rebinds, configs[i].rebinds);
		error = check_config(&configs[i]);
	}
	return error;
}

static int prepare(struct experiment *experiment, const struct mms_rebind_config *config,
                   struct steps *steps)
{
	uint64_t initializers = config->nr_initializers;
	size_t turns = mms_rebind_nr_turns(config);

	*experiment = (struct experiment){
		.config = config,
		.steps = steps,
		.memmap = config->memmap,
		.flush_bytes = mms_footprint_cached(),
		.random = config->seed,
		.turns = turns,
		.order = calloc(turns, sizeof(*experiment->order)),
		.result = mms_rebind_result_create(config),
	};
	steps->total += !config->cold + initializers * (1 + (uint64_t)config->first_binds) +
	                mms_rebind_nr_pooled(config) + turns * (uint64_t)config->rebinds;
	if (!experiment->order || !experiment->result)
		return mms_fail(ENOMEM, "out of memory for %" PRIu64 " initializers' samples",
		                initializers);
	return mms_crews_init(&config->crew, &experiment->crews);
}

/* All 0 is fine. */
static void finish(struct experiment *experiment)
{
	destroy_map(experiment);
	mms_crews_finish(&experiment->crews);
	free(experiment->order);
}

int mms_rebind_run_all(const struct mms_rebind_config *configs, size_t count,
                       struct mms_rebind_result **results)
{
	struct experiment *experiments;
	struct steps steps = {0};
	size_t *order;
	int error = check_configs(configs, count);

	if (error)
		return error;
	experiments = calloc(count, sizeof(*experiments));
	order = calloc(count, sizeof(*order));
	if (!experiments || !order)
		error = mms_fail(ENOMEM, "out of memory for %zu experiments", count);
	for (size_t i = 0; i < count && !error; i++)
		error = prepare(&experiments[i], &configs[i], &steps);
	if (!error)
		error = run(experiments, count, order);
	for (size_t i = 0; i < count && experiments; i++) {
		finish(&experiments[i]);
		if (error)
			mms_rebind_free(experiments[i].result);
		else
			results[i] = experiments[i].result;
	}
	free(experiments);
	free(order);
	return error;
}

int mms_rebind_run(const struct mms_rebind_config *config, struct mms_rebind_result **result)
{
	return mms_rebind_run_all(config, 1, result);
}
