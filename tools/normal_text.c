// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "normal_text.h"

#include <inttypes.h>
#include <string.h>

#include "bench.h"
#include "command.h"
#include "crew_text.h"

#define NAME_WIDTH 18

static void print_zone(FILE *stream, const struct mms_normal_config *config,
                       const struct mms_normal_result *result)
{
	const struct mms_zone *zone = config->geometry->zone;
	char size[32], bytes[32];

	format_size(zone->free_pages << MMS_PAGE_SHIFT, size, sizeof(size));
	format_size(result->bytes, bytes, sizeof(bytes));
	print_fact(stream, "zone",
	           "%s of free memory at pfn %#" PRIx64 ", node %u; its struct pages take %s", size,
	           zone->start_pfn, zone->nid, bytes);
}

static void print_verified(FILE *stream, const struct mms_normal_result *result)
{
	size_t wrong = 0;

	for (size_t i = 0; i < result->nr_rows; i++)
		wrong += !result->rows[i].verified;
	if (wrong)
		print_fact(stream, "verified", "%zu of %zu rows are wrong, see below", wrong,
		           result->nr_rows);
	else
		print_fact(stream, "verified",
		           "every page, free list and count: after each first touch and %u of %u "
		           "rounds all the same",
		           result->verified.count, result->verified.nr_rounds);
}

static void print_header(FILE *stream, const struct mms_normal_config *config,
                         const struct mms_normal_result *result, const char *cpu)
{
	char backing[128];

	kernel_backing(config->geometry->kernel, backing, sizeof(backing));
	print_fact(stream, "kernel", "%s (%s)", config->geometry->kernel->name, backing);
	print_zone(stream, config, result);
	bench_print_memory(stream, &result->backing);
	print_fact(stream, "cpu", "%s", cpu);
	if (config->crew.nr_threads)
		crew_print(stream, &config->crew);
	print_fact(stream, "seed", "%" PRIu64, config->seed);
	print_verified(stream, result);
	bench_print_steal(stream, &result->usage.steal);
}

static void chunk_name(uint64_t pages, char *text, size_t size)
{
	if (pages)
		format_size(pages << MMS_PAGE_SHIFT, text, size);
	else
		snprintf(text, size, "all");
}

static void begin_row(FILE *stream, const struct mms_normal_row *row)
{
	fprintf(stream, "  %-*s", NAME_WIDTH, row->initializer->name);
}

static void print_ratio(FILE *stream, int width, const struct mms_ratio *ratio)
{
	if (ratio->median > 0)
		fprintf(stream, "%*.3f", width, ratio->median);
	else
		fprintf(stream, "%*s", width, "-");
}

/* Of init, free and total, with the latter's interval; to the end of the line. */
static void print_ratios(FILE *stream, const struct mms_normal_ratios *ratios)
{
	print_ratio(stream, 8, &ratios->init);
	print_ratio(stream, 8, &ratios->free);
	print_ratio(stream, 8, &ratios->total);
	if (ratios->total.median > 0)
		fprintf(stream, "  (%.3f-%.3f)", ratios->total.low, ratios->total.high);
	fputc('\n', stream);
}

static void print_wrong(FILE *stream, const struct mms_normal_row *row)
{
	fprintf(stream, "    not timed: wrong in %s %u\n", row->failure.stage, row->failure.turn);
}

/* All initializers' rows with the @index-th size of chunks, or number of threads after those. */
static const struct mms_normal_row *row_at(const struct mms_normal_result *result,
                                           size_t initializer, size_t index)
{
	return &result->rows[initializer * result->rows_per_initializer + index];
}

static void print_first_touches(FILE *stream, const struct mms_normal_config *config,
                                const struct mms_normal_result *result)
{
	char chunk[32];

	chunk_name(config->chunks[0], chunk, sizeof(chunk));
	fprintf(stream,
	        "\nFirst touch: each on a fresh mapping, %u of each, chunks of %s; median, ms\n\n"
	        "  %-*s%10s%10s%10s\n",
	        config->first_touches, chunk, NAME_WIDTH, "initializer", "init", "free", "total");
	for (size_t i = 0; i < config->nr_initializers; i++) {
		const struct mms_normal_row *row = row_at(result, i, 0);

		begin_row(stream, row);
		if (row->verified)
			fprintf(stream, "%10.2f%10.2f%10.2f\n",
			        row->first_touch.init.summary.median / 1e6,
			        row->first_touch.free.summary.median / 1e6,
			        row->first_touch.total.summary.median / 1e6);
		else
			print_wrong(stream, row);
	}
}

static void print_steady(FILE *stream, const struct mms_normal_config *config,
                         const struct mms_normal_result *result, size_t index)
{
	double pages = (double)result->pages;
	char chunk[32];

	chunk_name(config->chunks[index], chunk, sizeof(chunk));
	fprintf(stream,
	        "\nSteady state, in chunks of %s%s; median of %u rounds\n\n"
	        "  %-*s%19s%11s%24s\n  %-*s%9s%10s%11s%8s%8s%8s  %s\n",
	        chunk, config->chunks[index] == MMS_MAX_ORDER_NR_PAGES ? ", as kernels do" : "",
	        result->verified.nr_rounds, NAME_WIDTH, "", "ns per page", "ms", "to naive",
	        NAME_WIDTH, "initializer", "init", "free", "total", "init", "free", "total",
	        "(95 %)");
	for (size_t i = 0; i < config->nr_initializers; i++) {
		const struct mms_normal_row *row = row_at(result, i, index);
		const struct mms_normal_times *times = &row->steady;

		begin_row(stream, row);
		if (!row->verified) {
			print_wrong(stream, row);
			continue;
		}
		fprintf(stream, "%9.3f%10.3f%11.2f", times->init.summary.median / pages,
		        times->free.summary.median / pages, times->total.summary.median / 1e6);
		print_ratios(stream, &row->to_naive);
	}
}

/*
 * What the template brings, and what streaming brings on top of it, where the first size of chunks
 * is the kernel's. Without "template" all are held against "naive".
 */
static void print_steps(FILE *stream, const struct mms_normal_config *config,
                        const struct mms_normal_result *result)
{
	char chunk[32];

	chunk_name(config->chunks[0], chunk, sizeof(chunk));
	fprintf(stream,
	        "\nWhat helps, in chunks of %s: each step to the one before it, by rounds\n\n"
	        "  %-*s%-14s%8s%8s%8s  %s\n",
	        chunk, NAME_WIDTH, "initializer", "to", "init", "free", "total", "(95 %)");
	for (size_t i = 0; i < config->nr_initializers; i++) {
		const struct mms_normal_row *row = row_at(result, i, 0);
		bool template = strcmp(row->initializer->name, "template") == 0;
		bool over_template = !template && row->to_template.total.median > 0;

		if (strcmp(row->initializer->name, "naive") == 0 || !row->verified)
			continue;
		begin_row(stream, row);
		fprintf(stream, "%-14s", over_template ? "template" : "naive");
		print_ratios(stream, over_template ? &row->to_template : &row->to_naive);
	}
}

/* How the total depends on the size of chunks: rows are sizes, columns initializers. */
static void print_chunks(FILE *stream, const struct mms_normal_config *config,
                         const struct mms_normal_result *result)
{
	fprintf(stream, "\nTotals by size of chunks, in ms; and, below, to naive\n\n  %-10s",
	        "chunk");
	for (size_t i = 0; i < config->nr_initializers; i++)
		fprintf(stream, "%*s", NAME_WIDTH, config->initializers[i]->name);
	fputc('\n', stream);
	for (size_t index = 0; index < config->nr_chunks; index++) {
		char chunk[32];

		chunk_name(config->chunks[index], chunk, sizeof(chunk));
		fprintf(stream, "  %-10s", chunk);
		for (size_t i = 0; i < config->nr_initializers; i++) {
			const struct mms_samples *total = &row_at(result, i, index)->steady.total;

			if (total->count)
				fprintf(stream, "%*.2f", NAME_WIDTH, total->summary.median / 1e6);
			else
				fprintf(stream, "%*s", NAME_WIDTH, "-");
		}
		fprintf(stream, "\n  %-10s", "");
		for (size_t i = 0; i < config->nr_initializers; i++)
			print_ratio(stream, NAME_WIDTH, &row_at(result, i, index)->to_naive.total);
		fputc('\n', stream);
	}
}

static void print_threads(FILE *stream, const struct mms_normal_config *config,
                          const struct mms_normal_result *result)
{
	char chunk[32];

	chunk_name(config->chunks[0], chunk, sizeof(chunk));
	fprintf(stream,
	        "\nThreads, by sections under one zone lock, chunks of %s; median total, ms\n\n"
	        "  %-*s%8s%11s%12s%12s\n",
	        chunk, NAME_WIDTH, "initializer", "threads", "total", "to naive", "speed-up");
	for (size_t i = 0; i < config->nr_initializers; i++) {
		const struct mms_normal_row *direct = row_at(result, i, 0);

		for (size_t j = 0; j < config->crew.nr_threads; j++) {
			const struct mms_normal_row *row = row_at(result, i, config->nr_chunks + j);

			begin_row(stream, row);
			fprintf(stream, "%8u", row->threads);
			if (!row->verified || !direct->verified) {
				print_wrong(stream, row->verified ? direct : row);
				continue;
			}
			fprintf(stream, "%11.2f", row->steady.total.summary.median / 1e6);
			print_ratio(stream, 12, &row->to_naive.total);
			fprintf(stream, "%12.2f\n",
			        direct->steady.total.summary.median /
			                row->steady.total.summary.median);
		}
	}
}

/* What there is of @both and not of @init: freeing's part. */
static double free_part(uint64_t both, uint64_t init, uint64_t pages)
{
	return (double)(both - init) / (double)pages;
}

static void print_traffic(FILE *stream, const struct mms_normal_result *result)
{
	fprintf(stream,
	        "\nWhy: instructions, and bytes of struct pages written and read back, per page; "
	        "traced\n\n  %-*s%36s%27s%9s\n  %-*s%9s%9s%9s%9s%9s%9s%9s%9s\n",
	        NAME_WIDTH, "", "initialization", "freeing", "lines", NAME_WIDTH, "initializer",
	        "instr.", "written", "streamed", "read", "instr.", "written", "read", "again");
	for (size_t i = 0; i < result->nr_traffic; i++) {
		const struct mms_normal_traffic *traffic = &result->traffic[i];
		const struct mms_store_report *init = &traffic->init, *both = &traffic->both;
		double pages = (double)traffic->pages;

		fprintf(stream, "  %-*s%9.1f%9.1f%9.1f%9.1f", NAME_WIDTH,
		        traffic->initializer->name, (double)init->instructions / pages,
		        (double)init->bytes_written / pages,
		        (double)init->bytes_nontemporal / pages, (double)init->bytes_read / pages);
		fprintf(stream, "%9.1f%9.1f%9.1f%9.1f\n",
		        free_part(both->instructions, init->instructions, traffic->pages),
		        free_part(both->bytes_written, init->bytes_written, traffic->pages),
		        free_part(both->bytes_read, init->bytes_read, traffic->pages),
		        (double)both->lines_rewritten / pages);
		if (both->findings)
			fprintf(stream, "  %-*s  %" PRIu64 " drains are missing; first: %s\n",
			        NAME_WIDTH, "", both->findings, both->first.store.text);
	}
}

static void print_notes(FILE *stream, const struct mms_normal_config *config,
                        const struct mms_normal_result *result)
{
	fputs("\n  to naive, to template: paired by rounds, of turns with the same chunks. total also "
	      "has the loop\n  and the clock around both. Kernels initialize this memory once, at "
	      "first touch; in steady state\n  the same is done again and again on memory that is "
	      "there.\n",
	      stream);
	if (config->trace && result->nr_traffic)
		fputs("  written, read: to and from struct pages, wherever they are, mostly in a "
		      "cache. lines again:\n  of 64 bytes, to which a store came back after "
		      "another was written.\n",
		      stream);
	if (*result->untraced)
		fprintf(stream, "  Nothing could be traced: %s.\n", result->untraced);
}

static void print_failures(FILE *stream, const struct mms_normal_config *config,
                           const struct mms_normal_result *result)
{
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_normal_row *row = &result->rows[i];
		char sentence[320];

		if (row->verified)
			continue;
		mms_normal_describe_failure(row, sentence, sizeof(sentence));
		bench_print_failure(stream, config->geometry, &row->failure, sentence);
	}
}

void normal_print(FILE *stream, const struct mms_normal_config *config,
                  const struct mms_normal_result *result, const char *cpu)
{
	print_header(stream, config, result, cpu);
	if (config->first_touches)
		print_first_touches(stream, config, result);
	for (size_t i = 0; i < config->nr_chunks; i++)
		if (i == 0 || i + 1 == config->nr_chunks)
			print_steady(stream, config, result, i);
	if (config->nr_initializers > 1)
		print_steps(stream, config, result);
	if (result->nr_traffic)
		print_traffic(stream, result);
	if (config->nr_chunks > 2)
		print_chunks(stream, config, result);
	if (config->crew.nr_threads)
		print_threads(stream, config, result);
	print_notes(stream, config, result);
	print_failures(stream, config, result);
}
