// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "usable_bind.h"

#include <time.h>

#include "bind.h"
#include "clock.h"
#include "footprint.h"

static void check_fault(const struct mms_memmap *map, struct mms_usable_outcome *outcome,
                        const struct mms_fault *fault)
{
	if (outcome->fault_checked && outcome->fault_report.mismatches)
		return; /* the first wrong one is what is told */
	mms_fault_verify(map, fault, &outcome->fault_report);
	outcome->fault_checked = true;
}

static const struct mms_crew *crew_of(const struct mms_usable_bench *bench,
                                      const struct mms_usable_row *row)
{
	return mms_crews_find(&bench->crews, row->way.threads);
}

static int bind_and_wait(const struct mms_usable_bench *bench, const struct mms_usable_row *row,
                         struct mms_usable_outcome *outcome)
{
	const struct mms_binder binder = {
		.initializer = row->initializer,
		.gates = bench->config->gates,
		.crews = &bench->crews,
		.crew = crew_of(bench, row),
	};
	struct mms_bind_result bound;
	int error;

	mms_footprint_flush(bench->map, bench->flush_bytes);
	error = mms_bind(bench->map, &binder, &bound);
	if (error)
		return error;
	outcome->altmap_ns = bound.altmap_ns;
	outcome->returns_ns = outcome->done_ns = bound.whole_ns;
	outcome->nr_chunks = bound.nr_chunks ? bound.nr_chunks : 1;
	outcome->init_error = bound.init_error;
	if (!outcome->init_error)
		outcome->init_error = mms_fault_take(NULL, bench->map, &outcome->fault);
	return 0;
}

/* Begin to bind in the background. @return 0, or what mms_background_start() returned */
static int begin(const struct mms_usable_bench *bench, const struct mms_usable_row *row,
                 struct mms_usable_outcome *outcome, uint64_t *start,
                 struct mms_background **background)
{
	const struct mms_background_options options = {
		.wait = row->way.wait,
		.async = bench->config->async,
		.node = bench->config->crew.node,
		.gates = bench->config->gates,
	};
	int error;

	mms_footprint_flush(bench->map, bench->flush_bytes);
	*start = mms_now();
	mms_memmap_reset_pageblocks(bench->map);
	error = mms_background_start(crew_of(bench, row)->pool, row->initializer, bench->map,
	                             &options, background);
	outcome->returns_ns = mms_now() - *start;
	return error;
}

static void end(struct mms_background *background, struct mms_usable_outcome *outcome)
{
	struct mms_background_progress progress;

	mms_background_progress(background, &progress);
	outcome->nr_chunks = progress.total_chunks;
	mms_background_destroy(background);
}

static int bind_in_background(const struct mms_usable_bench *bench,
                              const struct mms_usable_row *row, struct mms_usable_outcome *outcome)
{
	struct mms_background *background;
	uint64_t start;
	int error = begin(bench, row, outcome, &start, &background), fault_error;

	if (error)
		return error;
	fault_error = mms_fault_take(background, bench->map, &outcome->fault);
	outcome->init_error = mms_background_wait(background, MMS_FOREVER);
	outcome->done_ns = mms_now() - start;
	if (!outcome->init_error)
		outcome->init_error = fault_error;
	end(background, outcome);
	return 0;
}

/*
 * Those who bind and fault have mostly slept before, waiting for something else to be there.
 * Without, this thread would be one that has had its share of the CPU long since, and that the
 * scheduler takes the CPU from at the next tick, once a worker wants it.
 */
static void come_from_sleep(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

int mms_usable_bind(const struct mms_usable_bench *bench, const struct mms_usable_row *row,
                    uint64_t fault_pfn, uint64_t dirty_seed, struct mms_usable_outcome *outcome)
{
	int error;

	*outcome = (struct mms_usable_outcome){.fault.pfn = fault_pfn};
	mms_fault_dirty(bench->map, fault_pfn, dirty_seed);
	come_from_sleep();
	error = row->way.by == MMS_BIND_BY_BACKGROUND ? bind_in_background(bench, row, outcome)
	                                              : bind_and_wait(bench, row, outcome);
	if (!error && !outcome->init_error)
		check_fault(bench->map, outcome, &outcome->fault);
	return error;
}

static void count_fault(struct mms_usable_stream *stream, const struct mms_fault *fault)
{
	mms_latency_add(fault->waiting ? &stream->waiting : &stream->ready, fault->ns);
	stream->helped += !!(fault->waiting & MMS_SYNC_HELPED);
	stream->waited += !!(fault->waiting & MMS_SYNC_WAITED);
}

/* Faults until nothing is left to wait for. @return the first one's error */
static int fault_until_done(const struct mms_usable_bench *bench, struct mms_background *background,
                            struct mms_usable_row *row, struct mms_fault_stream *faults,
                            _Atomic(uint64_t) *served, struct mms_usable_outcome *outcome)
{
	while (mms_background_active(background)) {
		struct mms_fault fault = {.pfn = mms_fault_stream_next(faults)};
		int error = mms_fault_take(background, bench->map, &fault);

		if (error)
			return error;
		count_fault(&row->stream, &fault);
		atomic_fetch_add_explicit(served, 1, memory_order_relaxed);
		check_fault(bench->map, outcome, &fault);
	}
	return 0;
}

int mms_usable_bind_stream(const struct mms_usable_bench *bench, struct mms_usable_row *row,
                           struct mms_fault_stream *faults, struct mms_usable_outcome *outcome)
{
	const struct mms_samples *quiet = &row->done;
	_Atomic(uint64_t) served = 0;
	struct mms_background *background;
	struct mms_curve_watch watch;
	uint64_t start;
	int error, fault_error = 0;

	*outcome = (struct mms_usable_outcome){0};
	come_from_sleep();
	error = begin(bench, row, outcome, &start, &background);
	if (error)
		return error;
	watch = (struct mms_curve_watch){
		.background = background,
		.faults = &served,
		.start_ns = start,
		.interval_ns = quiet->ns[quiet->count - 1] / (MMS_CURVE_POINTS / 2),
		.curve = &row->stream.curve,
	};
	error = mms_curve_watch_begin(&watch);
	if (!error) {
		fault_error = fault_until_done(bench, background, row, faults, &served, outcome);
		outcome->done_ns = mms_now() - start;
		mms_curve_watch_end(&watch, start + outcome->done_ns);
	}
	outcome->init_error = mms_background_wait(background, MMS_FOREVER);
	if (!outcome->init_error)
		outcome->init_error = fault_error;
	end(background, outcome);
	return error;
}
