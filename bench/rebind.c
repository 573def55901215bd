// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "rebind.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "clock.h"
#include "error.h"
#include "footprint.h"
#include "init/init.h"
#include "random.h"
#include "rebind_result.h"
#include "rebind_turn.h"
#include "rounds.h"

/*
 * Memory that this machine never touched costs its hypervisor far more than any other, once. Let
 * nobody in particular pay for it. The warm-up follows on the same mapping.
 */
static int touch_machine(struct mms_rebind_bench *bench)
{
	uint64_t start, ns;
	int error;

	mms_turns_tell(&bench->turns, "machine first touch", NULL);
	error = mms_rebind_create_map(bench, &ns);
	if (error)
		return error;
	start = mms_now();
	mms_footprint_touch(bench->map);
	bench->result->machine_first_touch_ns = mms_now() - start;
	bench->turns.steps->done++;
	error = mms_turns_rounds(&bench->turns, &mms_rebind_warm_up, 1);
	mms_rebind_destroy_map(bench);
	return error;
}

static int first_binds(struct mms_rebind_bench *bench)
{
	const struct mms_rebind_config *config = bench->config;
	int error = 0;

	mms_rounds_choose(&bench->result->verified, config->rebinds, config->precision,
	                  &bench->turns.random);
	if (!config->cold)
		error = touch_machine(bench);
	if (!error)
		error = mms_turns_rounds(&bench->turns, &mms_rebind_first_bind,
		                         config->first_binds);
	return error;
}

/* The mapping of all rebinds. */
static int begin_rebinds(struct mms_rebind_bench *bench)
{
	uint64_t ns;
	int error = mms_rebind_create_map(bench, &ns);

	if (!error && bench->config->cold)
		error = mms_turns_rounds(&bench->turns, &mms_rebind_warm_up, 1);
	return error;
}

/* Experiments whose rebinds are in the same rounds, the same of which are verified. */
struct together {
	struct mms_rebind_bench *benches;
	size_t count;
	size_t *order; /* in this round */
	struct mms_verified_rounds verified;
};

/* A round of each experiment, also in an order of their own. */
static int rebind_round(void *context, unsigned int round)
{
	struct together *together = context;

	mms_random_order(&together->benches[0].turns.random, together->order, together->count);
	for (size_t i = 0; i < together->count; i++) {
		struct mms_rebind_bench *bench = &together->benches[together->order[i]];
		int error;

		bench->result->verified = together->verified;
		error = mms_turns_round(&bench->turns, &mms_rebind_rebind, round);
		if (error)
			return error;
		/* Else the next experiment would have to write back what is left of this one. */
		if (together->count > 1)
			mms_footprint_flush(bench->map, bench->flush_bytes);
	}
	return 0;
}

static bool are_precise(const void *context, double *scratch)
{
	const struct together *together = context;

	for (size_t i = 0; i < together->count; i++)
		if (!mms_rebind_is_precise(together->benches[i].result, together->benches[i].config,
		                           scratch))
			return false;
	return true;
}

static int rebind_rounds(struct mms_rebind_bench *benches, size_t count, size_t *order)
{
	const struct mms_rebind_config *config = benches[0].config;
	struct together together = {benches, count, order, benches[0].result->verified};
	const struct mms_rounds rounds = {
		.most = config->rebinds,
		.precision = config->precision,
		.verified = &together.verified,
		.experiment = &together,
		.take = rebind_round,
		.is_precise = are_precise,
	};

	return mms_rounds_run(&rounds);
}

static uint64_t pages_of(const struct mms_rebind_bench *bench)
{
	return bench->config->geometry->nr_initialised;
}

/* What needs the samples of all experiments. */
static int compare_sizes(struct mms_rebind_bench *benches, size_t count)
{
	const struct mms_rebind_bench *largest = &benches[0];
	int error = 0;

	for (size_t i = 1; i < count; i++)
		if (pages_of(&benches[i]) > pages_of(largest))
			largest = &benches[i];
	for (size_t i = 0; i < count && count > 1 && !error; i++)
		error = mms_rebind_compare_sizes(benches[i].result, pages_of(&benches[i]),
		                                 largest->result, pages_of(largest));
	return error;
}

static int run(struct mms_rebind_bench *benches, size_t count, size_t *order)
{
	struct mms_usage usage;
	int error = 0;

	mms_usage_begin(&usage);
	for (size_t i = 0; i < count && !error; i++)
		error = first_binds(&benches[i]);
	for (size_t i = 0; i < count && !error; i++)
		error = begin_rebinds(&benches[i]);
	if (!error)
		error = rebind_rounds(benches, count, order);
	mms_usage_end(&usage);
	for (size_t i = 0; i < count && !error; i++) {
		benches[i].result->usage = usage;
		error = mms_rebind_read_back(&benches[i]);
		if (!error)
			error = mms_rebind_result_finish(benches[i].result, benches[i].config);
	}
	if (!error)
		error = compare_sizes(benches, count);
	if (!error)
		mms_turns_tell(&benches[0].turns, mms_rebind_rebind.name, NULL);
	return error;
}

static int check_config(const struct mms_rebind_config *config)
{
	if (!config->nr_initializers)
		return mms_fail(EINVAL,
		                "no initializer is named; an experiment needs at least one");
	if (!config->rebinds)
		return mms_fail(EINVAL, "0 rebinds are asked for; at least one is needed");
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

/* Each row of one has its counterpart in the other. */
static bool same_rows(const struct mms_rebind_config *a, const struct mms_rebind_config *b)
{
	if (a->nr_initializers != b->nr_initializers || a->fills != b->fills ||
	    a->gates != b->gates || a->crew.nr_threads != b->crew.nr_threads)
		return false;
	for (size_t i = 0; i < a->nr_initializers; i++)
		if (a->initializers[i] != b->initializers[i])
			return false;
	for (size_t i = 0; i < a->crew.nr_threads; i++)
		if (a->crew.threads[i] != b->crew.threads[i])
			return false;
	return true;
}

static int check_configs(const struct mms_rebind_config *configs, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		if (!same_rows(&configs[i], &configs[0]))
			return mms_fail(EINVAL, "experiments that differ in more than their "
			                        "geometries can't take turns");
		if (configs[i].rebinds != configs[0].rebinds ||
		    configs[i].precision != configs[0].precision)
			return mms_fail(EINVAL,
			                "experiments with %u and with %u rebinds, or that end at "
			                "different precisions, can't take turns",
			                configs[0].rebinds, configs[i].rebinds);
		error = check_config(&configs[i]);
	}
	return error;
}

static int prepare(struct mms_rebind_bench *bench, const struct mms_rebind_config *config,
                   struct mms_steps *steps)
{
	uint64_t initializers = config->nr_initializers;
	size_t turns = mms_rebind_nr_turns(config);
	int error;

	*bench = (struct mms_rebind_bench){
		.config = config,
		.memmap = config->memmap,
		.flush_bytes = mms_footprint_cached(),
		.result = mms_rebind_result_create(config),
		.turns =
			{
				.experiment = bench,
				.progress = &config->progress,
				.steps = steps,
				.random = config->seed,
				.nr_seeds = 1,
				.repair = mms_rebind_repair,
			},
	};
	steps->total += !config->cold + initializers * (1 + (uint64_t)config->first_binds) +
	                mms_rebind_nr_pooled(config) + turns * (uint64_t)config->rebinds;
	if (!bench->result)
		return mms_fail(ENOMEM, "out of memory for %" PRIu64 " initializers' samples",
		                initializers);
	error = mms_turns_init(&bench->turns, turns);
	if (!error)
		error = mms_crews_init(&config->crew, &bench->crews);
	for (size_t i = 0; i < turns && !error; i++)
		mms_turns_add(&bench->turns, bench->result->rows[i].initializer->name,
		              &bench->result->rows[i].verified);
	return error;
}

/* All 0 is fine. */
static void finish(struct mms_rebind_bench *bench)
{
	mms_rebind_destroy_map(bench);
	mms_crews_finish(&bench->crews);
	mms_turns_finish(&bench->turns);
}

int mms_rebind_run_all(const struct mms_rebind_config *configs, size_t count,
                       struct mms_rebind_result **results)
{
	struct mms_rebind_bench *benches;
	struct mms_steps steps = {0};
	size_t *order;
	int error = check_configs(configs, count);

	if (error)
		return error;
	benches = calloc(count, sizeof(*benches));
	order = calloc(count, sizeof(*order));
	if (!benches || !order)
		error = mms_fail(ENOMEM, "out of memory for %zu experiments", count);
	for (size_t i = 0; i < count && !error; i++)
		error = prepare(&benches[i], &configs[i], &steps);
	if (!error)
		error = run(benches, count, order);
	for (size_t i = 0; i < count && benches; i++) {
		finish(&benches[i]);
		if (error)
			mms_rebind_free(benches[i].result);
		else
			results[i] = benches[i].result;
	}
	free(benches);
	free(order);
	return error;
}

int mms_rebind_run(const struct mms_rebind_config *config, struct mms_rebind_result **result)
{
	return mms_rebind_run_all(config, 1, result);
}
