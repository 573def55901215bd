// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>
#include <string.h>

#include "bench.h"
#include "command.h"
#include "crew_text.h"
#include "published.h"
#include "rebind_text.h"
#include "threads_text.h"

/* By the longest median that the rows have in first binds or rebinds. */
static const struct unit *unit_for(const struct mms_rebind_result *result, bool first_binds)
{
	double longest = 0;

	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_rebind_row *row = &result->rows[i];
		const struct mms_samples *samples = first_binds ? &row->first_bind : &row->rebind;

		if (samples->count && samples->summary.median > longest)
			longest = samples->summary.median;
	}
	return longest >= 10 * milliseconds.ns ? &milliseconds : &microseconds;
}

void rebind_print_wrong(FILE *stream, const struct mms_rebind_row *row)
{
	fprintf(stream, "    not timed: wrong in %s %u\n", row->failure.stage, row->failure.turn);
}

/* The start of a row, and all of one that has no figures. @return whether figures follow */
static bool begin_row(FILE *stream, const struct mms_rebind_row *row)
{
	fprintf(stream, "  %-20s", row->initializer->name);
	if (!row->verified)
		rebind_print_wrong(stream, row);
	return row->verified;
}

/* The gates leave nothing but naive of some. */
static void end_row(FILE *stream, const struct mms_rebind_row *row)
{
	if (row->ran != row->initializer)
		fprintf(stream, "  ran %s", row->ran->name);
	fputc('\n', stream);
}

static void print_first_binds(FILE *stream, const struct mms_rebind_config *config,
                              const struct mms_rebind_result *result)
{
	const struct unit *unit = unit_for(result, true);

	fprintf(stream,
	        "\nFirst binds: on a fresh mapping each, %u per initializer; times in %s\n\n",
	        config->first_binds, unit->name);
	fprintf(stream, "  %-20s%9s%9s%9s\n", "initializer", "median", "min", "max");
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_rebind_row *row = &result->rows[i];

		if (row->fill || !begin_row(stream, row))
			continue;
		print_time(stream, unit, row->first_bind.summary.median);
		print_time(stream, unit, row->first_bind.summary.min);
		print_time(stream, unit, row->first_bind.summary.max);
		end_row(stream, row);
	}
	fputs("\n  A first touch in userspace contains page faults and zeroing, which a "
	      "kernel's first bind has not.\n",
	      stream);
	if (config->cold)
		fputs("  What the hypervisor adds for memory that it never gave out is in it too, "
		      "if nothing on this\n  machine has used the memory before.\n",
		      stream);
	else
		fprintf(stream,
		        "  Memory that was used before is not untouched for the hypervisor; so all "
		        "of it was touched\n  once before these, which took %.2f ms (machine "
		        "first touch).\n",
		        (double)result->machine_first_touch_ns / milliseconds.ns);
}

/* Of any row in the table: their base and machine are the same. NULL if no row has one. */
static const struct mms_published *any_published(const struct mms_rebind_config *config,
                                                 const struct mms_rebind_result *result)
{
	const struct mms_published *found = NULL;

	for (size_t i = 0; i < result->nr_rows && !found; i++)
		if (result->rows[i].verified)
			found = mms_published_find(config->geometry, result->rows[i].ran->name);
	return found;
}

static void print_ratio(FILE *stream, double ratio)
{
	if (ratio > 0)
		fprintf(stream, "%8.3f", ratio);
	else
		fprintf(stream, "%8s", "-");
}

static void print_rebind(FILE *stream, const struct mms_rebind_config *config,
                         const struct mms_rebind_result *result, const struct mms_rebind_row *row,
                         const struct unit *unit)
{
	const struct mms_published *published =
		mms_published_find(config->geometry, row->ran->name);

	if (!begin_row(stream, row))
		return;
	print_time(stream, unit, row->rebind.summary.min);
	print_time(stream, unit, row->rebind.summary.median);
	print_time(stream, unit, row->rebind.summary.mean);
	print_time(stream, unit, row->rebind.summary.p95);
	fprintf(stream, "%8.3f%7.2f", row->ns_per_page, row->gb_per_s);
	print_ratio(stream, row->ratio_to_naive.median);
	print_ratio(stream, row->ratio_to_limit.median);
	if (published)
		fprintf(stream, "%8.3f %s", mms_published_ratio(published), published->series);
	if (row == result->limit)
		fputs(" fill limit", stream);
	end_row(stream, row);
}

static void print_rebinds(FILE *stream, const struct mms_rebind_config *config,
                          const struct mms_rebind_result *result)
{
	const struct mms_published *published = any_published(config, result);
	const struct unit *unit = unit_for(result, false);

	fprintf(stream, "\nRebinds: all on the same memory, %u per initializer; times in %s\n\n",
	        result->verified.nr_rounds, unit->name);
	fprintf(stream, "  %-20s%9s%9s%9s%9s%8s%7s%8s%8s%s\n", "initializer", "min", "median",
	        "mean", "p95", "ns/page", "GB/s", "/ naive", "/ limit",
	        published ? "  published" : "");
	for (size_t i = 0; i < result->nr_rows; i++)
		print_rebind(stream, config, result, &result->rows[i], unit);
	fputs("\n  ns/page and GB/s go by the median; / naive and / limit are medians of the "
	      "rounds' ratios.\n",
	      stream);
	if (result->limit)
		fputs("  fills write the same bytes without any struct-page logic; the fastest is "
		      "the fill limit.\n",
		      stream);
	if (published)
		fprintf(stream,
		        "  published: mean rebind of %s with that version of the series by that "
		        "without, measured\n  on other hardware than this (%s).\n",
		        published->base, mms_published_machine);
}

void rebind_print_missing_fill(FILE *stream, const char *where,
                               const struct mms_rebind_result *result)
{
	const double tolerance = 0.97;

	for (size_t i = 0; i < result->nr_rows; i++)
		if (result->rows[i].ratio_to_limit.median > 0 &&
		    result->rows[i].ratio_to_limit.median < tolerance)
			fprintf(stream,
			        "  %s is more than 3 %% faster than the fastest fill%s: a fill is "
			        "missing.\n",
			        result->rows[i].initializer->name, where);
}

static void print_steps(FILE *stream, const struct mms_rebind_config *config,
                        const struct mms_rebind_result *result)
{
	if (!result->nr_steps)
		return;
	fputs("\nSteps: each to the one before it, paired by rounds; 95 % interval of the median"
	      "\n\n",
	      stream);
	fprintf(stream, "  %-20s%-20s%-20s%7s%18s%11s\n", "step", "initializer", "to", "ratio",
	        "interval", "published");
	for (unsigned int i = 0; i < result->nr_steps; i++) {
		const struct mms_rebind_step *step = &result->steps[i];
		double published = mms_published_step(config->geometry, step->row->ran->name,
		                                      step->base->ran->name);

		fprintf(stream, "  %-20s%-20s%-20s%7.3f%9.3f -%7.3f", step->name,
		        step->row->ran->name, step->base->ran->name, step->ratio.median,
		        step->ratio.low, step->ratio.high);
		if (published > 0)
			fprintf(stream, "%11.3f\n", published);
		else
			fprintf(stream, "%11s\n", "-");
	}
}

static void print_phase(FILE *stream, const char *name, const struct mms_samples *samples)
{
	if (samples->count)
		fprintf(stream, "  %-20s%9.3f%9.3f%9.3f\n", name,
		        samples->summary.median / milliseconds.ns,
		        samples->summary.min / milliseconds.ns,
		        samples->summary.max / milliseconds.ns);
}

static void print_phases(FILE *stream, const struct mms_rebind_result *result)
{
	fputs("\nPhases that are in none of these times; times in ms\n\n", stream);
	fprintf(stream, "  %-20s%9s%9s%9s\n", "phase", "median", "min", "max");
	print_phase(stream, "mapping", &result->mapping);
	print_phase(stream, "altmap, first bind", &result->altmap_first_bind);
	print_phase(stream, "altmap, rebind", &result->altmap_rebind);
	print_phase(stream, "teardown", &result->teardown);
	print_phase(stream, "verify, whole array", &result->verify);
	print_phase(stream, "plain read of it", &result->read);
}

static void print_verified(FILE *stream, const struct mms_rebind_result *result)
{
	char rounds[64] = "";
	size_t wrong = 0, length = 0, all = mms_rebind_all_rows(result);

	for (unsigned int i = 0; i < result->verified.count; i++)
		length += (size_t)snprintf(rounds + length, sizeof(rounds) - length, "%s%u",
		                           i ? ", " : "", result->verified.rounds[i]);
	for (size_t i = 0; i < all; i++)
		wrong += !result->rows[i].verified;
	if (wrong)
		print_fact(stream, "verified", "%zu of %zu initializers are wrong, see below",
		           wrong, all);
	else
		print_fact(
			stream, "verified",
			"every struct page: after each first bind, and rebinds %s of dirty memory",
			rounds);
}

void rebind_print_failures(FILE *stream, const struct mms_geometry *geometry,
                           const struct mms_rebind_result *result)
{
	for (size_t i = 0; i < mms_rebind_all_rows(result); i++) {
		const struct mms_rebind_row *row = &result->rows[i];
		char sentence[256];

		if (row->verified)
			continue;
		mms_rebind_describe_failure(row, sentence, sizeof(sentence));
		bench_print_failure(stream, geometry, &row->failure, sentence);
	}
}

static void print_header(FILE *stream, const struct mms_rebind_config *config,
                         const struct mms_rebind_result *result, const char *cpu)
{
	print_fact(stream, "written", "%" PRIu64 " struct pages, %.2f MiB", result->pages_written,
	           (double)result->bytes_written / (1 << 20));
	bench_print_memory(stream, &result->backing);
	print_fact(stream, "cpu", "%s", cpu);
	bench_print_core(stream, &result->core);
	print_fact(stream, "seed", "%" PRIu64, config->seed);
	if (config->crew.nr_threads)
		crew_print(stream, &config->crew);
	print_verified(stream, result);
}

void rebind_print(FILE *stream, const struct mms_rebind_config *config,
                  const struct mms_rebind_result *result, const char *cpu)
{
	print_header(stream, config, result, cpu);
	print_first_binds(stream, config, result);
	print_rebinds(stream, config, result);
	rebind_print_missing_fill(stream, "", result);
	print_steps(stream, config, result);
	threads_print(stream, result, unit_for(result, false));
	print_phases(stream, result);
	rebind_print_failures(stream, config->geometry, result);
}
