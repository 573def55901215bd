/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Results, or initializers of one, set against each other; for memmapsim compare alone. */
#ifndef TOOLS_COMPARE_H
#define TOOLS_COMPARE_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "statistics.h"

enum verdict {
	VERDICT_SAME,    /* all of the interval is within the threshold */
	VERDICT_UNCLEAR, /* it reaches over it */
	VERDICT_FASTER,  /* all of it is beyond */
	VERDICT_SLOWER,
	NR_VERDICTS,
};
extern const char *const verdict_names[NR_VERDICTS];

/* @threshold: a share, such as 0.05 */
enum verdict verdict_of(const struct mms_ratio *ratio, double threshold);

/* A measure of two rows. */
struct comparison {
	size_t run;
	char a[96], b[96]; /* what was measured: "naive", "naive, pool, 2 threads" */
	char measure[96];  /* "rebind", "steady.init", "read, all, in order: time" */
	bool paired;
	double a_median, b_median;
	struct mms_ratio ratio; /* of b to a */
	enum verdict verdict;
};

struct comparisons {
	double threshold;
	size_t count, capacity;
	struct comparison *items;
	json_t *missing; /* what isn't in both results, or is wrong; NULL: there is one result */
	bool failed;     /* something is wrong in B, or was left out of it */
};

/* Functions below return an enum status and have printed what was wrong. */

/* Rows of two results that are of the same, by @names ("naive,auto") or all if that is NULL. */
int compare_results(const json_t *a, const json_t *b, const char *names,
                    struct comparisons *comparisons);

/* Two initializers of a result, by rounds where both took part in the same. */
int compare_initializers(const json_t *result, const char *a, const char *b,
                         struct comparisons *comparisons);

/* Fill @comparisons' missing and failed, and warn of each. compare_results() does so. */
void compare_missing(const json_t *a, const json_t *b, const char *names,
                     struct comparisons *comparisons);

/* How many are slower. */
size_t comparisons_slower(const struct comparisons *comparisons);

void comparisons_print(FILE *stream, const struct comparisons *comparisons);

/* A list; a new reference. */
json_t *comparisons_json(const struct comparisons *comparisons);

void comparisons_free(struct comparisons *comparisons);

/* Refuse results whose initializers had other work to do. */
int compare_work(const json_t *a, const json_t *b);

/* Warn of circumstances that differ. @return a list of what, a and b; a new reference */
json_t *compare_circumstances(const json_t *a, const json_t *b);

#endif
