/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Results that were written as JSON, by this version or an older one. */
#ifndef BENCH_RESULT_READ_H
#define BENCH_RESULT_READ_H

#include <stdint.h>

#include <jansson.h>

/*
 * Make of @file, which may hold anything, the form that result_json.h describes, whatever version
 * of the schema it follows: what an older version didn't have is null, and summaries are worked out
 * again from their samples. Of all that follows from samples across rows, such as ratios, an older
 * file keeps what it says.
 *
 * What is returned has an object for each of mms_result_run(), with a list of results; each of
 * these is an object with a name, and every samples_ns in it is null, or a list of times of 1 ns at
 * least.
 *
 * @result: a new reference
 * @return 0; -EINVAL: it is no result; -EOPNOTSUPP: a newer memmapsim has written it; -ENOMEM.
 *         mms_last_error() has a clause that follows the file's name: "is no result: …"
 */
int mms_result_read(const json_t *file, json_t **result);

/*
 * The single runs of a result: itself, or each size. @return NULL: there are no more; borrowed
 */
const json_t *mms_result_run(const json_t *result, size_t index);

/* How much memory the first of a run's geometries is of; 0: it doesn't say. */
uint64_t mms_result_bytes(const json_t *run);

/* A member far inside: "environment.cpu.model". @return NULL: it isn't there; borrowed */
const json_t *mms_json_at(const json_t *json, const char *path);

/* The times of a summary, to be given to free(). @return NULL: there are none, or no memory */
uint64_t *mms_json_samples(const json_t *summary, size_t *count);

#endif
