/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Why an initializer, or a way to use it, was not timed further. */
#ifndef BENCH_FAILURE_H
#define BENCH_FAILURE_H

#include <jansson.h>

#include <memmapsim/verify.h>

struct mms_failure {
	const char *stage;        /* of the experiment, in words; static storage */
	unsigned int turn;        /* in this stage, from 1 */
	int error;                /* negative errno that something returned; 0: see the report */
	bool fault;               /* the report is about the page that a fault found */
	struct mms_report report; /* if there is an error, of guards alone */
};

/* A sentence on @failure of initializer @who, which is in words, into @text. */
void mms_failure_describe(const struct mms_failure *failure, const char *who, char *text,
                          size_t size);

/* stage, turn, sentence, first_pfn, expected, found; a new reference */
json_t *mms_failure_json(const struct mms_failure *failure, const char *sentence);

#endif
