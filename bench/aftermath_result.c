// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "aftermath_result.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"
#include "rounds.h"

/* For a machine that says nothing of its caches. */
#define ASSUMED_L2         (UINT64_C(1) << 20)
#define ASSUMED_LAST_LEVEL (UINT64_C(32) << 20)

const char *const mms_aftermath_part_names[MMS_NR_AFTERMATH_PARTS] = {
	[MMS_AFTERMATH_READ] = "read",
	[MMS_AFTERMATH_FAULT] = "fault",
	[MMS_AFTERMATH_BYSTANDER] = "bystander",
	[MMS_AFTERMATH_WRITER] = "writer",
};

void mms_aftermath_describe_machine(const struct mms_aftermath_bench *bench)
{
	const struct mms_places *places = &bench->places;
	struct mms_aftermath_result *result = bench->result;

	result->cpu = places->here.cpu;
	result->has_other_cpu = places->has_other;
	result->other_cpu = places->other.cpu;
	result->shares_last_level = places->share_last_level;
	result->caches_known = places->l2_bytes && places->last_level_bytes;
	result->l2_bytes = result->caches_known ? places->l2_bytes : ASSUMED_L2;
	result->last_level_bytes =
		result->caches_known ? places->last_level_bytes : ASSUMED_LAST_LEVEL;
	result->borrowed_compounds = bench->borrowed;
}

void mms_aftermath_add(struct mms_aftermath_result *result, struct mms_aftermath_step step,
                       const char *format, ...)
{
	va_list args;

	if (result->nr_steps == MMS_AFTERMATH_MAX_STEPS)
		return;
	va_start(args, format);
	vsnprintf(step.name, sizeof(step.name), format, args);
	va_end(args);
	result->steps[result->nr_steps++] = step;
}

int mms_aftermath_result_add_rows(struct mms_aftermath_result *result,
                                  const struct mms_aftermath_config *config)
{
	size_t nr_rows = 1 + config->nr_initializers, rounds = config->rounds;
	size_t nr_cells = nr_rows * result->nr_steps;
	uint64_t *storage;

	result->rows = calloc(nr_rows, sizeof(*result->rows));
	result->cells = calloc(nr_cells, sizeof(*result->cells));
	/* Time and misses of each cell, and an init for each as well. */
	result->storage = calloc(3 * nr_cells * rounds, sizeof(*result->storage));
	result->probes = calloc(nr_cells * rounds, sizeof(*result->probes));
	if (!result->rows || !result->cells || !result->storage || !result->probes)
		return mms_fail(ENOMEM, "out of memory for %zu samples", 3 * nr_cells * rounds);
	result->nr_rows = nr_rows;
	storage = result->storage;
	for (size_t i = 0; i < nr_rows; i++) {
		struct mms_aftermath_row *row = &result->rows[i];

		row->verified = true;
		row->cells = &result->cells[i * result->nr_steps];
		if (i) {
			row->initializer = config->initializers[i - 1];
			row->ran = mms_initializer_effective(row->initializer, config->gates);
		}
		mms_samples_take_room(&row->init, &storage, result->nr_steps * rounds);
		for (size_t j = 0; j < result->nr_steps; j++) {
			mms_samples_take_room(&row->cells[j].time, &storage, rounds);
			mms_samples_take_room(&row->cells[j].misses, &storage, rounds);
		}
	}
	return 0;
}

void mms_aftermath_free(struct mms_aftermath_result *result)
{
	if (!result)
		return;
	free(result->rows);
	free(result->cells);
	free(result->storage);
	free(result->probes);
	free(result);
}

static struct mms_ratio ratio(const struct mms_aftermath_cell *cell,
                              const struct mms_aftermath_cell *base, double *scratch)
{
	if (!base || !cell->time.count || base->time.count != cell->time.count)
		return (struct mms_ratio){0};
	return mms_paired_ratio(cell->time.ns, base->time.ns, cell->time.count, scratch);
}

static void finish_samples(struct mms_aftermath_cell *cell, const struct mms_aftermath_step *step,
                           double *scratch)
{
	if (cell->misses.count != cell->time.count)
		cell->misses.count = 0;
	mms_summarize(&cell->time, scratch);
	mms_summarize(&cell->misses, scratch);
	if (cell->time.count)
		cell->ns_per_unit = cell->time.summary.median / (double)step->units;
}

/* The cell of the writer's step that goes @back, among those of one row; NULL: there is none. */
static struct mms_aftermath_cell *writer_cell(const struct mms_aftermath_result *result,
                                              struct mms_aftermath_cell *cells,
                                              enum mms_aftermath_back back)
{
	for (size_t i = 0; i < result->nr_steps; i++)
		if (result->steps[i].part == MMS_AFTERMATH_WRITER && result->steps[i].back == back)
			return &cells[i];
	return NULL;
}

/* What going back adds to the init @alone; without one, it is all there is. */
static double back_ns(const struct mms_aftermath_cell *cell, const struct mms_aftermath_cell *alone,
                      double *scratch)
{
	if (!alone->time.count)
		return cell->time.summary.median;
	return mms_paired_difference(cell->time.ns, alone->time.ns, cell->time.count, scratch);
}

static void finish_writer(const struct mms_aftermath_result *result,
                          const struct mms_aftermath_row *row, double *scratch)
{
	struct mms_aftermath_cell *alone =
		writer_cell(result, row->cells, MMS_AFTERMATH_BACK_NEVER);
	struct mms_aftermath_cell *end = writer_cell(result, row->cells, MMS_AFTERMATH_BACK_AT_END);
	struct mms_aftermath_cell *each = writer_cell(result, row->cells, MMS_AFTERMATH_BACK_EACH);
	double compounds;

	if (!end || !end->time.count)
		return;
	compounds = (double)result->steps[end - row->cells].units;
	end->back_ns_per_unit = back_ns(end, alone, scratch) / compounds;
	each->back_ns_per_unit = back_ns(each, alone, scratch) / compounds;
	each->to_back_at_end = ratio(each, end, scratch);
}

static void finish_row(const struct mms_aftermath_result *result, struct mms_aftermath_row *row,
                       double *scratch)
{
	mms_summarize(&row->init, scratch);
	for (size_t i = 0; i < result->nr_steps; i++)
		finish_samples(&row->cells[i], &result->steps[i], scratch);
	finish_writer(result, row, scratch);
}

/* Times of something that isn't right say nothing. */
static void drop_samples(const struct mms_aftermath_result *result, struct mms_aftermath_row *row)
{
	row->init.count = 0;
	for (size_t i = 0; i < result->nr_steps; i++)
		row->cells[i].time.count = row->cells[i].misses.count = 0;
}

/* What the ratio that is told of a cell is to; NULL: there is none. */
static const struct mms_aftermath_cell *base_of(const struct mms_aftermath_result *result,
                                                size_t row, size_t step)
{
	if (result->steps[step].part != MMS_AFTERMATH_WRITER)
		return row ? &result->rows[0].cells[step] : NULL;
	return result->steps[step].back == MMS_AFTERMATH_BACK_EACH
	               ? writer_cell(result, result->rows[row].cells, MMS_AFTERMATH_BACK_AT_END)
	               : NULL;
}

bool mms_aftermath_is_precise(const struct mms_aftermath_result *result,
                              const struct mms_aftermath_config *config, double *scratch)
{
	for (size_t i = 0; i < result->nr_rows; i++)
		for (size_t j = 0; j < result->nr_steps && result->rows[i].verified; j++) {
			const struct mms_samples *time = &result->rows[i].cells[j].time;
			const struct mms_aftermath_cell *base = base_of(result, i, j);

			if (base && time->count && base->time.count == time->count &&
			    !mms_rounds_precise(time, &base->time, config->precision, scratch))
				return false;
		}
	return true;
}

int mms_aftermath_result_finish(struct mms_aftermath_result *result,
                                const struct mms_aftermath_config *config)
{
	size_t room = result->nr_rows * result->nr_steps * config->rounds;
	double *scratch = calloc(room, sizeof(*scratch));

	if (!scratch)
		return mms_fail(ENOMEM, "out of memory for statistics");
	result->ok = true;
	for (size_t i = 0; i < result->nr_rows; i++) {
		struct mms_aftermath_row *row = &result->rows[i];

		result->ok &= row->verified;
		if (!row->verified)
			drop_samples(result, row);
		finish_row(result, row, scratch);
		for (size_t j = 0; j < result->nr_steps; j++)
			if (result->steps[j].part != MMS_AFTERMATH_WRITER)
				row->cells[j].to_none =
					ratio(&row->cells[j], &result->rows[0].cells[j], scratch);
	}
	result->core = mms_core_summarize(result->probes, result->nr_probes, scratch);
	free(scratch);
	return 0;
}

const char *mms_aftermath_name(const struct mms_aftermath_row *row)
{
	return row->initializer ? row->initializer->name : "none";
}

void mms_aftermath_describe_failure(const struct mms_aftermath_row *row, char *text, size_t size)
{
	mms_failure_describe(&row->failure, mms_aftermath_name(row), text, size);
}
