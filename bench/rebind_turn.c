// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "rebind_turn.h"

#include "bind.h"
#include "clock.h"
#include "read.h"
#include "rebind_result.h"

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
static void judge(struct mms_rebind_bench *bench, struct mms_rebind_row *row, int error,
                  bool compare, const uint64_t *dirty_seed)
{
	struct mms_report report = {0};
	uint64_t start = mms_now();

	if (compare && !error)
		mms_verify_memmap(bench->map, dirty_seed, &report);
	else
		report.guards = mms_memmap_check(bench->map);
	if (compare && !error && bench->turns.stage == &mms_rebind_rebind)
		measure_verifying(bench, mms_now() - start);
	if (!error && mms_report_ok(&report))
		return;
	row->verified = false;
	row->failure = (struct mms_failure){
		.stage = bench->turns.stage->name,
		.turn = bench->turns.round,
		.error = error,
		.report = report,
	};
}

int mms_rebind_repair(void *context, size_t who)
{
	struct mms_rebind_bench *bench = context;
	uint64_t ns;
	int error;

	if (!bench->map || !bench->result->rows[who].failure.report.guards)
		return 0;
	mms_rebind_destroy_map(bench);
	error = mms_rebind_create_map(bench, &ns);
	if (!error)
		mms_memmap_dirty(bench->map, bench->turns.seeds[MMS_SEED_DIRT]);
	return error;
}

static int take_warm_up(void *context, size_t who)
{
	struct mms_rebind_bench *bench = context;
	struct mms_rebind_row *row = &bench->result->rows[who];
	struct mms_bind_result bound;
	int error;

	mms_memmap_dirty(bench->map, bench->turns.seeds[MMS_SEED_DIRT]);
	error = bind(bench, row, false, &bound);
	if (error)
		return error;
	judge(bench, row, bound.init_error, true, &bench->turns.seeds[MMS_SEED_DIRT]);
	return 0;
}

static int take_first_bind(void *context, size_t who)
{
	struct mms_rebind_bench *bench = context;
	struct mms_rebind_row *row = &bench->result->rows[who];
	struct mms_rebind_result *result = bench->result;
	struct mms_bind_result bound;
	uint64_t mapping;
	int error = mms_rebind_create_map(bench, &mapping);

	if (error)
		return error;
	error = bind(bench, row, false, &bound);
	if (error)
		return error;
	judge(bench, row, bound.init_error, true, NULL);
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

static int take_rebind(void *context, size_t who)
{
	struct mms_rebind_bench *bench = context;
	struct mms_rebind_row *row = &bench->result->rows[who];
	struct mms_rebind_result *result = bench->result;
	struct mms_rebind_crew *crew = mms_rebind_crew_of(result, row);
	bool compare = !row->fill && mms_verified_has(&result->verified, bench->turns.round);
	struct mms_bind_result bound;
	double before, after;
	int error;

	/* Else one that does nothing would find the work done. */
	if (compare)
		mms_memmap_dirty(bench->map, bench->turns.seeds[MMS_SEED_DIRT]);
	before = mms_core_adds_per_cycle();
	error = bind(bench, row, true, &bound);
	if (error)
		return error;
	after = mms_core_adds_per_cycle();
	judge(bench, row, bound.init_error, compare, &bench->turns.seeds[MMS_SEED_DIRT]);
	if (!row->verified)
		return 0;
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

/* There is nothing to check of fills … */
static bool has_warm_up(const void *context, size_t who)
{
	const struct mms_rebind_bench *bench = context;

	return !bench->result->rows[who].fill;
}

/* … and a crew's first binds would be another experiment. */
static bool has_first_bind(const void *context, size_t who)
{
	const struct mms_rebind_bench *bench = context;

	return has_warm_up(context, who) && !bench->result->rows[who].threads;
}

const struct mms_stage mms_rebind_warm_up = {
	.name = "warm-up", .has_part = has_warm_up, .take = take_warm_up};
const struct mms_stage mms_rebind_first_bind = {
	.name = "first bind", .has_part = has_first_bind, .take = take_first_bind};
const struct mms_stage mms_rebind_rebind = {.name = "rebind", .take = take_rebind};
