// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "rebind_turn.h"

#include "bind.h"
#include "clock.h"
#include "random.h"
#include "read.h"
#include "rebind_result.h"

void mms_rebind_report_progress(const struct mms_rebind_bench *bench, enum mms_rebind_stage stage,
                                const char *name)
{
	const struct mms_rebind_config *config = bench->config;

	if (config->progress)
		config->progress(config->progress_context, bench->steps->done, bench->steps->total,
		                 stage, name);
}

int mms_rebind_create_map(struct mms_rebind_bench *bench, uint64_t *ns)
{
	uint64_t start = mms_now();
	struct mms_memmap_info info;
	int error = mms_memmap_create(bench->config->geometry, &bench->memmap, &bench->map);

	if (error)
		return error;
	*ns = mms_now() - start;
	if (bench->memmap.backing != MMS_BACKING_AUTO)
		return 0;
	/* Mappings of different kinds could not be compared: what auto chose now stays chosen. */
	error = mms_memmap_info(bench->map, &info);
	if (!error)
		bench->memmap.backing = info.backing;
	return error;
}

uint64_t mms_rebind_destroy_map(struct mms_rebind_bench *bench)
{
	uint64_t start = mms_now();

	mms_memmap_destroy(bench->map);
	bench->map = NULL;
	return mms_now() - start;
}

int mms_rebind_read_back(struct mms_rebind_bench *bench)
{
	struct mms_rebind_result *result = bench->result;
	int error = mms_memmap_info(bench->map, &result->backing);

	if (!error && result->backing.huge_bytes < result->least_huge_bytes)
		result->least_huge_bytes = result->backing.huge_bytes;
	return error;
}

static int bind(struct mms_rebind_bench *bench, const struct mms_rebind_row *row, bool flush,
                struct mms_bind_result *bound)
{
	const struct mms_binder binder = {
		.initializer = row->initializer,
		.plain = row->fill,
		.gates = bench->config->gates,
		.crews = &bench->crews,
		.crew = mms_crews_find(&bench->crews, row->threads),
		.flush_bytes = flush ? bench->flush_bytes : 0,
	};

	return mms_bind(bench->map, &binder, bound);
}

/*
 * How long verifying took, and, in the same state of the machine, the fastest of plain reads: what
 * it could have taken at best.
 */
static void measure_verifying(struct mms_rebind_bench *bench, uint64_t verify_ns)
{
	uint64_t fastest = UINT64_MAX;
	mms_read_fn *read;
	const char *name;

	for (size_t i = 0; (read = mms_read_at(i, &name)); i++) {
		uint64_t start = mms_now(), ns;

		mms_read_memmap(bench->map, read);
		ns = mms_now() - start;
		if (ns < fastest)
			fastest = ns;
	}
	mms_samples_add(&bench->result->verify, verify_ns);
	mms_samples_add(&bench->result->read, fastest);
}

/* Hold what a bind left against the oracle; if not @compare, only look for damage around it. */
static void judge(struct mms_rebind_bench *bench, struct mms_rebind_row *row,
                  enum mms_rebind_stage stage, unsigned int turn, int error, bool compare,
                  const uint64_t *dirty_seed)
{
	struct mms_report report = {0};
	uint64_t start = mms_now();

	if (compare && !error)
		mms_verify_memmap(bench->map, dirty_seed, &report);
	else
		report.guards = mms_memmap_check(bench->map);
	if (compare && !error && stage == MMS_REBIND_REBIND)
		measure_verifying(bench, mms_now() - start);
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
static int repair_map(struct mms_rebind_bench *bench, const struct mms_rebind_row *row)
{
	uint64_t ns;
	int error;

	if (row->verified || !row->failure.report.guards)
		return 0;
	mms_rebind_destroy_map(bench);
	error = mms_rebind_create_map(bench, &ns);
	if (!error)
		mms_memmap_dirty(bench->map, bench->dirty_seed);
	return error;
}

static int warm_up(struct mms_rebind_bench *bench, struct mms_rebind_row *row, unsigned int turn)
{
	struct mms_bind_result bound;
	int error;

	mms_memmap_dirty(bench->map, bench->dirty_seed);
	error = bind(bench, row, false, &bound);
	if (error)
		return error;
	judge(bench, row, MMS_REBIND_WARM_UP, turn, bound.init_error, true, &bench->dirty_seed);
	return repair_map(bench, row);
}

static int first_bind(struct mms_rebind_bench *bench, struct mms_rebind_row *row, unsigned int turn)
{
	struct mms_rebind_result *result = bench->result;
	struct mms_bind_result bound;
	uint64_t mapping;
	int error = mms_rebind_create_map(bench, &mapping);

	if (error)
		return error;
	error = bind(bench, row, false, &bound);
	if (error)
		return error;
	judge(bench, row, MMS_REBIND_FIRST_BIND, turn, bound.init_error, true, NULL);
	if (row->verified) {
		error = mms_rebind_read_back(bench);
		if (error)
			return error;
		mms_samples_add(&result->mapping, mapping);
		if (mms_pgmap_altmap(&bench->config->geometry->pgmap))
			mms_samples_add(&result->altmap_first_bind, bound.altmap_ns);
		mms_samples_add(&row->first_bind, bound.init_ns);
		mms_samples_add(&result->teardown, mms_rebind_destroy_map(bench));
	} else {
		mms_rebind_destroy_map(bench);
	}
	return 0;
}

static int rebind(struct mms_rebind_bench *bench, struct mms_rebind_row *row, unsigned int turn)
{
	struct mms_rebind_result *result = bench->result;
	struct mms_rebind_crew *crew = mms_rebind_crew_of(result, row);
	bool compare = !row->fill && mms_verified_has(&result->verified, turn);
	struct mms_bind_result bound;
	double before, after;
	int error;

	/* Else one that does nothing would find the work done. */
	if (compare)
		mms_memmap_dirty(bench->map, bench->dirty_seed);
	before = mms_core_adds_per_cycle();
	error = bind(bench, row, true, &bound);
	if (error)
		return error;
	after = mms_core_adds_per_cycle();
	judge(bench, row, MMS_REBIND_REBIND, turn, bound.init_error, compare, &bench->dirty_seed);
	if (!row->verified)
		return repair_map(bench, row);
	if (!row->fill && mms_pgmap_altmap(&bench->config->geometry->pgmap))
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
typedef int take_turn_fn(struct mms_rebind_bench *bench, struct mms_rebind_row *row,
                         unsigned int turn);

static take_turn_fn *const take_turn[] = {
	[MMS_REBIND_WARM_UP] = warm_up,
	[MMS_REBIND_FIRST_BIND] = first_bind,
	[MMS_REBIND_REBIND] = rebind,
};

int mms_rebind_round(struct mms_rebind_bench *bench, enum mms_rebind_stage stage,
                     unsigned int round)
{
	struct mms_rebind_result *result = bench->result;

	mms_random_order(&bench->random, bench->order, bench->turns);
	for (size_t i = 0; i < bench->turns; i++) {
		struct mms_rebind_row *row = &result->rows[bench->order[i]];
		int error = 0;

		if (!has_part(row, stage))
			continue;
		/* Drawn in any case, so that a failure changes nothing for the others. */
		bench->dirty_seed = mms_random(&bench->random);
		mms_rebind_report_progress(bench, stage, row->initializer->name);
		if (row->verified)
			error = take_turn[stage](bench, row, round);
		if (error)
			return error;
		bench->steps->done++;
	}
	return 0;
}
