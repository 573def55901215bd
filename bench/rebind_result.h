/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How a result comes to be; for the experiment itself. */
#ifndef BENCH_REBIND_RESULT_H
#define BENCH_REBIND_RESULT_H

#include "rebind.h"

/* How many take turns in the rebinds: initializers and fills, called directly and by crews. */
size_t mms_rebind_nr_turns(const struct mms_rebind_config *config);

/* How many of these are crews' rows of initializers, which have no part in first binds. */
size_t mms_rebind_nr_pooled(const struct mms_rebind_config *config);

/* What came out for the threads of @row; NULL for one that was called directly. */
struct mms_rebind_crew *mms_rebind_crew_of(const struct mms_rebind_result *result,
                                           const struct mms_rebind_row *row);

/* A result with room for all samples of @config. @return NULL: out of memory */
struct mms_rebind_result *mms_rebind_result_create(const struct mms_rebind_config *config);

/* Work out what follows from the crews' samples; @scratch has room for as many as a row has. */
void mms_rebind_finish_crews(struct mms_rebind_result *result, double *scratch);

/* What other rows are compared with: naive, or the first one that is right; NULL: none is. */
const struct mms_rebind_row *mms_rebind_base(const struct mms_rebind_result *result);

/* The fastest of @nr_rows rows that are right and whose names begin with @prefix, or NULL. */
const struct mms_rebind_row *mms_rebind_fastest(const struct mms_rebind_row *rows, size_t nr_rows,
                                                const char *prefix);

/* Of the rebinds of @row to those of @base; none if @base is NULL or one of them is wrong. */
struct mms_ratio mms_rebind_ratio(const struct mms_rebind_row *row,
                                  const struct mms_rebind_row *base, double *scratch);

/*
 * Of a crew's row: the same initializer by one thread of a pool, or if that isn't there, or is @row
 * itself, called directly.
 */
const struct mms_rebind_row *mms_rebind_thread_base(const struct mms_rebind_result *result,
                                                    const struct mms_rebind_row *row);

/*
 * Whether all ratios are known to the config's precision: to naive, or the first one; of threads,
 * to mms_rebind_thread_base(). Of a single initializer, its median. @scratch: room for a row's
 * samples
 */
bool mms_rebind_is_precise(const struct mms_rebind_result *result,
                           const struct mms_rebind_config *config, double *scratch);

/* Work out everything that follows from the samples. @return 0 or -ENOMEM */
int mms_rebind_result_finish(struct mms_rebind_result *result,
                             const struct mms_rebind_config *config);

/*
 * Set the cost per page of each row of @result against that of the same row of @largest, which was
 * run with it; @pages and @largest_pages are what each initializes. @return 0 or -ENOMEM
 */
int mms_rebind_compare_sizes(struct mms_rebind_result *result, uint64_t pages,
                             const struct mms_rebind_result *largest, uint64_t largest_pages);

#endif
