// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "usable_text.h"

#include <inttypes.h>

#include "bench.h"
#include "command.h"
#include "crew_text.h"
#include "sketch.h"

static void print_verified(FILE *stream, const struct mms_usable_config *config,
                           const struct mms_usable_result *result)
{
	size_t wrong = 0;

	for (size_t i = 0; i < result->nr_rows; i++)
		wrong += !result->rows[i].verified;
	if (wrong)
		print_fact(stream, "verified", "%zu of %zu ways to bind are wrong, see below",
		           wrong, result->nr_rows);
	else
		print_fact(stream, "verified",
		           "the page of each fault; every struct page after %u of %u binds%s",
		           result->verified.count, result->verified.nr_rounds,
		           config->streams ? " and each stream" : "");
}

static void print_header(FILE *stream, const struct mms_usable_config *config,
                         const struct mms_usable_result *result, const char *cpu)
{
	bench_print_memory(stream, &result->backing);
	print_fact(stream, "cpu", "%s", cpu);
	crew_print(stream, &config->crew);
	print_fact(stream, "background", "%s; faults at %s pages",
	           config->async == MMS_ASYNC_ALL
	                   ? "memory, altmap and device pages"
	                   : "device pages; all else before the bind returns",
	           config->sequential_faults ? "successive" : "random");
	if (result->altmap.count)
		print_fact(stream, "altmap", "%.1f us of each direct and pool bind (median)",
		           result->altmap.summary.median / 1e3);
	print_fact(stream, "seed", "%" PRIu64, config->seed);
	print_verified(stream, config, result);
	bench_print_steal(stream, &result->usage.steal);
}

/* Microseconds, with a digit less where nobody would read it. */
static void print_us(FILE *stream, int width, double ns)
{
	fprintf(stream, "%*.*f", width, ns < 99999950 ? 1 : 0, ns / 1e3);
}

static void print_wrong(FILE *stream, const struct mms_usable_row *row)
{
	fprintf(stream, "    not timed: wrong in %s %u\n", row->failure.stage, row->failure.turn);
}

/* Quiet binds: until it returned, the first fault, until all was done. */
static void print_binds(FILE *stream, const struct mms_usable_row *rows, size_t nr_rows)
{
	fprintf(stream, "  %-17s%8s%16s%22s%22s%13s\n", "", "", "bind returns", "first fault",
	        "all done", "a chunk");
	fprintf(stream, "  %-17s%8s%10s%9s%9s%9s%10s%11s%7s%8s\n", "bind", "threads", "median",
	        "p99", "median", "p99", "max", "median", "/ pool", "takes");
	for (size_t i = 0; i < nr_rows; i++) {
		const struct mms_usable_row *row = &rows[i];

		way_print(stream, &row->way);
		if (!row->verified) {
			print_wrong(stream, row);
			continue;
		}
		print_us(stream, 10, row->returns.summary.median);
		print_us(stream, 9, row->returns.summary.p99);
		print_us(stream, 9, row->fault.summary.median);
		print_us(stream, 9, row->fault.summary.p99);
		print_us(stream, 10, row->fault.summary.max);
		print_us(stream, 11, row->done.summary.median);
		if (row->done_to_parallel.median > 0)
			fprintf(stream, "%7.3f", row->done_to_parallel.median);
		else
			fprintf(stream, "%7s", "-");
		if (row->chunk_ns > 0 && row->way.by != MMS_BIND_BY_CALLER)
			print_us(stream, 8, row->chunk_ns);
		fputc('\n', stream);
	}
}

/* Streams: what faults cost while the rest is being initialized. */
static void print_faults(FILE *stream, const struct mms_usable_row *rows, size_t nr_rows)
{
	fprintf(stream, "\n  %-17s%8s%20s%37s\n", "with a stream of", "", "faults that find",
	        "faults that help or wait");
	fprintf(stream, "  %-17s%8s%11s%9s%10s%9s%9s%11s%11s\n", "faults", "threads", "all ready",
	        "median", "helping", "waiting", "median", "p99", "max");
	for (size_t i = 0; i < nr_rows; i++) {
		const struct mms_usable_row *row = &rows[i];
		const struct mms_usable_stream *faults = &row->stream;

		if (!faults->done.count)
			continue;
		way_print(stream, &row->way);
		fprintf(stream, "%11" PRIu64, faults->ready.count);
		print_us(stream, 9, (double)mms_latency_quantile(&faults->ready, 0.5));
		fprintf(stream, "%10" PRIu64 "%9" PRIu64, faults->helped, faults->waited);
		print_us(stream, 9, (double)mms_latency_quantile(&faults->waiting, 0.5));
		print_us(stream, 11, (double)mms_latency_quantile(&faults->waiting, 0.99));
		print_us(stream, 11, (double)faults->waiting.max_ns);
		fputc('\n', stream);
	}
}

#define SKETCH_WIDTH 50

/* Where a curve is at @ns, between its points as if it were straight; after its end nowhere. */
static struct mms_curve_point point_at(const struct mms_curve *curve, double ns)
{
	struct mms_curve_point before = {0}, after = {0};

	for (size_t i = 0; i < curve->count && (double)after.ns < ns; i++) {
		before = after;
		after = curve->points[i];
	}
	if ((double)after.ns < ns)
		return (struct mms_curve_point){0};
	if (after.ns > before.ns) {
		double part = (ns - (double)before.ns) / (double)(after.ns - before.ns);

		after.pages =
			before.pages + (uint64_t)(part * (double)(after.pages - before.pages));
		after.faults =
			before.faults + (uint64_t)(part * (double)(after.faults - before.faults));
	}
	return after;
}

static const struct mms_curve_point *last_point(const struct mms_usable_row *row)
{
	const struct mms_curve *curve = &row->stream.curve;

	return curve->count ? &curve->points[curve->count - 1] : NULL;
}

/* How many columns there are up to the last that isn't blank. */
static size_t last_column(const double *values)
{
	size_t count = SKETCH_WIDTH;

	while (count && values[count - 1] == 0)
		count--;
	return count;
}

static void print_curve(FILE *stream, const struct mms_usable_row *row, double end_ns)
{
	const struct mms_curve_point *last = last_point(row);
	double pages[SKETCH_WIDTH], faults[SKETCH_WIDTH];

	for (size_t i = 0; i < SKETCH_WIDTH; i++) {
		struct mms_curve_point point =
			point_at(&row->stream.curve, end_ns * (double)(i + 1) / SKETCH_WIDTH);

		pages[i] = (double)point.pages / (double)last->pages;
		faults[i] = last->faults ? (double)point.faults / (double)last->faults : 0;
	}
	way_print(stream, &row->way);
	fputs("  pages  ", stream);
	print_sketch(stream, pages, last_column(pages));
	fprintf(stream, "\n  %25s  faults ", "");
	print_sketch(stream, faults, SKETCH_WIDTH);
	fprintf(stream, "%12" PRIu64 "\n", last->faults);
}

static void print_curves(FILE *stream, const struct mms_usable_row *rows, size_t nr_rows)
{
	double end_ns = 0;

	for (size_t i = 0; i < nr_rows; i++) {
		const struct mms_curve_point *last = last_point(&rows[i]);

		if (last && (double)last->ns > end_ns)
			end_ns = (double)last->ns;
	}
	fprintf(stream, "\n  Pages ready and faults served in the last stream, up to %.2f ms\n\n",
	        end_ns / 1e6);
	for (size_t i = 0; i < nr_rows; i++)
		if (last_point(&rows[i]))
			print_curve(stream, &rows[i], end_ns);
}

static void print_initializer(FILE *stream, const struct mms_usable_result *result, size_t first)
{
	const struct mms_usable_row *rows = &result->rows[first];
	size_t nr_rows = result->rows_per_initializer;
	bool streams = false;

	for (size_t i = 0; i < nr_rows; i++)
		streams |= rows[i].stream.done.count > 0;
	fprintf(stream, "\n%s%s%s%s: binds on resident memory, %u of each; times in us\n\n",
	        rows->initializer->name, rows->ran == rows->initializer ? "" : " (ran ",
	        rows->ran == rows->initializer ? "" : rows->ran->name,
	        rows->ran == rows->initializer ? "" : ")", result->verified.nr_rounds);
	print_binds(stream, rows, nr_rows);
	if (!streams)
		return;
	print_faults(stream, rows, nr_rows);
	print_curves(stream, rows, nr_rows);
}

static void print_notes(FILE *stream, const struct mms_usable_config *config)
{
	fputs("\n  first fault: right after the bind returned. / pool: all done, by the "
	      "pool "
	      "with as many\n  threads, paired by rounds. a chunk takes: the direct call's time by "
	      "the number of chunks.\n",
	      stream);
	if (config->streams)
		fputs("  A stream is one thread that faults again and again until all is done; a "
		      "fault that waits with\n  item waits for a whole share.\n",
		      stream);
}

static void print_failures(FILE *stream, const struct mms_geometry *geometry,
                           const struct mms_usable_result *result)
{
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_usable_row *row = &result->rows[i];
		char sentence[320];

		if (row->verified)
			continue;
		mms_usable_describe_failure(row, sentence, sizeof(sentence));
		bench_print_failure(stream, geometry, &row->failure, sentence);
	}
}

void usable_print(FILE *stream, const struct mms_usable_config *config,
                  const struct mms_usable_result *result, const char *cpu)
{
	print_header(stream, config, result, cpu);
	for (size_t i = 0; i < result->nr_rows; i += result->rows_per_initializer)
		print_initializer(stream, result, i);
	print_notes(stream, config);
	print_failures(stream, config->geometry, result);
}
