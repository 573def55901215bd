// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What follows from the samples of crews. */
#include "rebind_result.h"

struct mms_rebind_crew *mms_rebind_crew_of(const struct mms_rebind_result *result,
                                           const struct mms_rebind_row *row)
{
	for (size_t i = 0; i < result->nr_crews; i++)
		if (result->crews[i].threads == row->threads)
			return &result->crews[i];
	return NULL;
}

/* The same initializer or fill as that of @row, among other rows. */
static const struct mms_rebind_row *same_of(const struct mms_rebind_row *row,
                                            const struct mms_rebind_row *rows, size_t nr_rows)
{
	for (size_t i = 0; i < nr_rows; i++)
		if (rows[i].initializer == row->initializer)
			return &rows[i];
	return NULL;
}

const struct mms_rebind_row *mms_rebind_thread_base(const struct mms_rebind_result *result,
                                                    const struct mms_rebind_row *row)
{
	const struct mms_rebind_row *base = NULL;

	for (size_t i = 0; i < result->nr_crews && row->threads != 1; i++)
		if (result->crews[i].threads == 1)
			base = same_of(row, result->crews[i].rows, result->crews[i].nr_rows);
	return base ? base : same_of(row, result->rows, result->nr_rows);
}

static struct mms_ratio inverse_ratio(const struct mms_rebind_row *row,
                                      const struct mms_rebind_row *base, double *scratch)
{
	return base ? mms_rebind_ratio(base, row, scratch) : (struct mms_ratio){0};
}

static void finish_row(const struct mms_rebind_result *result, const struct mms_rebind_crew *crew,
                       const struct mms_rebind_crew *single, struct mms_rebind_row *row,
                       double *scratch)
{
	const struct mms_rebind_row *direct = same_of(row, result->rows, result->nr_rows);
	const struct mms_rebind_row *alone =
		single ? same_of(row, single->rows, single->nr_rows) : NULL;

	row->speed_up = inverse_ratio(row, alone, scratch);
	row->efficiency = inverse_ratio(row, crew->limit, scratch);
	row->ratio_to_limit = mms_rebind_ratio(row, crew->limit, scratch);
	row->ratio_to_direct = mms_rebind_ratio(row, direct, scratch);
}

void mms_rebind_finish_crews(struct mms_rebind_result *result, double *scratch)
{
	const struct mms_rebind_crew *single = NULL;

	for (size_t i = 0; i < result->nr_crews; i++)
		if (result->crews[i].threads == 1)
			single = &result->crews[i];
	for (size_t i = 0; i < result->nr_crews; i++) {
		struct mms_rebind_crew *crew = &result->crews[i];

		mms_summarize(&crew->schedule, scratch);
		crew->limit = mms_rebind_fastest(crew->rows, crew->nr_rows, "fill-");
		crew->dispatch_ns_per_chunk =
			crew->empty->rebind.summary.median / (double)crew->nr_chunks;
		/* The last row does nothing: there is no sense in how fast. */
		for (size_t j = 0; j < crew->nr_rows - 1; j++)
			finish_row(result, crew, single, &crew->rows[j], scratch);
	}
}
