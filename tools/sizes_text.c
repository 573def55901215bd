// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>

#include "command.h"
#include "options.h"
#include "rebind_text.h"
#include "sizes_text.h"

#define COLUMN 11

static void print_row(FILE *stream, const char *name, struct mms_rebind_result *const *results,
                      size_t count, size_t row)
{
	fprintf(stream, "  %-20s", name);
	for (size_t i = 0; i < count; i++) {
		const struct mms_rebind_row *found = &results[i]->rows[row];

		if (found->verified)
			fprintf(stream, "%*.3f", COLUMN, found->ns_per_page);
		else
			fprintf(stream, "%*s", COLUMN, "wrong");
	}
	fputc('\n', stream);
}

/* The fastest fill may be another one for each size. */
static void print_limit(FILE *stream, struct mms_rebind_result *const *results, size_t count)
{
	fprintf(stream, "  %-20s", "fill limit");
	for (size_t i = 0; i < count; i++)
		fprintf(stream, "%*.3f", COLUMN, results[i]->limit->ns_per_page);
	fprintf(stream, "\n  %-20s", "");
	for (size_t i = 0; i < count; i++)
		fprintf(stream, "%*s", COLUMN,
		        results[i]->limit->initializer->name + sizeof("fill-") - 1);
	fputc('\n', stream);
}

/* How each size's cost compares with the largest one's: a line of medians, one of intervals. */
static void print_ratios(FILE *stream, const char *name, struct mms_rebind_result *const *results,
                         size_t count, size_t row)
{
	fprintf(stream, "  %-20s", name);
	for (size_t i = 0; i < count; i++) {
		const struct mms_ratio *ratio = &results[i]->rows[row].ratio_to_largest;

		if (ratio->median > 0)
			fprintf(stream, "%*.3f", COLUMN, ratio->median);
		else
			fprintf(stream, "%*s", COLUMN, "-");
	}
	fprintf(stream, "\n  %-20s", "");
	for (size_t i = 0; i < count; i++) {
		const struct mms_ratio *ratio = &results[i]->rows[row].ratio_to_largest;
		char interval[32] = "";

		if (ratio->median > 0)
			snprintf(interval, sizeof(interval), "%.2f-%.2f", ratio->low, ratio->high);
		fprintf(stream, "%*s", COLUMN, interval);
	}
	fputc('\n', stream);
}

void sizes_print(FILE *stream, const uint64_t *sizes, const struct mms_rebind_config *configs,
                 struct mms_rebind_result *const *results, size_t count, const char *cpu)
{
	const struct mms_geometry *geometry = configs[0].geometry;
	char text[128];

	kernel_backing(geometry->kernel, text, sizeof(text));
	print_fact(stream, "kernel", "%s (%s)", geometry->kernel->name, text);
	print_fact(stream, "pgmap", "%s, vmemmap_shift %u%s",
	           mms_memory_type_name(geometry->pgmap.type), geometry->pgmap.vmemmap_shift,
	           mms_pgmap_altmap(&geometry->pgmap) ? ", altmap" : "");
	print_fact(stream, "cpu", "%s", cpu);
	print_fact(stream, "seed", "%" PRIu64, configs[0].seed);

	fprintf(stream,
	        "\nCost per page against size: median of %u rebinds, ns per page\n\n  %-20s",
	        results[0]->verified.nr_rounds, "namespace");
	for (size_t i = 0; i < count; i++) {
		format_size(sizes[i], text, sizeof(text));
		fprintf(stream, "%*s", COLUMN, text);
	}
	fprintf(stream, "\n  %-20s", "struct pages, MiB");
	for (size_t i = 0; i < count; i++)
		fprintf(stream, "%*.1f", COLUMN,
		        (double)results[i]->bytes_written / (double)(1 << 20));
	fputs("\n\n", stream);
	for (size_t row = 0; row < configs[0].nr_initializers; row++)
		print_row(stream, configs[0].initializers[row]->name, results, count, row);
	if (results[0]->limit)
		print_limit(stream, results, count);
	for (size_t i = 0; i < count; i++) {
		char where[40];

		format_size(sizes[i], text, sizeof(text));
		snprintf(where, sizeof(where), " at %.30s", text);
		rebind_print_missing_fill(stream, where, results[i]);
	}
	fputs("\nThe same by what it is for the largest, paired by rounds: median, and 95 % interval\n\n",
	      stream);
	for (size_t row = 0; row < configs[0].nr_initializers; row++)
		print_ratios(stream, configs[0].initializers[row]->name, results, count, row);
	for (size_t i = 0; i < count; i++)
		rebind_print_failures(stream, configs[i].geometry, results[i]);
}
