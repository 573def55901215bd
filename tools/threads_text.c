// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "threads_text.h"

#include "rebind_text.h"

static const struct mms_rebind_row *find(const struct mms_rebind_crew *crew,
                                         const struct mms_initializer *initializer)
{
	for (size_t i = 0; i < crew->nr_rows; i++)
		if (crew->rows[i].initializer == initializer)
			return &crew->rows[i];
	return NULL;
}

static void print_speed_up(FILE *stream, const struct mms_rebind_row *row)
{
	const struct mms_ratio *ratio = &row->speed_up;

	if (row->threads == 1)
		fprintf(stream, "%10.2f%17s", 1.0, "");
	else if (ratio->median > 0)
		fprintf(stream, "%10.2f%9.2f -%6.2f", ratio->median, ratio->low, ratio->high);
	else
		fprintf(stream, "%10s%17s", "-", "");
}

static void print_row(FILE *stream, const char *name, const struct mms_rebind_row *row,
                      const struct unit *unit)
{
	fprintf(stream, "  %-20s%8u", name, row->threads);
	if (!row->verified) {
		rebind_print_wrong(stream, row);
		return;
	}
	print_time(stream, unit, row->rebind.summary.median);
	print_time(stream, unit, row->rebind.summary.p95);
	fprintf(stream, "%7.2f", row->gb_per_s);
	print_speed_up(stream, row);
	if (row->efficiency.median > 0)
		fprintf(stream, "%10.0f %%", 100 * row->efficiency.median);
	else
		fprintf(stream, "%12s", "-");
	fputc('\n', stream);
}

/* The fastest fill, which may be another one for each number of threads. */
static void print_limit(FILE *stream, const struct mms_rebind_row *limit, const struct unit *unit)
{
	char name[32];

	if (!limit)
		return;
	snprintf(name, sizeof(name), "limit: %s", limit->initializer->name);
	print_row(stream, name, limit, unit);
}

static void print_scaling(FILE *stream, const struct mms_rebind_result *result,
                          const struct unit *unit)
{
	fprintf(stream, "\nThreads: rebinds by a pool, in the same rounds; times in %s\n\n",
	        unit->name);
	fprintf(stream, "  %-20s%8s%9s%9s%7s%10s%17s%12s\n", "initializer", "threads", "median",
	        "p95", "GB/s", "speed-up", "interval", "efficiency");
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_initializer *initializer = result->rows[i].initializer;
		const char *name = initializer->name;

		if (result->rows[i].fill)
			continue;
		if (!find(&result->crews[0], initializer)) {
			fprintf(stream, "  %-20s  takes whole ranges only\n", name);
			continue;
		}
		for (size_t crew = 0; crew < result->nr_crews; crew++, name = "")
			print_row(stream, name, find(&result->crews[crew], initializer), unit);
	}
	for (size_t crew = 0; crew < result->nr_crews; crew++)
		print_limit(stream, result->crews[crew].limit, unit);
	fputs("\n  speed-up: to one thread of the pool, paired by rounds; 95 % interval of the "
	      "median.\n",
	      stream);
	if (result->limit)
		fputs("  efficiency: time of the fastest fill on as many threads, the limit, by its "
		      "own.\n",
		      stream);
}

/* What sharing out work costs in itself: with one thread there is nothing to gain by it. */
static void print_cost(FILE *stream, const struct mms_rebind_crew *crew)
{
	fputs("\nPool with one thread by direct call, paired by rounds; 95 % interval of the "
	      "median\n\n",
	      stream);
	fprintf(stream, "  %-20s%14s%18s\n", "initializer", "pool / direct", "interval");
	for (size_t i = 0; i < crew->nr_rows; i++) {
		const struct mms_rebind_row *row = &crew->rows[i];
		const struct mms_ratio *ratio = &row->ratio_to_direct;

		if (!row->fill && ratio->median > 0)
			fprintf(stream, "  %-20s%14.3f%9.3f -%7.3f\n", row->initializer->name,
			        ratio->median, ratio->low, ratio->high);
	}
}

static void print_dispatch(FILE *stream, const struct mms_rebind_result *result)
{
	fputs("\nDispatch: a pool's runs of an initializer that does nothing; times in us\n\n",
	      stream);
	fprintf(stream, "  %8s%9s%9s%9s%12s%14s\n", "threads", "median", "min", "chunks",
	        "per chunk", "cutting them");
	for (size_t i = 0; i < result->nr_crews; i++) {
		const struct mms_rebind_crew *crew = &result->crews[i];

		fprintf(stream, "  %8u", crew->threads);
		print_time(stream, &microseconds, crew->empty->rebind.summary.median);
		print_time(stream, &microseconds, crew->empty->rebind.summary.min);
		fprintf(stream, "%9zu%12.3f%14.1f\n", crew->nr_chunks,
		        crew->dispatch_ns_per_chunk / microseconds.ns,
		        crew->schedule.summary.median / microseconds.ns);
	}
}

void threads_print(FILE *stream, const struct mms_rebind_result *result, const struct unit *unit)
{
	if (!result->nr_crews)
		return;
	print_scaling(stream, result, unit);
	for (size_t i = 0; i < result->nr_crews; i++)
		if (result->crews[i].threads == 1)
			print_cost(stream, &result->crews[i]);
	print_dispatch(stream, result);
}
