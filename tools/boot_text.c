// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "boot_text.h"

#include <inttypes.h>

#include "bench.h"
#include "command.h"
#include "crew_text.h"
#include "published.h"
#include "units.h"

static void print_verified(FILE *stream, const struct mms_boot_result *result)
{
	size_t wrong = 0;

	for (size_t i = 0; i < result->nr_rows; i++)
		wrong += !result->rows[i].verified;
	if (wrong)
		print_fact(stream, "verified", "%zu of %zu ways to bind are wrong, see below",
		           wrong, result->nr_rows);
	else
		print_fact(stream, "verified",
		           "the page of each fault; every struct page after %u of %u boots",
		           result->verified.count, result->verified.nr_rounds);
}

static void print_header(FILE *stream, const struct mms_boot_config *config,
                         const struct mms_boot_result *result, const char *cpu)
{
	print_fact(stream, "namespaces", "%zu like this, %" PRIu64 " struct pages in all",
	           config->nr_devices, mms_boot_pages(config));
	bench_print_memory(stream, &result->backing);
	print_fact(stream, "cpu", "%s", cpu);
	crew_print(stream, &config->crew);
	print_fact(stream, "background", "%s",
	           config->async == MMS_ASYNC_ALL ? "memory, altmap and device pages"
	                                          : "device pages; all else before binds return");
	print_fact(stream, "seed", "%" PRIu64, config->seed);
	print_verified(stream, result);
	bench_print_steal(stream, &result->usage.steal);
}

static void print_times(FILE *stream, const struct mms_boot_row *row)
{
	for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++) {
		fprintf(stream, "%10.2f", row->times[i].summary.median / milliseconds.ns);
		if (row->ratios[i].median > 0)
			fprintf(stream, "%9.4f", row->ratios[i].median);
		else
			fprintf(stream, "%9s", "-");
	}
	fprintf(stream, "%10.4f\n", row->fault.summary.median / milliseconds.ns);
}

static void print_initializer(FILE *stream, const struct mms_boot_result *result, size_t first)
{
	const struct mms_boot_row *rows = &result->rows[first];
	size_t nr_rows = result->rows_per_initializer;
	bool as_asked = rows->ran == rows->initializer;

	fprintf(stream, "\n%s%s%s%s: %u boots in each way, on resident memory; medians in ms\n\n",
	        rows->initializer->name, as_asked ? "" : " (ran ", as_asked ? "" : rows->ran->name,
	        as_asked ? "" : ")", result->verified.nr_rounds);
	fprintf(stream, "  %-17s%8s%19s%19s%19s%10s\n", "", "", "all bound", "all usable",
	        "all done", "longest");
	fprintf(stream, "  %-17s%8s", "binds", "threads");
	for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++)
		fprintf(stream, "%10s%9s", "time", "/ direct");
	fprintf(stream, "%10s\n", "fault");
	for (size_t i = 0; i < nr_rows; i++) {
		way_print(stream, &rows[i].way);
		if (rows[i].verified)
			print_times(stream, &rows[i]);
		else
			fprintf(stream, "    not timed: wrong in %s %u\n", rows[i].failure.stage,
			        rows[i].failure.turn);
	}
}

static void print_notes(FILE *stream)
{
	const struct mms_published_boot *published = &mms_published_boot;

	fputs("\n  A boot binds all namespaces, one after the other, and then mounts them and has a "
	      "first fault in\n  each. Times are from its beginning; / direct is paired by rounds.\n",
	      stream);
	fprintf(stream,
	        "  published in 2018: about %u s instead of about %u, for all namespaces of a "
	        "machine with %u sockets,\n  on other hardware than this.\n",
	        published->after_s, published->before_s, published->sockets);
}

static const struct mms_geometry *geometry_of(const struct mms_boot_config *config, uint64_t pfn)
{
	for (size_t i = 0; i < config->nr_devices; i++)
		if (pfn >= config->geometries[i].start_pfn && pfn < config->geometries[i].end_pfn)
			return &config->geometries[i];
	return config->geometries;
}

static void print_failures(FILE *stream, const struct mms_boot_config *config,
                           const struct mms_boot_result *result)
{
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_boot_row *row = &result->rows[i];
		char sentence[320];

		if (row->verified)
			continue;
		mms_boot_describe_failure(row, sentence, sizeof(sentence));
		bench_print_failure(stream, geometry_of(config, row->failure.report.first_pfn),
		                    &row->failure, sentence);
	}
}

void boot_print(FILE *stream, const struct mms_boot_config *config,
                const struct mms_boot_result *result, const char *cpu)
{
	print_header(stream, config, result, cpu);
	for (size_t i = 0; i < result->nr_rows; i += result->rows_per_initializer)
		print_initializer(stream, result, i);
	print_notes(stream);
	print_failures(stream, config, result);
}
