// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "aftermath_text.h"

#include <inttypes.h>

#include "bench.h"
#include "command.h"
#include "options.h"

#define COLUMNS 3 /* initializers side by side; more of them get a table of their own */

static void print_cores(FILE *stream, const struct mms_aftermath_result *result)
{
	if (!result->has_other_cpu)
		print_fact(stream, "cores",
		           "CPU %u; there is no other core, so no bystander on one", result->cpu);
	else
		print_fact(stream, "cores", "CPU %u; the other core is CPU %u, %s", result->cpu,
		           result->other_cpu,
		           result->shares_last_level ? "with the same last-level cache"
		                                     : "with another last-level cache");
}

static void print_caches(FILE *stream, const struct mms_aftermath_result *result)
{
	char l2[32], last[32];

	format_size(result->l2_bytes, l2, sizeof(l2));
	format_size(result->last_level_bytes, last, sizeof(last));
	print_fact(stream, "caches", "L2 %s, last level (LLC) %s%s", l2, last,
	           result->caches_known ? "" : "; assumed, since this machine doesn't say");
	if (*result->miss_reason)
		print_fact(stream, "misses", "not counted: %s", result->miss_reason);
	else
		print_fact(stream, "misses", "of user space, what perf calls cache-misses");
}

static void print_verified(FILE *stream, const struct mms_aftermath_result *result)
{
	size_t wrong = 0;

	for (size_t i = 0; i < result->nr_rows; i++)
		wrong += !result->rows[i].verified;
	if (wrong)
		print_fact(stream, "verified", "%zu of %zu rows are wrong, see below", wrong,
		           result->nr_rows);
	else
		print_fact(stream, "verified",
		           "every struct page, before all rounds and before %u of %u again",
		           result->verified.count, result->verified.nr_rounds);
}

static void print_header(FILE *stream, const struct mms_aftermath_config *config,
                         const struct mms_aftermath_result *result, const char *cpu)
{
	bench_print_memory(stream, &result->backing);
	print_fact(stream, "cpu", "%s", cpu);
	print_caches(stream, result);
	print_cores(stream, result);
	bench_print_core(stream, &result->core);
	print_fact(stream, "seed", "%" PRIu64, config->seed);
	print_verified(stream, result);
	bench_print_steal(stream, &result->usage.steal);
}

/* What a table shows of a cell: a figure, and one that compares it; 0 is none. */
struct figures {
	double first, second;
};
typedef struct figures figures_of(const struct mms_aftermath_cell *cell,
                                  const struct mms_aftermath_step *step);

struct table {
	const char *title;
	enum mms_aftermath_part part;
	figures_of *of;
	const char *second; /* what the second figure is */
};

static struct figures time_to_none(const struct mms_aftermath_cell *cell,
                                   const struct mms_aftermath_step *step)
{
	(void)step;
	return (struct figures){cell->ns_per_unit, cell->to_none.median};
}

static struct figures time_and_back(const struct mms_aftermath_cell *cell,
                                    const struct mms_aftermath_step *step)
{
	bool back = step->back != MMS_AFTERMATH_BACK_NEVER;

	return (struct figures){cell->ns_per_unit, back ? cell->back_ns_per_unit : 0};
}

static struct figures misses(const struct mms_aftermath_cell *cell,
                             const struct mms_aftermath_step *step)
{
	double median = cell->misses.count ? cell->misses.summary.median : 0;

	return (struct figures){median / (double)step->units, 0};
}

static const struct table tables[MMS_NR_AFTERMATH_PARTS] = {
	{"A reader of the struct pages: ns per page", MMS_AFTERMATH_READ, time_to_none, "/ none"},
	{"Faults: ns per fault", MMS_AFTERMATH_FAULT, time_to_none, "/ none"},
	{"A bystander: ns per line of its working set", MMS_AFTERMATH_BYSTANDER, time_to_none,
         "/ none"},
	{"A writer that goes back to head and tail 1: ns per compound", MMS_AFTERMATH_WRITER,
         time_and_back, "back"},
};

static void print_figure(FILE *stream, int width, double value)
{
	double size = value < 0 ? -value : value;

	if (size > 0)
		fprintf(stream, "%*.*f", width, size < 100 ? 2 : size < 10000 ? 1 : 0, value);
	else
		fprintf(stream, "%*s", width, "-");
}

/* The first row, without an init, has nothing to be compared with. */
static void print_cell(FILE *stream, const struct mms_aftermath_result *result,
                       const struct table *table, size_t row, size_t step)
{
	struct figures figures = table->of(&result->rows[row].cells[step], &result->steps[step]);

	if (result->rows[row].verified)
		print_figure(stream, 11, figures.first);
	else
		fprintf(stream, "%11s", "wrong");
	if (row && table->second)
		print_figure(stream, 8, figures.second);
}

static void print_columns(FILE *stream, const struct mms_aftermath_result *result,
                          const struct table *table, size_t first, size_t end)
{
	fprintf(stream, "  %-29s%11s", "", "none");
	for (size_t i = first; i < end; i++)
		fprintf(stream, " %*s", table->second ? 18 : 10,
		        mms_aftermath_name(&result->rows[i]));
	fprintf(stream, "\n  %-29s%11s", "", "");
	for (size_t i = first; i < end && table->second; i++)
		fprintf(stream, "%11s%8s", "", table->second);
	fputc('\n', stream);
	for (size_t step = 0; step < result->nr_steps; step++) {
		if (result->steps[step].part != table->part)
			continue;
		fprintf(stream, "  %-29s", result->steps[step].name);
		print_cell(stream, result, table, 0, step);
		for (size_t i = first; i < end; i++)
			print_cell(stream, result, table, i, step);
		fputc('\n', stream);
	}
}

static void print_table(FILE *stream, const struct mms_aftermath_result *result,
                        const struct table *table)
{
	fprintf(stream, "\n%s\n", table->title);
	for (size_t first = 1; first < result->nr_rows; first += COLUMNS) {
		size_t end = first + COLUMNS < result->nr_rows ? first + COLUMNS : result->nr_rows;

		fputc('\n', stream);
		print_columns(stream, result, table, first, end);
	}
}

/* The writer's question in a line for each initializer. */
static void print_each_to_all(FILE *stream, const struct mms_aftermath_result *result)
{
	fputs("\n  Back after each compound / back to all in the end:\n", stream);
	for (size_t i = 0; i < result->nr_rows; i++)
		for (size_t j = 0; j < result->nr_steps; j++) {
			const struct mms_ratio *ratio = &result->rows[i].cells[j].to_back_at_end;

			if (ratio->median > 0)
				fprintf(stream, "  %-29s%11.3f (%.3f to %.3f)\n",
				        mms_aftermath_name(&result->rows[i]), ratio->median,
				        ratio->low, ratio->high);
		}
	if (result->borrowed_compounds)
		fputs("\n  These struct pages have no compounds, so the writer takes them for "
		      "compounds of 2 MiB.\n",
		      stream);
}

static void print_notes(FILE *stream)
{
	fputs("\n  Medians. / none: to the same without an init, paired by rounds. L2/2, LLC/2: half "
	      "of these caches;\n  last: of the struct pages that were written last. back: what "
	      "going back adds to the init.\n",
	      stream);
}

static void print_failures(FILE *stream, const struct mms_geometry *geometry,
                           const struct mms_aftermath_result *result)
{
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_aftermath_row *row = &result->rows[i];
		char sentence[320];

		if (row->verified)
			continue;
		mms_aftermath_describe_failure(row, sentence, sizeof(sentence));
		bench_print_failure(stream, geometry, &row->failure, sentence);
	}
}

void aftermath_print(FILE *stream, const struct mms_aftermath_config *config,
                     const struct mms_aftermath_result *result, const char *cpu)
{
	print_header(stream, config, result, cpu);
	for (unsigned int i = 0; i < MMS_NR_AFTERMATH_PARTS; i++) {
		struct table table = tables[i];

		if (!(config->parts >> table.part & 1))
			continue;
		print_table(stream, result, &table);
		if (table.part == MMS_AFTERMATH_WRITER)
			print_each_to_all(stream, result);
		if (*result->miss_reason)
			continue;
		table = (struct table){"Misses of these, each", table.part, misses, NULL};
		print_table(stream, result, &table);
	}
	print_notes(stream);
	print_failures(stream, config->geometry, result);
}
