/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Results, or initializers of one, set against each other, for memmapsim compare; and verdicts. */
#ifndef TOOLS_COMPARE_H
#define TOOLS_COMPARE_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "result_rows.h"
#include "statistics.h"

enum verdict {
	VERDICT_SAME,    /* all of the interval is within the threshold */
	VERDICT_UNCLEAR, /* it reaches over it */
	VERDICT_TOO_FEW, /* no interval of 95 % can be had of so few samples */
	VERDICT_FASTER,  /* all of it is beyond */
	VERDICT_SLOWER,
	NR_VERDICTS,
};
extern const char *const verdict_names[NR_VERDICTS];

/* The range of six samples holds their median in 97 of 100 experiments, that of five in 94. */
#define FEWEST_SAMPLES 6

/* A share; unless another one is asked for. */
#define USUAL_THRESHOLD 0.05

/* Of a ratio of @samples at least: what all of its interval says. */
enum verdict verdict_of(const struct mms_ratio *ratio, size_t samples, double threshold);

/* A measure of two rows. */
struct comparison {
	size_t run;
	char a[MMS_ROW_TEXT], b[MMS_ROW_TEXT]; /* what was measured, see mms_row_label() */
	char measure[MMS_ROW_TEXT];            /* see mms_row_measures() */
	bool paired;
	bool doubtful;  /* their ratios, or samples of either, drift or are in two heaps */
	size_t samples; /* of the one that has fewer */
	double a_median, b_median;
	struct mms_ratio ratio; /* of b to a */
	enum verdict verdict;
};

struct comparisons {
	double threshold;
	size_t count, capacity;
	struct comparison *items;
	json_t *missing; /* what can't be compared, and why; NULL: nobody has looked */
	bool failed;     /* something is wrong in B, or was left out of it */
};

/* Functions below return an enum status and have printed what was wrong. */

/* Rows of two results that are of the same, by @names ("naive,auto") or all if that is NULL. */
int compare_results(const json_t *a, const json_t *b, const char *names,
                    struct comparisons *comparisons);

/* Two initializers of a result, by rounds where both took part in the same. */
int compare_initializers(const json_t *result, const char *a, const char *b,
                         struct comparisons *comparisons);

/*
 * Fill @comparisons' missing and failed, and warn of each: what isn't timed in both results, and
 * which of two initializers isn't, where. Functions above do so.
 */
void compare_missing(const json_t *a, const json_t *b, const char *names,
                     struct comparisons *comparisons);
void compare_untimed(const json_t *result, const char *a, const char *b,
                     struct comparisons *comparisons);

/* How many are slower. */
size_t comparisons_slower(const struct comparisons *comparisons);

/* @result: A, which says of which sizes they are. There is at least one comparison. */
void comparisons_print(FILE *stream, const struct comparisons *comparisons, const json_t *result);

/* A list; a new reference. */
json_t *comparisons_json(const struct comparisons *comparisons);

void comparisons_free(struct comparisons *comparisons);

/* Refuse results whose initializers had other work to do. */
int compare_work(const json_t *a, const json_t *b);

/* Warn of circumstances that differ. @return a list of what, a and b; a new reference */
json_t *compare_circumstances(const json_t *a, const json_t *b);

#endif
